import { run } from '../../database/run.ts';
import { constant, NOW, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { report, settled } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { type Issue, Refusal, type RefusalFact } from '../kernel/refusal.ts';
import { readEnrollment, readEnrollments } from './list-enrollments.ts';
import { type Changed, columns, type Outcome, outcomeIssues, type Standing } from './outcome-columns.ts';
import { judges } from './own-work.ts';
import { PARTS_SQL, PROGRESS_SQL, reportMoved } from './roll-up.ts';
import { COLLECTIONS_SQL, takesSeat } from './states.ts';
import type { Enrollment, EnrollmentState } from './types.ts';
import { lockSeats } from './waitlist.ts';

export type { Outcome } from './outcome-columns.ts';

/**
 * Sets an enrollment's outcome and dates. A state that ends learning stands over the computed one until it is reset or set anew;
 * complete is dated now unless a date is given, and makes progress 100; what is complete no longer has the progress of its parts. Other
 * states leave progress alone. A state that takes a
 * seat is checked against the offering's limit. Refuses `not_found`, `invalid` and `rule` (`offering_full`).
 */
export async function setOutcome(ctx: Context, enrollmentId: string, outcome: Outcome): Promise<Enrollment> {
  demand(ctx, 'enrollments.write');
  const { personId } = await readEnrollment(ctx, enrollmentId);
  return transaction(
    ctx,
    async (inner) => {
      const [result] = await setOutcomes(inner, [{ id: enrollmentId, outcome }]);
      if ('fact' in result!) throw new Refusal(result.fact);
      await settled(inner);
      return result!.changed ? readEnrollment(inner, enrollmentId) : result!.before;
    },
    { learners: [personId] },
  );
}

/** The outcome of one live enrollment; each enrollment stands only once in a call. */
export interface OutcomeEntry {
  id: string;
  outcome: Outcome;
}

/** What became of it: refused for itself alone, or set, where that changed anything. */
export type OutcomeResult = { before: Enrollment; changed: boolean } | { fact: RefusalFact };

interface Write {
  before: Enrollment;
  outcome: Outcome;
  set: Record<string, unknown>;
  changed: Changed;
}

/**
 * The work of `setOutcome` for any number of enrollments, in a fixed number of statements. Seats go to the first in order. The caller
 * holds the transaction and the learners, and has checked permissions.
 */
export async function setOutcomes(ctx: Context, entries: readonly OutcomeEntry[]): Promise<OutcomeResult[]> {
  await settled(ctx);
  const facts = await readFacts(ctx, entries);
  const seats = await seatsFor(ctx, entries, facts);
  // who waited may have been seated meanwhile
  const found = await readEnrollments(
    ctx,
    entries.map((entry) => entry.id),
  );
  const writes: Write[] = [];
  const results = entries.map(({ id, outcome }): OutcomeResult => {
    const before = found.get(id.toLowerCase());
    const fact = facts.get(id.toLowerCase());
    if (!before || !fact) return { fact: { kind: 'not_found', entity: 'enrollment', id } };
    const issues = [...outcomeIssues(outcome), ...absentIn(outcome, fact)];
    if (issues.length > 0) return { fact: { kind: 'invalid', issues } };
    if (RESULTS.some((name) => outcome[name] !== undefined) && !judges(ctx, before.personId, 'enrollments.write'))
      return { fact: { kind: 'forbidden', permission: 'enrollments.write' } };
    const taking = outcome.state !== undefined && takesSeat(outcome.state) && !takesSeat(before.state);
    const limit = taking ? seats.get(before.offeringId) : undefined;
    if (limit && limit.seats !== null) {
      if (limit.taken >= limit.seats)
        return { fact: { kind: 'rule', rule: 'offering_full', entity: 'offering', id: before.offeringId } };
      limit.taken += 1;
    }
    const { set, changed } = columns(ctx, before, fact, outcome);
    if (Object.keys(set).length === 0) return { before, changed: false };
    writes.push({ before, outcome, set, changed });
    return { before, changed: true };
  });
  if (writes.length > 0) await store(ctx, writes);
  return results;
}

/** What an outcome says about how the learner did: for others to say. */
const RESULTS: readonly (keyof Outcome)[] = ['state', 'score', 'result', 'credits', 'creditsByType', 'completedAt'];

interface Facts extends Standing {
  state: EnrollmentState | null;
  /** The state that is shown, and the offering whose seat it has. */
  shown: EnrollmentState;
  offeringId: string;
  version: boolean;
  key: boolean;
  types: ReadonlySet<string>;
}

async function readFacts(ctx: Context, entries: readonly OutcomeEntry[]): Promise<Map<string, Facts>> {
  const types = entries.flatMap(({ outcome }) => outcome.creditsByType?.map((entry) => entry.creditTypeId) ?? []);
  const { rows } = await run<Omit<Facts, 'types'> & { id: string; known: string[] }>(
    ctx,
    sql`select e.id, e.state as shown, e.offering_id as "offeringId", e.set_state as state, e.set_score as score, e.set_credits as credits, e.rating,
            (select coalesce(jsonb_object_agg(k.credit_type_id, k.credits), '{}') from enrollment_credit k where k.tenant_id = ${TENANT} and k.enrollment_id = e.id) as "byType",
            exists (select 1 from course_version v where v.tenant_id = ${TENANT} and v.id = r.version_id and v.course_id = e.course_id and v.state <> 'draft') as version,
            exists (select 1 from join_key k where k.tenant_id = ${TENANT} and k.id = r.key_id) as key,
            array(select id from credit_type where tenant_id = ${TENANT} and id = any(${[...new Set(types)]}::uuid[])) as known
       from unnest(${entries.map((entry) => entry.id)}::uuid[], ${entries.map(({ outcome }) => outcome.versionId ?? null)}::uuid[], ${entries.map(({ outcome }) => outcome.joinKeyId ?? null)}::uuid[]) as r (id, version_id, key_id)
       join enrollment e on e.tenant_id = ${TENANT} and e.id = r.id`,
  );
  const reopened = entries.flatMap(({ id, outcome: { state } }) =>
    state && state !== 'complete' ? [id.toLowerCase()] : [],
  );
  const worked = await progressOfParts(
    ctx,
    rows.filter((row) => row.shown === 'complete' && reopened.includes(row.id)).map((row) => row.id),
  );
  return new Map(
    rows.map(({ id, known, ...fact }) => [id, { ...fact, types: new Set(known), worked: worked.get(id) }]),
  );
}

async function progressOfParts(ctx: Context, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await run<{ id: string; progress: number }>(
    ctx,
    sql`with target as materialized (
       select e.*, c.kind in (${COLLECTIONS_SQL}) as is_collection, o.hidden_activity_ids from enrollment e
         join offering o on o.tenant_id = ${TENANT} and o.id = e.offering_id
         join course c on c.tenant_id = ${TENANT} and c.id = e.course_id
        where e.tenant_id = ${TENANT} and e.id = any(${ids}::uuid[])
     ), part as (${PARTS_SQL})
     select id, (${PROGRESS_SQL}) as progress from part where id is not null group by id`,
  );
  return new Map(rows.map((row) => [row.id, row.progress]));
}

/** The limits of offerings where somebody without a seat is to have one, held until the transaction ends. */
function seatsFor(ctx: Context, entries: readonly OutcomeEntry[], facts: ReadonlyMap<string, Facts>) {
  const offerings = entries.flatMap(({ id, outcome }) => {
    const fact = facts.get(id.toLowerCase());
    return fact && outcome.state && takesSeat(outcome.state) && !takesSeat(fact.shown) ? [fact.offeringId] : [];
  });
  return lockSeats(ctx, offerings);
}

/** What the outcome names and is not there. */
function absentIn(outcome: Outcome, fact: Facts): Issue[] {
  const issues: Issue[] = [];
  if (outcome.versionId && !fact.version) issues.push({ path: ['versionId'], fault: 'not_found' });
  if (outcome.joinKeyId && !fact.key) issues.push({ path: ['joinKeyId'], fault: 'not_found' });
  outcome.creditsByType?.forEach((entry, i) => {
    if (!fact.types.has(entry.creditTypeId.toLowerCase()))
      issues.push({ path: ['creditsByType', i, 'creditTypeId'], fault: 'not_found' });
  });
  return issues;
}

async function store(ctx: Context, writes: readonly Write[]): Promise<void> {
  await save(ctx, writes);
  await saveCredits(
    ctx,
    writes.filter(({ set, outcome }) => 'credits' in set && outcome.creditsByType),
  );
  const where = (test: (set: Record<string, unknown>) => boolean) =>
    writes.flatMap(({ set, before }) => (test(set) ? [{ enrollmentId: before.id }] : []));
  // without a standing score, or on another version, the facts count again
  report(
    ctx,
    'work_changed',
    where((set) => set.set_score === null || 'version_id' in set),
  );
  report(
    ctx,
    'earnings_changed',
    where((set) => set.set_credits === null),
  );
  report(
    ctx,
    'collection_entered',
    where((set) => 'version_id' in set),
  );
  reportResults(ctx, writes);
  reportDates(ctx, writes);
}

/** Tells of states, progress and scores set by hand. */
function reportResults(ctx: Context, writes: readonly Write[]): void {
  const rows = writes.flatMap(({ before, changed }) => {
    if (!('state' in changed || 'progress' in changed || 'score' in changed)) return [];
    const { id, personId, courseId, offeringId, completedAt, state: was } = before;
    const state = (changed.state?.[1] as EnrollmentState | undefined) ?? was;
    return [{ id, personId, courseId, offeringId, completedAt, state, was }];
  });
  reportMoved(ctx, rows, true);
  const seated = rows.filter((row) => takesSeat(row.state) && !takesSeat(row.was));
  report(
    ctx,
    'collection_entered',
    seated.map((row) => ({ enrollmentId: row.id })),
  );
  const unseated = rows.filter((row) => takesSeat(row.was) && !takesSeat(row.state));
  report(
    ctx,
    'seat_freed',
    unseated.map((row) => ({ offeringId: row.offeringId, except: row.id })),
  );
}

/** Tells of completions that stand with another date. */
function reportDates(ctx: Context, writes: readonly Write[]): void {
  const dated = writes.flatMap(({ before, changed }) => {
    const to = changed.completedAt?.[1] as string | null | undefined;
    const { id: enrollmentId, personId, courseId, completedAt } = before;
    return !changed.state && completedAt && to
      ? [{ enrollmentId, personId, courseId, completedAt, back: to < completedAt }]
      : [];
  });
  report(ctx, 'completion_moved', dated);
}

const COLUMNS: Readonly<Record<string, string>> = {
  state: 'text',
  completed_at: 'timestamptz',
  progress: 'numeric',
  started_at: 'timestamptz',
  set_state: 'text',
  set_completed_at: 'timestamptz',
  set_progress: 'numeric',
  score: 'numeric',
  set_score: 'numeric',
  credits: 'numeric',
  set_credits: 'numeric',
  result: 'text',
  version_id: 'uuid',
  join_key_id: 'uuid',
  access_at: 'timestamptz',
  due_at: 'timestamptz',
  expires_at: 'timestamptz',
  rating: 'integer',
  terms_accepted_at: 'timestamptz',
  set_by: 'text',
  set_at: 'timestamptz',
};

const SETS = constant(
  Object.entries(COLUMNS)
    .map(([name, type]) => `${name} = case when r.set ? '${name}' then (r.set->>'${name}')::${type} else e.${name} end`)
    .join(',\n       '),
);

const saveSql = (rows: Sql): Sql => sql`
update enrollment e
   set ${SETS},
       updated_at = ${NOW}
  from jsonb_to_recordset(${rows}) as r (id uuid, set jsonb)
 where e.tenant_id = ${TENANT} and e.id = r.id`;

async function save(ctx: Context, writes: readonly Write[]): Promise<void> {
  const rows = writes.map(({ before, set }) => ({ id: before.id, set }));
  await run(ctx, saveSql(value(JSON.stringify(rows), 'jsonb')));
  await append(
    ctx,
    writes.map(({ before, set, changed }) => ({
      type: typeOf(before, set, changed),
      entityId: before.id,
      personId: before.personId,
      courseId: before.courseId,
      data: { offeringId: before.offeringId, changed },
    })),
  );
}

function typeOf(before: Enrollment, set: Record<string, unknown>, changed: Changed) {
  const to = changed.state?.[1];
  if (to === 'complete') return 'enrollment.completed';
  if (to !== undefined && before.state === 'complete') return 'enrollment.reopened';
  return 'set_at' in set ? 'enrollment.outcome_set' : 'enrollment.updated';
}

async function saveCredits(ctx: Context, writes: readonly Write[]): Promise<void> {
  if (writes.length === 0) return;
  const entries = writes.flatMap(({ before, outcome }) =>
    outcome.creditsByType!.map((entry) => ({ id: before.id, ...entry })),
  );
  await run(
    ctx,
    sql`delete from enrollment_credit where tenant_id = ${TENANT} and enrollment_id = any(${writes.map(({ before }) => before.id)}::uuid[])`,
  );
  await run(
    ctx,
    sql`insert into enrollment_credit (tenant_id, enrollment_id, credit_type_id, credits)
     select ${TENANT}, r.id, r.type, sum(r.credits) from unnest(${entries.map((entry) => entry.id)}::uuid[], ${entries.map((entry) => entry.creditTypeId)}::uuid[], ${entries.map((entry) => entry.credits)}::numeric[]) as r (id, type, credits) group by r.id, r.type`,
  );
}
