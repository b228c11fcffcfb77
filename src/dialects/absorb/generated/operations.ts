// Generated from contracts/absorb.openapi.yaml by scripts/generate.ts. Do not edit.

export interface Schemas {
  /** State of a course, session, chapter or lesson enrollment. Numbers: seed; names: vendor documentation, confirmed by three independent clients. */
  EnrollmentStatus: (0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12);
  /** State of one attempt. Numbers: seed; names: inferred from the members 1, 3 and 5 of EnrollmentStatus. */
  AttemptStatus: (1 | 3 | 5);
  TimeSpan: string;
  /** Whether the record is in use. */
  ActiveStatus: (0 | 1);
  /** Gender code of a user. */
  Gender: (0 | 1 | 2);
  /** How enrollments in a course run out. */
  ExpireType: (0 | 1 | 2);
  /** Kind of course. */
  CourseType: ("OnlineCourse" | "InstructorLedCourse" | "CourseBundle" | "Curriculum");
  /** Envelope of every application error. */
  Error: { validations: ((string | Schemas["ValidationMessage"] | (Schemas["ValidationMessage"])[]))[]; code: number; message: string; term: string; _meta: { [key: string]: string } };
  /** Object form of a validation entry (v1.5 wire form). */
  ValidationMessage: { message: string };
  /** Body of a refusal that never reached the application (no envelope). */
  GatewayMessage: { message: string };
  /** Error body of the token endpoint. */
  OAuthError: { error: string; error_description?: string | undefined };
  /** Names are matched without regard to case (`Username`, `Password`, `PrivateKey` are in use). */
  AuthenticateRequest: { username: string; password: string; privateKey: string };
  OAuthTokenRequest: { grant_type: ("authorization_code" | "refresh_token"); client_id?: string | undefined; client_secret?: string | undefined; code?: string | undefined; redirect_uri?: string | undefined; refresh_token?: string | undefined };
  /** Lifetimes: vendor documentation. Field names: RFC 6749. */
  OAuthTokenResponse: { access_token: string; token_type: "Bearer"; expires_in: 14400; refresh_token: string; scope?: string | undefined };
  /** Head of every paged answer. */
  PageInfo: { totalItems: number; returnedItems: number; limit: number; offset: number };
  /** Course enrollment as seen from a user (26 properties). */
  UserCourseEnrollment: { id: string; courseId: string; courseName: string; progress: number; score: (number | null); status: Schemas["EnrollmentStatus"]; dateCompleted: (string | null); dateExpires: (string | null); dateEdited: string; dateAdded: string; fullName: string; courseVersionId: (string | null); userId: string; acceptedTermsAndConditions: boolean; timeSpentTicks: number; timeSpent: Schemas["TimeSpan"]; dateStarted: (string | null); enrollmentKeyId: (string | null); certificateId: (string | null); credits: (number | null); isActive: boolean; dateDue: (string | null); accessDate: (string | null); jobTitle: (string | null); courseCollectionId: (string | null); avatar: (string | null) };
  /** Course enrollment as seen from a course (22 properties): UserCourseEnrollment without timeSpentTicks, accessDate, courseCollectionId and avatar. */
  CourseEnrollment: { id: string; courseId: string; courseName: string; progress: number; score: (number | null); status: Schemas["EnrollmentStatus"]; dateCompleted: (string | null); dateExpires: (string | null); fullName: string; jobTitle: (string | null); courseVersionId: (string | null); userId: string; acceptedTermsAndConditions: boolean; timeSpent: Schemas["TimeSpan"]; dateStarted: (string | null); enrollmentKeyId: (string | null); certificateId: (string | null); credits: (number | null); isActive: boolean; dateDue: (string | null); dateEdited: string; dateAdded: string };
  /** Place in one session of an instructor-led course. */
  SessionEnrollment: { id: string; sessionId: string; courseEnrollmentId: string; name: string; userId: string; fullName: string; status: Schemas["EnrollmentStatus"]; progress: number; score: (number | null); timeSpent: Schemas["TimeSpan"]; dateEnrolled: string; dateStarted: (string | null); dateCompleted: (string | null); dateEdited: string };
  /** State of one chapter of a course enrollment. It has no dateEdited. */
  ChapterEnrollment: { id: string; courseEnrollmentId: string; chapterId: string; sessionId: (string | null); lessonId: (string | null); name: string; userId: string; fullName: string; status: Schemas["EnrollmentStatus"]; progress: number; score: (number | null); timeSpent: Schemas["TimeSpan"]; dateEnrolled: string; dateStarted: (string | null); dateCompleted: (string | null); lessonEnrollmentIds: (string)[] };
  /** State of one lesson of a course enrollment. */
  LessonEnrollment: { id: string; chapterEnrollmentId: (string | null); type: string; attempts: number; failures: number; lastAttempt: (string | null); courseEnrollmentId: string; chapterId: (string | null); lessonId: string; name: string; userId: string; fullName: string; status: Schemas["EnrollmentStatus"]; progress: number; score: (number | null); timeSpent: Schemas["TimeSpan"]; dateEnrolled: string; dateStarted: (string | null); dateCompleted: (string | null); dateEdited: string; dateAdded: string };
  /** One try at a lesson. */
  Attempt: { id: string; timeSpentTicks: number; status: Schemas["AttemptStatus"]; score: (number | null); startDate: (string | null); completionDate: (string | null) };
  /** Credits of one type. */
  CourseEnrollmentCredits: { creditTypeId?: string | undefined; credits?: number | undefined };
  CourseEnrollmentUpsert: { id?: (string | null) | undefined; courseId: string; courseName?: (string | null) | undefined; progress?: (number | null) | undefined; score?: (number | null) | undefined; status?: Schemas["EnrollmentStatus"] | undefined; dateCompleted?: (string | null) | undefined; dateExpires?: (string | null) | undefined; fullName?: (string | null) | undefined; jobTitle?: (string | null) | undefined; courseVersionId?: (string | null) | undefined; userId?: (string | null) | undefined; acceptedTermsAndConditions?: boolean | undefined; dateStarted?: (string | null) | undefined; enrollmentKeyId?: (string | null) | undefined; certificateId?: (string | null) | undefined; credits?: (number | null) | undefined; isActive?: boolean | undefined; courseCollectionId?: (string | null) | undefined; accessDate?: (string | null) | undefined; dateDue?: (string | null) | undefined; avatar?: (string | null) | undefined; creditTypeCredits?: ((Schemas["CourseEnrollmentCredits"])[] | null) | undefined };
  /** Answer to a course enrollment. */
  EnrollmentResult: { enrollmentId: string; courseId: string; userId: string };
  /** Answer to a session enrollment. */
  SessionEnrollmentResult: { userId: string; courseId: string; sessionId: string; enrollmentId: string; sessionEnrollmentId: string };
  /** Answer to the start of an attempt. */
  StartAttemptResult: { attemptId: string; courseId: string; userId: string };
  /** Unknown properties (a whole Attempt is posted by one client) are ignored; names are matched without regard to case. */
  FinishAttemptRequest: { status: Schemas["AttemptStatus"]; score?: (number | null) | undefined; startDate?: (string | null) | undefined; completionDate?: (string | null) | undefined };
  /** Answer to the end of an attempt. */
  FinishAttemptResult: { attemptId: string };
  /** One page of enrollments. */
  UserCourseEnrollmentPage: (Schemas["PageInfo"] & { enrollments: (Schemas["UserCourseEnrollment"])[] });
  /** One page of enrollments. */
  CourseEnrollmentPage: (Schemas["PageInfo"] & { enrollments: (Schemas["CourseEnrollment"])[] });
  /** One page of enrollments. */
  SessionEnrollmentPage: (Schemas["PageInfo"] & { enrollments: (Schemas["SessionEnrollment"])[] });
  /** One page of lessonEnrollments. */
  LessonEnrollmentPage: (Schemas["PageInfo"] & { lessonEnrollments: (Schemas["LessonEnrollment"])[] });
  /** Fixed slots: decimal1-5, string1-30, datetime1-5, bool1-5. */
  CustomFields: { decimal1?: (number | null) | undefined; decimal2?: (number | null) | undefined; decimal3?: (number | null) | undefined; decimal4?: (number | null) | undefined; decimal5?: (number | null) | undefined; string1?: (string | null) | undefined; string2?: (string | null) | undefined; string3?: (string | null) | undefined; string4?: (string | null) | undefined; string5?: (string | null) | undefined; string6?: (string | null) | undefined; string7?: (string | null) | undefined; string8?: (string | null) | undefined; string9?: (string | null) | undefined; string10?: (string | null) | undefined; string11?: (string | null) | undefined; string12?: (string | null) | undefined; string13?: (string | null) | undefined; string14?: (string | null) | undefined; string15?: (string | null) | undefined; string16?: (string | null) | undefined; string17?: (string | null) | undefined; string18?: (string | null) | undefined; string19?: (string | null) | undefined; string20?: (string | null) | undefined; string21?: (string | null) | undefined; string22?: (string | null) | undefined; string23?: (string | null) | undefined; string24?: (string | null) | undefined; string25?: (string | null) | undefined; string26?: (string | null) | undefined; string27?: (string | null) | undefined; string28?: (string | null) | undefined; string29?: (string | null) | undefined; string30?: (string | null) | undefined; datetime1?: (string | null) | undefined; datetime2?: (string | null) | undefined; datetime3?: (string | null) | undefined; datetime4?: (string | null) | undefined; datetime5?: (string | null) | undefined; bool1?: (boolean | null) | undefined; bool2?: (boolean | null) | undefined; bool3?: (boolean | null) | undefined; bool4?: (boolean | null) | undefined; bool5?: (boolean | null) | undefined };
  /** Names are matched without regard to case; properties left out keep their value, or take the default on creation (inferred). Lengths: public API test fixtures. */
  UserWrite: { id?: (string | null) | undefined; username?: string | undefined; password?: (string | null) | undefined; departmentId?: string | undefined; firstName?: string | undefined; lastName?: string | undefined; middleName?: (string | null) | undefined; address?: (string | null) | undefined; address2?: (string | null) | undefined; city?: (string | null) | undefined; postalCode?: (string | null) | undefined; provinceId?: (string | null) | undefined; countryId?: (string | null) | undefined; location?: (string | null) | undefined; dateHired?: (string | null) | undefined; dateTerminated?: (string | null) | undefined; emailAddress?: (string | null) | undefined; ccEmailAddresses?: ((string)[] | null) | undefined; employeeNumber?: (string | null) | undefined; supervisorId?: (string | null) | undefined; externalId?: (string | null) | undefined; languageId?: (number | null) | undefined; gender?: Schemas["Gender"] | undefined; activeStatus?: Schemas["ActiveStatus"] | undefined; jobTitle?: (string | null) | undefined; notes?: (string | null) | undefined; phone?: (string | null) | undefined; referenceNumber?: (string | null) | undefined; roleIds?: ((string)[] | null) | undefined; isLearner?: boolean | undefined; isInstructor?: boolean | undefined; isAdmin?: boolean | undefined; hasUsername?: boolean | undefined; customFields?: Schemas["CustomFields"] | undefined };
  UserCreate: (Schemas["UserWrite"] & { [key: string]: unknown });
  /** Account of a learner, instructor, administrator or manager. */
  User: { id: string; departmentId: string; departmentName: (string | null); firstName: string; middleName: (string | null); lastName: string; username: string; emailAddress: (string | null); externalId: (string | null); ccEmailAddresses: (string)[]; languageId: (number | null); gender: Schemas["Gender"]; address: (string | null); address2: (string | null); city: (string | null); provinceId: (string | null); countryId: (string | null); postalCode: (string | null); phone: (string | null); employeeNumber: (string | null); location: (string | null); jobTitle: (string | null); referenceNumber: (string | null); dateHired: (string | null); dateTerminated: (string | null); dateEdited: string; dateAdded: string; lastLoginDate: (string | null); notes: (string | null); customFields: Schemas["CustomFields"]; roleIds: (string)[]; activeStatus: Schemas["ActiveStatus"]; isLearner: boolean; isAdmin: boolean; isInstructor: boolean; isManager: boolean; supervisorId: (string | null); hasUsername: boolean };
  /** One page of users. */
  UserPage: (Schemas["PageInfo"] & { users: (Schemas["User"])[] });
  /** One user that was written; a user missing from the list failed. */
  UserUploadResult: { key: string; value: string };
  /** Node of the organisation tree. */
  Department: { id: string; name: string; useDepartmentContactDetails: boolean; companyName: (string | null); phoneNumber: (string | null); emailAddress: (string | null); externalId: (string | null); parentId: (string | null); currencyId: (string | null); dateEdited: string; dateAdded: string };
  /** One page of departments. */
  DepartmentPage: (Schemas["PageInfo"] & { departments: (Schemas["Department"])[] });
  /** Names are matched without regard to case; properties left out keep their value. */
  DepartmentWrite: { id?: (string | null) | undefined; name?: string | undefined; useDepartmentContactDetails?: boolean | undefined; companyName?: (string | null) | undefined; phoneNumber?: (string | null) | undefined; emailAddress?: (string | null) | undefined; externalId?: (string | null) | undefined; parentId?: (string | null) | undefined; currencyId?: (string | null) | undefined };
  Price: { id?: string | undefined; departmentId?: (string | null) | undefined; currency?: (string | null) | undefined; amount?: number | undefined };
  /** Zeros where nothing expires. */
  ExpireDuration: { years: number; months: number; days: number; hours: number };
  /** Course of any kind. */
  Course: { id: string; courseType: Schemas["CourseType"]; name: string; description: (string | null); notes: (string | null); externalId: (string | null); accessDate: (string | null); expireType: Schemas["ExpireType"]; expireDuration: Schemas["ExpireDuration"]; expiryDate: (string | null); activeStatus: Schemas["ActiveStatus"]; tagIds: (string)[]; resourceIds: (string)[]; editorIds: (string)[]; prices: (Schemas["Price"])[]; competencyDefinitionIds: (string)[]; prerequisiteCourseIds: (string)[]; postEnrollmentCourseIds: (string)[]; allowCourseEvaluation: boolean; categoryId: (string | null); certificateUrl: (string | null); audience: (string | null); goals: (string | null); vendor: (string | null); companyCost: (number | null); learnerCost: (number | null); companyTime: (number | null); learnerTime: (number | null); dateEdited: string; dateAdded: string };
  /** One page of courses. */
  CoursePage: (Schemas["PageInfo"] & { courses: (Schemas["Course"])[] });
  /** Course of kind OnlineCourse. */
  OnlineCourse: (Schemas["Course"] & { chapterIds: (string)[] });
  /** One page of onlineCourses. */
  OnlineCoursePage: (Schemas["PageInfo"] & { onlineCourses: (Schemas["OnlineCourse"])[] });
  /** Course of kind InstructorLedCourse. */
  InstructorLedCourse: (Schemas["Course"] & { sessionIds: (string)[] });
  /** One page of instructorLedCourses. */
  InstructorLedCoursePage: (Schemas["PageInfo"] & { instructorLedCourses: (Schemas["InstructorLedCourse"])[] });
  /** Session of an instructor-led course. No source shows its fields; this is the smallest useful set. */
  Session: { id: string; courseId: string; name: string; description: (string | null); sessionScheduleIds: (string)[]; dateEdited: string; dateAdded: string };
  /** One page of sessions. */
  SessionPage: (Schemas["PageInfo"] & { sessions: (Schemas["Session"])[] });
  /** Chapter of an online course. */
  Chapter: { id: string; name: string; lessonIds: (string)[] };
  /** One page of chapters. */
  ChapterPage: (Schemas["PageInfo"] & { chapters: (Schemas["Chapter"])[] });
  /** Lesson of a course. Field names: client; their types: inferred. */
  Lesson: { id: string; chapterId: (string | null); name: string; description: (string | null); notes: (string | null); type: string; width: (number | null); height: (number | null); url: (string | null); usePopup: boolean; passingScore: (number | null); weight: (number | null); refId: (string | null) };
  /** One page of lessons. */
  LessonPage: (Schemas["PageInfo"] & { lessons: (Schemas["Lesson"])[] });
  /** Set of users. */
  Group: { id: string; name: string; isAutomatic: boolean; userIds: (string)[]; dateEdited: string; dateAdded: string };
  /** One page of groups. */
  GroupPage: (Schemas["PageInfo"] & { groups: (Schemas["Group"])[] });
  /** Administrator role. */
  Role: { id: string; name: string; description: (string | null); dateEdited: string; dateAdded: string };
  /** One page of roles. */
  RolePage: (Schemas["PageInfo"] & { roles: (Schemas["Role"])[] });
  /** Country. */
  Country: { id: string; countryCode: string; name: string };
  /** One page of countries. */
  CountryPage: (Schemas["PageInfo"] & { countries: (Schemas["Country"])[] });
  /** Province, state or other subdivision of a country. */
  Province: { id: string; name: string };
}

