-- What people find and may enroll themselves in. A member row stands for one stay and is kept when it ends, for reports.
create table program (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null,
  external_id text,
  name text not null,
  description text,
  state text not null default 'active' check (state in ('active', 'retired')),
  slug text,
  url text,
  starts_at timestamptz(3),
  ends_at timestamptz(3),
  seats integer check (seats >= 0),
  unit_id uuid,
  is_default boolean not null default false,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references unit
);
create unique index program_external_id on program (tenant_id, external_id) where deleted_at is null;
create unique index program_slug on program (tenant_id, slug) where deleted_at is null;
create unique index program_number on program (tenant_id, number);
create unique index program_default on program (tenant_id) where is_default;
create index program_unit on program (tenant_id, unit_id) where unit_id is not null;
create trigger take_number before insert on program for each row when (new.number is null) execute function take_number();
alter table program enable always trigger take_number;

create table program_content (
  tenant_id uuid not null,
  program_id uuid not null,
  course_id uuid not null,
  position integer not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, program_id, course_id),
  foreign key (tenant_id, program_id) references program on delete cascade,
  foreign key (tenant_id, course_id) references course on delete cascade
);
create index program_content_course on program_content (tenant_id, course_id);

create table program_member (
  tenant_id uuid not null,
  id uuid not null,
  program_id uuid not null,
  person_id uuid not null,
  source text not null check (source in ('direct', 'audience', 'invitation', 'import')),
  joined_at timestamptz(3) not null,
  left_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, program_id) references program on delete cascade,
  foreign key (tenant_id, person_id) references person on delete cascade
);
create unique index program_member_live on program_member (tenant_id, person_id, program_id) where left_at is null;
create index program_member_person on program_member (tenant_id, person_id, program_id);
create index program_member_added on program_member (tenant_id, program_id, joined_at, id);

-- why somebody is in: directly, or by an audience; the nil id where there is nothing to name
create table program_grant (
  tenant_id uuid not null,
  member_id uuid not null,
  kind text not null check (kind in ('direct', 'audience', 'invitation', 'import')),
  source_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, member_id, kind, source_id),
  foreign key (tenant_id, member_id) references program_member on delete cascade
);
create index program_grant_source on program_grant (tenant_id, source_id) where kind = 'audience';

create table program_audience (
  tenant_id uuid not null,
  id uuid not null,
  program_id uuid not null,
  group_id uuid not null,
  recursive boolean not null default false,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  unique (tenant_id, group_id, program_id),
  foreign key (tenant_id, program_id) references program on delete cascade,
  foreign key (tenant_id, group_id) references people_group on delete cascade
);
create index program_audience_program on program_audience (tenant_id, program_id);

-- removed by name: the audience counts again only after leaving its groups and coming back
create table program_audience_exception (
  tenant_id uuid not null,
  audience_id uuid not null,
  person_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, audience_id, person_id),
  foreign key (tenant_id, audience_id) references program_audience on delete cascade,
  foreign key (tenant_id, person_id) references person on delete cascade
);
create index program_audience_exception_person on program_audience_exception (tenant_id, person_id);

-- an ordered curriculum of a program, with deadlines
create table program_path (
  tenant_id uuid not null,
  id uuid not null,
  program_id uuid not null,
  name text not null,
  description text,
  position integer not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, program_id) references program on delete cascade
);
create index program_path_program on program_path (tenant_id, program_id, position);

create table program_path_course (
  tenant_id uuid not null,
  path_id uuid not null,
  course_id uuid not null,
  position integer not null,
  due_at timestamptz(3),
  due_after_days integer check (due_after_days >= 0),
  primary key (tenant_id, path_id, course_id),
  foreign key (tenant_id, path_id) references program_path on delete cascade,
  foreign key (tenant_id, course_id) references course on delete cascade
);
create index program_path_course_course on program_path_course (tenant_id, course_id);

alter table collection_member add offering_id uuid;
alter table collection_member add foreign key (tenant_id, offering_id) references offering;
alter table entitlement drop constraint entitlement_entity_check;
alter table entitlement add constraint entitlement_entity_check check (entity in ('unit', 'group', 'course', 'offering', 'program'));

-- The default program holds every published course and everybody who has not left it: nobody makes it, no row says so of a course or a
-- person. It comes with the root unit, and again with it where a sandbox is taken back, under the same id.
create function begin_programs() returns trigger
language plpgsql as $$
begin
  insert into program (tenant_id, id, name, is_default, created_at, updated_at)
  values (new.tenant_id, md5('default program of ' || new.tenant_id::text)::uuid, 'All courses', true, new.created_at, new.updated_at)
  on conflict do nothing;
  return null;
end $$;
create trigger begin_programs after insert on unit for each row when (new.parent_id is null) execute function begin_programs();

insert into program (tenant_id, id, name, is_default, created_at, updated_at)
select t.id, md5('default program of ' || t.id::text)::uuid, 'All courses', true, t.created_at, t.created_at from tenant t;
