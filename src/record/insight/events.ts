import { parameters, run } from '../../database/parameters.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { Refusal } from '../kernel/refusal.ts';
import { visibleEventsSql, withoutStrangers } from './event-sight.ts';

/** One entry of the change feed. */
export interface EventRow {
  /** Where it stands: transaction and sequence, each as decimal digits. */
  tx: string;
  seq: number;
  at: Instant;
  type: string;
  entity: string;
  entityId: string;
  personId: string | null;
  courseId: string | null;
  actorKind: 'person' | 'client' | 'system';
  actorId: string | null;
  dialect: string;
  data: Record<string, unknown>;
}

/** A place in the feed: after this event. */
export interface FeedPosition {
  tx: string;
  seq: number;
}

export const FEED_START: FeedPosition = { tx: '0', seq: 0 };

export interface FeedFilter {
  /** Event types; `enrollment.*` is every type of an entity. */
  types?: readonly string[] | undefined;
  entity?: string | undefined;
  entityId?: string | undefined;
  personId?: string | undefined;
  courseId?: string | undefined;
}

/** What was read, and where to go on: after the last event, or after everything that was looked at and did not match. */
export interface FeedPage {
  rows: EventRow[];
  next: FeedPosition;
}

/**
 * The next events after a place, in the order in which they became visible to everybody. Only transactions older than every one still
 * running are shown, so nothing can appear before a place once passed; and only what the actor sees, as it stands now.
 */
export async function readEvents(
  ctx: Context,
  after: FeedPosition,
  filter: FeedFilter,
  limit: number,
): Promise<FeedPage> {
  demand(ctx, 'events.read');
  if (!/^\d{1,20}$/.test(after.tx) || !Number.isSafeInteger(after.seq))
    throw new Refusal({ kind: 'not_found', entity: 'page' });
  const values = parameters(ctx.tenant.id, after.tx, after.seq);
  let where = visibleEventsSql(ctx);
  if (filter.types) {
    const whole = filter.types.filter((type) => !type.endsWith('.*'));
    const stems = filter.types.filter((type) => type.endsWith('.*')).map((type) => type.slice(0, -1));
    where += ` and (type = any(${values.add(whole, 'text[]')}) or exists (select 1 from unnest(${values.add(stems, 'text[]')}) as stem where starts_with(type, stem)))`;
  }
  if (filter.entity) where += ` and entity = ${values.add(filter.entity)}`;
  if (filter.entityId) where += ` and entity_id = ${values.add(filter.entityId, 'uuid')}`;
  if (filter.personId) where += ` and person_id = ${values.add(filter.personId, 'uuid')}`;
  if (filter.courseId) where += ` and course_id = ${values.add(filter.courseId, 'uuid')}`;
  // the newest place is of the same snapshot: what it passes over is either on the page or does not match
  const { rows } = await run<EventRow & { newestTx: string; newestSeq: number }>(
    ctx.db,
    `with page as (
       select * from event
        where tenant_id = $1 and (tx, seq) > ($2::xid8, $3::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())${where}
        order by event.tx, seq limit ${values.add(limit)}
     ), newest as (
       select tx, seq from event where tenant_id = $1 and tx < pg_snapshot_xmin(pg_current_snapshot())
        order by event.tx desc, seq desc limit 1
     )
     select page.tx::text, page.seq, at, type, entity, entity_id as "entityId", person_id as "personId", course_id as "courseId",
            actor_kind as "actorKind", actor_id as "actorId", dialect, data, newest.tx::text as "newestTx", newest.seq as "newestSeq"
       from newest left join page on true order by page.tx, page.seq`,
    values.values,
  );
  const [first] = rows;
  if (!first) return { rows: [], next: after };
  const newest = { tx: first.newestTx, seq: first.newestSeq };
  const found = first.tx === null ? [] : rows.map(({ newestTx: _t, newestSeq: _s, ...row }): EventRow => row);
  const seen = await withoutStrangers(ctx, found);
  const last = found.at(-1);
  if (last && found.length === limit) return { rows: seen, next: { tx: last.tx, seq: last.seq } };
  return { rows: seen, next: comparePlaces(newest, after) > 0 ? newest : after };
}

/** Which of two places comes first: negative when `a` does. */
export const comparePlaces = (a: FeedPosition, b: FeedPosition): number =>
  a.tx.length - b.tx.length || (a.tx < b.tx ? -1 : a.tx > b.tx ? 1 : a.seq - b.seq);

/** Whether a sandbox has been taken back to its beginning after this place: what was before it is gone. */
export async function isBeforeReset(ctx: Context, place: FeedPosition): Promise<boolean> {
  if (!ctx.tenant.sandbox) return false;
  const { rows } = await run(
    ctx.db,
    `select 1 from event where tenant_id = $1 and entity_id = $1 and type = 'tenant.reset' and (tx, seq) > ($2::xid8, $3::bigint) limit 1`,
    [ctx.tenant.id, place.tx, place.seq],
  );
  return rows.length > 0;
}

/** The place after the newest event that may be shown: where somebody starts who wants only what comes. */
export async function newestPosition(ctx: Context): Promise<FeedPosition> {
  demand(ctx, 'events.read');
  const { rows } = await run<FeedPosition>(
    ctx.db,
    `select tx::text, seq from event where tenant_id = $1 and tx < pg_snapshot_xmin(pg_current_snapshot()) order by event.tx desc, seq desc limit 1`,
    [ctx.tenant.id],
  );
  return rows[0] ?? FEED_START;
}
