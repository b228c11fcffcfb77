// Generated from the migrated database by scripts/tables.ts. Do not edit.
import type { ColumnType, GeneratedAlways } from 'kysely';
import type { Instant } from '../record/kernel/instant.ts';

/** jsonb: whatever its writer put there. */
export type Json = object | string | number | boolean;
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export interface Activity {
  tenant_id: string;
  version_id: string;
  id: string;
  number: Defaulted<number>;
  section_id: string;
  lesson_id: string | null;
  position: number;
  kind: 'page' | 'video' | 'document' | 'package' | 'quiz' | 'assignment' | 'open_response' | 'poll' | 'live_session' | 'checklist' | 'survey' | 'link';
  name: string;
  description: string | null;
  notes: string | null;
  required: Defaulted<boolean>;
  weight: number | null;
  maximum: Defaulted<number>;
  passing_score: number | null;
  attempts_allowed: number | null;
  attempt_counts: Defaulted<'highest' | 'latest' | 'best_passed'>;
  url: string | null;
  width: number | null;
  height: number | null;
  popup: Defaulted<boolean>;
  ref_id: string | null;
  settings: Defaulted<Json>;
  ordinal: Defaulted<number>;
  created_at: Instant;
}

export interface ActivityEnrollment {
  tenant_id: string;
  enrollment_id: string;
  activity_id: string;
  state: 'not_started' | 'in_progress' | 'complete' | 'failed' | 'not_complete' | 'absent' | 'not_applicable' | 'ready_for_review' | 'pending_evaluation_required' | 'pending_proctor';
  progress: Defaulted<number>;
  score: number | null;
  time_ticks: Defaulted<number>;
  attempts: Defaulted<number>;
  failures: Defaulted<number>;
  forced: Defaulted<boolean>;
  tasks_done: Defaulted<string[]>;
  resume: Json | null;
  started_at: Instant | null;
  completed_at: Instant | null;
  last_attempt_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
}

export interface ApiClient {
  tenant_id: string;
  id: string;
  dialect: string;
  name: string;
  key_hash: string;
  secret_hash: string | null;
  key_hint: string;
  person_id: string | null;
  permissions: Defaulted<string[]>;
  redirect_uris: Defaulted<string[]>;
  status: Defaulted<'active' | 'revoked'>;
  created_at: Instant;
  updated_at: Instant;
  last_used_at: Instant | null;
  secret_id: string | null;
  products: Defaulted<string[]>;
  scopes: Defaulted<string[]>;
  read_only: Defaulted<boolean>;
}

export interface Assessment {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  offering_id: string;
  activity_id: string;
  name: string;
  description: string | null;
  category: string | null;
  mark_type: Defaulted<string>;
  minimum: Defaulted<number>;
  maximum: Defaulted<number>;
  weight: number | null;
  opens_at: Instant | null;
  due_at: Instant | null;
  closes_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  category_weight: number | null;
}

export interface Attempt {
  tenant_id: string;
  id: string;
  enrollment_id: string;
  activity_id: string;
  ordinal: number;
  state: 'in_progress' | 'ready_for_review' | 'complete' | 'failed';
  score: number | null;
  time_ticks: number | null;
  started_at: Instant | null;
  finished_at: Instant | null;
  answer: Json | null;
  feedback: string | null;
  created_at: Instant;
  updated_at: Instant;
}

export interface Attribute {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  entity: 'person' | 'course';
  key: string;
  name: string;
  type: 'text' | 'number' | 'boolean' | 'instant' | 'choice';
  choices: Defaulted<string[]>;
  created_at: Instant;
  updated_at: Instant;
}

export interface Audience {
  tenant_id: string;
  id: string;
  group_id: string;
  offering_id: string;
  recursive: Defaulted<boolean>;
  created_at: Instant;
  updated_at: Instant;
}

export interface AudienceException {
  tenant_id: string;
  audience_id: string;
  person_id: string;
  created_at: Instant;
}

