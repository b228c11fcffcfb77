import { parameters, run } from '../../database/parameters.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { Refusal } from '../kernel/refusal.ts';

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
 * running are shown, so nothing can appear before a place once passed.
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
  let where = '';
  if (filter.types) {
    const whole = filter.types.filter((type) => !type.endsWith('.*'));
    const stems = filter.types.filter((type) => type.endsWith('.*')).map((type) => type.slice(0, -1));
    where += ` and (type = any(${values.add(whole, 'text[]')}) or exists (select 1 from unnest(${values.add(stems, 'text[]')}) as stem where starts_with(type, stem)))`;
  }
  if (filter.entity) where += ` and entity = ${values.add(filter.entity)}`;
  if (filter.entityId) where += ` and entity_id = ${values.add(filter.entityId, 'uuid')}`;
  if (filter.personId) where += ` and person_id = ${values.add(filter.personId, 'uuid')}`;
  if (filter.courseId) where += ` and course_id = ${values.add(filter.courseId, 'uuid')}`;
  const { rows } = await run<EventRow>(
    ctx.db,
    `select tx::text, seq, at, type, entity, entity_id as "entityId", person_id as "personId", course_id as "courseId",
            actor_kind as "actorKind", actor_id as "actorId", dialect, data
       from event
      where tenant_id = $1 and (tx, seq) > ($2::xid8, $3::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())${where}
      order by tx, seq limit ${values.add(limit)}`,
    values.values,
  );
  const last = rows.at(-1);
  return { rows, next: last ? { tx: last.tx, seq: last.seq } : after };
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
