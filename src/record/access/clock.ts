import { transaction } from '../../database/transaction.ts';
import { type Context, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { type Instant, milliseconds } from '../kernel/instant.ts';
import { against, invalid } from '../kernel/refusal.ts';
import { instantOf } from '../kernel/text.ts';
import { accessChanged, announced } from './access-changed.ts';
import { type Happened, runDue } from './due.ts';
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

/** A clock that was moved. */
export interface MovedClock extends Clock {
  /** What became due on the way, in the order of its times. */
  happened: Happened[];
}

/**
 * Moves a sandbox's clock forward to the instant, and does everything that becomes due on the way before it returns. Refuses ordinary
 * tenants and going back.
 */
export async function setClock(ctx: Context, to: Instant): Promise<MovedClock> {
  const wanted = instantOf(to) ?? invalid(['now'], 'format', 'an instant');
  return move(ctx, (offset) => milliseconds(wanted) - Date.now() - offset);
}

/** The same by so many milliseconds. */
export async function advanceClock(ctx: Context, ms: number): Promise<MovedClock> {
  if (!Number.isSafeInteger(ms)) invalid(['by'], 'type', 'whole milliseconds');
  return move(ctx, () => ms);
}

/** How far ahead a clock may run: beyond it dates lose their four-digit years. */
const FARTHEST = milliseconds('9000-01-01T00:00:00.000Z');

async function move(ctx: Context, forward: (offsetMs: number) => number): Promise<MovedClock> {
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
        entityId: tenant.id,
        data: { changed: { now: [nowOf(tenant), after.now] } },
      },
    ]);
    await accessChanged(ctx);
    return after;
  });
  announced(ctx);
  // writers go on meanwhile: each part waits for those it meets
  return { ...clock, happened: await runDue({ ...ctx, now: clock.now }) };
}
