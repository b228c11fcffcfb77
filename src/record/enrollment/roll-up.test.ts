import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type CourseOptions, type Fixture, fixture, minutes, type TestCourse } from '../../../test/support/fixture.ts';
import { Assessments } from '../assessment/index.ts';
import { Courses, Offerings } from '../catalog/index.ts';
import { equals } from '../kernel/condition.ts';
import { ActivityStates, Attempts, Enrollments } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

type Shape = NonNullable<CourseOptions['activities']>;

/** Somebody in a course of these activities, and what they do there. */
const learner = async (activities: Shape, input: Omit<CourseOptions, 'activities'> = {}) => {
  const course = await f.course({ activities, ...input });
  return inCourse(course, await f.person());
};

const inCourse = async (course: TestCourse, personId: string) => {
  const { enrollmentId: id } = await Enrollments.enroll(f.ctx, { personId, offeringId: course.offeringId });
  let minute = 0;
  const now = (): Promise<Enrollments.Enrollment> => Enrollments.get(f.ctx, id);
  const start = async (n: number) =>
    (await Attempts.start(f.after(++minute), await now(), course.activityIds[n]!)).attempt;
  return {
    id,
    course,
    personId,
    now,
    start,
    /** Finishes a try at the nth activity. */
    finish: async (n: number, score: number | null = null, state: 'complete' | 'failed' = 'complete') => {
      const attempt = await start(n);
      return Attempts.record(f.after(++minute), attempt.id, { state, score });
    },
    read: async (n: number, progress: number) =>
      ActivityStates.record(f.after(++minute), await now(), course.activityIds[n]!, { progress }),
    stands: async () => {
      const { state, progress, score } = await now();
      return [state, progress, score];
    },
  };
};

test('progress is the mean of the required activities; complete when all of them are', async () => {
  const { finish, read, stands, id, now } = await learner([
    'One',
    'Two',
    { name: 'Three', kind: 'page' },
    { name: 'Extra', required: false },
  ]);
  await finish(3);
  assert.deepEqual(await stands(), ['in_progress', 0, null]);
  await finish(0);
  await read(2, 50);
  assert.deepEqual(await stands(), ['in_progress', 50, null]);
  await finish(1);
  assert.deepEqual(await stands(), ['in_progress', 83.33, null]);
  await read(2, 100);
  assert.deepEqual(await stands(), ['complete', 100, null]);
  const kept = await now();
  assert.equal(kept.completedAt, kept.updatedAt);
  assert.deepEqual(
    (await f.events(id)).filter((type) => type.startsWith('enrollment.')),
    ['enrollment.created', 'enrollment.started', ...Array(4).fill('enrollment.progressed'), 'enrollment.completed'],
  );
  assert.deepEqual((await f.eventData('enrollment.completed', id))!.changed, {
    state: ['in_progress', 'complete'],
    progress: [83.33, 100],
    score: [null, null],
    timeTicks: [1_800_000_000, 1_800_000_000],
  });
});

test('where none is required, all count, and it never completes by itself', async () => {
  const { finish, stands } = await learner([
    { name: 'One', required: false },
    { name: 'Two', required: false },
  ]);
  await finish(0);
  assert.deepEqual(await stands(), ['in_progress', 50, null]);
  await finish(1);
  assert.deepEqual(await stands(), ['in_progress', 100, null]);
});

test('pages count by their tasks', async () => {
  const { now, course, stands } = await learner([
    {
      name: 'Page',
      kind: 'page',
      tasks: [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }],
    },
    'Quiz',
  ]);
  const tasks = (
    await f.rows<{ id: string }>(
      'select id from task where tenant_id = $1 and version_id = $2 order by position',
      course.versionId,
    )
  ).map((row) => row.id);
  const done = (...n: number[]) =>
    now().then((e) => ActivityStates.record(f.ctx, e, course.activityIds[0]!, { tasksDone: n.map((i) => tasks[i]!) }));
  await done(0);
  assert.deepEqual(await stands(), ['in_progress', 12.5, null]);
  await done(0, 1, 1, 2);
  assert.deepEqual(await stands(), ['in_progress', 37.5, null]);
  assert.equal((await done(0, 1, 2, 3)).state, 'complete');
  assert.deepEqual(await stands(), ['in_progress', 50, null]);
});

