-- no external id is somebody else's e-mail address, in whatever case
create index person_external_id_email on person (tenant_id, lower(external_id)) where status <> 'deleted' and external_id like '%@%';
