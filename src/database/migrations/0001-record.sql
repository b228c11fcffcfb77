-- The learning record. tenant_id leads every key; instants are set by the caller's clock, never by now().
create sequence matricula_number;

create table tenant (
  id uuid primary key,
  number bigint not null default nextval('matricula_number'),
  slug text not null unique,
  name text not null,
  time_zone text not null default 'UTC',
  status text not null default 'active' check (status in ('active', 'disabled')),
  sandbox boolean not null default false,
  clock_offset_ms bigint not null default 0,
  -- the academy file a sandbox came from and is reset to
  academy text,
  settings jsonb not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

-- Organisation -------------------------------------------------------------------------------------------------------

create table unit (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  name text not null,
  parent_id uuid,
  kind text,
  use_own_contact boolean not null default false,
  company_name text,
  phone text,
  email text,
  currency_id uuid,
  attributes jsonb not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, parent_id) references unit
);
create unique index unit_root on unit (tenant_id) where parent_id is null;
create unique index unit_external_id on unit (tenant_id, external_id);
create index unit_parent on unit (tenant_id, parent_id);
create unique index unit_number on unit (tenant_id, number);

create table person (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  username text,
  email text,
  full_name text not null,
  given_name text not null,
  middle_name text,
  family_name text not null,
  status text not null default 'active' check (status in ('active', 'suspended', 'deleted')),
  -- the primary unit; further ones are in person_unit
  unit_id uuid not null,
  manager_id uuid,
  locale text,
  time_zone text,
  gender text check (gender in ('male', 'female', 'other')),
  phone text,
  job_title text,
  employee_number text,
  reference_number text,
  location text,
  address text,
  address2 text,
  city text,
  province_id uuid,
  country_id uuid,
  postal_code text,
  language_id integer,
  cc_emails text[] not null default '{}',
  hired_at timestamptz(3),
  terminated_at timestamptz(3),
  notes text,
  avatar text,
  -- declared attributes by key, and whatever else the outside sent
  attributes jsonb not null default '{}',
  first_access_at timestamptz(3),
  last_access_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  purged_at timestamptz(3),
  -- what people sign in with, and what stands where a protocol demands a login name
  login text not null generated always as (coalesce(username, email, id::text)) stored,
  -- what stands where a protocol demands an outside key
  handle text not null generated always as (coalesce(external_id, email, username, id::text)) stored,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references unit,
  foreign key (tenant_id, manager_id) references person
);
create unique index person_external_id on person (tenant_id, external_id) where status <> 'deleted';
create unique index person_email on person (tenant_id, lower(email)) where status <> 'deleted';
create unique index person_username on person (tenant_id, lower(username)) where status <> 'deleted';
create unique index person_number on person (tenant_id, number);
-- login is included so that deep pages are counted off in the index alone
create index person_login on person (tenant_id, lower(login) collate "C", id) include (login) where status <> 'deleted';
create index person_name on person (tenant_id, lower(full_name) collate "C", id);
create index person_unit_id on person (tenant_id, unit_id);
create index person_manager on person (tenant_id, manager_id) where manager_id is not null;
create index person_edited on person (tenant_id, updated_at, id);
create index person_created on person (tenant_id, created_at, id);

create table person_secret (
  tenant_id uuid not null,
  person_id uuid not null,
  password_hash text not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, person_id),
  foreign key (tenant_id, person_id) references person on delete cascade
);

create table person_unit (
  tenant_id uuid not null,
  person_id uuid not null,
  unit_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, person_id, unit_id),
  foreign key (tenant_id, person_id) references person on delete cascade,
  foreign key (tenant_id, unit_id) references unit on delete cascade
);
create index person_unit_unit on person_unit (tenant_id, unit_id);

create table attribute (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  entity text not null check (entity in ('person', 'course')),
  key text not null,
  name text not null,
  type text not null check (type in ('text', 'number', 'boolean', 'instant', 'choice')),
  choices text[] not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id)
);
create unique index attribute_key on attribute (tenant_id, entity, key);

