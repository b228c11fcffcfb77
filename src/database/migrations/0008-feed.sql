-- Places in the feed are given by those who read it. A change inserts its event after it has locked its thing: of two events about one
-- thing the later has the higher seq, and whoever sees it sees the earlier, so places in order of seq keep the order of changes.
alter table event
  add column position bigint,
  add column written_at timestamptz(3) not null default clock_timestamp();
update event e set position = n.position
  from (select tenant_id, tx, seq, row_number() over (partition by tenant_id order by tx, seq) as position from event) n
 where e.tenant_id = n.tenant_id and e.tx = n.tx and e.seq = n.seq;
alter table event drop constraint event_pkey;
drop index event_entity;
alter table event drop column tx;
alter table event add primary key (tenant_id, seq);
create index event_entity on event (tenant_id, entity_id, seq);
create unique index event_position on event (tenant_id, position) where position is not null;
create index event_waiting on event (tenant_id, seq) where position is null;

create table feed (
  tenant_id uuid primary key references tenant on delete cascade,
  last_position bigint not null default 0
);
insert into feed (tenant_id, last_position)
select e.tenant_id, max(e.position) from event e join tenant t on t.id = e.tenant_id group by e.tenant_id;

-- Where a feed was written: a copy that goes on elsewhere (a restore, a standby that took over) begins an epoch. Places of an earlier
-- one are good as far as the copy went.
create table feed_epoch (
  tenant_id uuid not null references tenant on delete cascade,
  key uuid not null,
  cluster text not null,
  until bigint,
  primary key (tenant_id, key)
);
create unique index feed_epoch_current on feed_epoch (tenant_id) where until is null;

-- The database that writes now: another after a restore elsewhere, and after a standby has taken over.
create function feed_cluster() returns text language sql volatile as $$
  select concat_ws('/', s.system_identifier, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), d.oid)
    from pg_control_system() s, pg_database d where d.datname = current_database()
$$;

-- Gives the oldest events that wait the next places of their tenant, so many at most, and says how many. One statement each after the
-- lock, so that each sees what was committed before it was had. The waiting are found by their index whatever the statistics say.
create function feed_advance(of_tenant uuid, most integer) returns integer
language plpgsql volatile set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  base bigint;
  here text;
  given integer;
begin
  select last_position into base from feed where tenant_id = of_tenant for update;
  if not found then
    insert into feed (tenant_id) select id from tenant where id = of_tenant on conflict do nothing;
    select last_position into base from feed where tenant_id = of_tenant for update;
    if not found then
      return 0;
    end if;
  end if;
  here := feed_cluster();
  perform from feed_epoch where tenant_id = of_tenant and until is null and cluster = here;
  if not found then
    update feed_epoch set until = base where tenant_id = of_tenant and until is null;
    insert into feed_epoch (tenant_id, key, cluster) values (of_tenant, gen_random_uuid(), here);
  end if;
  with waiting as materialized (
    select seq, row_number() over (order by seq) as n
      from (select seq from event where tenant_id = of_tenant and position is null order by seq limit most) oldest
  ), placed as (
    update event e set position = base + w.n from waiting w where e.tenant_id = of_tenant and e.seq = w.seq returning 1
  )
  select count(*) into given from placed;
  if given > 0 then
    update feed set last_position = base + given where tenant_id = of_tenant;
  end if;
  return given;
end $$;
