-- Hashes of the passwords of a kept academy file, by the placeholders that stand for them in the text.
alter table tenant add column academy_secrets jsonb;
-- files that were kept with passwords, and events that told them
update tenant set academy = null where academy ~ 'password';
update event set data = data #- '{changed,academy}' where type = 'tenant.updated' and data #> '{changed,academy}' is not null;