create table people_group (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  name text not null,
  description text,
  kind text not null default 'custom' check (kind in ('hierarchical', 'custom', 'automatic')),
  level text,
  parent_id uuid,
  unit_id uuid,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, parent_id) references people_group,
  foreign key (tenant_id, unit_id) references unit
);
create unique index group_external_id on people_group (tenant_id, external_id) where deleted_at is null;
create unique index group_number on people_group (tenant_id, number);
create index group_parent on people_group (tenant_id, parent_id);

create table group_member (
  tenant_id uuid not null,
  group_id uuid not null,
  person_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, group_id, person_id),
  foreign key (tenant_id, group_id) references people_group on delete cascade,
  foreign key (tenant_id, person_id) references person on delete cascade
);
create index group_member_person on group_member (tenant_id, person_id);

-- Access -------------------------------------------------------------------------------------------------------------

create table role (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  -- the name of a role that comes with Matricula; null for the tenant's own
  key text,
  name text not null,
  description text,
  permissions text[] not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id)
);
create unique index role_key on role (tenant_id, key);

-- a role in the account (unit_id null) or in a unit with everything below it
create table role_assignment (
  tenant_id uuid not null,
  person_id uuid not null,
  role_id uuid not null,
  unit_id uuid,
  created_at timestamptz(3) not null,
  foreign key (tenant_id, person_id) references person on delete cascade,
  foreign key (tenant_id, role_id) references role on delete cascade,
  foreign key (tenant_id, unit_id) references unit on delete cascade
);
create unique index role_assignment_once on role_assignment (tenant_id, person_id, role_id, unit_id) nulls not distinct;
create index role_assignment_role on role_assignment (tenant_id, role_id);

-- keys are looked up before the tenant is known, hence the unique key without tenant_id
create table api_client (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  dialect text not null,
  name text not null,
  -- what the caller shows in the clear; SHA-256 of the secret part
  key_hash text not null unique,
  secret_hash text,
  key_hint text not null,
  person_id uuid,
  permissions text[] not null default '{}',
  redirect_uris text[] not null default '{}',
  status text not null default 'active' check (status in ('active', 'revoked')),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  last_used_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references person
);

create table token (
  tenant_id uuid not null,
  token_hash text primary key,
  kind text not null check (kind in ('access', 'refresh', 'code')),
  client_id uuid not null,
  person_id uuid,
  scope text,
  redirect_uri text,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  foreign key (tenant_id, client_id) references api_client on delete cascade,
  foreign key (tenant_id, person_id) references person on delete cascade
);
create index token_expiry on token (expires_at);
create index token_client on token (tenant_id, client_id);

create table idempotency_key (
  tenant_id uuid not null references tenant on delete cascade,
  client_id uuid not null,
  key text not null,
  request_hash text not null,
  status integer,
  headers jsonb,
  body jsonb,
  created_at timestamptz(3) not null,
  primary key (tenant_id, client_id, key)
);

-- Catalog ------------------------------------------------------------------------------------------------------------

create table course (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  code text,
  kind text not null check (kind in ('online', 'instructor_led', 'stream', 'clip', 'job_aid', 'curriculum', 'bundle', 'certification', 'personal_path')),
  name text not null,
  description text,
  notes text,
  -- name and description by locale
  texts jsonb not null default '{}',
  state text not null default 'draft' check (state in ('draft', 'published', 'retired')),
  template boolean not null default false,
  unit_id uuid,
  current_version_id uuid,
  approval_required boolean not null default false,
  access_at timestamptz(3),
  expires_at timestamptz(3),
  expire_after jsonb,
  due_after_days integer,
  terms text,
  credits numeric(10, 4),
  tag_ids uuid[] not null default '{}',
  resource_ids uuid[] not null default '{}',
  category_id uuid,
  evaluation boolean not null default false,
  certificate_url text,
  audience text,
  goals text,
  vendor text,
  company_cost numeric(14, 4),
  learner_cost numeric(14, 4),
  company_time numeric(14, 4),
  learner_time numeric(14, 4),
  attributes jsonb not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references unit
);
create unique index course_external_id on course (tenant_id, external_id) where deleted_at is null;
create unique index course_number on course (tenant_id, number);
create index course_name on course (tenant_id, lower(name) collate "C", id);

