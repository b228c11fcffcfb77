import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { elevated, may } from '../kernel/actor.ts';
import { type Changes, report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { Refusal } from '../kernel/refusal.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import { exceptFromAudiences } from './audience-exceptions.ts';
import { FREED_PLACES_SQL } from './places.ts';
import { lockOfferingsOf } from './waitlist.ts';

export interface WithdrawOptions {
  /** Kept: a return resumes the same enrollment. Closed: it stays for the audit only, and a return starts afresh. */
  ending: 'kept' | 'closed';
  /** When it ended, for imports; the clock's time otherwise. */
  endedAt?: Instant | undefined;
  /** Why, in a word, for the history. */
  reason?: string | undefined;
}

interface Ended {
  id: string;
  personId: string;
  courseId: string;
  offeringId: string;
}

/**
 * Ends enrollments, all or none; whatever grants they had is over. Those brought by a collection go with it, unless another grant
 * holds them, and audiences do not bring anybody back (rule 4). Superseded ones may be named too. Refuses `invalid` with the index of each unknown id.
 */
export async function withdraw(
  ctx: Context,
  enrollmentIds: readonly string[],
  options: WithdrawOptions,
): Promise<void> {
  const ids = [...new Set(enrollmentIds.filter(isId).map((id) => id.toLowerCase()))];
  const learners = await learnersOf(ctx, ids);
  await transaction(
    ctx,
    async (inner) => {
      const own = inner.actor.kind === 'person' && !may(inner.actor, 'enrollments.write');
      if (!own) demand(inner, 'enrollments.write');
      const { rows } = await run<{ id: string }>(
        inner,
        sql`select e.id from enrollment e join person p on p.tenant_id = ${TENANT} and p.id = e.person_id
          where e.tenant_id = ${TENANT} and e.id = any(${ids}::uuid[]) and (e.ending is null or e.ending = 'superseded')
            ${own ? sql`and e.person_id = ${ACTOR_ID}` : visiblePeople(inner, 'p')}`,
      );
      const found = new Set(rows.map((row) => row.id));
      const absent = enrollmentIds.flatMap((id, index) =>
        found.has(id.toLowerCase()) ? [] : [{ path: [index], fault: 'not_found' as const, detail: id }],
      );
      if (absent.length > 0) throw new Refusal({ kind: 'invalid', issues: absent });
      await exceptFromAudiences(inner, [...found]);
      await end({ ...inner, actor: elevated(inner.actor) }, [...found], options);
    },
    { learners },
  );
}

async function learnersOf(ctx: Context, ids: readonly string[]): Promise<string[]> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select distinct person_id as id from enrollment where tenant_id = ${TENANT} and id = any(${ids}::uuid[])`,
  );
  return rows.map((row) => row.id);
}

/** Only grants with a source are looked up by it, and only they stand in that index. */
const WITH_SOURCE = sql`g.kind not in ('direct', 'import')`;

/**
 * Takes one grant away from enrollments, of all people or of those named; what no grant holds any longer is withdrawn, kept (rule 4).
 * For the record's own verbs: permissions are theirs to check.
 */
export async function dropGrant(
  ctx: Context,
  grant: { kind: string; sourceId: string },
  personIds?: readonly string[],
  reason?: string,
): Promise<void> {
  const learners = personIds ?? (await holdersOf(ctx, grant));
  if (learners.length === 0) return;
  await transaction(
    ctx,
    async (inner) => {
      const kind = value(grant.kind);
      const source = value(grant.sourceId, 'uuid');
      const { rows } = await run<{ id: string }>(
        inner,
        sql`with dropped as (
           delete from enrollment_grant g using enrollment e
            where g.tenant_id = ${TENANT} and g.kind = ${kind} and ${WITH_SOURCE} and g.source_id = ${source} and e.tenant_id = ${TENANT} and e.id = g.enrollment_id
              and e.person_id = any(${learners}::uuid[]) returning g.enrollment_id as id
         )
         select e.id from dropped d join enrollment e on e.tenant_id = ${TENANT} and e.id = d.id
          where e.ending is null and not exists (select 1 from enrollment_grant g where g.tenant_id = ${TENANT} and g.enrollment_id = e.id and not (g.kind = ${kind} and g.source_id = ${source}))`,
      );
      await end(
        inner,
        rows.map((row) => row.id),
        { ending: 'kept', reason },
      );
    },
    { learners },
  );
}

async function holdersOf(ctx: Context, grant: { kind: string; sourceId: string }): Promise<string[]> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select distinct e.person_id as id from enrollment_grant g join enrollment e on e.tenant_id = ${TENANT} and e.id = g.enrollment_id
      where g.tenant_id = ${TENANT} and g.kind = ${grant.kind} and ${WITH_SOURCE} and g.source_id = ${grant.sourceId}::uuid`,
  );
  return rows.map((row) => row.id);
}

