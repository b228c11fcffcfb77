-- One index instead of two over the same columns: of the marked ones there is one for each person and course, the others never meet.
drop index enrollment_primary;
drop index enrollment_person;
create unique index enrollment_primary on enrollment (tenant_id, person_id, course_id, (case when is_primary then true end));
