import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, type TestCourse } from '../../../test/support/fixture.ts';
import { Assessments } from '../assessment/index.ts';
import type { Context } from '../kernel/context.ts';
import { Refusal } from '../kernel/refusal.ts';
import { ActivityStates, Attempts, Enrollments } from './index.ts';
import type { EnrollmentState } from './types.ts';
import { dropGrant } from './withdraw.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase({ poolSize: 12 });
});
after(() => database.close());

/** Numbers that look random and are the same each time (mulberry32). */
const dice = (seed: number) => {
  let a = seed;
  const next = (): number => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    below: (n: number): number => Math.floor(next() * n),
    of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
  };
};

const STATES: readonly EnrollmentState[] = [
  'not_started',
  'in_progress',
  'complete',
  'failed',
  'declined',
  'on_waitlist',
  'absent',
  'pending_approval',
];

async function world(f: Fixture) {
  const one = await f.course({ activities: ['a', { name: 'b', attemptsAllowed: 2 }, { name: 'c', required: false }] });
  const two = await f.course({
    activities: [
      { name: 'd', attemptCounts: 'latest', weight: 2 },
      { name: 'e', weight: 1 },
    ],
  });
  const three = await f.course({ activities: ['f', 'g', 'h', 'i'] });
  const assessments: string[] = [];
  for (const [n, category] of ['Homework', 'Homework', 'Exams', null].entries()) {
    const activityId = three.activityIds[n]!;
    const works = { offeringId: three.offeringId, activityId, name: `Work ${n}`, category };
    assessments.push((await Assessments.create(f.ctx, { ...works, categoryWeight: [20, 20, 80, null][n]! })).id);
  }
  const inner = await f.collection([two]);
  const outer = await f.collection([one, inner]);
  await f.set('course', one.id, { credits: 3 });
  const limited = [
    { offeringId: await f.offering(one, { seats: 2, waitlistSeats: 2 }), course: one },
    { offeringId: await f.offering(two, { seats: 1, waitlistSeats: 3 }), course: two },
  ];
  const offerings = [
    ...[one, two, three, inner, outer].map((course) => ({ offeringId: course.offeringId, course })),
    ...limited,
  ];
  return { courses: [one, two, three, inner, outer], offerings, people: await f.people(5), works: three, assessments };
}

type World = Awaited<ReturnType<typeof world>>;

/** One verb, chosen and fed by the dice. What it refuses is part of the game. */
async function step(
  f: Fixture,
  { courses, offerings, people, assessments }: World,
  roll: ReturnType<typeof dice>,
  ctx: Context,
) {
  const personId = roll.of(people);
  const { offeringId, course } = roll.of(offerings);
  const live = await f.rows<{ id: string; courseId: string }>(
    'select id, course_id as "courseId" from enrollment where tenant_id = $1 and ending is null order by number',
  );
  const chosen = live.length > 0 ? roll.of(live) : undefined;
  const within = (id: string): TestCourse => courses.find((each) => each.id === id)!;
  switch (roll.below(18)) {
    case 0:
    case 1:
    case 2:
      return Enrollments.enroll(ctx, { personId, offeringId });
    case 3:
      return Enrollments.enroll(ctx, { personId, courseId: course.id }, { reEnroll: roll.below(2) === 0 });
    case 4:
      return Enrollments.enroll(
        ctx,
        { personId, courseId: course.id },
        { grant: { kind: 'audience', sourceId: course.id } },
      );
    case 5:
      return dropGrant(ctx, { kind: 'audience', sourceId: course.id }, roll.below(2) ? [personId] : undefined);
    case 6:
      return Assessments.update(ctx, roll.of(assessments), { categoryWeight: roll.of([null, 0, 20, 80]) });
    case 7:
      return Assessments.update(ctx, roll.of(assessments), {
        weight: roll.of([null, null, 0, 1, 2]),
        category: roll.of(['Homework', 'Exams', null]),
      });
  }
  if (!chosen) return;
  const activityId = roll.of([...within(chosen.courseId).activityIds, course.id]);
  switch (roll.below(11)) {
    case 0:
      return Enrollments.withdraw(ctx, [chosen.id], { ending: roll.below(2) ? 'kept' : 'closed' });
    case 1:
      return Enrollments.setOutcome(ctx, chosen.id, {
        state: roll.of(STATES),
        ...(roll.below(2) ? { score: roll.below(100) } : {}),
      });
    case 2:
      return Enrollments.setOutcome(ctx, chosen.id, { score: null });
    case 3:
      return Enrollments.transfer(ctx, chosen.id, roll.of(offerings).offeringId);
    case 4:
      return Enrollments.complete(ctx, chosen.id);
    case 5:
      return Enrollments.reset(ctx, chosen.id);
    case 6:
      return Enrollments.recompute(ctx, chosen.id);
    case 7:
      return ActivityStates.record(ctx, await Enrollments.get(f.ctx, chosen.id), activityId, {
        progress: roll.below(11) * 10,
      });
    case 8: {
      const [attempt] = await f.rows<{ id: string }>(
        'select id from attempt where tenant_id = $1 and enrollment_id = $2 order by ordinal limit 1',
        chosen.id,
      );
      return (
        attempt &&
        Attempts.record(ctx, attempt.id, {
          state: roll.of(['complete', 'failed', 'in_progress']),
          score: roll.below(100),
        })
      );
    }
    default: {
      const attempt = (await Attempts.start(ctx, await Enrollments.get(f.ctx, chosen.id), activityId)).attempt;
      return Attempts.record(ctx, attempt.id, {
        state: roll.of(['complete', 'complete', 'failed']),
        score: roll.below(100),
      });
    }
  }
}

