-- what tokens and paging keys of a tenant are signed with; 244 random bits
alter table tenant add column secret text not null default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');

-- units are found by name where protocols name them
create index unit_name on unit (tenant_id, name);
-- lists of what is made by whoever integrates, in the order of making
create index offering_created on offering (tenant_id, created_at, id) where deleted_at is null;
create index group_created on people_group (tenant_id, created_at, id) where deleted_at is null;
