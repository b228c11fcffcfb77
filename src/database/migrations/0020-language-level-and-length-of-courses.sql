-- a BCP 47 tag in canonical form; a word of whoever offers it; how long it takes
alter table course
  add column language text,
  add column level text,
  add column duration_minutes integer check (duration_minutes >= 0);
create index course_duration on course (tenant_id, duration_minutes nulls first, id);
