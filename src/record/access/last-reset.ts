import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import type { EventType } from '../kernel/event-types.ts';
import type { Instant } from '../kernel/instant.ts';

/** When a sandbox was last taken back to its beginning, by the real clock; null when it never was. */
export async function lastReset(ctx: Context): Promise<Instant | null> {
  if (!ctx.tenant.sandbox) return null;
  const { rows } = await run<{ at: Instant }>(
    ctx,
    sql`
    select at from event where tenant_id = ${TENANT} and entity_id = ${TENANT} and type = ${'tenant.reset' satisfies EventType}
     order by seq desc limit 1`,
  );
  return rows[0]?.at ?? null;
}
