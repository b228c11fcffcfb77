-- failed sign-ins and the like, by the real clock; losing them in a crash harms nobody
create unlogged table guess (
  -- a hash of what is guessed at, or of who guesses
  key text primary key,
  -- misses not yet forgotten, as of `at`
  level numeric(12, 4) not null,
  at timestamptz(3) not null,
  -- when the right word last came
  known_at timestamptz(3)
);
create index guess_at on guess (at);

-- tokens that come from one consent, and when a refresh token was traded in
alter table token add column family uuid, add column used_at timestamptz(3);
create index token_family on token (tenant_id, family) where family is not null;