test('the score is the weighted mean of marked work; weight 0 is left out; nothing left is none', async () => {
  const { finish, stands } = await learner([
    { name: 'Essay', weight: 30 },
    { name: 'Exam', weight: 10 },
    { name: 'Practice', weight: 0, required: false },
    { name: 'Reading', required: false },
  ]);
  await finish(2, 100);
  await finish(3, 100);
  assert.deepEqual(await stands(), ['in_progress', 0, null]);
  await finish(0, 80);
  assert.deepEqual(await stands(), ['in_progress', 50, 80]);
  await finish(1, 40);
  assert.deepEqual(await stands(), ['complete', 100, 70]);
});

test('without any weight all marked work counts alike; what has no score is not marked', async () => {
  const { finish, stands } = await learner(['One', 'Two', 'Three']);
  await finish(0, 50);
  await finish(1, 100);
  await finish(2);
  assert.deepEqual(await stands(), ['complete', 100, 75]);
});

/** A learner of works [category, its weight, own weight], each with the score given or none. */
const marked = async (works: [string, number | null, number | null, number | null][]) => {
  const one = await learner(works.map((_, n) => `Work ${n}`));
  for (const [n, [category, categoryWeight, weight, score]] of works.entries()) {
    const activityId = one.course.activityIds[n]!;
    await Assessments.create(f.ctx, { ...one.course, activityId, name: `Work ${n}`, category, categoryWeight, weight });
    if (score !== null) await one.finish(n, score);
  }
  return one;
};
const scoreOf = async (...works: Parameters<typeof marked>[0]) => (await (await marked(works)).now()).score;

test('categories with weights make the score: the weighted mean of their means', async () => {
  assert.equal(await scoreOf(['Homework', 20, null, 100], ['Exams', 80, null, 0]), 20);
  const homework: [string, number, null, number] = ['Homework', 20, null, 90];
  assert.equal(await scoreOf(homework, ['Homework', 20, null, 50], ['Exams', 80, null, 40]), 46);
  // a category with nothing marked, one of weight 0 and one without a weight are left out
  assert.equal(await scoreOf(homework, ['Exams', 80, null, null], ['Sport', 0, null, 1], ['Art', null, 5, 2]), 90);
  // weights within a category are those of its works, where it uses them
  assert.equal(await scoreOf(homework, ['Exams', 80, 3, 100], ['Exams', 80, 1, 20], ['Exams', 80, null, 0]), 82);
  // nothing of what counts is marked
  assert.equal(await scoreOf(['Exams', 80, null, null], ['Art', null, null, 70]), null);
});

test('where the only weights of categories are 0, the others’ works make the score as ever', async () => {
  assert.equal(await scoreOf(['Practice', 0, null, 10], ['Art', null, null, 60], ['Art', null, null, 80]), 70);
  assert.equal(await scoreOf(['Practice', 0, null, 10]), null);
});

test('a category shows its own mean as its section, and new weights move the scores of all', async () => {
  const one = await marked([
    ['Homework', 20, null, 100],
    ['Exams', 80, null, 0],
  ]);
  const { rows } = await Assessments.list(f.ctx, {
    where: equals('offeringId', one.course.offeringId),
    page: { kind: 'rows', offset: 0, limit: 2, total: false },
  });
  await Assessments.update(f.ctx, rows[1]!.id, { categoryWeight: 60 });
  assert.equal((await one.now()).score, 25);
  await Assessments.update(f.ctx, rows[0]!.id, { categoryWeight: null });
  assert.equal((await one.now()).score, 0);
  await Assessments.update(f.ctx, rows[1]!.id, { categoryWeight: null });
  assert.equal((await one.now()).score, 50);
});

test('more points than the maximum stay with the work; the score of all stops at 100', async () => {
  const one = await marked([
    ['Homework', 20, null, 105],
    ['Exams', 80, null, 100],
  ]);
  assert.deepEqual(
    [(await one.now()).score, (await ActivityStates.listSections(f.ctx, await one.now()))[0]!.score],
    [100, 101],
  );
  const { finish, now } = await learner(['One', 'Two']);
  await finish(0, 110);
  assert.equal((await now()).score, 100);
  await finish(1, 84);
  assert.equal((await now()).score, 97);
  await Enrollments.setOutcome(f.ctx, (await now()).id, { score: 120 });
  assert.equal((await now()).score, 100);
});

