import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import type { Enrollments } from '../../../record/enrollment/index.ts';
import { NIL_ID } from '../../../record/kernel/ids.ts';
import type { Instant } from '../../../record/kernel/instant.ts';
import { subject, without } from '../subject.ts';
import type { Entry, World } from '../world.ts';
import { audiencesOf } from './audiences.ts';
import { ENROLLMENT_FACTS, ENROLLMENT_JOINS, type EnrollmentFacts, readBelow } from './enrollment-facts.ts';
import { planLearning } from './enrollment-learning.ts';
import { planMarks } from './enrollment-marks.ts';
import { planOutcome } from './enrollment-outcome.ts';
import type { Plan, Planned } from './enrollment-plan.ts';
import { type EnrollmentEntry, enrollment } from './enrollment-shape.ts';
import { readEnrollments } from './enrollments-export.ts';
import { checkPlace, placeOf } from './sessions.ts';
import { timelineOf } from './timeline.ts';

export const enrollments = subject<EnrollmentEntry>({
  name: 'enrollments',
  description:
    'Who learns what, and what they did. Several entries of one person in one offering are one after the other. What follows by itself (members of a collection, follow-ups) needs no entry.',
  entry: enrollment,
  check: checkPlace,
  async write(world, entries) {
    const timeline = timelineOf(world);
    const touched = new Map<Planned, 'created' | 'changed' | 'unchanged'>();
    outcomes.set(world, touched);
    const courses = await placed(world, entries);
    const present = await readPresent(world, courses);
    const below = await readBelow(
      world.ctx,
      [...present.values()].map((facts) => facts.id),
    );
    const earlier = new Map<string, Planned>();
    for (const of of courses) {
      const facts = present.get(of);
      const pair = `${of.personId} ${of.offeringId}`;
      await world.attempt(of.entry.path, async () => {
        const start = facts?.enrolledAt ?? startOf(of.entry.value) ?? world.ctx.now;
        timeline.startsAt(of, facts ? world.ctx.now : start);
        touched.set(of, facts ? 'unchanged' : 'created');
        const touch = () => void (touched.get(of) === 'unchanged' && touched.set(of, 'changed'));
        const plan: Plan = { world, timeline, of, facts, below, start, touch };
        if (facts) of.enrollmentId = facts.id;
        await planEnrolling(plan, earlier.has(pair));
        // what is over stays as it was
        if (facts?.ending && facts.ending !== 'withdrawn_kept') return;
        if (facts?.ending && of.entry.value.ending) return;
        await planLearning(plan);
        planMarks(plan);
        planOutcome(plan);
      });
      earlier.set(pair, of);
    }
  },
  async finish(world) {
    for (const [of, outcome] of outcomes.get(world) ?? []) if (!of.stopped) world.count('enrollments', outcome);
  },
  read: readEnrollments,
});

const outcomes = new WeakMap<World, Map<Planned, 'created' | 'changed' | 'unchanged'>>();

async function placed(world: World, entries: readonly Entry<EnrollmentEntry>[]): Promise<Planned[]> {
  const courses: Planned[] = [];
  for (const [index, entry] of entries.entries()) {
    const place = await placeOf(world, entry);
    const personId = await world.attempt(entry.path, async () => world.id('person', entry.value.person));
    if (place && personId) courses.push({ entry, index, personId, ...place, stopped: false });
  }
  return courses;
}

/** What is there already of the entries: the first of a person in an offering is the first there, and so on. */
async function readPresent(world: World, courses: readonly Planned[]): Promise<Map<Planned, EnrollmentFacts>> {
  const { rows } = await run<EnrollmentFacts>(
    world.ctx,
    sql`select ${ENROLLMENT_FACTS} from (select distinct * from unnest(${courses.map((of) => of.personId)}::uuid[], ${courses.map((of) => of.offeringId)}::uuid[]) as r (person_id, offering_id)) r
       join enrollment e on e.tenant_id = ${TENANT} and e.person_id = r.person_id and e.offering_id = r.offering_id ${ENROLLMENT_JOINS}
      order by e.enrolled_at, e.number`,
  );
  const there = Map.groupBy(rows, (row) => `${row.personId} ${row.offeringId}`);
  const present = new Map<Planned, EnrollmentFacts>();
  for (const of of courses) {
    const facts = there.get(`${of.personId} ${of.offeringId}`)?.shift();
    if (facts) present.set(of, facts);
  }
  return present;
}

/** The earliest moment that the entry names. */
function startOf(value: EnrollmentEntry): Instant | undefined {
  if (value.enrolledAt !== undefined) return value.enrolledAt;
  const moments = [
    ...(value.progress ?? []).flatMap((each) => [each.startedAt, each.at]),
    ...(value.attempts ?? []).flatMap((each) => [each.startedAt, each.finishedAt]),
    ...(value.marks ?? []).flatMap((each) => [each.submittedAt, each.markedAt]),
    ...(value.sessions ?? []).map((each) => each.at),
    value.completedAt,
    value.termsAcceptedAt,
    value.lastAccessAt,
    value.ending?.at,
  ].filter((each) => typeof each === 'string');
  return moments.sort()[0];
}

/** Enrolling, once for every grant; a return of who withdrew. */
async function planEnrolling({ world, timeline, of, facts, start, touch }: Plan, again: boolean): Promise<void> {
  const { value } = of.entry;
  const returns = facts?.ending === 'withdrawn_kept' && !value.ending;
  if (facts && !returns) return;
  if (returns) touch();
  const audiences = value.grants?.some((grant) => grant.kind === 'audience') ? await audiencesOf(world) : new Map();
  const grants = (value.grants ?? []).map((grant, i) => {
    const path = [...of.entry.path, 'grants', i];
    const named =
      grant.kind === 'collection' || grant.kind === 'follow_up'
        ? { member: 'course', id: world.idOf('course', grant.course) }
        : grant.kind === 'join_key'
          ? { member: 'joinKey', id: world.idOf('join_key', grant.joinKey) }
          : grant.kind === 'audience'
            ? { member: 'group', id: grant.group && audienceIn(of.offeringId, grant.group, path) }
            : grant.kind === 'program'
              ? { member: 'program', id: world.idOf('program', grant.program) }
              : { member: '', id: NIL_ID };
    if (named.id === undefined) world.fault(path, 'required', `${named.member} is missing`);
    return { kind: grant.kind as Enrollments.GrantKind, sourceId: named.id ?? NIL_ID };
  });
  function audienceIn(offeringId: string, group: string, path: Entry<unknown>['path']): string {
    const found = audiences.get(`${world.id('group', group)} ${offeringId}`);
    if (found === undefined)
      world.fault([...path, 'group'], 'not_found', `the group ${group} is no audience of the offering`);
    return found ?? NIL_ID;
  }
  const options: Enrollments.Options = {
    source: value.source ?? 'admin',
    joinKeyId: world.idOf('join_key', value.joinKey) ?? null,
    enrolledAt: returns ? undefined : start,
    ...(again && !returns ? { reEnroll: true } : {}),
    // an audience queues whoever is over the limit
    ...(grants.some((grant) => grant.kind === 'audience') ? { queueBeyondLimit: true } : {}),
  };
  const at = returns ? world.ctx.now : start;
  timeline.enroll(of, at, { ...options, ...without({ grant: grants[0] }) });
  for (const grant of grants.slice(1)) timeline.enroll(of, at, { source: options.source!, grant });
}
