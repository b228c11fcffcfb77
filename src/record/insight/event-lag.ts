import { run } from '../../database/run.ts';
import { sql } from '../../database/sql.ts';
import type { Database } from '../kernel/context.ts';
import { WAITING_TENANTS_SQL } from './feed-places.ts';

/** Seconds since the oldest event was written that has no place in its tenant's feed yet; 0 when all have. For the metrics of an installation. */
export async function eventLagSeconds(db: Database): Promise<number> {
  const { rows } = await run<{ seconds: number }>(
    db,
    sql`${WAITING_TENANTS_SQL}
     select coalesce(max(extract(epoch from clock_timestamp() - oldest.written_at)), 0)::float8 as seconds
       from waits cross join lateral (
         select written_at from event where tenant_id = waits.id and position is null order by seq limit 1) oldest`,
  );
  return Math.max(0, rows[0]?.seconds ?? 0);
}
