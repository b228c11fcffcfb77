import { runApart } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { visibleEvents, withoutStrangers } from './event-sight.ts';
import { demandGood, type FeedPosition, givePlaces, type PlaceFacts, placeFacts } from './feed-places.ts';

/** One entry of the change feed. */
export interface EventRow {
  /** Where it stands in its tenant's feed. */
  epoch: string;
  position: number;
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
 * The next events after a place, in the order of their positions: of two changes of one thing the later one's event comes later, and
 * nothing appears before a place once passed. What was committed before the call is found. Refuses the rule `cursor_expired` for a place
 * that this feed does not have any more. Only what the actor sees is told, as it stands now.
 */
export async function readEvents(
  ctx: Context,
  after: FeedPosition,
  filter: FeedFilter,
  limit: number,
): Promise<FeedPage> {
  demand(ctx, 'events.read');
  for (let all = ctx.inTransaction; ; all = await givePlaces(ctx)) {
    const { facts, rows } = await readPlaced(ctx, after, filter, limit);
    const full = rows.length === limit;
    if (!full && !all && (facts.waiting || facts.current === null)) continue;
    demandGood(after, facts);
    const position = full ? rows.at(-1)!.position : Math.max(facts.lastPosition, after.position);
    return { rows: await withoutStrangers(ctx, rows), next: { epoch: facts.current, position } };
  }
}

/** The next events that have a place. */
async function readPlaced(
  ctx: Context,
  after: FeedPosition,
  filter: FeedFilter,
  limit: number,
): Promise<{ facts: PlaceFacts; rows: EventRow[] }> {
  let where = visibleEvents(ctx);
  if (filter.types) {
    const whole = filter.types.filter((type) => !type.endsWith('.*'));
    const stems = filter.types.filter((type) => type.endsWith('.*')).map((type) => type.slice(0, -1));
    where = sql`${where} and (type = any(${whole}::text[]) or exists (select 1 from unnest(${stems}::text[]) as stem where starts_with(type, stem)))`;
  }
  if (filter.entity) where = sql`${where} and entity = ${filter.entity}`;
  if (filter.entityId) where = sql`${where} and entity_id = ${filter.entityId}::uuid`;
  if (filter.personId) where = sql`${where} and person_id = ${filter.personId}::uuid`;
  if (filter.courseId) where = sql`${where} and course_id = ${filter.courseId}::uuid`;
  // the last position is of the same snapshot: what it passes over is either on the page or does not match
  const { rows, apart } = await runApart<EventRow>(
    ctx,
    sql`with place as (${placeFacts(after.epoch)}), page as (
       select * from event where tenant_id = ${TENANT} and position > ${after.position}::bigint${where} order by position limit ${limit}
     )
     select "lastPosition" as "#lastPosition", waiting as "#waiting", current as "#current", until as "#until", known as "#known",
            current as epoch, position, at, type, entity, entity_id as "entityId", person_id as "personId", course_id as "courseId",
            actor_kind as "actorKind", actor_id as "actorId", dialect, data
       from place left join page on true order by position`,
  );
  const facts = {
    lastPosition: apart(0, 'lastPosition'),
    waiting: apart(0, 'waiting'),
    current: apart(0, 'current'),
    until: apart(0, 'until'),
    known: apart(0, 'known'),
  };
  // without events the place stands alone
  return { facts, rows: (rows[0]!.position as number | null) === null ? [] : rows };
}