export interface Operations {
  /** Session enrollments that one user holds in one course */
  listUserCourseSessionEnrollments: {
    path: { userId: string; courseId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["SessionEnrollment"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Enrollment of one user in one session of a course */
  getUserCourseSessionEnrollment: {
    path: { userId: string; courseId: string; sessionId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["SessionEnrollment"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Put a user into an instructor-led course and one of its sessions */
  createUserSessionEnrollment: {
    path: { userId: string; courseId: string; sessionId: string };
    query: { reEnroll?: boolean; cancelSession?: boolean };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 201: Schemas["SessionEnrollmentResult"]; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Everybody enrolled in one session */
  listSessionEnrollments: {
    path: { courseId: string; sessionId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string; _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["SessionEnrollmentPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Chapter states of one user in one course */
  listUserChapterEnrollments: {
    path: { userId: string; courseId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["ChapterEnrollment"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** State of one chapter for one user */
  getUserChapterEnrollment: {
    path: { userId: string; courseId: string; chapterId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["ChapterEnrollment"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Current enrollment of one user in one course */
  getUserCourseEnrollment: {
    path: { userId: string; courseId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["UserCourseEnrollment"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Enroll one user in one course */
  createUserCourseEnrollment: {
    path: { userId: string; courseId: string };
    query: { reEnroll?: boolean };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 201: Schemas["EnrollmentResult"]; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Course enrollments of one user */
  listUserEnrollments: {
    path: { userId: string };
    query: { modifiedSince?: string; status?: Schemas["EnrollmentStatus"]; limit?: string; offset?: string; _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["UserCourseEnrollmentPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Enroll a user, or change what an enrollment records */
  upsertUserCourseEnrollment: {
    path: { userId: string };
    query: { reEnroll?: boolean };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: Schemas["CourseEnrollmentUpsert"];
    answers: { 201: Schemas["EnrollmentResult"]; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 413: Schemas["Error"]; 415: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** End a batch of course enrollments */
  unenrollUsers: {
    path: {};
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: (string)[];
    answers: { 204: undefined; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 413: Schemas["Error"]; 415: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One course enrollment by its own id */
  getEnrollment: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["UserCourseEnrollment"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Everybody enrolled in one course */
  listCourseEnrollments: {
    path: { courseId: string };
    query: { modifiedSince?: string; status?: Schemas["EnrollmentStatus"]; limit?: string; offset?: string; _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["CourseEnrollmentPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Current enrollment of one user in one course, under its older name */
  getUserCourseGrade: {
    path: { userId: string; courseId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["UserCourseEnrollment"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Enrollments of several users in several courses */
  listBulkEnrollments: {
    path: {};
    query: { userIds?: (string)[]; courseIds?: (string)[] };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["UserCourseEnrollment"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Everybody enrolled in one lesson */
  listLessonEnrollments: {
    path: { courseId: string; lessonId: string };
    query: { modifiedSince?: string; status?: Schemas["EnrollmentStatus"]; limit?: string; offset?: string; _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["LessonEnrollmentPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** State of one lesson for one user, addressed through its chapter */
  getUserChapterLessonEnrollment: {
    path: { userId: string; courseId: string; chapterId: string; lessonId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["LessonEnrollment"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Lesson states of one user in one course */
  listUserLessonEnrollments: {
    path: { userId: string; courseId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["LessonEnrollment"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** State of one lesson for one user */
  getUserLessonEnrollment: {
    path: { userId: string; courseId: string; lessonId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["LessonEnrollment"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Lesson states of one user in one chapter */
  listUserChapterLessonEnrollments: {
    path: { userId: string; courseId: string; chapterId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["LessonEnrollment"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Tries of one user at one lesson */
  listLessonAttempts: {
    path: { userId: string; courseId: string; lessonId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["Attempt"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Open a try at a lesson of an active enrollment */
  startLessonAttempt: {
    path: { userId: string; courseId: string; lessonId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["StartAttemptResult"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Close a try, addressed by its own id */
  finishAttempt: {
    path: { attemptId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: Schemas["FinishAttemptRequest"];
    answers: { 200: Schemas["FinishAttemptResult"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 413: Schemas["Error"]; 415: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Close a try, addressed through user, course and lesson */
  finishLessonAttempt: {
    path: { userId: string; courseId: string; lessonId: string; attemptId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: Schemas["FinishAttemptRequest"];
    answers: { 200: Schemas["FinishAttemptResult"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 413: Schemas["Error"]; 415: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Enrollment of the caller in one course */
  getMyEnrollment: {
    path: { courseId: string };
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["UserCourseEnrollment"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Enroll the caller in one course */
  createMyEnrollment: {
    path: { courseId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 201: Schemas["EnrollmentResult"]; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Course enrollments of the caller */
  listMyEnrollments: {
    path: {};
    query: { status?: Schemas["EnrollmentStatus"]; modifiedSince?: string; _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["UserCourseEnrollmentPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Trade login name, password and private key for a token */
  createToken: {
    path: {};
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: Schemas["AuthenticateRequest"];
    answers: { 200: string; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 413: Schemas["Error"]; 415: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Trade an authorization code or a refresh token for an access token */
  createOAuthToken: {
    path: {};
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: Schemas["OAuthTokenRequest"];
    answers: { 200: Schemas["OAuthTokenResponse"]; 400: Schemas["OAuthError"]; 413: Schemas["OAuthError"]; 415: Schemas["OAuthError"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Users that the caller may see */
  listUsers: {
    path: {};
    query: { _search?: string; username?: string; email?: string; externalId?: string; modifiedSince?: string; _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["UserPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Create a user, or change the one with the same login name or external id */
  upsertUser: {
    path: {};
    query: { key?: (0 | 1) };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: Schemas["UserCreate"];
    answers: { 201: Schemas["User"]; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 409: Schemas["Error"]; 413: Schemas["Error"]; 415: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One user */
  getUser: {
    path: { userId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["User"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Change one user */
  updateUser: {
    path: { userId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: Schemas["UserWrite"];
    answers: { 200: Schemas["User"]; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 409: Schemas["Error"]; 413: Schemas["Error"]; 415: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Create or change up to 200 users in one call */
  uploadUsers: {
    path: {};
    query: { key?: (0 | 1) };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: (Schemas["UserCreate"])[];
    answers: { 200: (Schemas["UserUploadResult"])[]; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 413: Schemas["Error"]; 415: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** The calling user */
  getMyDetails: {
    path: {};
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["User"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Departments that the caller may see */
  listDepartments: {
    path: {};
    query: { externalId?: string; departmentName?: string; _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["DepartmentPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Create a department, or change the one with the same id */
  upsertDepartment: {
    path: {};
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: Schemas["DepartmentWrite"];
    answers: { 201: Schemas["Department"]; 400: Schemas["Error"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 413: Schemas["Error"]; 415: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One department */
  getDepartment: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Department"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Courses of every kind */
  listCourses: {
    path: {};
    query: { externalId?: string; modifiedSince?: string; _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["CoursePage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One course */
  getCourse: {
    path: { courseId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Course"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Online courses with their chapters */
  listOnlineCourses: {
    path: {};
    query: { _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["OnlineCoursePage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One online course */
  getOnlineCourse: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["OnlineCourse"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Instructor-led courses with their sessions */
  listInstructorLedCourses: {
    path: {};
    query: { _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["InstructorLedCoursePage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One instructor-led course */
  getInstructorLedCourse: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["InstructorLedCourse"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Sessions of all instructor-led courses */
  listSessions: {
    path: {};
    query: { _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["SessionPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One session */
  getSession: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Session"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Sessions of one course */
  listCourseSessions: {
    path: { courseId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["Session"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One session of one course */
  getCourseSession: {
    path: { courseId: string; sessionId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Session"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Chapters of one course */
  listCourseChapters: {
    path: { courseId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["Chapter"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One chapter of one course */
  getCourseChapter: {
    path: { courseId: string; chapterId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Chapter"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Lessons of one course */
  listCourseLessons: {
    path: { courseId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["Lesson"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One lesson of one course */
  getCourseLesson: {
    path: { courseId: string; lessonId: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Lesson"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Chapters of all courses */
  listChapters: {
    path: {};
    query: { _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["ChapterPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One chapter */
  getChapter: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Chapter"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Lessons of all courses */
  listLessons: {
    path: {};
    query: { _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["LessonPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One lesson */
  getLesson: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Lesson"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Groups of users */
  listGroups: {
    path: {};
    query: { _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["GroupPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One group */
  getGroup: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Group"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Administrator roles */
  listRoles: {
    path: {};
    query: { _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["RolePage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** One role */
  getRole: {
    path: { id: string };
    query: {};
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["Role"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 404: Schemas["Error"]; 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Countries */
  listCountries: {
    path: {};
    query: { _filter?: string; _sort?: string; _limit?: string; _offset?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: Schemas["CountryPage"]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
  /** Provinces of a country */
  listProvinces: {
    path: {};
    query: { countryId: string; _limit?: string; _offset?: string; _filter?: string; _sort?: string };
    headers: { "x-api-key"?: string; "x-api-version"?: string };
    body: undefined;
    answers: { 200: (Schemas["Province"])[]; 401: Schemas["Error"]; 403: (Schemas["Error"] | Schemas["GatewayMessage"]); 422: Schemas["Error"]; 429: (Schemas["Error"] | Schemas["GatewayMessage"]) };
  };
}
