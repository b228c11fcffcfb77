-- Mails, queued in the transaction of what they tell of. `queued_at` and `sent_at` are by the tenant's clock; when a mail is due, and until
-- when it is tried, by the real one.
create table mail (
  tenant_id uuid not null references tenant on delete cascade,
  id uuid not null,
  template text not null,
  data jsonb not null,
  -- the language asked for, and the recipient: a person of the record, whose address counts when the mail goes out, or an address alone
  locale text not null,
  person_id uuid,
  name text,
  address text,
  state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'failed')),
  queued_at timestamptz(3) not null,
  sent_at timestamptz(3),
  -- where it went: out, or to the mailbox of the product alone
  sent_to text check (sent_to in ('server', 'mailbox')),
  attempts integer not null default 0,
  due_at timestamptz(3) not null,
  give_up_at timestamptz(3) not null,
  -- why it failed or waits, and what the mail server said
  reason text,
  reply text,
  -- as it went out
  subject text,
  body_text text,
  body_html text,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references person,
  check (person_id is not null or address is not null),
  check ((state = 'sent') = (sent_at is not null)),
  check ((state = 'sent') = (sent_to is not null))
);
create index mail_queued on mail (tenant_id, queued_at, id);
create index mail_open on mail (tenant_id, due_at) where state in ('queued', 'sending');
create index mail_person on mail (tenant_id, person_id) where person_id is not null;
create index mail_address on mail (tenant_id, lower(address));

-- How far each destination has come in the feed of its tenant, who works at it, and since when it fails. All by the real clock.
create table outbox_place (
  tenant_id uuid not null references tenant on delete cascade,
  destination text not null,
  epoch uuid,
  position bigint not null default 0,
  held_by uuid,
  held_until timestamptz(3),
  failures integer not null default 0,
  retry_at timestamptz(3),
  problem text,
  primary key (tenant_id, destination)
);