export interface Certificate {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  name: string;
  description: string | null;
  status: Defaulted<'active' | 'inactive' | 'archived'>;
  valid_for: number | null;
  valid_unit: 'day' | 'month' | 'year' | null;
  confirmation: Defaulted<boolean>;
  created_at: Instant;
  updated_at: Instant;
  deleted_at: Instant | null;
}

export interface CertificateAward {
  tenant_id: string;
  id: string;
  certificate_id: string;
  person_id: string;
  required: Defaulted<boolean>;
  ready_at: Instant | null;
  certified_at: Instant | null;
  expires_at: Instant | null;
  revoked_at: Instant | null;
  revoked_because: string | null;
  revocation: 'revoked' | 'withdrawn' | null;
  expiry_noted: 'about_to_expire' | 'expired' | null;
  code: Defaulted<string>;
  created_at: Instant;
  updated_at: Instant;
}

export interface CertificateCourse {
  tenant_id: string;
  certificate_id: string;
  course_id: string;
  position: number;
}

export interface CertificateSpan {
  tenant_id: string;
  award_id: string;
  certified_at: Instant;
  expires_at: Instant | null;
  ended_at: Instant;
}

export interface CollectionMember {
  tenant_id: string;
  version_id: string;
  course_id: string;
  section_id: string;
  position: number;
  required: Defaulted<boolean>;
  offering_id: string | null;
}

export interface Course {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  code: string | null;
  kind: 'online' | 'instructor_led' | 'stream' | 'clip' | 'job_aid' | 'curriculum' | 'bundle' | 'certification' | 'personal_path';
  name: string;
  description: string | null;
  notes: string | null;
  texts: Defaulted<Json>;
  state: Defaulted<'draft' | 'published' | 'retired'>;
  template: Defaulted<boolean>;
  unit_id: string | null;
  current_version_id: string | null;
  approval_required: Defaulted<boolean>;
  access_at: Instant | null;
  expires_at: Instant | null;
  expire_after: Json | null;
  due_after_days: number | null;
  terms: string | null;
  credits: number | null;
  tag_ids: Defaulted<string[]>;
  resource_ids: Defaulted<string[]>;
  category_id: string | null;
  evaluation: Defaulted<boolean>;
  certificate_url: string | null;
  audience: string | null;
  goals: string | null;
  vendor: string | null;
  company_cost: number | null;
  learner_cost: number | null;
  company_time: number | null;
  learner_time: number | null;
  attributes: Defaulted<Json>;
  created_at: Instant;
  updated_at: Instant;
  deleted_at: Instant | null;
  language: string | null;
  level: string | null;
  duration_minutes: number | null;
}

export interface CourseCredit {
  tenant_id: string;
  course_id: string;
  credit_type_id: string;
  credits: number;
}

export interface CourseFollowUp {
  tenant_id: string;
  course_id: string;
  follow_up_id: string;
}

export interface CoursePrerequisite {
  tenant_id: string;
  course_id: string;
  prerequisite_id: string;
  enforced: Defaulted<boolean>;
}

export interface CoursePrice {
  tenant_id: string;
  id: string;
  course_id: string;
  unit_id: string | null;
  currency: string | null;
  amount: number;
}

export interface CourseVersion {
  tenant_id: string;
  id: string;
  course_id: string;
  ordinal: number;
  state: Defaulted<'draft' | 'published' | 'retired'>;
  created_at: Instant;
  updated_at: Instant;
  published_at: Instant | null;
}

export interface CreditType {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  name: string;
  created_at: Instant;
  updated_at: Instant;
}

