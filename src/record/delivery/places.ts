import { run } from '../../database/run.ts';
import type { Context } from '../kernel/context.ts';

/** How far a destination has come in the feed, and how often in a row it failed. */
export interface OutboxPlace {
  epoch: string | null;
  position: number;
  failures: number;
}

/** Who is at work there: a worker by a name of its own. */
export interface Hold {
  destination: string;
  holder: string;
}

const OWN = 'tenant_id = $1 and destination = $2 and held_by = $3::uuid';

const ownOf = (ctx: Context, { destination, holder }: Hold): unknown[] => [ctx.tenant.id, destination, holder];

/**
 * Takes the place of a destination for a while, unless somebody else is at work there or it is paused after a failure. A worker that dies
 * loses it when the while is over; one that lives takes it again and again.
 */
export async function holdPlace(ctx: Context, hold: Hold, leaseMs: number): Promise<OutboxPlace | undefined> {
  const { rows } = await run<OutboxPlace>(
    ctx.db,
    `insert into outbox_place as o (tenant_id, destination, held_by, held_until)
     select id, $2, $3::uuid, clock_timestamp() + $4 * interval '1 ms' from tenant where id = $1
     on conflict (tenant_id, destination) do update set held_by = excluded.held_by, held_until = excluded.held_until
       where o.held_by = excluded.held_by or coalesce(greatest(o.held_until, o.retry_at) <= clock_timestamp(), true)
     returning epoch, position, failures`,
    [...ownOf(ctx, hold), leaseMs],
  );
  return rows[0];
}

/** Notes how far it came; false where it is no longer ours. What failed before is over. */
export async function movePlace(
  ctx: Context,
  hold: Hold,
  { epoch, position }: Omit<OutboxPlace, 'failures'>,
): Promise<boolean> {
  const { rows } = await run(
    ctx.db,
    `update outbox_place set epoch = $4::uuid, position = $5, failures = 0, retry_at = null, problem = null where ${OWN} returning 1`,
    [...ownOf(ctx, hold), epoch, position],
  );
  return rows.length === 1;
}

/** Lets go of the place. */
export async function leavePlace(ctx: Context, hold: Hold): Promise<void> {
  await run(ctx.db, `update outbox_place set held_by = null, held_until = null where ${OWN}`, ownOf(ctx, hold));
}

/** Lets go of it for so long: what failed is tried again then, by whoever comes. */
export async function pausePlace(ctx: Context, hold: Hold, pauseMs: number, problem: string): Promise<void> {
  await run(
    ctx.db,
    `update outbox_place set held_by = null, held_until = null, failures = failures + 1, problem = $5,
            retry_at = clock_timestamp() + $4 * interval '1 ms' where ${OWN}`,
    [...ownOf(ctx, hold), pauseMs, problem],
  );
}
