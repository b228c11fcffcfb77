-- Audiences, profiles, masters and certificates.

-- a group, with or without the groups below it, tied to an offering: who is in it is enrolled
create table audience (
  tenant_id uuid not null,
  id uuid not null,
  group_id uuid not null,
  offering_id uuid not null,
  recursive boolean not null default false,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  unique (tenant_id, group_id, offering_id),
  foreign key (tenant_id, group_id) references people_group on delete cascade,
  foreign key (tenant_id, offering_id) references offering on delete cascade
);
create index audience_offering on audience (tenant_id, offering_id);

-- removed by name: the audience counts again only after leaving its groups and coming back
create table audience_exception (
  tenant_id uuid not null,
  audience_id uuid not null,
  person_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, audience_id, person_id),
  foreign key (tenant_id, audience_id) references audience on delete cascade,
  foreign key (tenant_id, person_id) references person on delete cascade
);

-- a label on people
create table profile (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  name text not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id)
);
create unique index profile_external_id on profile (tenant_id, external_id);
create unique index profile_number on profile (tenant_id, number);

create table profile_member (
  tenant_id uuid not null,
  profile_id uuid not null,
  person_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, profile_id, person_id),
  foreign key (tenant_id, profile_id) references profile on delete cascade,
  foreign key (tenant_id, person_id) references person on delete cascade
);
create index profile_member_person on profile_member (tenant_id, person_id);

-- what instructors may do beyond teaching
create table instructor_permission (
  tenant_id uuid not null,
  person_id uuid not null,
  permission text not null check (permission in ('create_course', 'create_course_instance')),
  primary key (tenant_id, person_id, permission),
  foreign key (tenant_id, person_id) references person on delete cascade
);

-- an offering made from a template course keeps the certificates of that moment
alter table offering add column from_template boolean not null default false;

create table certificate (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  number bigint not null default nextval('matricula_number'),
  external_id text,
  name text not null,
  description text,
  status text not null default 'active' check (status in ('active', 'inactive', 'archived')),
  -- how long an award is good: so many days, months or years; null for ever
  valid_for integer check (valid_for > 0),
  valid_unit text check (valid_unit in ('day', 'month', 'year')),
  -- the learner has to confirm before the award is made
  confirmation boolean not null default false,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (tenant_id, id),
  check ((valid_for is null) = (valid_unit is null))
);
create unique index certificate_external_id on certificate (tenant_id, external_id) where deleted_at is null;
create unique index certificate_number on certificate (tenant_id, number);

-- all of these courses have to be completed
create table certificate_course (
  tenant_id uuid not null,
  certificate_id uuid not null,
  course_id uuid not null,
  position integer not null,
  primary key (tenant_id, certificate_id, course_id),
  foreign key (tenant_id, certificate_id) references certificate on delete cascade,
  foreign key (tenant_id, course_id) references course
);
create index certificate_course_course on certificate_course (tenant_id, course_id);

-- what a certificate carries: 16 letters and digits that do not look alike, about 80 random bits
create function new_certificate_code() returns text language sql volatile as $$
  select string_agg(substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', (get_byte(r.bytes, i) & 31) + 1, 1), '' order by i)
    from (select uuid_send(gen_random_uuid()) as bytes) r, generate_series(0, 15) i
$$;

-- Made when something happens (required, ready, certified, revoked); before that the link is access to one of the courses. Its id
-- is derived from certificate and person, so that it is the same before and after.
create table certificate_award (
  tenant_id uuid not null,
  id uuid not null,
  certificate_id uuid not null,
  person_id uuid not null,
  required boolean not null default false,
  -- all courses complete, waiting for the learner's word
  ready_at timestamptz(3),
  certified_at timestamptz(3),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  revoked_because text,
  -- revoked by somebody, or withdrawn because a completion was taken back
  revocation text check (revocation in ('revoked', 'withdrawn')),
  -- what the clock brought that events have told
  expiry_noted text check (expiry_noted in ('about_to_expire', 'expired')),
  -- shown on the certificate; opens the public verification page
  code text not null unique default new_certificate_code(),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  unique (tenant_id, certificate_id, person_id),
  check ((revoked_at is null) = (revocation is null)),
  foreign key (tenant_id, certificate_id) references certificate,
  foreign key (tenant_id, person_id) references person
);
create index certificate_award_person on certificate_award (tenant_id, person_id);
create index certificate_award_expiry on certificate_award (tenant_id, expires_at) where revoked_at is null and expiry_noted is distinct from 'expired';

-- earlier spans of an award that was renewed
create table certificate_span (
  tenant_id uuid not null,
  award_id uuid not null,
  certified_at timestamptz(3) not null,
  expires_at timestamptz(3),
  ended_at timestamptz(3) not null,
  primary key (tenant_id, award_id, certified_at),
  foreign key (tenant_id, award_id) references certificate_award on delete cascade
);
