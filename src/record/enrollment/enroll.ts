import { consequencesOf } from '../../database/consequences-of.ts';
import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { isRace, transaction } from '../../database/transaction.ts';
import { Offerings } from '../catalog/index.ts';
import { elevated, may } from '../kernel/actor.ts';
import { isFollowed, report, settled } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { NIL_ID, newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { decide, type Facts, readFacts, readFirstFacts } from './enroll-facts.ts';
import { addGrants, DIRECT, insertEnrollments, moveGrants, type NewRow, resume, supersede } from './enroll-rows.ts';
import { takesSeat } from './states.ts';
import type { EnrollmentState, EnrollOptions, EnrollRequest, EnrollResult } from './types.ts';
import { lockSeats } from './waitlist.ts';

/**
 * Enrolls one person (rules 1 to 5). Refuses `not_found` for person, course or offering, `rule` for the others.
 * Somebody live there gets the same enrollment back, unchanged; somebody withdrawn and kept resumes it.
 */
export async function enroll(
  ctx: Context,
  request: EnrollRequest,
  options: EnrollOptions = {},
): Promise<Exclude<EnrollResult, { outcome: 'refused' }>> {
  const result = await enrollAtOnce(ctx, request, options);
  if (result) return result;
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

/**
 * The common case in one read and one write, each a transaction of its own: a first enrollment in a course that is no collection and has
 * no limit of seats. The write holds person and offering and meets the unique keys, so whoever was quicker is noticed. Gives nothing where
 * more has to be settled, or where a race was lost: then `enroll` goes the whole way.
 */
async function enrollAtOnce(
  ctx: Context,
  request: EnrollRequest,
  options: EnrollOptions,
): Promise<Exclude<EnrollResult, { outcome: 'refused' }> | undefined> {
  if (ctx.inTransaction || options.reEnroll || isFollowed(ctx, consequencesOf(ctx.db), 'enrolled')) return undefined;
  const self = actsForThemselves(ctx, [request], options);
  const f = await readFirstFacts(ctx, request, options, self);
  if (!f || f.isCollection || f.seats !== null) return undefined;
  const decision = decide(f, request, options, self, ctx.now, undefined);
  if (decision.action === 'refuse') throw new Refusal(decision.fact);
  // who leaves that program meanwhile must not be left with it
  if (decision.action !== 'create' || underProgram(f)) return undefined;
  const row = newRow(ctx, f, request, options, self, decision.state, true);
  try {
    await insertEnrollments(ctx, [row], options);
  } catch (error) {
    if (isRace(error)) return undefined;
    throw error;
  }
  return {
    outcome: 'created',
    enrollmentId: row.id,
    personId: row.person_id,
    courseId: row.course_id,
    offeringId: row.offering_id,
    state: row.state,
  };
}

/** The row of a new enrollment, once it is decided. */
const newRow = (
  ctx: Context,
  f: Facts,
  request: EnrollRequest,
  options: EnrollOptions,
  self: boolean,
  state: EnrollmentState,
  isPrimary: boolean,
): NewRow => ({
  id: newId(),
  person_id: f.personId,
  course_id: f.courseId!,
  offering_id: f.offeringId!,
  version_id: f.versionId!,
  state,
  is_primary: isPrimary,
  source: request.source ?? options.source ?? (self ? 'self' : 'admin'),
  enrolled_at: request.enrolledAt ?? options.enrolledAt ?? ctx.now,
  access_at: f.accessAt,
  due_at: f.dueAt,
  expires_at: f.expiresAt,
});

/** Whether these are people enrolling themselves; whoever enrolls others needs the permission. */
function actsForThemselves(ctx: Context, requests: readonly EnrollRequest[], options: EnrollOptions): boolean {
  const { actor } = ctx;
  const own =
    actor.kind === 'person' && requests.every((request) => request.personId.toLowerCase() === actor.id.toLowerCase());
  const self = options.self ?? (own && !may(actor, 'enrollments.write'));
  if (!(own && self)) demand(ctx, 'enrollments.write');
  return self;
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

/** The work of `enroll` and `enrollMany`; the caller holds the transaction and the learners. */
export async function enrollAll(
  ctx: Context,
  requests: readonly EnrollRequest[],
  options: EnrollOptions,
): Promise<EnrollResult[]> {
  const self = actsForThemselves(ctx, requests, options);
  const results: EnrollResult[] = [];
  // who enrolls themselves does so under the program that shows the course, which may be another one for each
  const chunk = self ? 1 : CHUNK;
  for (let from = 0; from < requests.length; from += chunk)
    results.push(...(await enrollChunk(ctx, requests.slice(from, from + chunk), options, self)));
  return results;
}

/** Whether somebody who enrolls themselves finds the course by a program of their own alone. */
const underProgram = ({ foundBy }: Facts): boolean => (foundBy ?? NIL_ID) !== NIL_ID;

/** The program is kept from being deleted meanwhile, and the enrollment lives by it. */
async function holdProgram(ctx: Context, programId: string, options: EnrollOptions): Promise<EnrollOptions> {
  const { rows } = await run(
    ctx,
    sql`select 1 from program where tenant_id = ${TENANT} and id = ${programId}::uuid and deleted_at is null for key share`,
  );
  if (rows.length === 0) throw Object.assign(new Error('program deleted'), { code: '40001' });
  return { grant: { kind: 'program', sourceId: programId }, ...options };
}

/** Bounds the memory that a large call takes. */
const CHUNK = 10_000;

async function enrollChunk(
  ctx: Context,
  requests: readonly EnrollRequest[],
  given: EnrollOptions,
  self: boolean,
): Promise<EnrollResult[]> {
  let options = given;
  let facts = await readFacts(ctx, requests, options, self);
  if (self && underProgram(facts[0]!)) options = await holdProgram(ctx, facts[0]!.foundBy!, options);
  const bare = new Set(
    facts.flatMap((f, i) =>
      f.courseId !== null && f.courseState === 'published' && f.offeringId === null && !requests[i]!.offeringId
        ? [f.courseId]
        : [],
    ),
  );
  if (bare.size > 0) {
    for (const courseId of [...bare].sort())
      await Offerings.ensureDefault({ ...ctx, actor: elevated(ctx.actor) }, courseId);
    facts = await readFacts(ctx, requests, options, self);
  }
  const limited = facts.flatMap((f) =>
    f.seats !== null && f.offeringId !== null && (f.liveId === null || options.reEnroll) ? [f.offeringId] : [],
  );
  // seats that were freed before in this transaction go to those who wait for them
  if (limited.length > 0) await settled(ctx);
  const seats = await lockSeats(ctx, limited);
  // whoever held a seat's lock before may have moved up who asks here
  if (seats.size > 0) facts = await readFacts(ctx, requests, options, self);

  const created: NewRow[] = [];
  const resumed: { id: string; state: EnrollmentState }[] = [];
  const replaced: { from: string; to: string; personId: string; courseId: string }[] = [];
  const seen = new Map<string, EnrollResult>();
  const marked = new Set<string>();
  const beside: { personId: string; courseId: string }[] = [];
  const collections: string[] = [];
  const results = facts.map((f, i): EnrollResult => {
    // one learner named twice in a call is one enrollment
    const pair = `${f.personId} ${f.offeringId}`;
    const before = f.offeringId !== null ? seen.get(pair) : undefined;
    if (before) return before.outcome === 'refused' ? before : { ...before, outcome: 'unchanged' };
    const free = f.offeringId ? seats.get(f.offeringId) : undefined;
    const decision = decide(f, requests[i]!, options, self, ctx.now, free);
    let result: EnrollResult;
    if (decision.action === 'refuse') result = { outcome: 'refused', personId: f.personId, fact: decision.fact };
    else {
      const at = { personId: f.personId, courseId: f.courseId!, offeringId: f.offeringId! };
      if (decision.action === 'keep')
        result = { outcome: 'unchanged', enrollmentId: f.liveId!, state: f.liveState!, ...at };
      else if (decision.action === 'resume') {
        resumed.push({ id: f.keptId!, state: decision.state });
        beside.push(at);
        result = { outcome: 'resumed', enrollmentId: f.keptId!, state: decision.state, ...at };
      } else {
        // the first of somebody's enrollments in a course has the primary mark; who starts over hands it on (rule 3)
        const course = `${f.personId} ${f.courseId}`;
        const isPrimary = f.hasOthers ? f.liveIsPrimary === true : !marked.has(course);
        if (f.hasOthers || !isPrimary) beside.push(at);
        marked.add(course);
        const row = newRow(ctx, f, requests[i]!, options, self, decision.state, isPrimary);
        const { id } = row;
        if (f.liveId !== null) replaced.push({ from: f.liveId, to: id, ...at });
        created.push(row);
        result = { outcome: 'created', enrollmentId: id, state: decision.state, ...at };
      }
      if (f.isCollection && decision.action !== 'keep') collections.push(result.enrollmentId);
    }
    if (f.offeringId !== null) seen.set(pair, result);
    return result;
  });

  if (replaced.length > 0)
    await supersede(
      ctx,
      replaced.map((move) => move.from),
    );
  if (resumed.length > 0) await resume(ctx, resumed, options);
  // who was complete and waits to come back has nothing earned meanwhile
  report(
    ctx,
    'earnings_changed',
    resumed.flatMap((row) => (takesSeat(row.state) ? [] : [{ enrollmentId: row.id }])),
  );
  report(
    ctx,
    'completed_again',
    resumed.flatMap((row) => (row.state === 'complete' ? [{ enrollmentId: row.id }] : [])),
  );
  if (created.length > 0) await insertEnrollments(ctx, created, options);
  if (replaced.length > 0) await moveGrants(ctx, replaced);
  // who is in already, or back, is held by one more reason from now on
  const standing = results.flatMap((r) =>
    r.outcome === 'resumed' || (r.outcome === 'unchanged' && options.grant !== null) ? [r.enrollmentId] : [],
  );
  if (standing.length > 0) await addGrants(ctx, standing, options.grant ?? DIRECT);
  report(
    ctx,
    'enrolled',
    [...created, ...resumed].flatMap(({ id, state }) => (takesSeat(state) ? [{ enrollmentId: id }] : [])),
  );
  report(ctx, 'enrolled_beside', beside);
  report(ctx, 'superseded', replaced);
  const { source, reEnroll, enrolledAt } = options;
  report(
    ctx,
    'collection_entered',
    collections.map((enrollmentId) => ({ enrollmentId, source, reEnroll, enrolledAt })),
  );
  return results;
}
