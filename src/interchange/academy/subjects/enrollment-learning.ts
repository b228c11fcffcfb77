import { run } from '../../../database/run.ts';
import { sql, value } from '../../../database/sql.ts';
import { ActivityStates, Attempts, Enrollments, Places } from '../../../record/enrollment/index.ts';
import type { Context } from '../../../record/kernel/context.ts';
import { type Instant, TICKS_PER_SECOND } from '../../../record/kernel/instant.ts';
import { without } from '../subject.ts';
import type { World } from '../world.ts';
import { activityOf } from './course-activities.ts';
import type { AttemptFacts } from './enrollment-facts.ts';
import { absent, type Plan } from './enrollment-plan.ts';
import type { AttemptEntry, ProgressEntry } from './enrollment-shape.ts';

/** Places in sessions, progress and attempts: what is missing is done, what differs is corrected. */
export async function planLearning(plan: Plan): Promise<void> {
  planPlaces(plan);
  await planProgress(plan);
  await planAttempts(plan);
}

function planPlaces({ world, timeline, of, facts, below, start, touch }: Plan): void {
  const held = new Set((below.places.get(facts?.id ?? '') ?? []).map((place) => place.sessionId));
  for (const [i, place] of (of.entry.value.sessions ?? []).entries()) {
    const sessionId = world.id('session', place.session);
    if (held.has(sessionId)) continue;
    touch();
    const path = [...of.entry.path, 'sessions', i];
    timeline.add(of, { at: facts ? world.ctx.now : (place.at ?? start), path }, async (ctx, enrollmentId) => {
      await Places.put(ctx, enrollmentId, sessionId);
      world.count('places', 'created');
    });
  }
}

async function planProgress({ world, timeline, of, facts, below, start, touch }: Plan): Promise<void> {
  const known = new Map((below.activities.get(facts?.id ?? '') ?? []).map((row) => [row.activityId, row]));
  for (const [i, given] of (of.entry.value.progress ?? []).entries()) {
    const path = [...of.entry.path, 'progress', i];
    const activityId = await activityIn(world, of.courseId, given.activity, ['progress', i, 'activity']);
    const wanted = wantedOf(given);
    const before = known.get(activityId);
    if (before && (await sameProgress(world, facts!.versionId, activityId, wanted, before))) continue;
    touch();
    const at = facts ? world.ctx.now : (given.at ?? given.startedAt ?? start);
    if (!facts && given.startedAt !== undefined && given.startedAt < at)
      timeline.add(of, { at: given.startedAt, path }, async (ctx, id) => {
        await ActivityStates.record(ctx, await enrollmentOf(world, ctx, id), activityId, { state: 'in_progress' });
      });
    timeline.add(of, { at, path, after: given.startedAt }, async (ctx, id) => {
      const enrollment = await enrollmentOf(world, ctx, id);
      const tasksDone = wanted.tasks && (await taskIds(world, enrollment.versionId, activityId, wanted.tasks));
      await ActivityStates.record(
        ctx,
        enrollment,
        activityId,
        without({
          state: wanted.state,
          progress: wanted.progress,
          tasksDone,
          addTicks: given.seconds === undefined || before ? undefined : ticks(given.seconds),
        }),
      );
      world.count('progress', before ? 'changed' : 'created');
    });
  }
}

const wantedOf = ({ state, progress, tasks }: ProgressEntry): Pick<ProgressEntry, 'state' | 'progress' | 'tasks'> =>
  state === undefined && progress === undefined && tasks === undefined
    ? { state: 'complete' }
    : { state, progress, tasks };

async function sameProgress(
  world: World,
  versionId: string,
  activityId: string,
  wanted: ReturnType<typeof wantedOf>,
  before: { state: string; progress: number; tasksDone: string[] },
): Promise<boolean> {
  if (wanted.state !== undefined && wanted.state !== before.state) return false;
  if (wanted.progress !== undefined && wanted.progress !== before.progress && before.state !== 'complete') return false;
  if (wanted.tasks === undefined) return true;
  const tasks = await taskIds(world, versionId, activityId, wanted.tasks);
  return tasks.length === before.tasksDone.length && tasks.every((id) => before.tasksDone.includes(id));
}

const ticks = (seconds: number): number => Math.round(seconds * TICKS_PER_SECOND);

const enrollmentsOf = new WeakMap<World, Map<string, Promise<Enrollments.Enrollment>>>();

/** Whose it is and by which version; the verbs look up how it stands. */
function enrollmentOf(world: World, ctx: Context, id: string): Promise<Enrollments.Enrollment> {
  const known = enrollmentsOf.get(world) ?? new Map<string, Promise<Enrollments.Enrollment>>();
  enrollmentsOf.set(world, known);
  const found = known.get(id) ?? Enrollments.get(ctx, id, 'all');
  known.set(id, found);
  return found;
}