create table course_price (
  tenant_id uuid not null,
  id uuid not null,
  course_id uuid not null,
  unit_id uuid,
  currency text,
  amount numeric(14, 4) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, course_id) references course on delete cascade,
  foreign key (tenant_id, unit_id) references unit on delete cascade
);
create index course_price_course on course_price (tenant_id, course_id);

create table course_prerequisite (
  tenant_id uuid not null,
  course_id uuid not null,
  prerequisite_id uuid not null,
  enforced boolean not null default true,
  primary key (tenant_id, course_id, prerequisite_id),
  foreign key (tenant_id, course_id) references course on delete cascade,
  foreign key (tenant_id, prerequisite_id) references course on delete cascade
);

-- courses enrolled in when this one is completed
create table course_follow_up (
  tenant_id uuid not null,
  course_id uuid not null,
  follow_up_id uuid not null,
  primary key (tenant_id, course_id, follow_up_id),
  foreign key (tenant_id, course_id) references course on delete cascade,
  foreign key (tenant_id, follow_up_id) references course on delete cascade
);

-- staff words on one thing: author, reviewer, instructor, marker, evaluator, manager …
create table entitlement (
  tenant_id uuid not null,
  person_id uuid not null,
  role text not null,
  entity text not null check (entity in ('unit', 'group', 'course', 'offering')),
  entity_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, person_id, entity, entity_id, role),
  foreign key (tenant_id, person_id) references person on delete cascade
);
create index entitlement_entity on entitlement (tenant_id, entity, entity_id);

create table course_version (
  tenant_id uuid not null,
  id uuid not null,
  course_id uuid not null,
  ordinal integer not null,
  state text not null default 'draft' check (state in ('draft', 'published', 'retired')),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  published_at timestamptz(3),
  primary key (tenant_id, id),
  unique (tenant_id, course_id, ordinal),
  foreign key (tenant_id, course_id) references course on delete cascade
);
create unique index course_version_draft on course_version (tenant_id, course_id) where state = 'draft';
alter table course add foreign key (tenant_id, current_version_id) references course_version;

-- Content keeps its ids from version to version: (version_id, id) is one row, id is the thing.
create table section (
  tenant_id uuid not null,
  version_id uuid not null,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  position integer not null,
  name text not null,
  description text,
  primary key (tenant_id, version_id, id),
  foreign key (tenant_id, version_id) references course_version on delete cascade
);
create index section_id on section (tenant_id, id);

create table lesson (
  tenant_id uuid not null,
  version_id uuid not null,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  section_id uuid not null,
  position integer not null,
  name text not null,
  description text,
  primary key (tenant_id, version_id, id),
  foreign key (tenant_id, version_id, section_id) references section on delete cascade
);

create index lesson_id on lesson (tenant_id, id);

create table activity (
  tenant_id uuid not null,
  version_id uuid not null,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  section_id uuid not null,
  lesson_id uuid,
  position integer not null,
  kind text not null check (kind in ('page', 'video', 'document', 'package', 'quiz', 'assignment', 'open_response', 'poll', 'live_session', 'checklist', 'survey', 'link')),
  name text not null,
  description text,
  notes text,
  required boolean not null default true,
  -- of marked work; null or 0 is left out of the score
  weight numeric(10, 4),
  maximum numeric(10, 4) not null default 100,
  passing_score numeric(8, 4),
  attempts_allowed integer,
  attempt_counts text not null default 'highest' check (attempt_counts in ('highest', 'latest', 'best_passed')),
  url text,
  width integer,
  height integer,
  popup boolean not null default false,
  ref_id text,
  settings jsonb not null default '{}',
  ordinal integer not null default 1,
  created_at timestamptz(3) not null,
  primary key (tenant_id, version_id, id),
  foreign key (tenant_id, version_id, section_id) references section on delete cascade,
  foreign key (tenant_id, version_id, lesson_id) references lesson on delete cascade
);
create index activity_id on activity (tenant_id, id);

create table task (
  tenant_id uuid not null,
  version_id uuid not null,
  id uuid not null,
  activity_id uuid not null,
  position integer not null,
  kind text not null default 'text',
  name text not null,
  content jsonb not null default '{}',
  primary key (tenant_id, version_id, id),
  foreign key (tenant_id, version_id, activity_id) references activity on delete cascade
);
create index task_id on task (tenant_id, id);

