import { transaction } from '../../database/transaction.ts';
import { type Context, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { type Instant, milliseconds } from '../kernel/instant.ts';
import { against, invalid } from '../kernel/refusal.ts';
import { instantOf } from '../kernel/text.ts';
import { accessChanged, announced } from './access-changed.ts';
import { currentTenant, nowOf } from './tenants.ts';

export interface Clock {
  now: Instant;
  /** Milliseconds ahead of the real clock. */
  offsetMs: number;
}

/** The tenant's clock: the real one, but for a sandbox that was moved forward. */
export async function readClock(ctx: Context): Promise<Clock> {
  const tenant = await currentTenant(ctx);
  return { now: nowOf(tenant), offsetMs: tenant.clockOffsetMs };
}

/** Moves a sandbox's clock forward to the instant. Refuses ordinary tenants and going back. */
export async function setClock(ctx: Context, to: Instant): Promise<Clock> {
  const wanted = instantOf(to) ?? invalid(['now'], 'format', 'an instant');
  return move(ctx, (offset) => milliseconds(wanted) - Date.now() - offset);
}

/** Moves a sandbox's clock forward by so many milliseconds. */
export async function advanceClock(ctx: Context, ms: number): Promise<Clock> {
  if (!Number.isSafeInteger(ms)) invalid(['by'], 'type', 'whole milliseconds');
  return move(ctx, () => ms);
}

/** How far ahead a clock may run: beyond it dates lose their four-digit years. */
const FARTHEST = milliseconds('9000-01-01T00:00:00.000Z');

async function move(ctx: Context, forward: (offsetMs: number) => number): Promise<Clock> {
  demandWhole(ctx, 'tenant.manage');
  const clock = await transaction(ctx, async (ctx) => {
    const tenant = await currentTenant(ctx, true);
    if (!tenant.sandbox) against('not_a_sandbox', 'tenant', tenant.id);
    const ms = forward(tenant.clockOffsetMs);
    const offsetMs = tenant.clockOffsetMs + ms;
    if (ms < 0) invalid(['now'], 'out_of_range', 'the clock never goes back');
    if (Date.now() + offsetMs > FARTHEST) invalid(['now'], 'out_of_range', 'a year before 9000');
    const after = { now: nowOf({ clockOffsetMs: offsetMs }), offsetMs };
    if (ms === 0) return after;
    await ctx.db.updateTable('tenant').set({ clock_offset_ms: offsetMs }).where('id', '=', tenant.id).execute();
    await append({ ...ctx, now: after.now }, [
      {
        type: 'tenant.clock_moved',
        entity: 'tenant',
        entityId: tenant.id,
        data: { changed: { now: [nowOf(tenant), after.now] } },
      },
    ]);
    await accessChanged(ctx);
    return after;
  });
  announced(ctx);
  return clock;
}
