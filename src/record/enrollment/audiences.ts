import { run } from '../../database/run.ts';
import { NOW, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Actor, elevated } from '../kernel/actor.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, notFound } from '../kernel/refusal.ts';
import { sharedOrVisible, visibleUnits } from '../kernel/visibility.ts';
import { Groups } from '../people/index.ts';
import { enrollAll } from './enroll.ts';
import { lockOfferingsOf } from './waitlist.ts';
import { dropGrant } from './withdraw.ts';

/** A group, with or without the groups below it, tied to an offering: whoever is in it is enrolled (rule 4). */
export interface Audience {
  id: string;
  groupId: string;
  offeringId: string;
  recursive: boolean;
  createdAt: Instant;
  updatedAt: Instant;
}

export const AUDIENCE_SQL = {
  select: sql`a.id, a.group_id as "groupId", a.offering_id as "offeringId", a.recursive, a.created_at as "createdAt", a.updated_at as "updatedAt"`,
  from: sql`audience a join people_group g on g.tenant_id = a.tenant_id and g.id = a.group_id
    join offering o on o.tenant_id = a.tenant_id and o.id = a.offering_id join course c on c.tenant_id = o.tenant_id and c.id = o.course_id`,
};

/** Offering and course (aliases `o`, `c`) are in the actor's sight; without a unit a thing is the whole account's and seen by all. */
const deliveryInSight = (ctx: Context): Sql =>
  sql` and ${sharedOrVisible(ctx, sql`o.unit_id`)} and ${sharedOrVisible(ctx, sql`c.unit_id`)}`;

export interface AudienceOf {
  offeringId?: string | undefined;
  groupId?: string | undefined;
}

/** Audiences of the tenant with both ends in the actor's sight, of a group or an offering where one is named. */
export function audiencesInSight(ctx: Context, of: AudienceOf): Sql {
  let where = sql`a.tenant_id = ${TENANT}${visibleUnits(ctx, sql`g.unit_id`)}${deliveryInSight(ctx)}`;
  for (const [column, id] of [
    [sql`a.offering_id`, of.offeringId],
    [sql`a.group_id`, of.groupId],
  ] as const)
    if (id !== undefined) where = sql`${where}${isId(id) ? sql` and ${column} = ${id}::uuid` : sql` and false`}`;
  return where;
}

/** The audiences of an offering, of a group, of both or all, with both ends in the actor's sight. */
export async function listAudiences(ctx: Context, of: AudienceOf = {}): Promise<Audience[]> {
  demand(ctx, 'groups.read');
  const { rows } = await run<Audience>(
    ctx,
    sql`select ${AUDIENCE_SQL.select} from ${AUDIENCE_SQL.from} where ${audiencesInSight(ctx, of)} order by a.created_at, a.id`,
  );
  return rows;
}

/** Everybody whom an audience means, whatever their status. For imports. */
export const peopleMeant = (ctx: Context, audience: Audience): Promise<string[]> =>
  Groups.idsFound(ctx, Groups.peopleOf(audience));

export interface AudienceOptions {
  /** The groups below count too. */
  recursive?: boolean;
  /** False: whoever is meant is enrolled by the caller, in the same transaction (imports know when each of them came). */
  settle?: boolean;
}

/**
 * Ties a group to an offering, or sets anew whether the groups below count; everybody in it is enrolled, later members too, those over the
 * seats are queued. Refuses `not_found` for group and offering, `rule` `offering_retired`, `course_not_published`.
 */
export async function setAudience(
  ctx: Context,
  groupId: string,
  offeringId: string,
  options: AudienceOptions = {},
): Promise<{ audience: Audience; created: boolean }> {
  demand(ctx, 'enrollments.write');
  return transaction(ctx, async (inner) => {
    await Groups.lock(inner, 'exclusive');
    await demandBoth(inner, groupId, offeringId);
    const before = (await listAudiences(elevate(inner), { groupId, offeringId }))[0];
    const recursive = options.recursive ?? false;
    if (before && before.recursive === recursive) return { audience: before, created: false };
    const id = before?.id ?? newId();
    await run(
      inner,
      sql`insert into audience (tenant_id, id, group_id, offering_id, recursive, created_at, updated_at) values (${TENANT}, ${id}::uuid, ${groupId}::uuid, ${offeringId}::uuid, ${recursive}, ${NOW}, ${NOW})
       on conflict (tenant_id, group_id, offering_id) do update set recursive = excluded.recursive, updated_at = excluded.updated_at`,
    );
    await append(inner, [
      {
        type: before ? 'audience.updated' : 'audience.created',
        entityId: id,
        data: { groupId, offeringId, recursive },
      },
    ]);
    // those who were meant until now among them
    const widest = recursive || (before?.recursive ?? false);
    if (options.settle ?? true) report(inner, 'audience_set', [{ audienceId: id, groupId, recursive: widest }]);
    return { audience: (await listAudiences(elevate(inner), { groupId, offeringId }))[0]!, created: !before };
  });
}

