// Generated from contracts/matricula.openapi.yaml by scripts/generate.ts. Do not edit.
import type { Row } from '../../../http/handlers.ts';
import type { Streamed } from '../../../http/handlers.ts';
import type { Readable } from 'node:stream';

export interface Schemas {
  /** What somebody may do. */
  Permission: ("people.read" | "people.write" | "units.read" | "units.write" | "groups.read" | "groups.write" | "roles.read" | "roles.write" | "courses.read" | "courses.write" | "enrollments.read" | "enrollments.write" | "marks.read" | "marks.write" | "events.read" | "clients.manage" | "imports.run" | "tenant.manage");
  /** How learning stands. */
  EnrollmentState: ("not_started" | "in_progress" | "pending_approval" | "pending_acceptance" | "complete" | "not_complete" | "failed" | "declined" | "pending_evaluation_required" | "on_waitlist" | "absent" | "not_applicable" | "pending_proctor" | "ready_for_review");
  EnrollmentEnding: ("superseded" | "withdrawn_kept" | "withdrawn_closed");
  /** Who brought the learner in. */
  EnrollmentSource: ("self" | "admin" | "manager" | "automatic" | "import");
  /** How one activity stands. */
  ActivityState: ("not_started" | "in_progress" | "complete" | "failed" | "not_complete" | "absent" | "not_applicable" | "ready_for_review" | "pending_evaluation_required" | "pending_proctor");
  /** What an activity is. */
  ActivityKind: ("page" | "video" | "document" | "package" | "quiz" | "assignment" | "open_response" | "poll" | "live_session" | "checklist" | "survey" | "link");
  /** What a course is; curriculum, bundle, certification and personal_path are collections of courses. */
  CourseKind: ("online" | "instructor_led" | "stream" | "clip" | "job_aid" | "curriculum" | "bundle" | "certification" | "personal_path");
  /** Declared attributes by key, and whatever else the outside sent. In a merge patch each key is merged on its own. */
  Attributes: { [key: string]: unknown };
  /** RFC 9457 problem details. */
  Problem: { type: string; title: string; status: number; detail: string; instance: string; errors: (Schemas["ProblemError"])[]; entity?: string | undefined; id?: string | undefined; rule?: string | undefined; permission?: string | undefined };
  /** One fault of the input. */
  ProblemError: { in: ("path" | "query" | "header" | "body"); path: string; fault: ("required" | "format" | "type" | "too_long" | "too_many" | "out_of_range" | "unknown_value" | "unknown_field" | "not_found" | "taken" | "syntax" | "read_only"); detail: string };
  /** Sign-in of a person. */
  TokenCreate: { tenant: string; login: string; password: string };
  /** A token, shown this once. */
  Token: { token: string; tokenType: "Bearer"; expiresAt: string; personId: string };
  /** The caller. */
  Me: { kind: ("person" | "client"); person: (Schemas["PersonReference"] | null); client: ({ id: string; name: string } | null); tenant: { id: string; slug: string; name: string; timeZone: string; sandbox: boolean }; permissions: (Schemas["Permission"])[]; unitIds: ((string)[] | null); tokenExpiresAt: (string | null) };
  /** A person in one line. */
  PersonReference: { id: string; number: number; externalId: (string | null); fullName: string; email: (string | null) };
  /** The organisation. */
  Tenant: { id: string; number: number; slug: string; name: string; timeZone: string; status: ("active" | "disabled"); sandbox: boolean; academy: (string | null); settings: { [key: string]: unknown }; createdAt: string; updatedAt: string };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  TenantUpdate: { name?: string | undefined; timeZone?: string | undefined; settings?: { groupLevels?: ((string)[] | null) | undefined; mail?: ({ notices?: (("enrolled" | "award_expiring"))[] | undefined; locale?: string | undefined; colour?: string | undefined; senderName?: string | undefined; replyTo?: string | undefined; templates?: { [key: string]: { [key: string]: { subject?: string | undefined; text?: string | undefined } } } | undefined } | null) | undefined; files?: ({ types?: (string)[] | undefined; mostBytes?: number | undefined } | null) | undefined } | undefined };
  /** The time of the tenant. */
  Clock: { now: string; offsetMs: number; adjustable: boolean };
  /** The time of the tenant after it was moved. */
  MovedClock: { now: string; offsetMs: number; adjustable: boolean; happened: ({ at: string; what: string; count: number })[]; happenedLeftOut: number };
  /** One of the two. */
  ClockUpdate: { now?: string | undefined; advanceMs?: number | undefined };
  /** A sandbox brought back to its beginning. */
  Reset: { tenantId: string; resetAt: string };
  /** An API client of one protocol. */
  Client: { id: string; dialect: ("matricula" | "absorb" | "enabley"); name: string; personId: (string | null); permissions: (Schemas["Permission"])[]; redirectUris: (string)[]; products: (string)[]; scopes: (string)[]; readOnly: boolean; keyHint: string; status: ("active" | "revoked"); lastUsedAt: (string | null); createdAt: string; updatedAt: string };
  /** What a new client is made of. */
  ClientCreate: { dialect?: ("matricula" | "absorb" | "enabley") | undefined; name: string; personId?: (string | null) | undefined; permissions: (Schemas["Permission"])[]; redirectUris?: (string)[] | undefined; products?: (string)[] | undefined; scopes?: (string)[] | undefined; readOnly?: boolean | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  ClientUpdate: { name?: string | undefined; permissions?: (Schemas["Permission"])[] | undefined; redirectUris?: (string)[] | undefined; products?: (string)[] | undefined; scopes?: (string)[] | undefined; readOnly?: boolean | undefined };
  /** Everything the protocol needs to call, shown this once. */
  ClientCredentials: { clientId: string; dialect: ("matricula" | "absorb" | "enabley"); baseUrl: string; credentials: { [key: string]: string } };
  /** A new client and its credentials. */
  ClientWithCredentials: { client: Schemas["Client"]; credentials: Schemas["ClientCredentials"] };
  /** One page of a list. */
  ClientPage: { data: (Schemas["Client"])[]; next: (string | null); total?: number | undefined };
  /** Somebody the organisation knows. */
  Person: { id: string; number: number; externalId: (string | null); username: (string | null); email: (string | null); fullName: string; givenName: string; middleName: (string | null); familyName: string; status: ("active" | "suspended" | "deleted"); unitId: string; managerId: (string | null); locale: (string | null); timeZone: (string | null); gender: ("male" | "female" | "other" | null); phone: (string | null); jobTitle: (string | null); employeeNumber: (string | null); referenceNumber: (string | null); location: (string | null); address: (string | null); address2: (string | null); city: (string | null); provinceId: (string | null); countryId: (string | null); postalCode: (string | null); languageId: (number | null); ccEmails: (string)[]; hiredAt: (string | null); terminatedAt: (string | null); notes: (string | null); avatar: (string | null); attributes: Schemas["Attributes"]; login: string; handle: string; firstAccessAt: (string | null); lastAccessAt: (string | null); purgedAt: (string | null); deletedAt: (string | null); createdAt: string; updatedAt: string };
  /** What a new person is made of: a full name, or a given and a family name, and whatever else is known. */
  PersonCreate: { externalId?: (string | null) | undefined; username?: (string | null) | undefined; email?: (string | null) | undefined; fullName?: string | undefined; givenName?: string | undefined; middleName?: (string | null) | undefined; familyName?: string | undefined; status?: ("active" | "suspended") | undefined; unitId?: string | undefined; managerId?: (string | null) | undefined; locale?: (string | null) | undefined; timeZone?: (string | null) | undefined; gender?: ("male" | "female" | "other" | null) | undefined; phone?: (string | null) | undefined; jobTitle?: (string | null) | undefined; employeeNumber?: (string | null) | undefined; referenceNumber?: (string | null) | undefined; location?: (string | null) | undefined; address?: (string | null) | undefined; address2?: (string | null) | undefined; city?: (string | null) | undefined; provinceId?: (string | null) | undefined; countryId?: (string | null) | undefined; postalCode?: (string | null) | undefined; languageId?: (number | null) | undefined; ccEmails?: (string)[] | undefined; hiredAt?: (string | null) | undefined; terminatedAt?: (string | null) | undefined; notes?: (string | null) | undefined; avatar?: (string | null) | undefined; attributes?: Schemas["Attributes"] | undefined; password?: string | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  PersonUpdate: { externalId?: (string | null) | undefined; username?: (string | null) | undefined; email?: (string | null) | undefined; fullName?: string | undefined; givenName?: string | undefined; middleName?: (string | null) | undefined; familyName?: string | undefined; status?: ("active" | "suspended") | undefined; unitId?: string | undefined; managerId?: (string | null) | undefined; locale?: (string | null) | undefined; timeZone?: (string | null) | undefined; gender?: ("male" | "female" | "other" | null) | undefined; phone?: (string | null) | undefined; jobTitle?: (string | null) | undefined; employeeNumber?: (string | null) | undefined; referenceNumber?: (string | null) | undefined; location?: (string | null) | undefined; address?: (string | null) | undefined; address2?: (string | null) | undefined; city?: (string | null) | undefined; provinceId?: (string | null) | undefined; countryId?: (string | null) | undefined; postalCode?: (string | null) | undefined; languageId?: (number | null) | undefined; ccEmails?: (string)[] | undefined; hiredAt?: (string | null) | undefined; terminatedAt?: (string | null) | undefined; notes?: (string | null) | undefined; avatar?: (string | null) | undefined; attributes?: Schemas["Attributes"] | undefined };
  PersonBatchRow: { id?: string | undefined; externalId?: (string | null) | undefined; username?: (string | null) | undefined; email?: (string | null) | undefined; fullName?: string | undefined; givenName?: string | undefined; middleName?: (string | null) | undefined; familyName?: string | undefined; status?: ("active" | "suspended") | undefined; unitId?: string | undefined; managerId?: (string | null) | undefined; locale?: (string | null) | undefined; timeZone?: (string | null) | undefined; gender?: ("male" | "female" | "other" | null) | undefined; phone?: (string | null) | undefined; jobTitle?: (string | null) | undefined; employeeNumber?: (string | null) | undefined; referenceNumber?: (string | null) | undefined; location?: (string | null) | undefined; address?: (string | null) | undefined; address2?: (string | null) | undefined; city?: (string | null) | undefined; provinceId?: (string | null) | undefined; countryId?: (string | null) | undefined; postalCode?: (string | null) | undefined; languageId?: (number | null) | undefined; ccEmails?: (string)[] | undefined; hiredAt?: (string | null) | undefined; terminatedAt?: (string | null) | undefined; notes?: (string | null) | undefined; avatar?: (string | null) | undefined; attributes?: Schemas["Attributes"] | undefined; unitExternalId?: string | undefined; managerExternalId?: string | undefined; password?: string | undefined };
  /** One page of a list. */
  PersonPage: { data: (Schemas["Person"])[]; next: (string | null); total?: number | undefined };
  /** Personal data taken away for good. */
  Erasure: { personId: string; purgedAt: string };
  /** A new password. */
  PasswordUpdate: { password: string; currentPassword?: string | undefined };
  /** A unit somebody belongs to. */
  PersonUnit: { personId: string; unitId: string; name: string; primary: boolean; createdAt: string };
  /** One page of a list. */
  PersonUnitPage: { data: (Schemas["PersonUnit"])[]; next: (string | null); total?: number | undefined };
  /** A group somebody belongs to. */
  GroupMembership: { personId: string; groupId: string; name: string; kind: ("hierarchical" | "custom" | "automatic"); createdAt: string };
  /** One page of a list. */
  GroupMembershipPage: { data: (Schemas["GroupMembership"])[]; next: (string | null); total?: number | undefined };
  /** What became of one row. */
  BatchRowResult: { index: number; status: ("created" | "changed" | "unchanged" | "refused"); id: (string | null); problem: (Schemas["Problem"] | null) };
  /** What became of a batch. */
  BatchResult: { data: (Schemas["BatchRowResult"])[]; created: number; changed: number; unchanged: number; refused: number };
  /** A part of the organisation. Units make a tree with one root. */
  Unit: { id: string; number: number; externalId: (string | null); name: string; parentId: (string | null); kind: (string | null); useOwnContact: boolean; companyName: (string | null); phone: (string | null); email: (string | null); currencyId: (string | null); attributes: Schemas["Attributes"]; createdAt: string; updatedAt: string };
  /** What a new unit is made of. */
  UnitCreate: { externalId?: (string | null) | undefined; name: string; parentId?: string | undefined; kind?: (string | null) | undefined; useOwnContact?: boolean | undefined; companyName?: (string | null) | undefined; phone?: (string | null) | undefined; email?: (string | null) | undefined; currencyId?: (string | null) | undefined; attributes?: Schemas["Attributes"] | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  UnitUpdate: { externalId?: (string | null) | undefined; name?: string | undefined; parentId?: string | undefined; kind?: (string | null) | undefined; useOwnContact?: boolean | undefined; companyName?: (string | null) | undefined; phone?: (string | null) | undefined; email?: (string | null) | undefined; currencyId?: (string | null) | undefined; attributes?: Schemas["Attributes"] | undefined };
  /** One page of a list. */
  UnitPage: { data: (Schemas["Unit"])[]; next: (string | null); total?: number | undefined };
  /** A group, with or without those below it, tied to an offering. */
  Audience: { id: string; groupId: string; offeringId: string; recursive: boolean; createdAt: string; updatedAt: string };
  /** One page of a list. */
  AudiencePage: { data: (Schemas["Audience"])[]; next: (string | null); total?: number | undefined };
  /** How a group takes part. */
  AudienceWrite: { recursive?: boolean | undefined };
  /** A meeting as a date in a calendar. */
  TrainingEvent: { id: string; sessionId: string; name: string; description: (string | null); startsAt: string; endsAt: string; allDay: boolean; location: (string | null); live: boolean; graded: boolean; published: boolean };
  /** One page of a list. */
  TrainingEventPage: { data: (Schemas["TrainingEvent"])[]; next: (string | null); total?: number | undefined };
  /** A label that people carry. */
  Profile: { id: string; number: number; externalId: (string | null); name: string; createdAt: string; updatedAt: string };
  /** One page of a list. */
  ProfilePage: { data: (Schemas["Profile"])[]; next: (string | null); total?: number | undefined };
  /** A new profile. */
  ProfileCreate: { externalId?: (string | null) | undefined; name: string };
  /** What changes; absent members stay. */
  ProfileUpdate: { externalId?: (string | null) | undefined; name?: string | undefined };
  /** What an instructor may do beyond teaching. */
  InstructorAuthorization: { personId: string; permissions: (Schemas["InstructorPermission"])[] };
  /** Making courses, or instances of templates. */
  InstructorPermission: ("create_course" | "create_course_instance");
  /** Exactly what an instructor may do beyond teaching. */
  InstructorAuthorizationWrite: { permissions: (Schemas["InstructorPermission"])[] };
  /** So many days, months or years, a hundred years at most. */
  Validity: { count: number; unit: ("day" | "month" | "year") };
  /** What completing all of some courses earns. */
  Certificate: { id: string; number: number; externalId: (string | null); name: string; description: (string | null); status: ("active" | "inactive" | "archived"); validity: (Schemas["Validity"] | null); confirmation: boolean; courseIds: (string)[]; createdAt: string; updatedAt: string };
  /** One page of a list. */
  CertificatePage: { data: (Schemas["Certificate"])[]; next: (string | null); total?: number | undefined };
  /** A new certificate. */
  CertificateCreate: { externalId?: (string | null) | undefined; name: string; description?: (string | null) | undefined; status?: ("active" | "inactive" | "archived") | undefined; validity?: (Schemas["Validity"] | null) | undefined; confirmation?: boolean | undefined; courseIds?: (string)[] | undefined };
  /** What changes; absent members stay. */
  CertificateUpdate: { externalId?: (string | null) | undefined; name?: string | undefined; description?: (string | null) | undefined; status?: ("active" | "inactive" | "archived") | undefined; validity?: (Schemas["Validity"] | null) | undefined; confirmation?: boolean | undefined; courseIds?: (string)[] | undefined };
  /** Read from the facts and the clock; about to expire are the last 30 days. */
  AwardState: ("init" | "in_progress" | "awaits_confirmation" | "certified" | "about_to_expire" | "expired" | "revoked");
  /** A certificate of one person. */
  Award: { id: string; certificateId: string; certificateName: string; personId: string; fullName: string; state: Schemas["AwardState"]; required: boolean; readyAt: (string | null); certifiedAt: (string | null); expiresAt: (string | null); revokedAt: (string | null); revokedBecause: (string | null); revocation: ("revoked" | "withdrawn" | null); code: (string | null); pdfUrl: (string | null); verificationUrl: (string | null) };
  /** One page of a list. */
  AwardPage: { data: (Schemas["Award"])[]; next: (string | null); total?: number | undefined };
  /** A span of an award that was renewed. */
  AwardSpan: { certifiedAt: string; expiresAt: (string | null); endedAt: string };
  /** A certificate of one person, with its earlier spans. */
  AwardDetails: { id: string; certificateId: string; certificateName: string; personId: string; fullName: string; state: Schemas["AwardState"]; required: boolean; readyAt: (string | null); certifiedAt: (string | null); expiresAt: (string | null); revokedAt: (string | null); revokedBecause: (string | null); revocation: ("revoked" | "withdrawn" | null); code: (string | null); pdfUrl: (string | null); verificationUrl: (string | null); spans: (Schemas["AwardSpan"])[] };
  /** Whether a person must hold a certificate. */
  RequirementWrite: { required: boolean };
  /** Why an award no longer counts. */
  RevocationWrite: { reason: string };
  /** People who belong together, in a tree if wanted. */
  Group: { id: string; number: number; externalId: (string | null); name: string; description: (string | null); kind: ("hierarchical" | "custom" | "automatic"); level: (string | null); parentId: (string | null); unitId: (string | null); memberCount: number; createdAt: string; updatedAt: string };
  /** What a new group is made of. */
  GroupCreate: { externalId?: (string | null) | undefined; name: string; description?: (string | null) | undefined; kind?: ("hierarchical" | "custom" | "automatic") | undefined; level?: (string | null) | undefined; parentId?: (string | null) | undefined; unitId?: (string | null) | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  GroupUpdate: { externalId?: (string | null) | undefined; name?: string | undefined; description?: (string | null) | undefined; level?: (string | null) | undefined; parentId?: (string | null) | undefined; unitId?: (string | null) | undefined };
  /** One page of a list. */
  GroupPage: { data: (Schemas["Group"])[]; next: (string | null); total?: number | undefined };
  /** A member of a group. */
  GroupMember: { groupId: string; personId: string; person: Schemas["PersonReference"]; createdAt: string };
  /** One page of a list. */
  GroupMemberPage: { data: (Schemas["GroupMember"])[]; next: (string | null); total?: number | undefined };
  /** A declared field of people or courses. */
  Attribute: { id: string; number: number; entity: ("person" | "course"); key: string; name: string; type: ("text" | "number" | "boolean" | "instant" | "choice"); choices: (string)[]; createdAt: string; updatedAt: string };
  /** What a new attribute is made of. */
  AttributeCreate: { entity: ("person" | "course"); key: string; name: string; type?: ("text" | "number" | "boolean" | "instant" | "choice") | undefined; choices?: (string)[] | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  AttributeUpdate: { name?: string | undefined; choices?: (string)[] | undefined };
  /** One page of a list. */
  AttributePage: { data: (Schemas["Attribute"])[]; next: (string | null); total?: number | undefined };
  /** A set of permissions. */
  Role: { id: string; number: number; key: (string | null); name: string; description: (string | null); permissions: (Schemas["Permission"])[]; createdAt: string; updatedAt: string };
  /** What a new role is made of. */
  RoleCreate: { name: string; description?: (string | null) | undefined; permissions: (Schemas["Permission"])[] };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  RoleUpdate: { name?: string | undefined; description?: (string | null) | undefined; permissions?: (Schemas["Permission"])[] | undefined };
  /** One page of a list. */
  RolePage: { data: (Schemas["Role"])[]; next: (string | null); total?: number | undefined };
  /** A role somebody holds. */
  PersonRole: { personId: string; roleId: string; key: (string | null); name: string; account: boolean; unitIds: (string)[] };
  /** Where the role is held. */
  PersonRoleWrite: { account?: boolean | undefined; unitIds?: (string)[] | undefined };
  /** One page of a list. */
  PersonRolePage: { data: (Schemas["PersonRole"])[]; next: (string | null); total?: number | undefined };
  /** A staff word on one thing. */
  Entitlement: { personId: string; role: ("admin" | "people_admin" | "training_admin" | "analyst" | "author" | "reviewer" | "instructor" | "marker" | "evaluator" | "manager" | "integration_admin"); entity: ("unit" | "group" | "course" | "offering" | "program"); entityId: string };
  /** One page of a list. */
  EntitlementPage: { data: (Schemas["Entitlement"])[]; next: (string | null); total?: number | undefined };
  /** Somebody with staff words on one thing. */
  StaffMember: { personId: string; roles: (("admin" | "people_admin" | "training_admin" | "analyst" | "author" | "reviewer" | "instructor" | "marker" | "evaluator" | "manager" | "integration_admin"))[] };
  /** What the person is there. */
  StaffMemberWrite: { roles: (("admin" | "people_admin" | "training_admin" | "analyst" | "author" | "reviewer" | "instructor" | "marker" | "evaluator" | "manager" | "integration_admin"))[] };
  /** One page of a list. */
  StaffMemberPage: { data: (Schemas["StaffMember"])[]; next: (string | null); total?: number | undefined };
  /** Texts in one language. */
  LocalText: { name?: string | undefined; description?: string | undefined };
  /** A span by the calendar. */
  Duration: { years: number; months: number; days: number; hours: number };
  /** What the course costs, for everybody or for one unit. */
  Price: { id: string; unitId: (string | null); currency: (string | null); amount: number };
  /** What the course costs, for everybody or for one unit. */
  PriceWrite: { id?: string | undefined; unitId?: (string | null) | undefined; currency?: (string | null) | undefined; amount: number };
  /** A course that comes first. */
  Prerequisite: { courseId: string; enforced: boolean };
  /** A course that comes first. */
  PrerequisiteWrite: { courseId: string; enforced?: boolean | undefined };
  /** Credits of one type. */
  CourseCredit: { creditTypeId: string; credits: number };
  /** Something to learn from, or a collection of such things. */
  Course: { id: string; number: number; externalId: (string | null); code: (string | null); kind: Schemas["CourseKind"]; name: string; description: (string | null); notes: (string | null); texts: { [key: string]: Schemas["LocalText"] }; state: ("draft" | "published" | "retired"); language: (string | null); level: (string | null); durationMinutes: (number | null); template: boolean; unitId: (string | null); currentVersionId: (string | null); draftVersionId: (string | null); defaultOfferingId: (string | null); approvalRequired: boolean; accessAt: (string | null); expiresAt: (string | null); expireAfter: (Schemas["Duration"] | null); dueAfterDays: (number | null); terms: (string | null); credits: (number | null); creditsByType: (Schemas["CourseCredit"])[]; prices: (Schemas["Price"])[]; prerequisites: (Schemas["Prerequisite"])[]; followUpCourseIds: (string)[]; editorIds: (string)[]; tagIds: (string)[]; resourceIds: (string)[]; categoryId: (string | null); evaluation: boolean; certificateUrl: (string | null); audience: (string | null); goals: (string | null); vendor: (string | null); companyCost: (number | null); learnerCost: (number | null); companyTime: (number | null); learnerTime: (number | null); attributes: Schemas["Attributes"]; createdAt: string; updatedAt: string };
  /** What a new course is made of. */
  CourseCreate: { externalId?: (string | null) | undefined; code?: (string | null) | undefined; kind: Schemas["CourseKind"]; name: string; description?: (string | null) | undefined; notes?: (string | null) | undefined; texts?: { [key: string]: Schemas["LocalText"] } | undefined; language?: (string | null) | undefined; level?: (string | null) | undefined; durationMinutes?: (number | null) | undefined; template?: boolean | undefined; unitId?: (string | null) | undefined; approvalRequired?: boolean | undefined; accessAt?: (string | null) | undefined; expiresAt?: (string | null) | undefined; expireAfter?: (Schemas["Duration"] | null) | undefined; dueAfterDays?: (number | null) | undefined; terms?: (string | null) | undefined; credits?: (number | null) | undefined; creditsByType?: (Schemas["CourseCredit"])[] | undefined; followUpCourseIds?: (string)[] | undefined; editorIds?: (string)[] | undefined; tagIds?: (string)[] | undefined; resourceIds?: (string)[] | undefined; categoryId?: (string | null) | undefined; evaluation?: boolean | undefined; certificateUrl?: (string | null) | undefined; audience?: (string | null) | undefined; goals?: (string | null) | undefined; vendor?: (string | null) | undefined; companyCost?: (number | null) | undefined; learnerCost?: (number | null) | undefined; companyTime?: (number | null) | undefined; learnerTime?: (number | null) | undefined; attributes?: Schemas["Attributes"] | undefined; prices?: (Schemas["PriceWrite"])[] | undefined; prerequisites?: (Schemas["PrerequisiteWrite"])[] | undefined; content?: Schemas["ContentWrite"] | undefined; state?: ("draft" | "published") | undefined; defaultOffering?: boolean | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  CourseUpdate: { state?: ("published" | "retired") | undefined; externalId?: (string | null) | undefined; code?: (string | null) | undefined; name?: string | undefined; description?: (string | null) | undefined; notes?: (string | null) | undefined; texts?: { [key: string]: Schemas["LocalText"] } | undefined; language?: (string | null) | undefined; level?: (string | null) | undefined; durationMinutes?: (number | null) | undefined; template?: boolean | undefined; unitId?: (string | null) | undefined; approvalRequired?: boolean | undefined; accessAt?: (string | null) | undefined; expiresAt?: (string | null) | undefined; expireAfter?: (Schemas["Duration"] | null) | undefined; dueAfterDays?: (number | null) | undefined; terms?: (string | null) | undefined; credits?: (number | null) | undefined; creditsByType?: (Schemas["CourseCredit"])[] | undefined; followUpCourseIds?: (string)[] | undefined; editorIds?: (string)[] | undefined; tagIds?: (string)[] | undefined; resourceIds?: (string)[] | undefined; categoryId?: (string | null) | undefined; evaluation?: boolean | undefined; certificateUrl?: (string | null) | undefined; audience?: (string | null) | undefined; goals?: (string | null) | undefined; vendor?: (string | null) | undefined; companyCost?: (number | null) | undefined; learnerCost?: (number | null) | undefined; companyTime?: (number | null) | undefined; learnerTime?: (number | null) | undefined; attributes?: Schemas["Attributes"] | undefined; prices?: (Schemas["PriceWrite"])[] | undefined; prerequisites?: (Schemas["PrerequisiteWrite"])[] | undefined };
  /** One page of a list. */
  CoursePage: { data: (Schemas["Course"])[]; next: (string | null); total?: number | undefined };
  /** The content of a course at one time; immutable once published. */
  Version: { id: string; courseId: string; ordinal: number; state: ("draft" | "published" | "retired"); publishedAt: (string | null); createdAt: string; updatedAt: string };
  /** A step of an activity. */
  Task: { id: string; kind: string; name: string; content: { [key: string]: unknown } };
  /** A step of an activity. */
  TaskWrite: { id?: string | undefined; kind?: string | undefined; name: string; content?: { [key: string]: unknown } | undefined };
  /** One thing to do. */
  Activity: { id: string; number: number; kind: Schemas["ActivityKind"]; name: string; description: (string | null); notes: (string | null); required: boolean; weight: (number | null); maximum: number; passingScore: (number | null); attemptsAllowed: (number | null); attemptCounts: ("highest" | "latest" | "best_passed"); url: (string | null); width: (number | null); height: (number | null); popup: boolean; refId: (string | null); settings: { [key: string]: unknown }; ordinal: number; createdAt: string; tasks: (Schemas["Task"])[] };
  /** One thing to do. */
  ActivityWrite: { id?: string | undefined; kind: Schemas["ActivityKind"]; name: string; description?: (string | null) | undefined; notes?: (string | null) | undefined; required?: boolean | undefined; weight?: (number | null) | undefined; maximum?: number | undefined; passingScore?: (number | null) | undefined; attemptsAllowed?: (number | null) | undefined; attemptCounts?: ("highest" | "latest" | "best_passed") | undefined; url?: (string | null) | undefined; width?: (number | null) | undefined; height?: (number | null) | undefined; popup?: boolean | undefined; refId?: (string | null) | undefined; settings?: { [key: string]: unknown } | undefined; tasks?: (Schemas["TaskWrite"])[] | undefined };
  /** Activities that belong together. */
  Lesson: { id: string; number: number; name: string; description: (string | null); activities: (Schemas["Activity"])[] };
  /** Activities that belong together. */
  LessonWrite: { id?: string | undefined; name: string; description?: (string | null) | undefined; activities?: (Schemas["ActivityWrite"])[] | undefined };
  /** A course of a collection. */
  Member: { courseId: string; required: boolean };
  /** A course of a collection. */
  MemberWrite: { courseId: string; required?: boolean | undefined };
  /** A part of a version. */
  Section: { id: string; number: number; name: string; description: (string | null); activities: (Schemas["Activity"])[]; lessons: (Schemas["Lesson"])[]; members: (Schemas["Member"])[] };
  /** A part of a version. */
  SectionWrite: { id?: string | undefined; name: string; description?: (string | null) | undefined; lessons?: (Schemas["LessonWrite"])[] | undefined; activities?: (Schemas["ActivityWrite"])[] | undefined; members?: (Schemas["MemberWrite"])[] | undefined };
  /** A version with everything in it, in its order. */
  VersionContent: { id: string; courseId: string; ordinal: number; state: ("draft" | "published" | "retired"); publishedAt: (string | null); createdAt: string; updatedAt: string; sections: (Schemas["Section"])[] };
  /** Everything in a version, in its order. */
  ContentWrite: { sections: (Schemas["SectionWrite"])[] };
  /** One page of a list. */
  VersionPage: { data: (Schemas["Version"])[]; next: (string | null); total?: number | undefined };
  /** A kind of credit. */
  CreditType: { id: string; number: number; externalId: (string | null); name: string; createdAt: string; updatedAt: string };
  /** What a new credit type is made of. */
  CreditTypeCreate: { externalId?: (string | null) | undefined; name: string };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  CreditTypeUpdate: { externalId?: (string | null) | undefined; name?: string | undefined };
  /** One page of a list. */
  CreditTypePage: { data: (Schemas["CreditType"])[]; next: (string | null); total?: number | undefined };
  /** What its members find and may enroll themselves in. */
  Program: { id: string; number: number; externalId: (string | null); name: string; description: (string | null); state: ("active" | "retired"); slug: (string | null); url: (string | null); startsAt: (string | null); endsAt: (string | null); seats: (number | null); unitId: (string | null); isDefault: boolean; memberCount: (number | null); createdAt: string; updatedAt: string };
  /** What a new program is made of. */
  ProgramCreate: { externalId?: (string | null) | undefined; name: string; description?: (string | null) | undefined; state?: ("active" | "retired") | undefined; slug?: (string | null) | undefined; url?: (string | null) | undefined; startsAt?: (string | null) | undefined; endsAt?: (string | null) | undefined; seats?: (number | null) | undefined; unitId?: (string | null) | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  ProgramUpdate: { externalId?: (string | null) | undefined; name?: string | undefined; description?: (string | null) | undefined; state?: ("active" | "retired") | undefined; slug?: (string | null) | undefined; url?: (string | null) | undefined; startsAt?: (string | null) | undefined; endsAt?: (string | null) | undefined; seats?: (number | null) | undefined; unitId?: (string | null) | undefined };
  /** One page of a list. */
  ProgramPage: { data: (Schemas["Program"])[]; next: (string | null); total?: number | undefined };
  /** A course of a program. */
  ProgramContent: { programId: string; courseId: string; name: string; kind: Schemas["CourseKind"]; state: ("draft" | "published" | "retired"); position: number; createdAt: string };
  /** Where a course stands in a program. */
  ProgramContentWrite: { position?: number | undefined };
  /** One page of a list. */
  ProgramContentPage: { data: (Schemas["ProgramContent"])[]; next: (string | null); total?: number | undefined };
  /** A stay of a person in a program. */
  ProgramMember: { id: string; programId: string; personId: string; person: Schemas["PersonReference"]; source: ("direct" | "audience" | "invitation" | "import"); joinedAt: string; leftAt: (string | null) };
  /** One page of a list. */
  ProgramMemberPage: { data: (Schemas["ProgramMember"])[]; next: (string | null); total?: number | undefined };
  /** A group, with or without those below it, tied to a program. */
  ProgramAudience: { id: string; groupId: string; programId: string; recursive: boolean; createdAt: string; updatedAt: string };
  /** One page of a list. */
  ProgramAudiencePage: { data: (Schemas["ProgramAudience"])[]; next: (string | null); total?: number | undefined };
  /** Courses of a program in the order in which they are to be taken. Nobody is enrolled in a path. */
  Path: { id: string; programId: string; name: string; description: (string | null); position: number; courses: (Schemas["PathCourse"])[]; createdAt: string; updatedAt: string };
  /** A course of a path. */
  PathCourse: { courseId: string; dueAt: (string | null); dueAfterDays: (number | null) };
  /** A course of a path; one of the two deadlines at most. */
  PathCourseWrite: { courseId: string; dueAt?: (string | null) | undefined; dueAfterDays?: (number | null) | undefined };
  /** What a new path is made of. */
  PathCreate: { name: string; description?: (string | null) | undefined; courses?: (Schemas["PathCourseWrite"])[] | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  PathUpdate: { name?: string | undefined; description?: (string | null) | undefined; courses?: (Schemas["PathCourseWrite"])[] | undefined };
  /** One page of a list. */
  PathPage: { data: (Schemas["Path"])[]; next: (string | null); total?: number | undefined };
  /** A span of the year, in a tree if wanted. */
  Term: { id: string; number: number; externalId: (string | null); name: string; kind: string; startsOn: (string | null); endsOn: (string | null); parentId: (string | null); schoolYear: (string | null); createdAt: string; updatedAt: string };
  /** What a new term is made of. */
  TermCreate: { externalId?: (string | null) | undefined; name: string; kind?: string | undefined; startsOn?: (string | null) | undefined; endsOn?: (string | null) | undefined; parentId?: (string | null) | undefined; schoolYear?: (string | null) | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  TermUpdate: { externalId?: (string | null) | undefined; name?: string | undefined; kind?: string | undefined; startsOn?: (string | null) | undefined; endsOn?: (string | null) | undefined; parentId?: (string | null) | undefined; schoolYear?: (string | null) | undefined };
  /** One page of a list. */
  TermPage: { data: (Schemas["Term"])[]; next: (string | null); total?: number | undefined };
  /** One delivery of a course. */
  Offering: { id: string; number: number; externalId: (string | null); code: (string | null); courseId: string; courseName: string; versionId: (string | null); fromTemplate: boolean; isDefault: boolean; name: string; state: ("active" | "retired"); startsAt: (string | null); endsAt: (string | null); accessAt: (string | null); dueAt: (string | null); dueAfterDays: (number | null); expiresAt: (string | null); enrollFrom: (string | null); enrollUntil: (string | null); enrollmentType: ("open" | "approval" | "nomination" | "closed"); seats: (number | null); waitlistSeats: number; seatsTaken: number; waitlistTaken: number; readOnly: boolean; hiddenActivityIds: (string)[]; unitId: (string | null); location: (string | null); termIds: (string)[]; attributes: Schemas["Attributes"]; createdAt: string; updatedAt: string };
  /** What a new offering is made of. */
  OfferingCreate: { externalId?: (string | null) | undefined; code?: (string | null) | undefined; courseId: string; versionId?: (string | null) | undefined; name: string; state?: ("active" | "retired") | undefined; startsAt?: (string | null) | undefined; endsAt?: (string | null) | undefined; accessAt?: (string | null) | undefined; dueAt?: (string | null) | undefined; dueAfterDays?: (number | null) | undefined; expiresAt?: (string | null) | undefined; enrollFrom?: (string | null) | undefined; enrollUntil?: (string | null) | undefined; enrollmentType?: ("open" | "approval" | "nomination" | "closed") | undefined; seats?: (number | null) | undefined; waitlistSeats?: number | undefined; readOnly?: boolean | undefined; hiddenActivityIds?: (string)[] | undefined; unitId?: (string | null) | undefined; location?: (string | null) | undefined; termIds?: (string)[] | undefined; attributes?: Schemas["Attributes"] | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  OfferingUpdate: { externalId?: (string | null) | undefined; code?: (string | null) | undefined; versionId?: (string | null) | undefined; name?: string | undefined; state?: ("active" | "retired") | undefined; startsAt?: (string | null) | undefined; endsAt?: (string | null) | undefined; accessAt?: (string | null) | undefined; dueAt?: (string | null) | undefined; dueAfterDays?: (number | null) | undefined; expiresAt?: (string | null) | undefined; enrollFrom?: (string | null) | undefined; enrollUntil?: (string | null) | undefined; enrollmentType?: ("open" | "approval" | "nomination" | "closed") | undefined; seats?: (number | null) | undefined; waitlistSeats?: number | undefined; readOnly?: boolean | undefined; hiddenActivityIds?: (string)[] | undefined; unitId?: (string | null) | undefined; location?: (string | null) | undefined; termIds?: (string)[] | undefined; attributes?: Schemas["Attributes"] | undefined };
  /** One page of a list. */
  OfferingPage: { data: (Schemas["Offering"])[]; next: (string | null); total?: number | undefined };
  /** A time and place of a session. */
  Meeting: { id: string; startsAt: string; endsAt: string; roomId: (string | null) };
  /** A time and place of a session. */
  MeetingWrite: { id?: string | undefined; startsAt: string; endsAt: string; roomId?: (string | null) | undefined };
  /** One way to attend a live session of an offering. */
  Session: { id: string; number: number; externalId: (string | null); courseId: string; offeringId: string; activityId: string; name: string; description: (string | null); seats: (number | null); meetings: (Schemas["Meeting"])[]; createdAt: string; updatedAt: string };
  /** What a new session is made of. */
  SessionCreate: { externalId?: (string | null) | undefined; offeringId: string; activityId?: string | undefined; name: string; description?: (string | null) | undefined; seats?: (number | null) | undefined; meetings?: (Schemas["MeetingWrite"])[] | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  SessionUpdate: { externalId?: (string | null) | undefined; name?: string | undefined; description?: (string | null) | undefined; seats?: (number | null) | undefined; meetings?: (Schemas["MeetingWrite"])[] | undefined };
  /** One page of a list. */
  SessionPage: { data: (Schemas["Session"])[]; next: (string | null); total?: number | undefined };
  /** Where meetings take place, on site or online. */
  Room: { id: string; number: number; name: string; location: (string | null); url: (string | null); seats: (number | null); createdAt: string; updatedAt: string };
  /** What a new room is made of. */
  RoomCreate: { name: string; location?: (string | null) | undefined; url?: (string | null) | undefined; seats?: (number | null) | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  RoomUpdate: { name?: string | undefined; location?: (string | null) | undefined; url?: (string | null) | undefined; seats?: (number | null) | undefined };
  /** One page of a list. */
  RoomPage: { data: (Schemas["Room"])[]; next: (string | null); total?: number | undefined };
  /** A code that lets people in: into an offering, or into the account. Who comes in by it becomes a member of its unit, too. */
  JoinKey: { id: string; number: number; externalId: (string | null); code: string; name: string; offeringId: (string | null); unitId: (string | null); usesAllowed: (number | null); uses: number; opensAt: (string | null); closesAt: (string | null); status: ("active" | "paused"); createdAt: string; updatedAt: string };
  /** What a new join key is made of. */
  JoinKeyCreate: { externalId?: (string | null) | undefined; code?: string | undefined; name: string; offeringId?: (string | null) | undefined; unitId?: (string | null) | undefined; usesAllowed?: (number | null) | undefined; opensAt?: (string | null) | undefined; closesAt?: (string | null) | undefined; status?: ("active" | "paused") | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  JoinKeyUpdate: { externalId?: (string | null) | undefined; code?: string | undefined; name?: string | undefined; unitId?: (string | null) | undefined; usesAllowed?: (number | null) | undefined; opensAt?: (string | null) | undefined; closesAt?: (string | null) | undefined; status?: ("active" | "paused") | undefined };
  /** One page of a list. */
  JoinKeyPage: { data: (Schemas["JoinKey"])[]; next: (string | null); total?: number | undefined };
  /** A learner in an offering. */
  Enrollment: { id: string; number: number; personId: string; personName: string; courseId: string; courseName: string; offeringId: string; offeringName: string; versionId: string; state: Schemas["EnrollmentState"]; ending: (Schemas["EnrollmentEnding"] | null); endedAt: (string | null); isPrimary: boolean; source: Schemas["EnrollmentSource"]; collectionId: (string | null); programId: (string | null); joinKeyId: (string | null); progress: number; score: (number | null); result: (string | null); outcomeBy: (string | null); credits: (number | null); rating: (number | null); timeTicks: number; termsAcceptedAt: (string | null); late: boolean; enrolledAt: string; accessAt: (string | null); dueAt: (string | null); expiresAt: (string | null); startedAt: (string | null); completedAt: (string | null); lastAccessAt: (string | null); createdAt: string; updatedAt: string };
  /** Who is enrolled, and in what: an offering; or a course, meaning where the person is live already, else its default offering; or whatever a join key opens. */
  EnrollmentCreate: { personId: string; offeringId?: string | undefined; courseId?: string | undefined; joinKeyCode?: string | undefined; programId?: string | undefined; versionId?: string | undefined; source?: Schemas["EnrollmentSource"] | undefined; enrolledAt?: string | undefined; accessAt?: (string | null) | undefined; dueAt?: (string | null) | undefined; expiresAt?: (string | null) | undefined; termsAccepted?: boolean | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  EnrollmentUpdate: { versionId?: string | undefined; state?: Schemas["EnrollmentState"] | undefined; joinKeyId?: (string | null) | undefined; score?: (number | null) | undefined; result?: (string | null) | undefined; credits?: (number | null) | undefined; rating?: (number | null) | undefined; accessAt?: (string | null) | undefined; dueAt?: (string | null) | undefined; expiresAt?: (string | null) | undefined; completedAt?: (string | null) | undefined; creditsByType?: (Schemas["CourseCredit"])[] | undefined; termsAccepted?: boolean | undefined };
  /** One page of a list. */
  EnrollmentPage: { data: (Schemas["Enrollment"])[]; next: (string | null); total?: number | undefined };
  /** How somebody leaves. */
  WithdrawalWrite: { kept?: boolean | undefined };
  /** Where to. */
  TransferCreate: { offeringId: string };
  /** Why the person is in. */
  Grant: { enrollmentId: string; kind: ("direct" | "audience" | "collection" | "program" | "join_key" | "import" | "follow_up"); sourceId: (string | null); createdAt: string };
  /** One page of a list. */
  GrantPage: { data: (Schemas["Grant"])[]; next: (string | null); total?: number | undefined };
  /** Credits earned by completion. */
  EarnedCredit: { enrollmentId: string; creditTypeId: string; name: string; credits: number };
  /** One page of a list. */
  EarnedCreditPage: { data: (Schemas["EarnedCredit"])[]; next: (string | null); total?: number | undefined };
  /** How a section stands; computed from its activities. */
  SectionEnrollment: { id: string; enrollmentId: string; sectionId: string; name: string; position: number; state: Schemas["ActivityState"]; progress: number; score: (number | null); timeTicks: number; enrolledAt: string; startedAt: (string | null); completedAt: (string | null); updatedAt: string };
  /** One page of a list. */
  SectionEnrollmentPage: { data: (Schemas["SectionEnrollment"])[]; next: (string | null); total?: number | undefined };
  /** How an activity stands; not started where nothing was done. */
  ActivityEnrollment: { id: string; enrollmentId: string; activityId: string; sectionId: string; name: string; kind: Schemas["ActivityKind"]; required: boolean; state: Schemas["ActivityState"]; progress: number; score: (number | null); timeTicks: number; attempts: number; failures: number; tasksDone: (string)[]; startedAt: (string | null); completedAt: (string | null); lastAttemptAt: (string | null); createdAt: string; updatedAt: string };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  ActivityEnrollmentUpdate: { state?: Schemas["ActivityState"] | undefined; progress?: number | undefined; tasksDone?: (string)[] | undefined; addTicks?: number | undefined };
  /** One page of a list. */
  ActivityEnrollmentPage: { data: (Schemas["ActivityEnrollment"])[]; next: (string | null); total?: number | undefined };
  /** A place in a session. */
  SessionEnrollment: { id: string; enrollmentId: string; personId: string; personName: string; sessionId: string; sessionName: string; activityId: string; state: Schemas["ActivityState"]; timeTicks: number; enrolledAt: string; createdAt: string; updatedAt: string };
  /** One page of a list. */
  SessionEnrollmentPage: { data: (Schemas["SessionEnrollment"])[]; next: (string | null); total?: number | undefined };
  /** One try at an activity. */
  Attempt: { id: string; enrollmentId: string; personId: string; courseId: string; activityId: string; ordinal: number; state: ("in_progress" | "ready_for_review" | "complete" | "failed"); score: (number | null); timeTicks: number; startedAt: (string | null); finishedAt: (string | null); feedback: (string | null); createdAt: string; updatedAt: string };
  /** What a new attempt is made of. */
  AttemptCreate: { activityId: string };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  AttemptUpdate: { state?: ("in_progress" | "ready_for_review" | "complete" | "failed") | undefined; score?: (number | null) | undefined; startedAt?: (string | null) | undefined; finishedAt?: (string | null) | undefined; feedback?: (string | null) | undefined; timeTicks?: number | undefined };
  /** One page of a list. */
  AttemptPage: { data: (Schemas["Attempt"])[]; next: (string | null); total?: number | undefined };
  /** One learner in one offering to create or change, found by `id`, or by person and offering or course. */
  EnrollmentBatchRow: { id?: string | undefined; personId?: string | undefined; personExternalId?: string | undefined; personEmail?: string | undefined; offeringId?: string | undefined; offeringExternalId?: string | undefined; courseId?: string | undefined; courseExternalId?: string | undefined; source?: Schemas["EnrollmentSource"] | undefined; enrolledAt?: string | undefined; accessAt?: (string | null) | undefined; dueAt?: (string | null) | undefined; expiresAt?: (string | null) | undefined; termsAccepted?: boolean | undefined; state?: Schemas["EnrollmentState"] | undefined; score?: (number | null) | undefined; completedAt?: (string | null) | undefined; result?: (string | null) | undefined; credits?: (number | null) | undefined; rating?: (number | null) | undefined; withdrawal?: Schemas["WithdrawalWrite"] | undefined };
  /** A graded piece of one offering. */
  Assessment: { id: string; number: number; externalId: (string | null); offeringId: string; activityId: string; name: string; description: (string | null); category: (string | null); markType: string; minimum: number; maximum: number; weight: (number | null); categoryWeight: (number | null); opensAt: (string | null); dueAt: (string | null); closesAt: (string | null); createdAt: string; updatedAt: string };
  /** What a new assessment is made of. */
  AssessmentCreate: { externalId?: (string | null) | undefined; offeringId: string; activityId: string; name: string; description?: (string | null) | undefined; category?: (string | null) | undefined; markType?: string | undefined; minimum?: number | undefined; maximum?: number | undefined; weight?: (number | null) | undefined; categoryWeight?: (number | null) | undefined; opensAt?: (string | null) | undefined; dueAt?: (string | null) | undefined; closesAt?: (string | null) | undefined };
  /** A JSON merge patch: an absent member keeps its value, null clears it. */
  AssessmentUpdate: { externalId?: (string | null) | undefined; name?: string | undefined; description?: (string | null) | undefined; category?: (string | null) | undefined; markType?: string | undefined; minimum?: number | undefined; maximum?: number | undefined; weight?: (number | null) | undefined; categoryWeight?: (number | null) | undefined; opensAt?: (string | null) | undefined; dueAt?: (string | null) | undefined; closesAt?: (string | null) | undefined };
  /** One page of a list. */
  AssessmentPage: { data: (Schemas["Assessment"])[]; next: (string | null); total?: number | undefined };
  /** What somebody handed in. */
  Submission: { assessmentId: string; enrollmentId: string; state: ("draft" | "submitted" | "marked"); submittedAt: (string | null); late: boolean; createdAt: string; updatedAt: string };
  /** What is handed in. */
  SubmissionWrite: { state?: ("draft" | "submitted") | undefined; submittedAt?: string | undefined };
  /** One page of a list. */
  SubmissionPage: { data: (Schemas["Submission"])[]; next: (string | null); total?: number | undefined };
  /** What a piece of work was worth. */
  Mark: { id: string; role: ("marker" | "evaluator" | "moderator"); counts: boolean; assessmentId: string; enrollmentId: string; personId: string; score: (number | null); percent: (number | null); textScore: (string | null); carriedOver: boolean; comment: (string | null); markerId: (string | null); markedAt: string; createdAt: string; updatedAt: string };
  /** What a piece of work is worth: a score, a text or both. */
  MarkWrite: { score?: (number | null) | undefined; textScore?: (string | null) | undefined; carriedOver?: boolean | undefined; comment?: (string | null) | undefined; role?: ("marker" | "evaluator" | "moderator") | undefined; markerId?: (string | null) | undefined; markedAt?: string | undefined };
  /** What a marker finds that a piece of work is worth: a score, a text or both. */
  MarkingCreate: { assessmentId: string; enrollmentId: string; markerId?: string | undefined; score?: (number | null) | undefined; textScore?: (string | null) | undefined; carriedOver?: boolean | undefined; comment?: (string | null) | undefined; role?: ("marker" | "evaluator" | "moderator") | undefined; markedAt?: string | undefined };
  /** What a marker finds that a piece of work is worth: a score, a text or both. */
  MarkingWrite: { score?: (number | null) | undefined; textScore?: (string | null) | undefined; carriedOver?: boolean | undefined; comment?: (string | null) | undefined; role?: ("marker" | "evaluator" | "moderator") | undefined; markedAt?: string | undefined };
  /** One page of a list. */
  MarkPage: { data: (Schemas["Mark"])[]; next: (string | null); total?: number | undefined };
  /** One change. */
  Event: { id: string; at: string; type: string; entity: string; entityId: string; personId: (string | null); courseId: (string | null); actor: { kind: ("person" | "client" | "system"); id: (string | null) }; dialect: string; data: { [key: string]: unknown } };
  /** A piece of the feed. */
  EventPage: { data: (Schemas["Event"])[]; next: string };
  /** How many rows of one kind. */
  ImportCounts: { created: number; changed: number; unchanged: number; refused: number };
  /** A row that was not taken, or was taken in part. */
  ImportRefusal: { file: string; line: (number | null); reason: string };
  /** What a row would change. */
  ImportChange: { file: string; line: (number | null); key: (string | null); type: string; fields: (string)[] };
  /** What an import did. */
  ImportReport: { counts: { [key: string]: Schemas["ImportCounts"] }; refusals: (Schemas["ImportRefusal"])[]; refusalsLeftOut: number; remarks: (Schemas["ImportRefusal"])[]; remarksLeftOut: number; changes: (Schemas["ImportChange"])[]; changesLeftOut: number; warning: (string | null); problem: (string | null) };
  /** One run of an import. */
  Import: { id: string; number: number; kind: ("oneroster" | "academy"); source: string; state: ("running" | "complete" | "failed"); dryRun: boolean; progress: (Schemas["ImportProgress"] | null); report: Schemas["ImportReport"]; startedAt: string; finishedAt: (string | null) };
  /** A mail without its text. */
  Mail: { id: string; template: string; locale: string; to: { personId: (string | null); name: (string | null); address: (string | null) }; subject: string; state: ("queued" | "sending" | "sent" | "failed"); queuedAt: string; sentAt: (string | null); sentTo: ("server" | "mailbox" | null); attempts: number; dueAt: (string | null); reason: (string | null); reply: (string | null) };
  /** A mail as it is read. */
  MailWithText: { id: string; template: string; locale: string; to: { personId: (string | null); name: (string | null); address: (string | null) }; subject: string; state: ("queued" | "sending" | "sent" | "failed"); queuedAt: string; sentAt: (string | null); sentTo: ("server" | "mailbox" | null); attempts: number; dueAt: (string | null); reason: (string | null); reply: (string | null); headers: { messageId: string; from: Schemas["Mailbox"]; to: Schemas["Mailbox"]; replyTo: (string | null); subject: string; language: string }; text: string; html: string };
  /** A name and an address. */
  Mailbox: { name: string; address: string };
  /** One page of a list. */
  MailPage: { data: (Schemas["Mail"])[]; next: (string | null); total?: number | undefined };
  /** Where an import stands. */
  ImportProgress: { file: string; phase: ("read" | "merge"); rows: number; fraction: number };
  /** One page of a list. */
  FilePage: { data: (Schemas["File"])[]; next: (string | null); total?: number | undefined };
  /** A file that belongs to a person, a course, or what an enrollment hands in for an assessment. */
  File: { id: string; personId: (string | null); courseId: (string | null); assessmentId: (string | null); enrollmentId: (string | null); name: string; mediaType: string; size: number; sha256: string; uploadedById: (string | null); createdAt: string; contentUrl: string; contentUrlExpiresAt: string };
  /** One page of a list. */
  ImportPage: { data: (Schemas["Import"])[]; next: (string | null); total?: number | undefined };
}

export interface Operations {
  /** Create a token */
  createToken: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["TokenCreate"];
    answers: { 201: Schemas["Token"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show me */
  getMe: {
    path: {};
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Me"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove my token */
  deleteMyToken: {
    path: {};
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show the tenant */
  getTenant: {
    path: {};
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Tenant"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change the tenant */
  updateTenant: {
    path: {};
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["TenantUpdate"];
    answers: { 200: Schemas["Tenant"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show the clock */
  getClock: {
    path: {};
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Clock"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change the clock */
  updateClock: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["ClockUpdate"];
    answers: { 200: Schemas["MovedClock"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Start a reset */
  createReset: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: undefined;
    answers: { 201: Schemas["Reset"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List clients */
  listClients: {
    path: {};
    query: { dialect?: ("matricula" | "absorb" | "enabley"); status?: ("active" | "revoked"); sort?: ("createdAt" | "-createdAt" | "name" | "-name"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ClientPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a client */
  createClient: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["ClientCreate"];
    answers: { 201: Schemas["ClientWithCredentials"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a client */
  getClient: {
    path: { clientId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Client"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a client */
  deleteClient: {
    path: { clientId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a client */
  updateClient: {
    path: { clientId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["ClientUpdate"];
    answers: { 200: Schemas["Client"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create credentials of a client */
  createClientCredentials: {
    path: { clientId: string };
    query: {};
    headers: { "idempotency-key"?: string };
    body: undefined;
    answers: { 201: Schemas["ClientCredentials"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List people */
  listPeople: {
    path: {};
    query: { externalId?: string; sourcedId?: string; number?: number; email?: string; username?: string; status?: (("active" | "suspended" | "deleted"))[]; unitId?: string; withinUnitId?: string; groupId?: string; roleId?: string; profileId?: string; managerId?: string; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "fullName" | "-fullName" | "familyName" | "-familyName" | "login" | "-login" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PersonPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a person */
  createPerson: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["PersonCreate"];
    answers: { 201: Schemas["Person"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a person */
  getPerson: {
    path: { personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Person"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a person */
  deletePerson: {
    path: { personId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a person */
  updatePerson: {
    path: { personId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["PersonUpdate"];
    answers: { 200: Schemas["Person"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set the erasure of a person */
  putPersonErasure: {
    path: { personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Erasure"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Replace the password of a person */
  putPersonPassword: {
    path: { personId: string };
    query: {};
    headers: {};
    body: Schemas["PasswordUpdate"];
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove the password of a person */
  deletePersonPassword: {
    path: { personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the units of a person */
  listPersonUnits: {
    path: { personId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PersonUnitPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a unit of a person */
  putPersonUnit: {
    path: { personId: string; unitId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a unit of a person */
  deletePersonUnit: {
    path: { personId: string; unitId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the groups of a person */
  listPersonGroups: {
    path: { personId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["GroupMembershipPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create or change a batch of persons */
  createPersonBatch: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Row<Schemas["PersonBatchRow"]>[];
    answers: { 200: Schemas["BatchResult"] | Streamed; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List units */
  listUnits: {
    path: {};
    query: { externalId?: string; sourcedId?: string; number?: number; parentId?: string; withinUnitId?: string; name?: string; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["UnitPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a unit */
  createUnit: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["UnitCreate"];
    answers: { 201: Schemas["Unit"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a unit */
  getUnit: {
    path: { unitId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Unit"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a unit */
  deleteUnit: {
    path: { unitId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a unit */
  updateUnit: {
    path: { unitId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["UnitUpdate"];
    answers: { 200: Schemas["Unit"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List groups */
  listGroups: {
    path: {};
    query: { externalId?: string; number?: number; parentId?: string; unitId?: string; kind?: ("hierarchical" | "custom" | "automatic"); level?: string; personId?: string; name?: string; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["GroupPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a group */
  createGroup: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["GroupCreate"];
    answers: { 201: Schemas["Group"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a group */
  getGroup: {
    path: { groupId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Group"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a group */
  deleteGroup: {
    path: { groupId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a group */
  updateGroup: {
    path: { groupId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["GroupUpdate"];
    answers: { 200: Schemas["Group"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the members of a group */
  listGroupMembers: {
    path: { groupId: string };
    query: { sort?: ("createdAt" | "-createdAt" | "fullName" | "-fullName"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["GroupMemberPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a member of a group */
  putGroupMember: {
    path: { groupId: string; personId: string };
    query: { replace?: boolean; replaceUnitId?: string };
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a member of a group */
  deleteGroupMember: {
    path: { groupId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List attributes */
  listAttributes: {
    path: {};
    query: { entity?: ("person" | "course"); key?: string; sort?: ("number" | "-number" | "name" | "-name" | "key" | "-key"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AttributePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create an attribute */
  createAttribute: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["AttributeCreate"];
    answers: { 201: Schemas["Attribute"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an attribute */
  getAttribute: {
    path: { attributeId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Attribute"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove an attribute */
  deleteAttribute: {
    path: { attributeId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change an attribute */
  updateAttribute: {
    path: { attributeId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["AttributeUpdate"];
    answers: { 200: Schemas["Attribute"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List roles */
  listRoles: {
    path: {};
    query: { key?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["RolePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a role */
  createRole: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["RoleCreate"];
    answers: { 201: Schemas["Role"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a role */
  getRole: {
    path: { roleId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Role"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a role */
  deleteRole: {
    path: { roleId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a role */
  updateRole: {
    path: { roleId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["RoleUpdate"];
    answers: { 200: Schemas["Role"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the roles of a person */
  listPersonRoles: {
    path: { personId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PersonRolePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a role of a person */
  putPersonRole: {
    path: { personId: string; roleId: string };
    query: {};
    headers: {};
    body: Schemas["PersonRoleWrite"] | undefined;
    answers: { 200: Schemas["PersonRole"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a role of a person */
  deletePersonRole: {
    path: { personId: string; roleId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the entitlements of a person */
  listPersonEntitlements: {
    path: { personId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["EntitlementPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the staff of a unit */
  listUnitStaff: {
    path: { unitId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["StaffMemberPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a person on the staff of a unit */
  putUnitStaff: {
    path: { unitId: string; personId: string };
    query: {};
    headers: {};
    body: Schemas["StaffMemberWrite"];
    answers: { 200: Schemas["StaffMember"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a person from the staff of a unit */
  deleteUnitStaff: {
    path: { unitId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the staff of a group */
  listGroupStaff: {
    path: { groupId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["StaffMemberPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a person on the staff of a group */
  putGroupStaff: {
    path: { groupId: string; personId: string };
    query: {};
    headers: {};
    body: Schemas["StaffMemberWrite"];
    answers: { 200: Schemas["StaffMember"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a person from the staff of a group */
  deleteGroupStaff: {
    path: { groupId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the staff of a course */
  listCourseStaff: {
    path: { courseId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["StaffMemberPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a person on the staff of a course */
  putCourseStaff: {
    path: { courseId: string; personId: string };
    query: {};
    headers: {};
    body: Schemas["StaffMemberWrite"];
    answers: { 200: Schemas["StaffMember"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a person from the staff of a course */
  deleteCourseStaff: {
    path: { courseId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the staff of an offering */
  listOfferingStaff: {
    path: { offeringId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["StaffMemberPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a person on the staff of an offering */
  putOfferingStaff: {
    path: { offeringId: string; personId: string };
    query: {};
    headers: {};
    body: Schemas["StaffMemberWrite"];
    answers: { 200: Schemas["StaffMember"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a person from the staff of an offering */
  deleteOfferingStaff: {
    path: { offeringId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the staff of a program */
  listProgramStaff: {
    path: { programId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["StaffMemberPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a person on the staff of a program */
  putProgramStaff: {
    path: { programId: string; personId: string };
    query: {};
    headers: {};
    body: Schemas["StaffMemberWrite"];
    answers: { 200: Schemas["StaffMember"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a person from the staff of a program */
  deleteProgramStaff: {
    path: { programId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List courses */
  listCourses: {
    path: {};
    query: { externalId?: string; sourcedId?: string; number?: number; code?: string; kind?: (Schemas["CourseKind"])[]; state?: (("draft" | "published" | "retired"))[]; unitId?: string; categoryId?: string; language?: (string)[]; level?: string; maxDurationMinutes?: number; template?: boolean; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "durationMinutes" | "-durationMinutes" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["CoursePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a course */
  createCourse: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["CourseCreate"];
    answers: { 201: Schemas["Course"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a course */
  getCourse: {
    path: { courseId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Course"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a course */
  deleteCourse: {
    path: { courseId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a course */
  updateCourse: {
    path: { courseId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["CourseUpdate"];
    answers: { 200: Schemas["Course"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the versions of a course */
  listCourseVersions: {
    path: { courseId: string };
    query: { state?: ("draft" | "published" | "retired"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["VersionPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a version of a course */
  createCourseVersion: {
    path: { courseId: string };
    query: {};
    headers: { "idempotency-key"?: string };
    body: undefined;
    answers: { 200: Schemas["VersionContent"]; 201: Schemas["VersionContent"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a version of a course */
  getCourseVersion: {
    path: { courseId: string; versionId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["VersionContent"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show the draft of a course */
  getCourseDraft: {
    path: { courseId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["VersionContent"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Replace the draft of a course */
  putCourseDraft: {
    path: { courseId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["ContentWrite"];
    answers: { 200: Schemas["VersionContent"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove the draft of a course */
  deleteCourseDraft: {
    path: { courseId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set the publication of a course */
  putCoursePublication: {
    path: { courseId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Version"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List credit types */
  listCreditTypes: {
    path: {};
    query: { externalId?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["CreditTypePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a credit type */
  createCreditType: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["CreditTypeCreate"];
    answers: { 201: Schemas["CreditType"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a credit type */
  getCreditType: {
    path: { creditTypeId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["CreditType"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a credit type */
  deleteCreditType: {
    path: { creditTypeId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a credit type */
  updateCreditType: {
    path: { creditTypeId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["CreditTypeUpdate"];
    answers: { 200: Schemas["CreditType"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List programs */
  listPrograms: {
    path: {};
    query: { externalId?: string; number?: number; state?: ("active" | "retired"); slug?: string; unitId?: string; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProgramPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a program */
  createProgram: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["ProgramCreate"];
    answers: { 201: Schemas["Program"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a program */
  getProgram: {
    path: { programId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Program"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a program */
  deleteProgram: {
    path: { programId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a program */
  updateProgram: {
    path: { programId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["ProgramUpdate"];
    answers: { 200: Schemas["Program"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the contents of a program */
  listProgramContents: {
    path: { programId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProgramContentPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a course among the contents of a program */
  putProgramContent: {
    path: { programId: string; courseId: string };
    query: {};
    headers: {};
    body: Schemas["ProgramContentWrite"] | undefined;
    answers: { 200: Schemas["ProgramContent"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a course from the contents of a program */
  deleteProgramContent: {
    path: { programId: string; courseId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the members of a program */
  listProgramMembers: {
    path: { programId: string };
    query: { left?: boolean; personId?: string; sort?: ("joinedAt" | "-joinedAt" | "fullName" | "-fullName"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProgramMemberPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a member of a program */
  getProgramMember: {
    path: { programId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProgramMember"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a member of a program */
  putProgramMember: {
    path: { programId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a member of a program */
  deleteProgramMember: {
    path: { programId: string; personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the audiences of a program */
  listProgramAudiences: {
    path: { programId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProgramAudiencePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an audience of a program */
  getProgramAudience: {
    path: { programId: string; groupId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProgramAudience"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set an audience of a program */
  putProgramAudience: {
    path: { programId: string; groupId: string };
    query: {};
    headers: {};
    body: Schemas["AudienceWrite"] | undefined;
    answers: { 200: Schemas["ProgramAudience"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove an audience of a program */
  deleteProgramAudience: {
    path: { programId: string; groupId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the paths of a program */
  listProgramPaths: {
    path: { programId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PathPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a path of a program */
  createProgramPath: {
    path: { programId: string };
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["PathCreate"];
    answers: { 201: Schemas["Path"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a path of a program */
  getProgramPath: {
    path: { programId: string; pathId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Path"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a path of a program */
  deleteProgramPath: {
    path: { programId: string; pathId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a path of a program */
  updateProgramPath: {
    path: { programId: string; pathId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["PathUpdate"];
    answers: { 200: Schemas["Path"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the programs of a person */
  listPersonPrograms: {
    path: { personId: string };
    query: { sort?: ("number" | "-number" | "name" | "-name"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProgramPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List terms */
  listTerms: {
    path: {};
    query: { externalId?: string; number?: number; parentId?: string; kind?: string; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "startsOn" | "-startsOn"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["TermPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a term */
  createTerm: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["TermCreate"];
    answers: { 201: Schemas["Term"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a term */
  getTerm: {
    path: { termId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Term"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a term */
  deleteTerm: {
    path: { termId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a term */
  updateTerm: {
    path: { termId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["TermUpdate"];
    answers: { 200: Schemas["Term"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List offerings */
  listOfferings: {
    path: {};
    query: { externalId?: string; sourcedId?: string; number?: number; code?: string; courseId?: string; versionId?: string; termId?: string; unitId?: string; state?: ("active" | "retired"); isDefault?: boolean; fromTemplate?: boolean; startsAfter?: string; startsBefore?: string; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "startsAt" | "-startsAt" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OfferingPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create an offering */
  createOffering: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["OfferingCreate"];
    answers: { 201: Schemas["Offering"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an offering */
  getOffering: {
    path: { offeringId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Offering"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove an offering */
  deleteOffering: {
    path: { offeringId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change an offering */
  updateOffering: {
    path: { offeringId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["OfferingUpdate"];
    answers: { 200: Schemas["Offering"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List sessions */
  listSessions: {
    path: {};
    query: { externalId?: string; number?: number; offeringId?: string; courseId?: string; activityId?: string; startsAfter?: string; startsBefore?: string; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "startsAt" | "-startsAt" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["SessionPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a session */
  createSession: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["SessionCreate"];
    answers: { 201: Schemas["Session"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a session */
  getSession: {
    path: { sessionId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Session"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a session */
  deleteSession: {
    path: { sessionId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a session */
  updateSession: {
    path: { sessionId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["SessionUpdate"];
    answers: { 200: Schemas["Session"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List rooms */
  listRooms: {
    path: {};
    query: { number?: number; search?: string; sort?: ("number" | "-number" | "name" | "-name"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["RoomPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a room */
  createRoom: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["RoomCreate"];
    answers: { 201: Schemas["Room"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a room */
  getRoom: {
    path: { roomId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Room"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a room */
  deleteRoom: {
    path: { roomId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a room */
  updateRoom: {
    path: { roomId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["RoomUpdate"];
    answers: { 200: Schemas["Room"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List join keys */
  listJoinKeys: {
    path: {};
    query: { externalId?: string; code?: string; offeringId?: string; unitId?: string; status?: ("active" | "paused"); search?: string; sort?: ("number" | "-number" | "name" | "-name" | "createdAt" | "-createdAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["JoinKeyPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a join key */
  createJoinKey: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["JoinKeyCreate"];
    answers: { 201: Schemas["JoinKey"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a join key */
  getJoinKey: {
    path: { joinKeyId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["JoinKey"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a join key */
  deleteJoinKey: {
    path: { joinKeyId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a join key */
  updateJoinKey: {
    path: { joinKeyId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["JoinKeyUpdate"];
    answers: { 200: Schemas["JoinKey"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List enrollments */
  listEnrollments: {
    path: {};
    query: { sourcedId?: string; personId?: string; courseId?: string; offeringId?: string; versionId?: string; unitId?: string; collectionId?: string; joinKeyId?: string; state?: (Schemas["EnrollmentState"])[]; live?: boolean; ending?: (Schemas["EnrollmentEnding"])[]; isPrimary?: boolean; source?: (Schemas["EnrollmentSource"])[]; enrolledAfter?: string; enrolledBefore?: string; completedAfter?: string; completedBefore?: string; dueBefore?: string; number?: number; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "enrolledAt" | "-enrolledAt" | "updatedAt" | "-updatedAt" | "createdAt" | "-createdAt" | "completedAt" | "-completedAt" | "dueAt" | "-dueAt" | "progress" | "-progress" | "score" | "-score" | "personName" | "-personName"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["EnrollmentPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create an enrollment */
  createEnrollment: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["EnrollmentCreate"];
    answers: { 200: Schemas["Enrollment"]; 201: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an enrollment */
  getEnrollment: {
    path: { enrollmentId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change an enrollment */
  updateEnrollment: {
    path: { enrollmentId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["EnrollmentUpdate"];
    answers: { 200: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set the withdrawal of an enrollment */
  putEnrollmentWithdrawal: {
    path: { enrollmentId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["WithdrawalWrite"] | undefined;
    answers: { 200: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set the completion of an enrollment */
  putEnrollmentCompletion: {
    path: { enrollmentId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 200: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a transfer of an enrollment */
  createEnrollmentTransfer: {
    path: { enrollmentId: string };
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["TransferCreate"];
    answers: { 201: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a re-enrollment after an enrollment */
  createReEnrollment: {
    path: { enrollmentId: string };
    query: {};
    headers: { "idempotency-key"?: string };
    body: undefined;
    answers: { 201: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Start a reset of an enrollment */
  createEnrollmentReset: {
    path: { enrollmentId: string };
    query: {};
    headers: { "idempotency-key"?: string };
    body: undefined;
    answers: { 201: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Start a recomputation of an enrollment */
  createEnrollmentRecomputation: {
    path: { enrollmentId: string };
    query: {};
    headers: { "idempotency-key"?: string };
    body: undefined;
    answers: { 201: Schemas["Enrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the grants of an enrollment */
  listEnrollmentGrants: {
    path: { enrollmentId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["GrantPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the credits of an enrollment */
  listEnrollmentCredits: {
    path: { enrollmentId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["EarnedCreditPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the sections of an enrollment */
  listEnrollmentSections: {
    path: { enrollmentId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["SectionEnrollmentPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the activities of an enrollment */
  listEnrollmentActivities: {
    path: { enrollmentId: string };
    query: { sectionId?: string; cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ActivityEnrollmentPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an activity of an enrollment */
  getEnrollmentActivity: {
    path: { enrollmentId: string; activityId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ActivityEnrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change an activity of an enrollment */
  updateEnrollmentActivity: {
    path: { enrollmentId: string; activityId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["ActivityEnrollmentUpdate"];
    answers: { 200: Schemas["ActivityEnrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the sessions of an enrollment */
  listEnrollmentSessions: {
    path: { enrollmentId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["SessionEnrollmentPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a session of an enrollment */
  putEnrollmentSession: {
    path: { enrollmentId: string; sessionId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["SessionEnrollment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a session of an enrollment */
  deleteEnrollmentSession: {
    path: { enrollmentId: string; sessionId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the enrollments of a session */
  listSessionEnrollments: {
    path: { sessionId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["SessionEnrollmentPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the attempts of an enrollment */
  listEnrollmentAttempts: {
    path: { enrollmentId: string };
    query: { activityId?: string; cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AttemptPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Start an attempt of an enrollment */
  createEnrollmentAttempt: {
    path: { enrollmentId: string };
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["AttemptCreate"];
    answers: { 200: Schemas["Attempt"]; 201: Schemas["Attempt"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an attempt */
  getAttempt: {
    path: { attemptId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Attempt"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change an attempt */
  updateAttempt: {
    path: { attemptId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["AttemptUpdate"];
    answers: { 200: Schemas["Attempt"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create or change a batch of enrollments */
  createEnrollmentBatch: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Row<Schemas["EnrollmentBatchRow"]>[];
    answers: { 200: Schemas["BatchResult"] | Streamed; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List assessments */
  listAssessments: {
    path: {};
    query: { externalId?: string; number?: number; offeringId?: string; activityId?: string; category?: string; dueAfter?: string; dueBefore?: string; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "dueAt" | "-dueAt" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AssessmentPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create an assessment */
  createAssessment: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["AssessmentCreate"];
    answers: { 201: Schemas["Assessment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an assessment */
  getAssessment: {
    path: { assessmentId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Assessment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove an assessment */
  deleteAssessment: {
    path: { assessmentId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change an assessment */
  updateAssessment: {
    path: { assessmentId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["AssessmentUpdate"];
    answers: { 200: Schemas["Assessment"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the submissions of an assessment */
  listAssessmentSubmissions: {
    path: { assessmentId: string };
    query: { state?: (("draft" | "submitted" | "marked"))[]; updatedAfter?: string; sort?: ("submittedAt" | "-submittedAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["SubmissionPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a submission */
  getSubmission: {
    path: { assessmentId: string; enrollmentId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Submission"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Replace a submission */
  putSubmission: {
    path: { assessmentId: string; enrollmentId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["SubmissionWrite"] | undefined;
    answers: { 200: Schemas["Submission"]; 201: Schemas["Submission"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the submissions of an enrollment */
  listEnrollmentSubmissions: {
    path: { enrollmentId: string };
    query: { state?: (("draft" | "submitted" | "marked"))[]; updatedAfter?: string; sort?: ("submittedAt" | "-submittedAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["SubmissionPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the marks of an assessment */
  listAssessmentMarks: {
    path: { assessmentId: string };
    query: { updatedAfter?: string; sort?: ("markedAt" | "-markedAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["MarkPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a mark */
  getMark: {
    path: { assessmentId: string; enrollmentId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Mark"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Replace a mark */
  putMark: {
    path: { assessmentId: string; enrollmentId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["MarkWrite"];
    answers: { 200: Schemas["Mark"]; 201: Schemas["Mark"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a mark */
  deleteMark: {
    path: { assessmentId: string; enrollmentId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the marks of an enrollment */
  listEnrollmentMarks: {
    path: { enrollmentId: string };
    query: { updatedAfter?: string; sort?: ("markedAt" | "-markedAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["MarkPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the marks of an offering */
  listOfferingMarks: {
    path: { offeringId: string };
    query: { assessmentId?: string; personId?: string; updatedAfter?: string; sort?: ("markedAt" | "-markedAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["MarkPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List markings */
  listMarkings: {
    path: {};
    query: { assessmentId?: string; enrollmentId?: string; offeringId?: string; sort?: ("markedAt" | "-markedAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["MarkPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a marking */
  createMarking: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["MarkingCreate"];
    answers: { 201: Schemas["Mark"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a marking */
  getMarking: {
    path: { markingId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Mark"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Replace a marking */
  putMarking: {
    path: { markingId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["MarkingWrite"];
    answers: { 200: Schemas["Mark"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a marking */
  deleteMarking: {
    path: { markingId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set the agreement on a marking */
  putMarkingAgreement: {
    path: { markingId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Mark"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List events */
  listEvents: {
    path: {};
    query: { type?: (string)[]; entity?: string; entityId?: string; personId?: string; courseId?: string; cursor?: string; limit?: number };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["EventPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 410: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show the stream of events */
  getEventStream: {
    path: {};
    query: { type?: (string)[]; entity?: string; entityId?: string; personId?: string; courseId?: string; cursor?: string };
    headers: { "last-event-id"?: string };
    body: undefined;
    answers: { 200: Streamed; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 410: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List imports */
  listImports: {
    path: {};
    query: { kind?: ("oneroster" | "academy"); state?: ("running" | "complete" | "failed"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ImportPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Start an import */
  createImport: {
    path: {};
    query: { dryRun?: boolean; strict?: boolean; encoding?: ("utf-8" | "windows-1252"); fileName?: string };
    headers: {};
    body: Readable;
    answers: { 202: Schemas["Import"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an import */
  getImport: {
    path: { importId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Import"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List mails */
  listMails: {
    path: {};
    query: { state?: ("queued" | "sending" | "sent" | "failed"); template?: string; personId?: string; address?: string; queuedFrom?: string; queuedBefore?: string; cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["MailPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a mail */
  getMail: {
    path: { mailId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["MailWithText"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the files of a thing */
  listFiles: {
    path: {};
    query: { personId?: string; courseId?: string; assessmentId?: string; enrollmentId?: string; cursor?: string; limit?: number; count?: boolean; sort?: ("created" | "-created" | "name" | "-name" | "size" | "-size") };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["FilePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a file */
  createFile: {
    path: {};
    query: { personId?: string; courseId?: string; assessmentId?: string; enrollmentId?: string; name: string; size?: number; digest?: string };
    headers: {};
    body: Readable;
    answers: { 200: Schemas["File"]; 201: Schemas["File"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a file */
  getFile: {
    path: { fileId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["File"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a file */
  deleteFile: {
    path: { fileId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show the content of a file */
  getFileContent: {
    path: { fileId: string };
    query: { tenant: string; pass: string };
    headers: {};
    body: undefined;
    answers: { 200: Uint8Array | Streamed; 206: Uint8Array | Streamed; 304: undefined; 400: Schemas["Problem"]; 404: Schemas["Problem"]; 410: Schemas["Problem"]; 416: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the audiences of a group */
  listGroupAudiences: {
    path: { groupId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AudiencePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the audiences of an offering */
  listOfferingAudiences: {
    path: { offeringId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AudiencePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an audience of an offering */
  getOfferingAudience: {
    path: { offeringId: string; groupId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Audience"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set an audience of an offering */
  putOfferingAudience: {
    path: { offeringId: string; groupId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["AudienceWrite"] | undefined;
    answers: { 200: Schemas["Audience"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove an audience of an offering */
  deleteOfferingAudience: {
    path: { offeringId: string; groupId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the training events of an offering */
  listTrainingEvents: {
    path: { offeringId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["TrainingEventPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List profiles */
  listProfiles: {
    path: {};
    query: { externalId?: string; number?: number; updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProfilePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a profile */
  createProfile: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["ProfileCreate"];
    answers: { 201: Schemas["Profile"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a profile */
  getProfile: {
    path: { profileId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Profile"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a profile */
  deleteProfile: {
    path: { profileId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a profile */
  updateProfile: {
    path: { profileId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["ProfileUpdate"];
    answers: { 200: Schemas["Profile"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the profiles of a person */
  listPersonProfiles: {
    path: { personId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ProfilePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set a profile of a person */
  putPersonProfile: {
    path: { personId: string; profileId: string };
    query: { replace?: boolean };
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a profile of a person */
  deletePersonProfile: {
    path: { personId: string; profileId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show the instructor authorization of a person */
  getPersonInstructorAuthorization: {
    path: { personId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["InstructorAuthorization"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Replace the instructor authorization of a person */
  putPersonInstructorAuthorization: {
    path: { personId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["InstructorAuthorizationWrite"];
    answers: { 200: Schemas["InstructorAuthorization"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List the certificates of a person */
  listPersonCertificates: {
    path: { personId: string };
    query: { cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AwardPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a certificate of a person */
  getPersonCertificate: {
    path: { personId: string; certificateId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AwardDetails"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set whether a person must hold a certificate */
  putPersonCertificate: {
    path: { personId: string; certificateId: string };
    query: {};
    headers: {};
    body: Schemas["RequirementWrite"];
    answers: { 200: Schemas["AwardDetails"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List certificates */
  listCertificates: {
    path: {};
    query: { externalId?: string; number?: number; courseId?: string; status?: ("active" | "inactive" | "archived"); updatedAfter?: string; search?: string; sort?: ("number" | "-number" | "name" | "-name" | "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt"); cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["CertificatePage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Create a certificate */
  createCertificate: {
    path: {};
    query: {};
    headers: { "idempotency-key"?: string };
    body: Schemas["CertificateCreate"];
    answers: { 201: Schemas["Certificate"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show a certificate */
  getCertificate: {
    path: { certificateId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["Certificate"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove a certificate */
  deleteCertificate: {
    path: { certificateId: string };
    query: {};
    headers: { "if-match"?: string };
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Change a certificate */
  updateCertificate: {
    path: { certificateId: string };
    query: {};
    headers: { "if-match"?: string };
    body: Schemas["CertificateUpdate"];
    answers: { 200: Schemas["Certificate"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 412: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** List awards */
  listAwards: {
    path: {};
    query: { certificateId?: string; personId?: string; state?: Schemas["AwardState"]; required?: boolean; certifiedAfter?: string; certifiedBefore?: string; expiresAfter?: string; expiresBefore?: string; cursor?: string; limit?: number; count?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AwardPage"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Show an award */
  getAward: {
    path: { awardId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AwardDetails"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set the confirmation of an award */
  putAwardConfirmation: {
    path: { awardId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["AwardDetails"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Set the revocation of an award */
  putAwardRevocation: {
    path: { awardId: string };
    query: {};
    headers: {};
    body: Schemas["RevocationWrite"];
    answers: { 200: Schemas["AwardDetails"]; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 413: Schemas["Problem"]; 415: Schemas["Problem"]; 422: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
  /** Remove the revocation of an award */
  deleteAwardRevocation: {
    path: { awardId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 204: undefined; 400: Schemas["Problem"]; 401: Schemas["Problem"]; 403: Schemas["Problem"]; 404: Schemas["Problem"]; 409: Schemas["Problem"]; 429: Schemas["Problem"]; 500: Schemas["Problem"]; 503: Schemas["Problem"] };
  };
}
