-- As before, but whoever empties the tenant is waited for before anything is held.
-- Gives the oldest events that wait the next places of their tenant, so many at most, and says how many. One statement each after the
-- lock, so that each sees what was committed before it was had. The waiting are found by their index whatever the statistics say.
create or replace function feed_advance(of_tenant uuid, most integer) returns integer
language plpgsql volatile set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  base bigint;
  here text;
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