export interface Enrollment {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  person_id: string;
  course_id: string;
  offering_id: string;
  version_id: string;
  state: 'not_started' | 'in_progress' | 'pending_approval' | 'pending_acceptance' | 'complete' | 'not_complete' | 'failed' | 'declined' | 'pending_evaluation_required' | 'on_waitlist' | 'absent' | 'not_applicable' | 'pending_proctor' | 'ready_for_review';
  ending: 'superseded' | 'withdrawn_kept' | 'withdrawn_closed' | null;
  ended_at: Instant | null;
  is_primary: Defaulted<boolean>;
  source: Defaulted<'self' | 'admin' | 'manager' | 'automatic' | 'import'>;
  collection_id: string | null;
  program_id: string | null;
  join_key_id: string | null;
  progress: Defaulted<number>;
  score: number | null;
  result: string | null;
  set_state: string | null;
  set_progress: number | null;
  set_score: number | null;
  set_completed_at: Instant | null;
  set_by: string | null;
  set_at: Instant | null;
  credits: number | null;
  rating: number | null;
  time_ticks: Defaulted<number>;
  terms_accepted_at: Instant | null;
  enrolled_at: Instant;
  access_at: Instant | null;
  due_at: Instant | null;
  expires_at: Instant | null;
  started_at: Instant | null;
  completed_at: Instant | null;
  last_access_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  set_credits: number | null;
}

export interface EnrollmentCredit {
  tenant_id: string;
  enrollment_id: string;
  credit_type_id: string;
  credits: number;
}

export interface EnrollmentGrant {
  tenant_id: string;
  enrollment_id: string;
  kind: 'direct' | 'audience' | 'collection' | 'program' | 'join_key' | 'import' | 'follow_up';
  source_id: string;
  created_at: Instant;
}

export interface Entitlement {
  tenant_id: string;
  person_id: string;
  role: string;
  entity: 'unit' | 'group' | 'course' | 'offering' | 'program';
  entity_id: string;
  created_at: Instant;
}

export interface Event {
  tenant_id: string;
  seq: GeneratedAlways<number>;
  at: Instant;
  type: string;
  entity: string;
  entity_id: string;
  person_id: string | null;
  course_id: string | null;
  actor_kind: string;
  actor_id: string | null;
  dialect: string;
  data: Defaulted<Json>;
  position: number | null;
  written_at: Defaulted<Instant>;
}

export interface Feed {
  tenant_id: string;
  last_position: Defaulted<number>;
}

export interface FeedEpoch {
  tenant_id: string;
  key: string;
  cluster: string;
  until: number | null;
}

export interface File {
  tenant_id: string;
  id: string;
  content_id: string;
  entity: 'person' | 'course' | 'submission';
  entity_id: string;
  enrollment_id: string | null;
  person_id: string | null;
  course_id: string | null;
  name: string;
  media_type: string;
  uploaded_by: string | null;
  created_at: Instant;
}

export interface FileContent {
  tenant_id: string;
  id: string;
  state: 'uploading' | 'stored' | 'deleted';
  sha256: string | null;
  size: number | null;
  created_at: Instant;
  updated_at: Instant;
}

export interface GroupMember {
  tenant_id: string;
  group_id: string;
  person_id: string;
  created_at: Instant;
}

export interface Guess {
  key: string;
  level: number;
  at: Instant;
  known_at: Instant | null;
}

export interface IdempotencyKey {
  tenant_id: string;
  client_id: string;
  key: string;
  request_hash: string;
  status: number | null;
  headers: Json | null;
  body: Json | null;
  created_at: Instant;
}

export interface ImportRun {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  kind: string;
  source: string;
  state: 'running' | 'complete' | 'failed';
  dry_run: Defaulted<boolean>;
  report: Defaulted<Json>;
  started_at: Instant;
  finished_at: Instant | null;
  progress: Json | null;
}

export interface InstructorPermission {
  tenant_id: string;
  person_id: string;
  permission: 'create_course' | 'create_course_instance';
}

export interface JoinKey {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  code: string;
  name: string;
  offering_id: string | null;
  unit_id: string | null;
  uses_allowed: number | null;
  opens_at: Instant | null;
  closes_at: Instant | null;
  status: Defaulted<'active' | 'paused'>;
  created_at: Instant;
  updated_at: Instant;
}