test('hidden activities count for nothing; hiding the last open one completes', async () => {
  const { finish, stands, course } = await learner(['One', 'Two', 'Three']);
  await Offerings.update(f.ctx, course.offeringId, { hiddenActivityIds: [course.activityIds[2]!] });
  await finish(0, 60);
  assert.deepEqual(await stands(), ['in_progress', 50, 60]);
  await Offerings.update(f.ctx, course.offeringId, { hiddenActivityIds: course.activityIds.slice(1) });
  assert.deepEqual(await stands(), ['complete', 100, 60]);
  await Offerings.update(f.ctx, course.offeringId, { hiddenActivityIds: [] });
  assert.deepEqual(await stands(), ['complete', 100, 60], 'what is shown later does not undo it');
});

test('failed when a required activity can no longer be passed, not before', async () => {
  const { finish, start, stands, id } = await learner([{ name: 'Exam', attemptsAllowed: 2 }, 'Other']);
  await finish(0, 20, 'failed');
  assert.deepEqual(await stands(), ['in_progress', 0, 20]);
  const last = await start(0);
  assert.equal((await stands())[0], 'in_progress');
  await Attempts.record(f.ctx, last.id, { state: 'failed', score: 30 });
  assert.deepEqual(await stands(), ['failed', 0, 30]);
  assert.equal((await f.events(id)).at(-1), 'enrollment.failed');
  await Attempts.record(f.ctx, last.id, { state: 'complete', score: 55 });
  assert.deepEqual(await stands(), ['in_progress', 50, 55]);
});

test('with only the survey left it waits for the evaluation', async () => {
  const { finish, read, stands } = await learner(['Quiz', { name: 'Survey', kind: 'survey' }]);
  await finish(0, 90);
  assert.deepEqual(await stands(), ['pending_evaluation_required', 50, 90]);
  await read(1, 100);
  assert.deepEqual(await stands(), ['complete', 100, 90]);
});

test('work that waits for marking makes it ready for review', async () => {
  const { now, course, stands, finish } = await learner(['Quiz', { name: 'Essay', kind: 'assignment' }]);
  await ActivityStates.record(f.ctx, await now(), course.activityIds[1]!, { state: 'ready_for_review' });
  assert.equal((await stands())[0], 'in_progress');
  await finish(0);
  assert.equal((await stands())[0], 'ready_for_review');
});

test('a worse later attempt, new weights and new content do not undo completion', async () => {
  const { finish, stands, course, id } = await learner([
    { name: 'One', attemptCounts: 'latest', attemptsAllowed: 5 },
    'Two',
  ]);
  await finish(0, 90);
  await finish(1, 70);
  assert.deepEqual(await stands(), ['complete', 100, 80]);
  await finish(0, 10, 'failed');
  assert.deepEqual(await stands(), ['complete', 100, 40]);
  const versionId = await f.draft(course, [
    { id: course.activityIds[0]!, name: 'One', weight: 5 },
    { id: course.activityIds[1]!, name: 'Two' },
    'New',
  ]);
  await Courses.publish(f.ctx, course.id);
  await Enrollments.setOutcome(f.ctx, id, { versionId });
  assert.deepEqual(await stands(), ['complete', 100, 10]);
});

test('a corrected result undoes a completion that stood on it; correcting another does not', async () => {
  const { finish, stands, id, now } = await learner(['One', 'Two']);
  const first = await finish(0, 90);
  const second = await finish(1, 80);
  const { completedAt } = await now();
  await Attempts.record(f.ctx, second.id, { state: 'complete', score: 85 });
  assert.deepEqual(await stands(), ['complete', 100, 87.5]);
  assert.equal((await now()).completedAt, completedAt);
  await Attempts.record(f.ctx, first.id, { state: 'failed', score: 20 });
  assert.deepEqual(await stands(), ['in_progress', 50, 52.5]);
  assert.equal((await now()).completedAt, null);
  assert.equal((await f.events(id)).at(-1), 'enrollment.reopened');
});

