-- several people may mark one piece of work, each once; one mark counts
alter table mark
  drop constraint mark_pkey,
  add column id uuid not null default uuidv7(),
  add column role text not null default 'marker' check (role in ('marker', 'evaluator', 'moderator')),
  add column counts boolean not null default true,
  -- so that where nothing counts, nobody but evaluators marked
  add check (marker_id is not null or role = 'marker'),
  add primary key (tenant_id, id);
create unique index mark_counts on mark (tenant_id, assessment_id, enrollment_id) where counts;
create unique index mark_of_marker on mark (tenant_id, assessment_id, enrollment_id, marker_id) nulls not distinct;