async function play(f: Fixture, w: World, roll: ReturnType<typeof dice>, ctx: Context): Promise<void> {
  try {
    await step(f, w, roll, ctx);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

interface Work {
  category: string | null;
  categoryWeight: number | null;
  weight: number | null;
  score: number | null;
}

const meanOf = (works: readonly Work[]): number | null => {
  const weighing = works.filter(({ weight }) => weight !== null && weight > 0);
  const counted = (weighing.length > 0 ? weighing : works.filter(({ weight }) => weight === null)).filter(
    ({ score }) => score !== null,
  );
  const all = counted.reduce((sum, { weight }) => sum + (weight ?? 1), 0);
  return all === 0 ? null : counted.reduce((sum, { weight, score }) => sum + (weight ?? 1) * score!, 0) / all;
};

/** Rule 7 told once more: categories with a weight make the score, else the works that are in none with weight 0. */
function scoreOf(works: readonly Work[]): number | null {
  const weighing = works.filter(({ categoryWeight }) => categoryWeight !== null && categoryWeight > 0);
  if (weighing.length === 0) return meanOf(works.filter(({ categoryWeight }) => categoryWeight === null));
  const groups = Map.groupBy(weighing, ({ category, categoryWeight }) => `${category} ${categoryWeight}`);
  return meanOf(
    [...groups.values()].map((group) => ({ ...group[0]!, weight: group[0]!.categoryWeight, score: meanOf(group) })),
  );
}

async function checkScores(f: Fixture, { id }: TestCourse): Promise<void> {
  const rows = await f.rows<{ id: string; score: number | null; works: Work[] }>(
    `select e.id, e.score, jsonb_agg(jsonb_build_object('category', a.category, 'categoryWeight', a.category_weight, 'weight', a.weight, 'score', x.score)) as works
       from enrollment e join assessment a on a.tenant_id = $1 and a.offering_id = e.offering_id
       left join activity_enrollment x on x.tenant_id = $1 and x.enrollment_id = e.id and x.activity_id = a.activity_id
      where e.tenant_id = $1 and e.course_id = $2 and e.ending is null and e.set_score is null group by e.id, e.score, e.tenant_id`,
    id,
  );
  for (const { id, score, works } of rows) {
    const expected = scoreOf(works);
    const right = expected === null ? score === null : score !== null && Math.abs(score - expected) < 0.0001;
    assert.ok(right, `score ${score} of enrollment ${id} instead of ${expected}: ${JSON.stringify(works)}`);
  }
}

/** What holds after any sequence of verbs. */
async function check(f: Fixture, { people, works }: World): Promise<void> {
  const none = async (what: string, text: string): Promise<void> => assert.deepEqual(await f.rows(text), [], what);
  await none(
    'one live enrollment for a person and offering',
    'select person_id, offering_id from enrollment where tenant_id = $1 and ending is null group by 1, 2 having count(*) > 1',
  );
  await none(
    'one primary one for a person live in a course, and it is live',
    `select person_id, course_id from enrollment where tenant_id = $1 group by 1, 2
     having count(*) filter (where is_primary) <> least(1, count(*) filter (where ending is null)) or bool_or(is_primary and ending is not null)`,
  );
  await none(
    'no seat sold twice',
    `select o.id from offering o join enrollment e on e.tenant_id = $1 and e.offering_id = o.id and e.ending is null
        and e.state not in ('on_waitlist', 'declined', 'pending_approval', 'pending_acceptance')
      where o.tenant_id = $1 and o.seats is not null group by o.id, o.seats having count(*) > o.seats`,
  );
  await none(
    'every live enrollment is held by a grant',
    'select id from enrollment e where tenant_id = $1 and ending is null and not exists (select 1 from enrollment_grant g where g.tenant_id = $1 and g.enrollment_id = e.id)',
  );
  await none(
    'a completion has a date, and nothing else has',
    `select id, state, completed_at from enrollment where tenant_id = $1 and ending is null and (state = 'complete') <> (completed_at is not null)`,
  );
  await none(
    'credits stand where the course is complete',
    `select e.id, e.state, e.credits from enrollment e join course c on c.tenant_id = $1 and c.id = e.course_id
      where e.tenant_id = $1 and e.ending is null and e.credits is distinct from case when e.state = 'complete' then c.credits end`,
  );
  await none(
    'members of a collection are there while it is, if they were let in',
    `select e.id from enrollment e join enrollment_grant g on g.tenant_id = $1 and g.enrollment_id = e.id and g.kind = 'collection'
      where e.tenant_id = $1 and e.ending is null
        and not exists (select 1 from enrollment k where k.tenant_id = $1 and k.person_id = e.person_id and k.course_id = g.source_id and k.ending is null)`,
  );
  await none(
    'the history of each enrollment begins with its creation and has it once',
    `select e.id from enrollment e join event v on v.tenant_id = $1 and v.entity_id = e.id where e.tenant_id = $1
      group by e.id having count(*) filter (where v.type = 'enrollment.created') <> 1`,
  );
  await checkScores(f, works);
  // what stands computed is what computing from scratch gives
  const live = await f.rows<{
    id: string;
    progress: number;
    score: number | null;
    state: string;
    byHand: boolean;
  }>(
    `select e.id, e.progress, e.score, e.state, e.set_by is not null as "byHand"
       from enrollment e join course c on c.tenant_id = $1 and c.id = e.course_id
      where e.tenant_id = $1 and e.ending is null order by c.kind = 'curriculum', e.number`,
  );
  assert.ok(live.length <= people.length * 7);
  for (const before of live) {
    if (before.byHand || before.state === 'complete') continue;
    const events = (await f.events(before.id)).length;
    const after = await Enrollments.recompute(f.ctx, before.id);
    // what was begun by hand stays begun until it is computed anew
    const begun = before.state === 'in_progress' && after.state === 'not_started';
    assert.deepEqual(
      [after.progress, after.score, begun ? before.state : after.state],
      [before.progress, before.score, before.state],
      `enrollment ${before.id}`,
    );
    if (!begun) assert.equal((await f.events(before.id)).length, events);
  }
}

for (const seed of [1, 2, 3])
  test(`after any sequence of verbs the record is in order (${seed})`, async () => {
    const f = await fixture(database.db);
    const w = await world(f);
    const roll = dice(seed);
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 40; i++) await play(f, w, roll, f.after(round * 100 + i));
      await check(f, w);
    }
  });

test('also when the verbs run against each other', async () => {
  const f = await fixture(database.db);
  const w = await world(f);
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        const roll = dice(1000 * round + writer);
        for (let i = 0; i < 12; i++) await play(f, w, roll, f.after(round * 100 + i));
      }),
    );
    await check(f, w);
  }
});