export interface Lesson {
  tenant_id: string;
  version_id: string;
  id: string;
  number: Defaulted<number>;
  section_id: string;
  position: number;
  name: string;
  description: string | null;
}

export interface Mail {
  tenant_id: string;
  id: string;
  template: string;
  data: Json;
  locale: string;
  person_id: string | null;
  name: string | null;
  address: string | null;
  state: Defaulted<'queued' | 'sending' | 'sent' | 'failed'>;
  queued_at: Instant;
  sent_at: Instant | null;
  sent_to: 'server' | 'mailbox' | null;
  attempts: Defaulted<number>;
  due_at: Instant;
  give_up_at: Instant;
  reason: string | null;
  reply: string | null;
  subject: string | null;
  body_text: string | null;
  body_html: string | null;
}

export interface Mark {
  tenant_id: string;
  assessment_id: string;
  enrollment_id: string;
  score: number | null;
  text_score: string | null;
  carried_over: Defaulted<boolean>;
  comment: string | null;
  marker_id: string | null;
  marked_at: Instant;
  created_at: Instant;
  updated_at: Instant;
  id: Defaulted<string>;
  role: Defaulted<'marker' | 'evaluator' | 'moderator'>;
  counts: Defaulted<boolean>;
}

export interface Meeting {
  tenant_id: string;
  id: string;
  session_id: string;
  starts_at: Instant;
  ends_at: Instant;
  room_id: string | null;
}

export interface Offering {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  code: string | null;
  course_id: string;
  version_id: string | null;
  is_default: Defaulted<boolean>;
  name: string;
  state: Defaulted<'active' | 'retired'>;
  starts_at: Instant | null;
  ends_at: Instant | null;
  access_at: Instant | null;
  due_at: Instant | null;
  due_after_days: number | null;
  expires_at: Instant | null;
  enroll_from: Instant | null;
  enroll_until: Instant | null;
  enrollment_type: Defaulted<'open' | 'approval' | 'nomination' | 'closed'>;
  seats: number | null;
  waitlist_seats: Defaulted<number>;
  read_only: Defaulted<boolean>;
  hidden_activity_ids: Defaulted<string[]>;
  unit_id: string | null;
  location: string | null;
  attributes: Defaulted<Json>;
  created_at: Instant;
  updated_at: Instant;
  deleted_at: Instant | null;
  from_template: Defaulted<boolean>;
  settled_end: Instant | null;
}

export interface OfferingTerm {
  tenant_id: string;
  offering_id: string;
  term_id: string;
}

export interface OutboxPlace {
  tenant_id: string;
  destination: string;
  epoch: string | null;
  position: Defaulted<number>;
  held_by: string | null;
  held_until: Instant | null;
  failures: Defaulted<number>;
  retry_at: Instant | null;
  problem: string | null;
}

export interface PeopleGroup {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  name: string;
  description: string | null;
  kind: Defaulted<'hierarchical' | 'custom' | 'automatic'>;
  level: string | null;
  parent_id: string | null;
  unit_id: string | null;
  created_at: Instant;
  updated_at: Instant;
  deleted_at: Instant | null;
}

export interface Person {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  username: string | null;
  email: string | null;
  full_name: string;
  given_name: string;
  middle_name: string | null;
  family_name: string;
  status: Defaulted<'active' | 'suspended' | 'deleted'>;
  unit_id: string;
  manager_id: string | null;
  locale: string | null;
  time_zone: string | null;
  gender: 'male' | 'female' | 'other' | null;
  phone: string | null;
  job_title: string | null;
  employee_number: string | null;
  reference_number: string | null;
  location: string | null;
  address: string | null;
  address2: string | null;
  city: string | null;
  province_id: string | null;
  country_id: string | null;
  postal_code: string | null;
  language_id: number | null;
  cc_emails: Defaulted<string[]>;
  hired_at: Instant | null;
  terminated_at: Instant | null;
  notes: string | null;
  avatar: string | null;
  attributes: Defaulted<Json>;
  first_access_at: Instant | null;
  last_access_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  deleted_at: Instant | null;
  purged_at: Instant | null;
  login: GeneratedAlways<string>;
  handle: GeneratedAlways<string>;
}

