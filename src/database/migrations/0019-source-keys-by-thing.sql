-- what sources call a thing: asked when it is deleted, and of everything that a roster might claim
create index source_key_thing on source_key (tenant_id, id);