async function activityIn(world: World, courseId: string, name: string, path: (string | number)[]): Promise<string> {
  return (await activityOf(world, courseId, name)) ?? absent(path, `the course has no activity ${name}`);
}

const tasksOf = new WeakMap<World, Map<string, Promise<Map<string, string>>>>();

/** Ids of tasks by name, in a version. */
async function taskIds(
  world: World,
  versionId: string,
  activityId: string,
  names: readonly string[],
): Promise<string[]> {
  const known = tasksOf.get(world) ?? new Map<string, Promise<Map<string, string>>>();
  tasksOf.set(world, known);
  const place = `${versionId} ${activityId}`;
  const tasks = known.get(place) ?? readTasks(world, versionId, activityId);
  known.set(place, tasks);
  const byName = await tasks;
  return names.map((name, i) => byName.get(name) ?? absent(['tasks', i], `the activity has no task ${name}`));
}

async function readTasks(world: World, versionId: string, activityId: string): Promise<Map<string, string>> {
  const { rows } = await run<{ id: string; name: string }>(
    world.ctx,
    sql`select id, name from task where tenant_id = ${world.ctx.tenant.id} and version_id = ${versionId} and activity_id = ${activityId} order by position desc`,
  );
  return new Map(rows.map((row) => [row.name, row.id]));
}

async function planAttempts(plan: Plan): Promise<void> {
  const { world, timeline, of, facts, below, start, touch } = plan;
  const made = Map.groupBy(below.attempts.get(facts?.id ?? '') ?? [], (attempt) => attempt.activityId);
  let latest: Instant = start;
  for (const [i, given] of (of.entry.value.attempts ?? []).entries()) {
    const path = [...of.entry.path, 'attempts', i];
    const activityId = await activityIn(world, of.courseId, given.activity, ['attempts', i, 'activity']);
    const state = given.state ?? (await stateFor(world, of.courseId, activityId, given));
    const before = made.get(activityId)?.shift();
    if (before && sameAttempt(given, state, before)) continue;
    touch();
    const startedAt = given.startedAt ?? given.finishedAt ?? start;
    const finishedAt = given.finishedAt === undefined && state !== 'in_progress' ? startedAt : given.finishedAt;
    const result = without({
      state,
      score: given.score,
      startedAt: before ? given.startedAt : startedAt,
      finishedAt: before ? given.finishedAt : (finishedAt ?? undefined),
      timeTicks: given.seconds === undefined ? undefined : ticks(given.seconds),
      feedback: given.feedback,
    });
    if (before) {
      timeline.add(of, { at: world.ctx.now, path }, async (ctx) => {
        await Attempts.record(ctx, before.id, result);
        world.count('attempts', 'changed');
      });
      continue;
    }
    // attempts of a list follow each other, whatever their dates say
    const begins = later(facts ? world.ctx.now : startedAt, latest);
    const ends = later(facts ? world.ctx.now : (finishedAt ?? startedAt), begins);
    latest = state === 'in_progress' ? begins : ends;
    let attemptId: string | undefined;
    timeline.add(of, { at: startedAt, path, after: begins }, async (ctx, id) => {
      attemptId = (await Attempts.start(ctx, await enrollmentOf(world, ctx, id), activityId)).attempt.id;
      world.count('attempts', 'created');
    });
    if (state !== 'in_progress' || given.score !== undefined || given.seconds !== undefined || given.feedback)
      timeline.add(of, { at: finishedAt ?? startedAt, path, after: ends }, async (ctx) => {
        await Attempts.record(ctx, attemptId!, result);
      });
  }
}

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** Differs in what the file says. */
const sameAttempt = (given: AttemptEntry, state: string, before: AttemptFacts): boolean =>
  state === before.state &&
  (given.score === undefined || given.score === before.score) &&
  (given.startedAt === undefined || given.startedAt === before.startedAt) &&
  (given.finishedAt === undefined || given.finishedAt === before.finishedAt) &&
  (given.seconds === undefined || ticks(given.seconds) === before.timeTicks) &&
  (given.feedback === undefined || given.feedback === before.feedback);

const passing = new WeakMap<World, Map<string, number | null>>();

async function stateFor(
  world: World,
  courseId: string,
  activityId: string,
  { score }: AttemptEntry,
): Promise<'complete' | 'failed'> {
  const known = passing.get(world) ?? new Map<string, number | null>();
  passing.set(world, known);
  if (!known.has(activityId)) {
    const idSql = value(world.ctx.tenant.id);
    const { rows } = await run<{ score: number | null }>(
      world.ctx,
      sql`select a.passing_score as score from activity a join course c on c.tenant_id = ${idSql} and c.id = ${courseId} and c.current_version_id = a.version_id
        where a.tenant_id = ${idSql} and a.id = ${activityId}`,
    );
    known.set(activityId, rows[0]?.score ?? null);
  }
  const least = known.get(activityId) ?? null;
  return least === null || (score ?? least) >= least ? 'complete' : 'failed';
}