/** The tie of a group and an offering. Refuses `not_found`. */
export async function getAudience(ctx: Context, groupId: string, offeringId: string): Promise<Audience> {
  const [found] = await listAudiences(ctx, { groupId, offeringId });
  return found ?? notFound('audience');
}

/** Unties a group from an offering: access that came from it ends, and only that. Gives whether there was such a tie. */
export async function removeAudience(ctx: Context, groupId: string, offeringId: string): Promise<boolean> {
  demand(ctx, 'enrollments.write');
  return transaction(ctx, async (inner) => {
    await Groups.lock(inner, 'exclusive');
    // what the actor does not see is not there
    const [seen] = await listAudiences({ ...inner, actor: readingGroups(inner.actor) }, { groupId, offeringId });
    return seen !== undefined && (await dropAudiencesOf(inner, { groupId, offeringId })) > 0;
  });
}

/**
 * Ends the audiences of a group or an offering that goes, with what they gave; gives how many. For the record's own verbs: permissions
 * are theirs to check, and `lockGroups` is held.
 */
export async function dropAudiencesOf(ctx: Context, of: AudienceOf): Promise<number> {
  const acting = elevate(ctx);
  const audiences = await listAudiences(acting, of);
  for (const { id, groupId, offeringId } of audiences) {
    await dropGrant(acting, { kind: 'audience', sourceId: id }, undefined, 'audience removed');
    await run(ctx, sql`delete from audience where tenant_id = ${TENANT} and id = ${id}::uuid`);
    await append(ctx, [{ type: 'audience.removed', entityId: id, data: { groupId, offeringId } }]);
  }
  return audiences.length;
}

/** The same actor, in the same units, who may read groups for what follows. */
const readingGroups = (actor: Actor): Actor =>
  actor.kind === 'system' ? actor : { ...actor, permissions: new Set(['groups.read']) };

const elevate = (ctx: Context): Context => ({ ...ctx, actor: elevated(ctx.actor) });

/** Group and offering as the actor sees them; the offering is held against being deleted meanwhile. */
async function demandBoth(ctx: Context, groupId: string, offeringId: string): Promise<void> {
  const { rows: groups } = isId(groupId)
    ? await run(
        ctx,
        sql`select 1 from people_group g where g.tenant_id = ${TENANT} and g.id = ${groupId}::uuid and g.deleted_at is null${visibleUnits(ctx, sql`g.unit_id`)}`,
      )
    : { rows: [] };
  if (groups.length === 0) notFound('group', groupId);
  const { rows } = isId(offeringId)
    ? await run<{ state: string; version: string | null }>(
        ctx,
        sql`select o.state, o.version_id as version from offering o join course c on c.tenant_id = ${TENANT} and c.id = o.course_id and c.deleted_at is null
          where o.tenant_id = ${TENANT} and o.id = ${offeringId}::uuid and o.deleted_at is null${deliveryInSight(ctx)} for key share of o`,
      )
    : { rows: [] };
  const { state, version } = rows[0] ?? notFound('offering', offeringId);
  if (state === 'retired') against('offering_retired', 'offering', offeringId);
  if (version === null) against('course_not_published', 'offering', offeringId);
}

// Whom the audiences mean: members of the group, and of groups below it where the audience is recursive. Whom they hold is looked up
// from the people (hence `offset 0`): from the audience one would meet everybody, in every part anew. An enrollment that was transferred
// takes its grant along: it counts as the audience's own, wherever it went.
const meant = (people: Sql, audience: Sql): Sql => sql`
with recursive up as (
  select m.person_id, m.group_id, true as own from group_member m where m.tenant_id = ${TENANT} and m.person_id = any(${people})
  union
  select up.person_id, g.parent_id, false from up join people_group g on g.tenant_id = ${TENANT} and g.id = up.group_id and g.deleted_at is null where g.parent_id is not null
), meant as (
  select distinct up.person_id, a.id as audience_id, a.offering_id, p.status = 'active' as active
    from up join audience a on a.tenant_id = ${TENANT} and a.group_id = up.group_id and (up.own or a.recursive)
    join person p on p.tenant_id = ${TENANT} and p.id = up.person_id and p.status <> 'deleted'
   where ${audience} is null or a.id = ${audience}
), live as (
  select e.id, e.person_id from enrollment e where e.tenant_id = ${TENANT} and e.person_id = any(${people}) and e.ending is null offset 0
), held as (
  select e.person_id, g.source_id as audience_id, a.offering_id
    from live e
    cross join lateral (
      select g.source_id from enrollment_grant g where g.tenant_id = ${TENANT} and g.enrollment_id = e.id and g.kind = 'audience' offset 0) g
    join audience a on a.tenant_id = ${TENANT} and a.id = g.source_id
   where ${audience} is null or g.source_id = ${audience}
)`;

