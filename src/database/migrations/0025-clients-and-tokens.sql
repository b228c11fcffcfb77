-- a token without end has no such moment; one that can be shown again is made from its id by a key of its tenant
alter table token
  alter expires_at drop not null,
  add column id uuid;

-- what makes the credentials of one whose protocol shows them again, anew whenever they are renewed; what it was given of its protocol's
-- products and scopes; whether it may only look
alter table api_client
  add column secret_id uuid,
  add column products text[] not null default '{}',
  add column scopes text[] not null default '{}',
  add column read_only boolean not null default false;
