-- what protocols name by number; parts of a course keep theirs over its versions
create index section_number on section (tenant_id, number);
create index activity_number on activity (tenant_id, number);
create unique index room_number on room (tenant_id, number);
create unique index join_key_number on join_key (tenant_id, number);
create unique index attribute_number on attribute (tenant_id, number);
create unique index import_run_number on import_run (tenant_id, number);