interface Pair {
  personId: string;
  audienceId: string;
  offeringId: string;
}

// What has to go, what has to come, and which exceptions are over. Differences of sets: their cost does not hang on what the planner
// thinks of sizes.
const difference = (people: Sql, audience: Sql): Sql => sql`${meant(people, audience)}, excepted as (
  select x.person_id, x.audience_id, a.offering_id from audience_exception x join audience a on a.tenant_id = ${TENANT} and a.id = x.audience_id
   where x.tenant_id = ${TENANT} and x.person_id = any(${people}) and (${audience} is null or x.audience_id = ${audience})
), all_meant as (
  select person_id, audience_id, offering_id from meant
), missing as (
  select person_id, audience_id, offering_id from meant where active
  except select person_id, audience_id, offering_id from held
  except select person_id, audience_id, offering_id from excepted
), surplus as (
  select person_id, audience_id, offering_id from held except select person_id, audience_id, offering_id from all_meant
), over as (
  select person_id, audience_id, offering_id from excepted except select person_id, audience_id, offering_id from all_meant
)
select what, person_id as "personId", audience_id as "audienceId", offering_id as "offeringId" from (
  select 'missing' as what, * from missing union all select 'surplus', * from surplus union all select 'over', * from over) d
 order by audience_id, person_id`;

/**
 * Makes enrollments agree with the audiences for these people: who came is enrolled, who left loses what the audience gave and nothing
 * else. Suspended people wait for their return; who was removed by name stays out until leaving the groups. For the record's own verbs,
 * after memberships, the tree or somebody's status changed, in that transaction; `lockGroups` is held.
 */
export async function settleAudiences(
  ctx: Context,
  people: readonly string[] | Groups.PeopleFound,
  audienceId: string | null = null,
): Promise<void> {
  if (Groups.isList(people) && people.length === 0) return;
  const { rows: any } = await run(ctx, sql`select 1 from audience where tenant_id = ${TENANT} limit 1`);
  if (any.length === 0) return;
  await transaction(
    elevate(ctx),
    async (inner) => {
      for await (const part of Groups.inParts(inner, people)) await settlePart(inner, part, audienceId);
    },
    { learners: Groups.isList(people) ? people : [] },
  );
}

async function settlePart(ctx: Context, personIds: readonly string[], audienceId: string | null): Promise<void> {
  const { rows } = await run<Pair & { what: 'surplus' | 'missing' | 'over' }>(
    ctx,
    difference(value(personIds, 'uuid[]'), value(audienceId, 'uuid')),
  );
  const { surplus = [], missing = [], over = [] } = Object.groupBy(rows, (row) => row.what);
  // what is left and what is entered in one go: two people who change places would wait for each other
  await lockOfferingsOf(ctx, await heldBy(ctx, surplus), [...new Set(missing.map((pair) => pair.offeringId))]);
  for (const [id, pairs] of Map.groupBy(surplus, (pair) => pair.audienceId))
    await dropGrant(
      ctx,
      { kind: 'audience', sourceId: id },
      pairs.map((pair) => pair.personId),
      'left the group',
    );
  if (over.length > 0)
    await run(
      ctx,
      sql`delete from audience_exception x using unnest(${over.map((pair) => pair.personId)}::uuid[], ${over.map((pair) => pair.audienceId)}::uuid[]) as o (person_id, audience_id)
        where x.tenant_id = ${TENANT} and x.person_id = o.person_id and x.audience_id = o.audience_id`,
    );
  for (const [id, pairs] of Map.groupBy(missing, (pair) => pair.audienceId))
    await enrollAll(
      ctx,
      pairs.map(({ personId, offeringId }) => ({ personId, offeringId })),
      { source: 'automatic', self: false, grant: { kind: 'audience', sourceId: id }, queueBeyondLimit: true },
    );
}

/** The enrollments that hold on by these grants, wherever they are now. */
async function heldBy(ctx: Context, pairs: readonly Pair[]): Promise<string[]> {
  if (pairs.length === 0) return [];
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select e.id from (select distinct unnest(${pairs.map((pair) => pair.personId)}::uuid[]) as id) p
       join enrollment e on e.tenant_id = ${TENANT} and e.person_id = p.id and e.ending is null
      where exists (select 1 from enrollment_grant g where g.tenant_id = ${TENANT} and g.enrollment_id = e.id and g.kind = 'audience' and g.source_id = any(${[...new Set(pairs.map((pair) => pair.audienceId))]}::uuid[]))`,
  );
  return rows.map((row) => row.id);
}

/** The same for everybody whom an offering's audiences mean, when it opens again. */
export async function settleAudiencesOf(ctx: Context, offeringId: string): Promise<void> {
  const audiences = await listAudiences(elevate(ctx), { offeringId });
  if (audiences.length === 0) return;
  await Groups.lock(ctx, 'exclusive');
  for (const audience of audiences) await settleAudiences(ctx, Groups.peopleOf(audience), audience.id);
}