-- the courses of a collection's version
create table collection_member (
  tenant_id uuid not null,
  version_id uuid not null,
  course_id uuid not null,
  section_id uuid not null,
  position integer not null,
  required boolean not null default true,
  primary key (tenant_id, version_id, course_id),
  foreign key (tenant_id, version_id, section_id) references section on delete cascade,
  foreign key (tenant_id, course_id) references course
);
create index collection_member_course on collection_member (tenant_id, course_id);

create table term (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  name text not null,
  kind text not null default 'term',
  starts_on date,
  ends_on date,
  parent_id uuid,
  school_year text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, parent_id) references term
);
create unique index term_external_id on term (tenant_id, external_id);

create table offering (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  code text,
  course_id uuid not null,
  -- null until the course has a published version
  version_id uuid,
  is_default boolean not null default false,
  name text not null,
  state text not null default 'active' check (state in ('active', 'retired')),
  starts_at timestamptz(3),
  ends_at timestamptz(3),
  access_at timestamptz(3),
  due_at timestamptz(3),
  due_after_days integer,
  expires_at timestamptz(3),
  enroll_from timestamptz(3),
  enroll_until timestamptz(3),
  enrollment_type text not null default 'open' check (enrollment_type in ('open', 'approval', 'nomination', 'closed')),
  seats integer,
  waitlist_seats integer not null default 0,
  read_only boolean not null default false,
  hidden_activity_ids uuid[] not null default '{}',
  unit_id uuid,
  location text,
  attributes jsonb not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, course_id) references course,
  foreign key (tenant_id, version_id) references course_version,
  foreign key (tenant_id, unit_id) references unit
);
create unique index offering_default on offering (tenant_id, course_id) where is_default and deleted_at is null;
create unique index offering_external_id on offering (tenant_id, external_id) where deleted_at is null;
create unique index offering_number on offering (tenant_id, number);
create index offering_course on offering (tenant_id, course_id);

create table offering_term (
  tenant_id uuid not null,
  offering_id uuid not null,
  term_id uuid not null,
  primary key (tenant_id, offering_id, term_id),
  foreign key (tenant_id, offering_id) references offering on delete cascade,
  foreign key (tenant_id, term_id) references term on delete cascade
);

create table room (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  name text not null,
  location text,
  url text,
  seats integer,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id)
);

-- one way to attend a live_session activity of an offering
create table session (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  offering_id uuid not null,
  activity_id uuid not null,
  name text not null,
  description text,
  seats integer,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, offering_id) references offering
);
create index session_offering on session (tenant_id, offering_id);
create unique index session_external_id on session (tenant_id, external_id) where deleted_at is null;

create table meeting (
  tenant_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  room_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references session on delete cascade,
  foreign key (tenant_id, room_id) references room
);
create index meeting_session on meeting (tenant_id, session_id, starts_at);

create table join_key (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  code text not null,
  name text not null,
  offering_id uuid,
  unit_id uuid,
  uses_allowed integer,
  opens_at timestamptz(3),
  closes_at timestamptz(3),
  status text not null default 'active' check (status in ('active', 'paused')),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, offering_id) references offering,
  foreign key (tenant_id, unit_id) references unit
);
create unique index join_key_code on join_key (tenant_id, lower(code));
create unique index join_key_external_id on join_key (tenant_id, external_id);

create table credit_type (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  name text not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id)
);
create unique index credit_type_external_id on credit_type (tenant_id, external_id);

-- what completing the course is worth
create table course_credit (
  tenant_id uuid not null,
  course_id uuid not null,
  credit_type_id uuid not null,
  credits numeric(10, 4) not null,
  primary key (tenant_id, course_id, credit_type_id),
  foreign key (tenant_id, course_id) references course on delete cascade,
  foreign key (tenant_id, credit_type_id) references credit_type on delete cascade
);

-- Enrollment ---------------------------------------------------------------------------------------------------------