test('a correction elsewhere leaves a completion alone that new content would not give', async () => {
  const { finish, stands, course } = await learner(['One', 'Two', 'Three'], {});
  await Offerings.update(f.ctx, course.offeringId, { hiddenActivityIds: [course.activityIds[2]!] });
  await finish(0, 90);
  const second = await finish(1, 80);
  await Offerings.update(f.ctx, course.offeringId, { hiddenActivityIds: [] });
  await Attempts.record(f.ctx, second.id, { state: 'complete', score: 70 });
  assert.deepEqual(await stands(), ['complete', 100, 80]);
});

test('reset and recompute undo completion; what it gave is taken back with it', async () => {
  const credit = await f.creditType('Points');
  const next = await f.course();
  const course = await f.course({
    activities: ['One'],
    creditAwards: [{ creditTypeId: credit, credits: 4 }],
    followUpCourseIds: [next.id],
  });
  const { finish, now, stands, id, personId } = await inCourse(course, await f.person());
  await finish(0, 90);
  assert.equal((await now()).credits, 4);
  const followUp = await Enrollments.getPrimary(f.ctx, personId, next.id);
  assert.equal(followUp.source, 'automatic');
  await Enrollments.reset(f.after(9), id);
  assert.deepEqual(await stands(), ['not_started', 0, null]);
  assert.equal((await now()).credits, null);
  const ended = await Enrollments.get(f.ctx, followUp.id, 'all');
  assert.equal(ended.ending, 'withdrawn_kept');
  assert.equal((await f.eventData('enrollment.withdrawn', followUp.id))!.reason, 'completion_undone');
  await finish(0, 95);
  assert.equal((await Enrollments.get(f.ctx, followUp.id)).ending, null, 'completing again brings it back');
  // held otherwise too, it stays
  await Enrollments.enroll(f.ctx, { personId, courseId: next.id });
  await Enrollments.setOutcome(f.ctx, id, { state: 'failed' });
  assert.equal((await Enrollments.get(f.ctx, followUp.id)).ending, null);
});

test('follow-ups that cannot be entered are left out, and completing goes on', async () => {
  const full = await f.course({ offering: { seats: 0 } });
  const draft = await f.course({ state: 'draft' });
  const { finish, stands, personId } = await learner(['One'], { followUpCourseIds: [full.id, draft.id] });
  await finish(0);
  assert.equal((await stands())[0], 'complete');
  assert.equal((await f.rows('select 1 from enrollment where tenant_id = $1 and person_id = $2', personId)).length, 1);
});

test('recompute drops an unfounded completion and a founded one stays', async () => {
  const one = await learner(['One', 'Two']);
  await one.finish(0, 50);
  await Enrollments.setOutcome(f.ctx, one.id, { state: 'complete', score: 99 });
  await Enrollments.recompute(f.ctx, one.id);
  assert.deepEqual(await one.stands(), ['in_progress', 50, 50]);
  await one.finish(1, 70);
  const before = await one.now();
  assert.deepEqual(await Enrollments.recompute(f.after(99), one.id), before);
});

test('collections: progress, score and completion come from the members’ primary enrollments', async () => {
  const one = await f.course({ activities: ['a', 'b'] });
  const two = await f.course({ activities: ['c'] });
  const extra = await f.course({ activities: ['d'] });
  const collection = await f.collection([one, two, { course: extra, required: false }]);
  const personId = await f.person();
  const { stands, id, now } = await inCourse(collection, personId);
  const first = await inCourse(one, personId);
  const second = await inCourse(two, personId);
  await first.finish(0, 60);
  assert.deepEqual(await stands(), ['in_progress', 25, 60]);
  await first.finish(1, 80);
  await second.finish(0, 100);
  assert.deepEqual(await stands(), ['complete', 100, 85]);
  assert.equal((await f.events(id)).at(-1), 'enrollment.completed');
  assert.equal((await now()).completedAt, (await first.now()).completedAt);
});

