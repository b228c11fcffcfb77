import { run } from '../../database/parameters.ts';
import type { Database } from '../kernel/context.ts';

/** Seconds that the oldest event not yet visible in the feed has waited; 0 when all are. For the metrics of an installation. */
export async function eventLagSeconds(db: Database): Promise<number> {
  const { rows } = await run<{ seconds: number }>(
    db,
    `select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 as seconds
       from pg_stat_activity where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()`,
    [],
  );
  return rows[0]?.seconds ?? 0;
}