/** The work of `withdraw`, for the record's own verbs: rule checks are done, the transaction is open, the learners are held. */
export async function end(ctx: Context, ids: readonly string[], options: WithdrawOptions): Promise<void> {
  if (ids.length === 0) return;
  await lockOfferingsOf(ctx, ids);
  const ending = value(`withdrawn_${options.ending}`);
  const { rows } = await run<Ended>(
    ctx,
    sql`with ended as (
       update enrollment set ending = ${ending}, ended_at = ${options.endedAt ? sql`${options.endedAt}::timestamptz` : NOW}, is_primary = false, updated_at = ${NOW}
        where tenant_id = ${TENANT} and id = any(${ids}::uuid[]) and (ending is null or ending = 'superseded')
        returning id, person_id, course_id, offering_id, new.state, old.ending as was
     ), ${FREED_PLACES_SQL}, ungranted as (
       delete from enrollment_grant g using ended where g.tenant_id = ${TENANT} and g.enrollment_id = ended.id
     ), noted as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
       select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('enrollment.withdrawn')}, id, person_id, course_id,
              jsonb_strip_nulls(jsonb_build_object('offeringId', offering_id, 'state', state, 'kept', ${ending} = 'withdrawn_kept', 'reason', ${options.reason ?? null}::text))
              || jsonb_build_object('changed', jsonb_build_object('ending', jsonb_build_array(was, ${ending}::text))) from ended
     )
     select id, person_id as "personId", course_id as "courseId", offering_id as "offeringId" from ended`,
  );
  report(
    ctx,
    'withdrawn',
    rows.map(({ personId, courseId, offeringId }) => ({ personId, courseId, offeringId, ...options })),
  );
}

/** Leaving a collection takes its grant from the members' enrollments; those that nothing else holds end as it did. */
export async function endMembers(ctx: Context, withdrawn: readonly Changes['withdrawn'][]): Promise<void> {
  const alike = Map.groupBy(withdrawn, ({ ending, endedAt, reason }) => JSON.stringify([ending, endedAt, reason]));
  for (const ended of alike.values()) await endMembersOf(ctx, ended, ended[0]!);
}

async function endMembersOf(
  ctx: Context,
  ended: readonly Pick<Ended, 'personId' | 'courseId'>[],
  { ending, endedAt, reason }: WithdrawOptions,
): Promise<void> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`with gone as (
       select distinct r.person_id, r.course_id from unnest(${ended.map((row) => row.personId)}::uuid[], ${ended.map((row) => row.courseId)}::uuid[]) as r (person_id, course_id)
        where not exists (select 1 from enrollment e where e.tenant_id = ${TENANT} and e.person_id = r.person_id and e.course_id = r.course_id and e.ending is null)
     ), dropped as (
       delete from enrollment_grant g using gone, enrollment e
        where g.tenant_id = ${TENANT} and g.kind = 'collection' and g.source_id = gone.course_id
          and e.tenant_id = ${TENANT} and e.id = g.enrollment_id and e.person_id = gone.person_id returning g.enrollment_id as id, g.source_id
     )
     select distinct e.id from dropped d join enrollment e on e.tenant_id = ${TENANT} and e.id = d.id
      where e.ending is null and not exists (select 1 from enrollment_grant g where g.tenant_id = ${TENANT} and g.enrollment_id = e.id
              and not exists (select 1 from dropped x where x.id = g.enrollment_id and x.source_id = g.source_id and g.kind = 'collection'))`,
  );
  await end(
    ctx,
    rows.map((row) => row.id),
    { ending, endedAt, reason },
  );
}