create table enrollment (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  person_id uuid not null,
  course_id uuid not null,
  offering_id uuid not null,
  version_id uuid not null,
  state text not null check (state in ('not_started', 'in_progress', 'pending_approval', 'pending_acceptance', 'complete', 'not_complete', 'failed', 'declined', 'pending_evaluation_required', 'on_waitlist', 'absent', 'not_applicable', 'pending_proctor', 'ready_for_review')),
  ending text check (ending in ('superseded', 'withdrawn_kept', 'withdrawn_closed')),
  ended_at timestamptz(3),
  -- of several live enrollments of one person in one course, the one that protocols without offerings show
  is_primary boolean not null default false,
  source text not null default 'admin' check (source in ('self', 'admin', 'manager', 'automatic', 'import')),
  -- the collection whose grant made it
  collection_id uuid,
  program_id uuid,
  join_key_id uuid,
  progress numeric(5, 2) not null default 0,
  score numeric(12, 4),
  result text,
  -- the outcome set by hand or import; it stands over what is computed until reset or set anew
  set_state text,
  set_progress numeric(5, 2),
  set_score numeric(12, 4),
  set_completed_at timestamptz(3),
  set_by text,
  set_at timestamptz(3),
  credits numeric(10, 4),
  rating integer,
  time_ticks bigint not null default 0,
  terms_accepted_at timestamptz(3),
  enrolled_at timestamptz(3) not null,
  access_at timestamptz(3),
  due_at timestamptz(3),
  expires_at timestamptz(3),
  started_at timestamptz(3),
  completed_at timestamptz(3),
  last_access_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references person,
  foreign key (tenant_id, course_id) references course,
  foreign key (tenant_id, offering_id) references offering,
  foreign key (tenant_id, version_id) references course_version,
  foreign key (tenant_id, join_key_id) references join_key
);
create unique index enrollment_live on enrollment (tenant_id, person_id, offering_id) where ending is null;
create unique index enrollment_primary on enrollment (tenant_id, person_id, course_id) where is_primary;
create unique index enrollment_number on enrollment (tenant_id, number);
create index enrollment_person on enrollment (tenant_id, person_id, course_id);
-- the ending stands in it, so that a course's list is counted without its rows
create index enrollment_course on enrollment (tenant_id, course_id, id) include (ending);
create index enrollment_offering on enrollment (tenant_id, offering_id, enrolled_at, id);
create index enrollment_join_key on enrollment (tenant_id, join_key_id) where join_key_id is not null;

create table enrollment_grant (
  tenant_id uuid not null,
  enrollment_id uuid not null,
  kind text not null check (kind in ('direct', 'audience', 'collection', 'program', 'join_key', 'import', 'follow_up')),
  -- the group, collection course, program or key; the nil id where there is none
  source_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, enrollment_id, kind, source_id),
  foreign key (tenant_id, enrollment_id) references enrollment on delete cascade
);
create index enrollment_grant_source on enrollment_grant (tenant_id, source_id, kind);

create table enrollment_credit (
  tenant_id uuid not null,
  enrollment_id uuid not null,
  credit_type_id uuid not null,
  credits numeric(10, 4) not null,
  primary key (tenant_id, enrollment_id, credit_type_id),
  foreign key (tenant_id, enrollment_id) references enrollment on delete cascade,
  foreign key (tenant_id, credit_type_id) references credit_type on delete cascade
);

create table session_enrollment (
  tenant_id uuid not null,
  id uuid not null,
  enrollment_id uuid not null,
  session_id uuid not null,
  activity_id uuid not null,
  state text not null default 'not_started',
  time_ticks bigint not null default 0,
  enrolled_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  unique (tenant_id, enrollment_id, activity_id),
  foreign key (tenant_id, enrollment_id) references enrollment on delete cascade,
  foreign key (tenant_id, session_id) references session
);
create index session_enrollment_session on session_enrollment (tenant_id, session_id);

