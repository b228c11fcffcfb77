import { sql } from 'kysely';
import type { Context } from '../kernel/context.ts';
import type { EventType } from '../kernel/event-types.ts';
import type { Instant } from '../kernel/instant.ts';

/** When a sandbox was last taken back to its beginning, by the real clock; null when it never was. */
export async function lastReset(ctx: Context): Promise<Instant | null> {
  if (!ctx.tenant.sandbox) return null;
  const { rows } = await sql<{ at: Instant }>`
    select at from event where tenant_id = ${ctx.tenant.id} and entity_id = ${ctx.tenant.id} and type = ${'tenant.reset' satisfies EventType}
     order by seq desc limit 1`.execute(ctx.db);
  return rows[0]?.at ?? null;
}
