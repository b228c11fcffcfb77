import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { elevated, may } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { eventStamp } from '../kernel/event.ts';
import { NIL_ID, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { Refusal, type RefusalFact } from '../kernel/refusal.ts';
import { visiblePeopleSql } from '../kernel/visibility.ts';
import { settlePrimary } from './primary.ts';
import { rollUp } from './roll-up.ts';
import { takesSeat } from './states.ts';
import type { EnrollmentState, EnrollOptions, EnrollRequest, EnrollResult } from './types.ts';
import { lockSeats, type Seats } from './waitlist.ts';

/**
 * Enrolls one person (rules 1 to 5). Refuses `not_found` for person, course or offering, `rule` for the others.
 * Somebody live there gets the same enrollment back, unchanged; somebody withdrawn and kept resumes it.
 */
export async function enroll(
  ctx: Context,
  request: EnrollRequest,
  options: EnrollOptions = {},
): Promise<Exclude<EnrollResult, { outcome: 'refused' }>> {
  return transaction(
    ctx,
    async (inner) => {
      const [result] = await enrollAll(inner, [request], options);
      if (result!.outcome === 'refused') throw new Refusal(result!.fact);
      return result!;
    },
    { learners: [request.personId] },
  );
}

/** Enrolls many in one transaction; refused requests are answered and stop nobody else. Results stand in the order of the requests. */
export async function enrollMany(
  ctx: Context,
  requests: readonly EnrollRequest[],
  options: EnrollOptions = {},
): Promise<EnrollResult[]> {
  return transaction(ctx, (inner) => enrollAll(inner, requests, options), {
    learners: requests.map((request) => request.personId),
  });
}

/** What is known of a request before anything is written. */
interface Facts {
  personId: string;
  personStatus: 'active' | 'suspended' | null;
  courseId: string | null;
  courseState: string | null;
  isCollection: boolean;
  approvalRequired: boolean;
  offeringId: string | null;
  offeringState: string | null;
  seats: number | null;
  enrollmentType: string;
  enrollFrom: Instant | null;
  enrollUntil: Instant | null;
  versionId: string | null;
  accessAt: Instant | null;
  dueAt: Instant | null;
  expiresAt: Instant | null;
  liveId: string | null;
  liveState: EnrollmentState | null;
  keptId: string | null;
  keptState: EnrollmentState | null;
  /** Some session of the offering meets more than once; looked up when `oneMeeting` is asked. */
  manyMeetings: boolean;
  /** Other live enrollments in the course exist, so the primary mark has to be settled. */
  hasOthers: boolean;
}

const factsSql = (visible: string): string => `
select r.person_id as "personId", p.status as "personStatus", c.id as "courseId", c.state as "courseState",
       c.kind in ('curriculum', 'bundle', 'certification', 'personal_path') as "isCollection", c.approval_required as "approvalRequired",
       o.id as "offeringId", o.state as "offeringState", o.seats, o.enrollment_type as "enrollmentType",
       o.enroll_from as "enrollFrom", o.enroll_until as "enrollUntil", coalesce(v.id, o.version_id) as "versionId",
       coalesce(o.access_at, c.access_at) as "accessAt",
       coalesce(o.due_at, $6::timestamptz + make_interval(days => coalesce(o.due_after_days, c.due_after_days))) as "dueAt",
       coalesce(o.expires_at, c.expires_at, $6::timestamptz + make_interval(
         years => (c.expire_after->>'years')::int, months => (c.expire_after->>'months')::int,
         days => (c.expire_after->>'days')::int, hours => (c.expire_after->>'hours')::int)) as "expiresAt",
       live.id as "liveId", live.state as "liveState", kept.id as "keptId", kept.state as "keptState",
       $7::boolean and c.kind = 'instructor_led' and exists (
         select 1 from session s join meeting m on m.tenant_id = $1 and m.session_id = s.id
          where s.tenant_id = $1 and s.offering_id = o.id and s.deleted_at is null group by s.id having count(*) > 1) as "manyMeetings",
       prime.id is not null as "hasOthers"
  from unnest($2::uuid[], $3::uuid[], $4::uuid[]) with ordinality as r (person_id, course_id, offering_id, n)
  left join person p on p.tenant_id = $1 and p.id = r.person_id and p.status <> 'deleted' ${visible}
  left join offering named on named.tenant_id = $1 and named.id = r.offering_id and named.deleted_at is null
  left join course c on c.tenant_id = $1 and c.id = coalesce(named.course_id, r.course_id) and c.deleted_at is null
  left join enrollment prime on prime.tenant_id = $1 and prime.person_id = r.person_id and prime.course_id = c.id and prime.is_primary
  left join offering o on o.tenant_id = $1 and o.deleted_at is null and o.id = case
       when r.offering_id is not null then named.id
       when prime.id is not null then prime.offering_id
       else (select d.id from offering d where d.tenant_id = $1 and d.course_id = c.id and d.is_default and d.deleted_at is null) end
  left join course_version v on v.tenant_id = $1 and v.id = $5::uuid and v.course_id = c.id and v.state = 'published'
  left join enrollment live on live.tenant_id = $1 and live.person_id = r.person_id and live.offering_id = o.id and live.ending is null
  left join lateral (
       select k.id, k.state from enrollment k
        where k.tenant_id = $1 and k.person_id = r.person_id and k.offering_id = o.id and k.ending = 'withdrawn_kept' and live.id is null
        order by k.ended_at desc, k.number desc limit 1) kept on true
 order by r.n`;

type Decision =
  | { action: 'refuse'; fact: RefusalFact }
  | { action: 'keep' }
  | { action: 'create' | 'resume'; state: EnrollmentState };

/** Rule 1 for one request. `free` counts down the seats of the offering as requests are granted. */
function decide(facts: Facts, options: EnrollOptions, self: boolean, now: Instant, seats: Seats | undefined): Decision {
  const no = (
    rule: Extract<RefusalFact, { kind: 'rule' }>['rule'],
    entity: 'course' | 'offering' | 'person',
    id: string | null,
  ): Decision => ({
    action: 'refuse',
    fact: { kind: 'rule', rule, entity, id: id ?? undefined },
  });
  if (facts.personStatus === null)
    return { action: 'refuse', fact: { kind: 'not_found', entity: 'person', id: facts.personId } };
  if (facts.courseId === null) return { action: 'refuse', fact: { kind: 'not_found', entity: 'course' } };
  if (facts.liveId !== null && !options.reEnroll) return { action: 'keep' };
  if (facts.personStatus === 'suspended') return no('person_inactive', 'person', facts.personId);
  if (facts.courseState !== 'published') return no('course_not_published', 'course', facts.courseId);
  if (facts.offeringId === null) return { action: 'refuse', fact: { kind: 'not_found', entity: 'offering' } };
  if (facts.offeringState === 'retired') return no('offering_retired', 'offering', facts.offeringId);
  if (facts.versionId === null) return no('course_not_published', 'course', facts.courseId);
  if (facts.manyMeetings) return no('many_meetings', 'course', facts.courseId);
  if (self) {
    if (facts.enrollmentType === 'closed' || facts.enrollmentType === 'nomination')
      return no('self_enrollment_closed', 'offering', facts.offeringId);
    if (facts.enrollFrom !== null && now < facts.enrollFrom) return no('not_open_yet', 'offering', facts.offeringId);
    if (facts.enrollUntil !== null && now > facts.enrollUntil) return no('closed', 'offering', facts.offeringId);
  }
  const action = facts.keptId !== null && !options.reEnroll ? 'resume' : 'create';
  const wanted: EnrollmentState = options.nominated
    ? 'pending_acceptance'
    : self && (facts.approvalRequired || facts.enrollmentType === 'approval')
      ? 'pending_approval'
      : action === 'resume' && facts.keptState !== null && takesSeat(facts.keptState)
        ? facts.keptState
        : 'not_started';
  if (!takesSeat(wanted) || !seats || seats.seats === null) return { action, state: wanted };
  // who re-enrolls keeps the seat that the earlier enrollment holds
  const held = facts.liveId !== null && facts.liveState !== null && takesSeat(facts.liveState) ? 1 : 0;
  if (seats.taken - held < seats.seats) {
    seats.taken += 1 - held;
    return { action, state: wanted };
  }
  if (seats.waiting < seats.waitlistSeats || options.queueBeyondLimit) {
    seats.waiting += 1;
    return { action, state: 'on_waitlist' };
  }
  return no('offering_full', 'offering', facts.offeringId);
}

/** The work of `enroll` and `enrollMany`; the caller holds the transaction and the learners. */
export async function enrollAll(
  ctx: Context,
  requests: readonly EnrollRequest[],
  options: EnrollOptions,
): Promise<EnrollResult[]> {
  const self =
    options.self ??
    (ctx.actor.kind === 'person' &&
      !may(ctx.actor, 'enrollments.write') &&
      requests.every((request) => request.personId === ctx.actor.id));
  if (!self) demand(ctx, 'enrollments.write');
  const results: EnrollResult[] = [];
  for (let from = 0; from < requests.length; from += CHUNK)
    results.push(...(await enrollChunk(ctx, requests.slice(from, from + CHUNK), options, self)));
  return results;
}

/** Bounds the memory that a large call takes. */
const CHUNK = 10_000;

async function enrollChunk(
  ctx: Context,
  requests: readonly EnrollRequest[],
  options: EnrollOptions,
  self: boolean,
): Promise<EnrollResult[]> {
  const visible = self ? '' : visiblePeopleSql(ctx, 'p');
  const text = factsSql(visible);
  const values = [
    ctx.tenant.id,
    requests.map((r) => r.personId),
    requests.map((r) => r.courseId ?? null),
    requests.map((r) => r.offeringId ?? null),
    options.versionId ?? null,
    options.enrolledAt ?? ctx.now,
    options.oneMeeting ?? false,
  ];
  const { rows: facts } = await run<Facts>(ctx.db, text, values);
  if (options.versionId && facts.some((f) => f.courseId !== null && f.versionId !== options.versionId))
    throw new Refusal({ kind: 'not_found', entity: 'course_version', id: options.versionId });
  const seats = await lockSeats(
    ctx,
    facts
      .filter((f) => f.seats !== null && f.offeringId !== null && (f.liveId === null || options.reEnroll))
      .map((f) => f.offeringId!),
  );

  const created: NewRow[] = [];
  const resumed: { id: string; state: EnrollmentState }[] = [];
  const superseded: string[] = [];
  const seen = new Map<string, EnrollResult>();
  const unsettled: { personId: string; courseId: string }[] = [];
  const results = facts.map((f): EnrollResult => {
    const pair = `${f.personId} ${f.offeringId}`;
    // one learner named twice in a call is one enrollment
    const before = f.offeringId !== null ? seen.get(pair) : undefined;
    if (before) return before.outcome === 'refused' ? before : { ...before, outcome: 'unchanged' };
    const decision = decide(f, options, self, ctx.now, f.offeringId ? seats.get(f.offeringId) : undefined);
    let result: EnrollResult;
    if (decision.action === 'refuse') result = { outcome: 'refused', personId: f.personId, fact: decision.fact };
    else {
      const at = { personId: f.personId, courseId: f.courseId!, offeringId: f.offeringId! };
      if (decision.action === 'keep')
        result = { outcome: 'unchanged', enrollmentId: f.liveId!, state: f.liveState!, ...at };
      else if (decision.action === 'resume') {
        resumed.push({ id: f.keptId!, state: decision.state });
        unsettled.push(at);
        result = { outcome: 'resumed', enrollmentId: f.keptId!, state: decision.state, ...at };
      } else {
        if (f.liveId !== null) superseded.push(f.liveId);
        if (f.hasOthers) unsettled.push(at);
        const id = newId();
        created.push({
          id,
          person_id: f.personId,
          course_id: f.courseId!,
          offering_id: f.offeringId!,
          version_id: f.versionId!,
          state: decision.state,
          is_primary: !f.hasOthers,
          access_at: f.accessAt,
          due_at: f.dueAt,
          expires_at: f.expiresAt,
        });
        result = { outcome: 'created', enrollmentId: id, state: decision.state, ...at };
      }
    }
    if (f.offeringId !== null) seen.set(pair, result);
    return result;
  });

  if (superseded.length > 0) await supersede(ctx, superseded);
  if (resumed.length > 0) await resume(ctx, resumed);
  if (created.length > 0) await insertEnrollments(ctx, created, options, self);
  const standing = results.flatMap((r) =>
    r.outcome === 'unchanged' || r.outcome === 'resumed' ? [r.enrollmentId] : [],
  );
  if (standing.length > 0 && options.grant) await addGrants(ctx, standing, options.grant);
  else if (resumed.length > 0)
    await addGrants(
      ctx,
      resumed.map((row) => row.id),
      { kind: 'direct', sourceId: NIL_ID },
    );
  await settlePrimary(ctx, unsettled);

  const entered = facts.filter(
    (f, i) => f.isCollection && results[i]!.outcome !== 'refused' && results[i]!.outcome !== 'unchanged',
  );
  if (entered.length > 0)
    await enrollInMembers(
      ctx,
      entered.map((f) => (seen.get(`${f.personId} ${f.offeringId}`) as { enrollmentId: string }).enrollmentId),
      options,
    );
  return results;
}

interface NewRow {
  id: string;
  person_id: string;
  course_id: string;
  offering_id: string;
  version_id: string;
  state: EnrollmentState;
  is_primary: boolean;
  access_at: Instant | null;
  due_at: Instant | null;
  expires_at: Instant | null;
}

const INSERT_SQL = `
with made as (
  insert into enrollment (tenant_id, id, person_id, course_id, offering_id, version_id, state, is_primary, source, collection_id, join_key_id,
                          enrolled_at, access_at, due_at, expires_at, created_at, updated_at)
  select $1, r.id, r.person_id, r.course_id, r.offering_id, r.version_id, r.state, r.is_primary, $3, $4::uuid, $5::uuid,
         $6::timestamptz, r.access_at, r.due_at, r.expires_at, $7::timestamptz, $7::timestamptz
    from jsonb_to_recordset($2::jsonb) as r (id uuid, person_id uuid, course_id uuid, offering_id uuid, version_id uuid, state text, is_primary boolean,
                                             access_at timestamptz, due_at timestamptz, expires_at timestamptz)
  returning id, person_id, course_id, offering_id, state
), granted as (
  insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at) select $1, id, $8, $9::uuid, $7::timestamptz from made
)
insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
select $1, $7::timestamptz, $10, $11::uuid, $12, 'enrollment.created', 'enrollment', id, person_id, course_id,
       jsonb_build_object('offeringId', offering_id, 'state', state, 'source', $3::text)
  from made`;

async function insertEnrollments(
  ctx: Context,
  rows: readonly NewRow[],
  options: EnrollOptions,
  self: boolean,
): Promise<void> {
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  const grant = options.grant ?? { kind: 'direct', sourceId: NIL_ID };
  await run(ctx.db, INSERT_SQL, [
    tenant,
    JSON.stringify(rows),
    options.source ?? (self ? 'self' : 'admin'),
    grant.kind === 'collection' ? grant.sourceId : null,
    options.joinKeyId ?? null,
    options.enrolledAt ?? at,
    at,
    grant.kind,
    grant.sourceId,
    kind,
    actor,
    dialect,
  ]);
}

async function supersede(ctx: Context, ids: readonly string[]): Promise<void> {
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  await run(
    ctx.db,
    `with ended as (
       update enrollment set ending = 'superseded', ended_at = $3::timestamptz, is_primary = false, updated_at = $3::timestamptz
        where tenant_id = $1 and id = any($2::uuid[]) returning id, person_id, course_id, offering_id
     ), freed as (
       delete from session_enrollment s using ended where s.tenant_id = $1 and s.enrollment_id = ended.id
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select $1, $3::timestamptz, $4, $5::uuid, $6, 'enrollment.superseded', 'enrollment', id, person_id, course_id, jsonb_build_object('offeringId', offering_id) from ended`,
    [tenant, ids, at, kind, actor, dialect],
  );
}

async function resume(ctx: Context, rows: readonly { id: string; state: EnrollmentState }[]): Promise<void> {
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  await run(
    ctx.db,
    `with back as (
       update enrollment e set ending = null, ended_at = null, state = r.state, updated_at = $3::timestamptz
         from jsonb_to_recordset($2::jsonb) as r (id uuid, state text)
        where e.tenant_id = $1 and e.id = r.id returning e.id, e.person_id, e.course_id, e.offering_id, e.state
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select $1, $3::timestamptz, $4, $5::uuid, $6, 'enrollment.resumed', 'enrollment', id, person_id, course_id, jsonb_build_object('offeringId', offering_id, 'state', state) from back`,
    [tenant, JSON.stringify(rows), at, kind, actor, dialect],
  );
}

async function addGrants(
  ctx: Context,
  enrollmentIds: readonly string[],
  grant: { kind: string; sourceId: string },
): Promise<void> {
  await run(
    ctx.db,
    `insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at)
     select $1, id, $3, $4::uuid, $5::timestamptz from unnest($2::uuid[]) as id on conflict do nothing`,
    [ctx.tenant.id, enrollmentIds, grant.kind, grant.sourceId, ctx.now],
  );
}

/** A collection enrolls in its members (rule 4); its own progress then counts what was earned there before. */
async function enrollInMembers(ctx: Context, enrollmentIds: readonly string[], options: EnrollOptions): Promise<void> {
  const { rows } = await run<{ personId: string; collectionId: string; courseId: string }>(
    ctx.db,
    `select e.person_id as "personId", e.course_id as "collectionId", m.course_id as "courseId"
       from enrollment e
       join collection_member m on m.tenant_id = $1 and m.version_id = e.version_id
       join course c on c.tenant_id = $1 and c.id = m.course_id and c.state = 'published' and c.deleted_at is null
      where e.tenant_id = $1 and e.id = any($2::uuid[]) and e.ending is null and e.state not in ('pending_approval', 'pending_acceptance', 'on_waitlist', 'declined')
      order by e.number, m.position`,
    [ctx.tenant.id, enrollmentIds],
  );
  for (const collectionId of new Set(rows.map((row) => row.collectionId)))
    await enrollAll(
      { ...ctx, actor: elevated(ctx.actor) },
      rows.filter((row) => row.collectionId === collectionId),
      { source: options.source ?? 'automatic', self: false, grant: { kind: 'collection', sourceId: collectionId } },
    );
  await rollUp(ctx, enrollmentIds);
}
