-- What belongs to one thing is found by the thing first: of the indexes that lead with the tenant, each leads to what waits.
drop index event_entity;
create index event_entity on event (entity_id, tenant_id, seq);

-- As before, but those that wait are met by a hash: whatever statistics say of a tenant that is being filled, and however small the table
-- was when the plan was made, nothing is compared with everything.
-- Gives the oldest events that wait the next places of their tenant, so many at most, and says how many. One statement each after the
-- lock, so that each sees what was committed before it was had.
create or replace function feed_advance(of_tenant uuid, most integer) returns integer
language plpgsql volatile
set enable_seqscan = off set enable_nestloop = off set enable_mergejoin = off set enable_hashjoin = on set jit = off as $$
declare
  base bigint;
  here text;
  oldest bigint;
  newest bigint;
  given integer;
begin
  perform from tenant where id = of_tenant for key share;
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
  select min(seq), max(seq) into oldest, newest
    from (select seq from event where tenant_id = of_tenant and position is null order by seq limit most) w;
  if oldest is null then
    return 0;
  end if;
  with waiting as materialized (
    select seq, row_number() over (order by seq) as n
      from event where tenant_id = of_tenant and position is null and seq between oldest and newest
  ), placed as (
    update event e set position = base + w.n from waiting w
     where e.tenant_id = of_tenant and e.position is null and e.seq between oldest and newest and e.seq = w.seq
    returning 1
  )
  select count(*) into given from placed;
  update feed set last_position = base + given where tenant_id = of_tenant;
  return given;
end $$;
