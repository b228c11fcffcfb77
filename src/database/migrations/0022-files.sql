-- the first form of it kept bytes in the database, and nothing ever wrote one
drop table file;

-- What lies in the store, under tenant and id. No reference to the tenant: a content is noted before it is stored, also for a tenant that
-- an open transaction is only making, and is remembered until it is removed, also when the tenant is emptied.
create table file_content (
  tenant_id uuid not null,
  id uuid not null,
  state text not null check (state in ('uploading', 'stored', 'deleted')),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint check (size > 0),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  check (state <> 'stored' or (sha256 is not null and size is not null))
);
-- one content of a kind for each tenant
create unique index file_content_stored on file_content (tenant_id, sha256) where state = 'stored';
-- what a job removes
create index file_content_left on file_content (updated_at) where state <> 'stored';

-- A name for a content, and what it belongs to: a person, a course, or what an enrollment hands in for an assessment (a submission).
create table file (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  content_id uuid not null,
  entity text not null check (entity in ('person', 'course', 'submission')),
  -- of a submission the assessment
  entity_id uuid not null,
  enrollment_id uuid,
  -- whose data it is
  person_id uuid,
  course_id uuid,
  name text not null,
  media_type text not null,
  uploaded_by uuid,
  created_at timestamptz(3) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, content_id) references file_content,
  foreign key (tenant_id, enrollment_id) references enrollment,
  foreign key (tenant_id, person_id) references person,
  foreign key (tenant_id, course_id) references course,
  check ((entity = 'submission') = (enrollment_id is not null)),
  check (entity = 'course' or person_id is not null)
);
-- the same content under the same name is the same file; also the list of a thing
create unique index file_of_thing on file (tenant_id, entity, entity_id, enrollment_id, name, content_id) nulls not distinct;
create index file_of_content on file (tenant_id, content_id);
create index file_of_person on file (tenant_id, person_id) where person_id is not null;
create index file_of_enrollment on file (tenant_id, enrollment_id) where enrollment_id is not null;
create index file_of_course on file (tenant_id, course_id) where course_id is not null;