test('a collection entered late counts what was earned before', async () => {
  const one = await f.course({ activities: ['a'] });
  const two = await f.course({ activities: ['b'] });
  const personId = await f.person();
  await (await inCourse(one, personId)).finish(0, 70);
  const collection = await inCourse(await f.collection([one, two]), personId);
  assert.deepEqual(await collection.stands(), ['in_progress', 50, 70]);
  const all = await inCourse(await f.collection([one]), personId);
  assert.deepEqual(await all.stands(), ['complete', 100, 70]);
});

test('nested collections advance and fall back through all levels in the same transaction', async () => {
  const course = await f.course({ activities: ['a'] });
  const inner = await f.collection([course]);
  const outer = await f.collection([inner]);
  const personId = await f.person();
  const top = await inCourse(outer, personId);
  const middle = await Enrollments.getInOffering(f.ctx, personId, inner.offeringId);
  const bottom = await inCourse(course, personId);
  const attempt = await bottom.finish(0, 80);
  assert.deepEqual(await top.stands(), ['complete', 100, 80]);
  const together = await f.rows<{ n: number }>(
    `select count(distinct xmin::text) as n from event where tenant_id = $1 and type = 'enrollment.completed' and entity_id = any($2::uuid[])`,
    [top.id, middle.id, bottom.id],
  );
  assert.equal(together[0]!.n, 1);
  await Attempts.record(f.ctx, attempt.id, { state: 'failed', score: 0 });
  assert.deepEqual(await top.stands(), ['in_progress', 0, 0]);
});

test('a failed member fails its collection until it is started over', async () => {
  const course = await f.course({ activities: [{ name: 'Exam', attemptsAllowed: 1 }] });
  const personId = await f.person();
  const collection = await inCourse(await f.collection([course]), personId);
  await (await inCourse(course, personId)).finish(0, 10, 'failed');
  assert.equal((await collection.stands())[0], 'failed');
  await Enrollments.enroll(f.after(5), { personId, courseId: course.id }, { reEnroll: true });
  assert.deepEqual(await collection.stands(), ['not_started', 0, null]);
});

test('a second, completed offering of a member counts as soon as it is the primary one', async () => {
  const course = await f.course({ activities: ['a'] });
  const personId = await f.person();
  const collection = await inCourse(await f.collection([course]), personId);
  const offeringId = await f.offering(course);
  const second = await inCourse({ ...course, offeringId }, personId);
  assert.equal((await collection.stands())[0], 'not_started');
  await second.finish(0, 75);
  assert.deepEqual(await collection.stands(), ['complete', 100, 75]);
  await Enrollments.withdraw(f.ctx, [second.id], { ending: 'kept' });
  assert.deepEqual(await collection.stands(), ['complete', 100, null], 'completion stays when facts get worse');
});

test('sections stand as their activities do, and begin with what is begun', async () => {
  const { finish, now } = await learner([['One', 'Two'], ['Three']]);
  await finish(0, 50);
  await finish(2, 70);
  const sections = await ActivityStates.listSections(f.ctx, await now());
  assert.deepEqual(
    sections.map((s) => [s.name, s.state, s.progress, s.score, s.activityStateIds.length, s.completedAt !== null]),
    [
      ['Section 1', 'in_progress', 50, 50, 2, false],
      ['Section 2', 'complete', 100, 70, 1, true],
    ],
  );
  assert.equal(sections[0]!.startedAt, minutes(1));
});

test('an enrollment without a seat stays without, whatever was done in it', async () => {
  const { now, course, id } = await learner(['One']);
  await Enrollments.setOutcome(f.ctx, id, { state: 'declined' });
  await f.rows(
    `insert into activity_enrollment (tenant_id, enrollment_id, activity_id, state, progress, created_at, updated_at) values ($1, $2, $3, 'complete', 100, $4, $4)`,
    id,
    course.activityIds[0],
    f.ctx.now,
  );
  await Enrollments.recompute(f.ctx, id);
  assert.deepEqual([(await now()).state, (await now()).progress], ['declined', 100]);
  await Enrollments.reset(f.ctx, id);
  assert.deepEqual([(await now()).state, (await now()).progress, (await now()).score], ['declined', 0, null]);
});