-- Made when something happens; an activity nobody touched has none and reads as not started.
create table activity_enrollment (
  tenant_id uuid not null,
  enrollment_id uuid not null,
  activity_id uuid not null,
  state text not null check (state in ('not_started', 'in_progress', 'complete', 'failed', 'not_complete', 'absent', 'not_applicable', 'ready_for_review', 'pending_evaluation_required', 'pending_proctor')),
  progress numeric(5, 2) not null default 0,
  -- percent of the activity's maximum
  score numeric(12, 4),
  time_ticks bigint not null default 0,
  attempts integer not null default 0,
  failures integer not null default 0,
  -- completed by force, not by what was done
  forced boolean not null default false,
  tasks_done uuid[] not null default '{}',
  resume jsonb,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  last_attempt_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, enrollment_id, activity_id),
  foreign key (tenant_id, enrollment_id) references enrollment on delete cascade
);

create table attempt (
  tenant_id uuid not null,
  id uuid not null,
  enrollment_id uuid not null,
  activity_id uuid not null,
  ordinal integer not null,
  state text not null check (state in ('in_progress', 'complete', 'failed')),
  score numeric(12, 4),
  time_ticks bigint,
  started_at timestamptz(3),
  finished_at timestamptz(3),
  answer jsonb,
  feedback text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  unique (tenant_id, enrollment_id, activity_id, ordinal),
  foreign key (tenant_id, enrollment_id) references enrollment on delete cascade
);
create unique index attempt_open on attempt (tenant_id, enrollment_id, activity_id) where state = 'in_progress' and finished_at is null;

-- Assessment ---------------------------------------------------------------------------------------------------------

create table assessment (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  offering_id uuid not null,
  activity_id uuid not null,
  name text not null,
  description text,
  category text,
  mark_type text not null default 'percent',
  minimum numeric(10, 4) not null default 0,
  maximum numeric(10, 4) not null default 100,
  weight numeric(10, 4),
  opens_at timestamptz(3),
  due_at timestamptz(3),
  closes_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, offering_id) references offering on delete cascade
);
create unique index assessment_external_id on assessment (tenant_id, external_id);
create index assessment_offering on assessment (tenant_id, offering_id);

create table submission (
  tenant_id uuid not null,
  assessment_id uuid not null,
  enrollment_id uuid not null,
  state text not null check (state in ('draft', 'submitted', 'marked')),
  submitted_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, assessment_id, enrollment_id),
  foreign key (tenant_id, assessment_id) references assessment on delete cascade,
  foreign key (tenant_id, enrollment_id) references enrollment on delete cascade
);
create index submission_enrollment on submission (tenant_id, enrollment_id);

create table mark (
  tenant_id uuid not null,
  assessment_id uuid not null,
  enrollment_id uuid not null,
  -- in the assessment's own measure, minimum to maximum
  score numeric(12, 4),
  text_score text,
  carried_over boolean not null default false,
  comment text,
  marker_id uuid,
  marked_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, assessment_id, enrollment_id),
  foreign key (tenant_id, assessment_id) references assessment on delete cascade,
  foreign key (tenant_id, enrollment_id) references enrollment on delete cascade,
  foreign key (tenant_id, marker_id) references person
);
create index mark_enrollment on mark (tenant_id, enrollment_id);
create index mark_marker on mark (tenant_id, marker_id) where marker_id is not null;

-- Around -------------------------------------------------------------------------------------------------------------

-- Readers follow (tx, seq) below the oldest running transaction: commits overtake each other, positions do not.
create table event (
  tenant_id uuid not null,
  seq bigint not null generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  at timestamptz(3) not null,
  type text not null,
  entity text not null,
  entity_id uuid not null,
  person_id uuid,
  course_id uuid,
  actor_kind text not null,
  actor_id uuid,
  dialect text not null,
  data jsonb not null default '{}',
  primary key (tenant_id, tx, seq)
);
create index event_entity on event (tenant_id, entity_id, tx, seq);

-- how an import finds again what it made
create table source_key (
  tenant_id uuid not null references tenant on delete cascade,
  system text not null,
  entity text not null,
  key text not null,
  id uuid not null,
  primary key (tenant_id, system, entity, key)
);

create table import_run (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  kind text not null,
  source text not null,
  state text not null check (state in ('running', 'complete', 'failed')),
  dry_run boolean not null default false,
  report jsonb not null default '{}',
  started_at timestamptz(3) not null,
  finished_at timestamptz(3),
  primary key (tenant_id, id)
);

create table file (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  content bytea not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, id)
);
