import { run } from '../../database/run.ts';
import { type Sql, sql, TENANT } from '../../database/sql.ts';
import { isRace } from '../../database/transaction.ts';
import { type Context, type Database, demand } from '../kernel/context.ts';
import { against, Refusal } from '../kernel/refusal.ts';

/** A place in a tenant's feed: after the event of this position. Positions mean something within an epoch of the feed. */
export interface FeedPosition {
  /** Null is before every event. */
  epoch: string | null;
  position: number;
}

export const FEED_START: FeedPosition = { epoch: null, position: 0 };

/** Events that are given places at once: few large batches cost less than many small ones. */
const BATCH = 10_000;

/**
 * Gives the events that wait their places in the feed, in the order of their changes, a batch at a time. Whoever reads the feed does
 * so first. Gives false when there may be more. Inside a transaction nothing happens: the lock of the feed would last as long.
 */
export async function givePlaces(ctx: Pick<Context, 'db' | 'tenant' | 'inTransaction'>): Promise<boolean> {
  if (ctx.inTransaction) return true;
  return (await advance(ctx.db, ctx.tenant.id)) < BATCH;
}

const MOST_TRIES = 5;

/** Somebody who erases what events tell may be met the wrong way round: nothing is lost by trying again. */
async function advance(db: Database, tenantId: string): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { rows } = await run<{ given: number }>(db, sql`select feed_advance(${tenantId}, ${BATCH}) as given`);
      return rows[0]!.given;
    } catch (error) {
      if (attempt === MOST_TRIES || !isRace(error)) throw error;
    }
  }
}

/** Gives places to what waits in all tenants; for the work in the background. */
export async function givePlacesEverywhere(db: Database, signal?: AbortSignal): Promise<void> {
  const { rows } = await run<{ id: string }>(db, sql`${WAITING_TENANTS_SQL} select id from waits where id is not null`);
  for (const tenant of rows) while (!signal?.aborted) if ((await advance(db, tenant.id)) < BATCH) break;
}

/** SQL for `waits`, the ids of tenants with events that have no place yet: one look into the index for each. */
export const WAITING_TENANTS_SQL = sql`
with recursive waits as (
  (select tenant_id as id from event where position is null order by tenant_id limit 1)
  union all
  select (select e.tenant_id from event e where e.position is null and e.tenant_id > w.id order by e.tenant_id limit 1)
    from waits w where w.id is not null
)`;

/** How far a tenant's feed has come. */
export interface FeedState {
  lastPosition: number;
  /** Something was committed that has no place yet. */
  waiting: boolean;
}

/**
 * SQL for the columns `"lastPosition"` and `waiting` of the tenant. In the statement that counts something, it
 * says what the count is of: a count stays exact as long as nothing waits and the last position is the same.
 */
const FEED_STATE = sql`coalesce((select f.last_position from feed f where f.tenant_id = ${TENANT}), 0) as "lastPosition",
   exists (select 1 from event e where e.tenant_id = ${TENANT} and e.position is null) as waiting`;

export async function feedState(ctx: Pick<Context, 'db' | 'tenant'>): Promise<FeedState> {
  const { rows } = await run<FeedState>(ctx, sql`select ${FEED_STATE}`);
  return rows[0]!;
}

/** What a statement says of the feed and of a place in it. */
export interface PlaceFacts extends FeedState {
  /** The epoch now; null when nobody has read the feed yet. */
  current: string | null;
  /** How far the place's epoch went on here; null for one that goes on or is not known. */
  until: number | null;
  /** The place's epoch is one of this feed. */
  known: boolean;
}

/** The facts of a place of this epoch. */
export const placeFacts = (epoch: string | null): Sql => sql`
  select ${FEED_STATE}, now.key as current, was.until, was.key is not null as known
    from (select) nothing
    left join feed_epoch now on now.tenant_id = ${TENANT} and now.until is null
    left join feed_epoch was on was.tenant_id = ${TENANT} and was.key = ${epoch}::uuid`;

/**
 * Refuses the rule `cursor_expired` for a place that this feed cannot go on from: of before a reset, or of events that a restored copy
 * does not have.
 */
export function demandGood(place: FeedPosition, facts: PlaceFacts): void {
  if (!Number.isSafeInteger(place.position) || place.position < 0)
    throw new Refusal({ kind: 'not_found', entity: 'page' });
  if (place.epoch === null) return;
  if (!facts.known || place.position > (facts.until ?? facts.lastPosition)) against('cursor_expired');
}

/** As `demandGood`, for a place that is not read from at once. */
export async function demandPlace(ctx: Context, place: FeedPosition): Promise<void> {
  demand(ctx, 'events.read');
  const { rows } = await run<PlaceFacts>(ctx, placeFacts(place.epoch));
  demandGood(place, rows[0]!);
}

/** The place after the newest event: where somebody starts who wants only what comes. */
export async function newestPosition(ctx: Context): Promise<FeedPosition> {
  demand(ctx, 'events.read');
  while (!(await givePlaces(ctx)));
  const { rows } = await run<PlaceFacts>(ctx, placeFacts(null));
  const { current, lastPosition } = rows[0]!;
  return { epoch: current, position: lastPosition };
}