export interface PersonSecret {
  tenant_id: string;
  person_id: string;
  password_hash: string;
  updated_at: Instant;
}

export interface PersonUnit {
  tenant_id: string;
  person_id: string;
  unit_id: string;
  created_at: Instant;
}

export interface Profile {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  name: string;
  created_at: Instant;
  updated_at: Instant;
}

export interface ProfileMember {
  tenant_id: string;
  profile_id: string;
  person_id: string;
  created_at: Instant;
}

export interface Program {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  name: string;
  description: string | null;
  state: Defaulted<'active' | 'retired'>;
  slug: string | null;
  url: string | null;
  starts_at: Instant | null;
  ends_at: Instant | null;
  seats: number | null;
  unit_id: string | null;
  is_default: Defaulted<boolean>;
  created_at: Instant;
  updated_at: Instant;
  deleted_at: Instant | null;
}

export interface ProgramAudience {
  tenant_id: string;
  id: string;
  program_id: string;
  group_id: string;
  recursive: Defaulted<boolean>;
  created_at: Instant;
  updated_at: Instant;
}

export interface ProgramAudienceException {
  tenant_id: string;
  audience_id: string;
  person_id: string;
  created_at: Instant;
}

export interface ProgramContent {
  tenant_id: string;
  program_id: string;
  course_id: string;
  position: number;
  created_at: Instant;
}

export interface ProgramGrant {
  tenant_id: string;
  member_id: string;
  kind: 'direct' | 'audience' | 'invitation' | 'import';
  source_id: string;
  created_at: Instant;
}

export interface ProgramMember {
  tenant_id: string;
  id: string;
  program_id: string;
  person_id: string;
  source: 'direct' | 'audience' | 'invitation' | 'import';
  joined_at: Instant;
  left_at: Instant | null;
}

export interface ProgramPath {
  tenant_id: string;
  id: string;
  program_id: string;
  name: string;
  description: string | null;
  position: number;
  created_at: Instant;
  updated_at: Instant;
}

export interface ProgramPathCourse {
  tenant_id: string;
  path_id: string;
  course_id: string;
  position: number;
  due_at: Instant | null;
  due_after_days: number | null;
}

export interface Role {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  key: string | null;
  name: string;
  description: string | null;
  permissions: Defaulted<string[]>;
  created_at: Instant;
  updated_at: Instant;
}

export interface RoleAssignment {
  tenant_id: string;
  person_id: string;
  role_id: string;
  unit_id: string | null;
  created_at: Instant;
}

export interface Room {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  name: string;
  location: string | null;
  url: string | null;
  seats: number | null;
  created_at: Instant;
  updated_at: Instant;
}

export interface Section {
  tenant_id: string;
  version_id: string;
  id: string;
  number: Defaulted<number>;
  position: number;
  name: string;
  description: string | null;
}

export interface Session {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  offering_id: string;
  activity_id: string;
  name: string;
  description: string | null;
  seats: number | null;
  created_at: Instant;
  updated_at: Instant;
  deleted_at: Instant | null;
}

export interface SessionEnrollment {
  tenant_id: string;
  id: string;
  enrollment_id: string;
  session_id: string;
  activity_id: string;
  state: Defaulted<string>;
  time_ticks: Defaulted<number>;
  enrolled_at: Instant;
  created_at: Instant;
  updated_at: Instant;
}

export interface SourceKey {
  tenant_id: string;
  system: string;
  entity: string;
  key: string;
  id: string;
  data: Json | null;
}

export interface Submission {
  tenant_id: string;
  assessment_id: string;
  enrollment_id: string;
  state: 'draft' | 'submitted' | 'marked';
  submitted_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
}

export interface Task {
  tenant_id: string;
  version_id: string;
  id: string;
  activity_id: string;
  position: number;
  kind: Defaulted<string>;
  name: string;
  content: Defaulted<Json>;
}

export interface Tenant {
  id: string;
  number: Defaulted<number>;
  slug: string;
  name: string;
  time_zone: Defaulted<string>;
  status: Defaulted<'active' | 'disabled'>;
  sandbox: Defaulted<boolean>;
  clock_offset_ms: Defaulted<number>;
  academy: string | null;
  settings: Defaulted<Json>;
  created_at: Instant;
  updated_at: Instant;
  secret: Defaulted<string>;
  academy_secrets: Json | null;
}

export interface Term {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  name: string;
  kind: Defaulted<string>;
  starts_on: string | null;
  ends_on: string | null;
  parent_id: string | null;
  school_year: string | null;
  created_at: Instant;
  updated_at: Instant;
}

export interface Token {
  tenant_id: string;
  token_hash: string;
  kind: 'access' | 'refresh' | 'code';
  client_id: string;
  person_id: string | null;
  scope: string | null;
  redirect_uri: string | null;
  created_at: Instant;
  expires_at: Instant | null;
  revoked_at: Instant | null;
  family: string | null;
  used_at: Instant | null;
  id: string | null;
}

export interface Unit {
  tenant_id: string;
  id: string;
  number: Defaulted<number>;
  external_id: string | null;
  name: string;
  parent_id: string | null;
  kind: string | null;
  use_own_contact: Defaulted<boolean>;
  company_name: string | null;
  phone: string | null;
  email: string | null;
  currency_id: string | null;
  attributes: Defaulted<Json>;
  created_at: Instant;
  updated_at: Instant;
}

export interface DB {
  activity: Activity;
  activity_enrollment: ActivityEnrollment;
  api_client: ApiClient;
  assessment: Assessment;
  attempt: Attempt;
  attribute: Attribute;
  audience: Audience;
  audience_exception: AudienceException;
  certificate: Certificate;
  certificate_award: CertificateAward;
  certificate_course: CertificateCourse;
  certificate_span: CertificateSpan;
  collection_member: CollectionMember;
  course: Course;
  course_credit: CourseCredit;
  course_follow_up: CourseFollowUp;
  course_prerequisite: CoursePrerequisite;
  course_price: CoursePrice;
  course_version: CourseVersion;
  credit_type: CreditType;
  enrollment: Enrollment;
  enrollment_credit: EnrollmentCredit;
  enrollment_grant: EnrollmentGrant;
  entitlement: Entitlement;
  event: Event;
  feed: Feed;
  feed_epoch: FeedEpoch;
  file: File;
  file_content: FileContent;
  group_member: GroupMember;
  guess: Guess;
  idempotency_key: IdempotencyKey;
  import_run: ImportRun;
  instructor_permission: InstructorPermission;
  join_key: JoinKey;
  lesson: Lesson;
  mail: Mail;
  mark: Mark;
  meeting: Meeting;
  offering: Offering;
  offering_term: OfferingTerm;
  outbox_place: OutboxPlace;
  people_group: PeopleGroup;
  person: Person;
  person_secret: PersonSecret;
  person_unit: PersonUnit;
  profile: Profile;
  profile_member: ProfileMember;
  program: Program;
  program_audience: ProgramAudience;
  program_audience_exception: ProgramAudienceException;
  program_content: ProgramContent;
  program_grant: ProgramGrant;
  program_member: ProgramMember;
  program_path: ProgramPath;
  program_path_course: ProgramPathCourse;
  role: Role;
  role_assignment: RoleAssignment;
  room: Room;
  section: Section;
  session: Session;
  session_enrollment: SessionEnrollment;
  source_key: SourceKey;
  submission: Submission;
  task: Task;
  tenant: Tenant;
  term: Term;
  token: Token;
  unit: Unit;
}
