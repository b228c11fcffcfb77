import { run } from '../../../database/run.ts';
import { constant, sql, TENANT } from '../../../database/sql.ts';
import { Enrollments } from '../../../record/enrollment/index.ts';
import { type Instant, TICKS_PER_SECOND } from '../../../record/kernel/instant.ts';
import { filled } from '../simple.ts';
import { type Library, without } from '../subject.ts';
import {
  type ActivityFacts,
  type Below,
  ENROLLMENT_FACTS,
  ENROLLMENT_JOINS,
  type EnrollmentFacts,
  type GrantFacts,
  type MarkFacts,
  type MarkingFacts,
  readBelow,
} from './enrollment-facts.ts';

const PAGE = 500;

/** Enrollments in the order in which they were made, page by page with what lies below them. */
export async function* readEnrollments(library: Library): AsyncGenerator<object> {
  const { ctx } = library;
  const versions = await versionNumbers(library);
  const tasks = new Map<string, Map<string, string>>();
  let after: [Instant, number] = ['0001-01-01T00:00:00.000Z', 0];
  for (;;) {
    const { rows } = await run<EnrollmentFacts>(
      ctx,
      sql`select ${ENROLLMENT_FACTS} from enrollment e ${ENROLLMENT_JOINS}
        where e.tenant_id = ${TENANT} and (e.enrolled_at, e.number) > (${after[0]}::timestamptz, ${after[1]}::bigint)
          and p.status <> 'deleted' and c.deleted_at is null and o.deleted_at is null
        order by e.enrolled_at, e.number limit ${constant(PAGE)}`,
    );
    if (rows.length === 0) return;
    const mine = rows.filter((row) => library.has('person', row.personId));
    const below = await readBelow(
      ctx,
      mine.map((row) => row.id),
    );
    await readTaskNames(library, mine, below, tasks);
    for (const row of mine) yield toEntry(library, row, below, versions, tasks);
    const last = rows.at(-1)!;
    after = [last.enrolledAt, last.number];
  }
}

/** Which of its course's versions, as the export counts them, a version is. */
async function versionNumbers({ ctx }: Library): Promise<Map<string, number>> {
  const { rows } = await run<{ id: string; place: number }>(
    ctx,
    sql`select v.id, row_number() over (partition by v.course_id order by v.ordinal) as place
       from course_version v join course c on c.tenant_id = v.tenant_id and c.id = v.course_id
      where v.tenant_id = ${TENANT} and v.state <> 'draft'
        and (v.id = c.current_version_id
          or exists (select 1 from offering o where o.tenant_id = ${TENANT} and o.version_id = v.id and o.deleted_at is null)
          or exists (select 1 from enrollment e where e.tenant_id = ${TENANT} and e.version_id = v.id))`,
  );
  return new Map(rows.map((row) => [row.id, row.place]));
}

/** Names of the tasks that are done, by version. */
async function readTaskNames(
  { ctx }: Library,
  rows: readonly EnrollmentFacts[],
  below: Below,
  tasks: Map<string, Map<string, string>>,
): Promise<void> {
  const wanted = new Set(
    rows
      .filter((row) => (below.activities.get(row.id) ?? []).some((activity) => activity.tasksDone.length > 0))
      .map((row) => row.versionId)
      .filter((id) => !tasks.has(id)),
  );
  for (const id of wanted) tasks.set(id, new Map());
  const found = await run<{ versionId: string; id: string; name: string }>(
    ctx,
    sql`select version_id as "versionId", id, name from task where tenant_id = ${TENANT} and version_id = any(${[...wanted]}::uuid[])`,
  );
  for (const { versionId, id, name } of found.rows) tasks.get(versionId)!.set(id, name);
}

function toEntry(
  library: Library,
  row: EnrollmentFacts,
  below: Below,
  versions: ReadonlyMap<string, number>,
  tasks: ReadonlyMap<string, ReadonlyMap<string, string>>,
): object {
  const { key } = library;
  const attempts = below.attempts.get(row.id) ?? [];
  const marks = below.marks.get(row.id) ?? [];
  const markings = below.markings.get(row.id) ?? [];
  const activities = below.activities.get(row.id) ?? [];
  // what follows from attempts and marks is not said twice
  const told = new Set([...attempts, ...marks].map((each) => each.activityId));
  const progress = activities.filter(
    (activity) =>
      !told.has(activity.activityId) &&
      (activity.state !== 'not_started' || activity.progress > 0 || activity.tasksDone.length > 0),
  );
  const activityName = (id: string) => library.activity(row.courseId, id);
  return without({
    person: key('person', row.personId),
    ...library.place(row.courseId, row.offeringId),
    version: row.versionId === row.offeringVersionId ? undefined : versions.get(row.versionId),
    enrolledAt: row.enrolledAt,
    source: row.source === 'admin' ? undefined : row.source,
    grants: row.ending === null ? grantsOf(library, row, below.grants.get(row.id) ?? []) : undefined,
    joinKey: library.keyOf('join_key', row.joinKeyId),
    accessAt: row.usualAccess ? undefined : row.accessAt,
    dueAt: row.usualDue ? undefined : row.dueAt,
    expiresAt: row.usualExpiry ? undefined : row.expiresAt,
    termsAcceptedAt: row.termsAcceptedAt ?? undefined,
    lastAccessAt: row.lastAccessAt ?? undefined,
    sessions: filled(
      (below.places.get(row.id) ?? []).map((place) =>
        place.enrolledAt === row.enrolledAt
          ? key('session', place.sessionId)
          : { session: key('session', place.sessionId), at: place.enrolledAt },
      ),
    ),
    progress: filled(progress.map((each) => progressOf(each, activityName, tasks.get(row.versionId)))),
    attempts: filled(
      attempts.map((attempt) =>
        without({
          activity: activityName(attempt.activityId),
          state: attempt.state,
          score: attempt.score ?? undefined,
          startedAt: attempt.startedAt ?? undefined,
          finishedAt: attempt.finishedAt ?? (attempt.state === 'in_progress' ? undefined : null),
          seconds: attempt.timeTicks === null ? undefined : attempt.timeTicks / TICKS_PER_SECOND,
          feedback: attempt.feedback ?? undefined,
        }),
      ),
    ),
    marks: filled(
      marks.map((mark) =>
        markOf(
          library,
          mark,
          markings.filter((each) => each.assessmentId === mark.assessmentId),
        ),
      ),
    ),
    ...outcomeOf(row, activities),
    creditsByType:
      row.setCredits === null
        ? undefined
        : filled(
            (below.credits.get(row.id) ?? []).map(({ creditTypeId, credits }) => ({
              type: key('credit_type', creditTypeId),
              credits,
            })),
          ),
    ending: row.ending ? without({ how: row.ending, at: row.endedAt ?? undefined }) : undefined,
  });
}

function grantsOf(library: Library, row: EnrollmentFacts, grants: readonly GrantFacts[]): object[] | undefined {
  if (grants.length === 1 && grants[0]!.kind === 'direct') return undefined;
  // what brought the enrollment comes first
  const first = ({ kind, sourceId }: GrantFacts): number =>
    (kind === 'collection' && sourceId === row.collectionId) || (kind === 'program' && sourceId === row.programId)
      ? 0
      : kind === 'direct'
        ? 1
        : 2;
  const named = grants.map((grant) => ({ rank: first(grant), entry: grantOf(library, grant) }));
  return filled(
    named
      .sort((a, b) => a.rank - b.rank || (JSON.stringify(a.entry) < JSON.stringify(b.entry) ? -1 : 1))
      .flatMap(({ entry }) => entry ?? []),
  ) as object[] | undefined;
}

function grantOf(library: Library, { kind, sourceId, groupId }: GrantFacts): object | string | undefined {
  switch (kind) {
    case 'collection':
    case 'follow_up':
      return library.has('course', sourceId) ? { kind, course: library.key('course', sourceId) } : undefined;
    case 'program':
      return library.has('program', sourceId) ? { kind, program: library.key('program', sourceId) } : undefined;
    case 'join_key':
      return { kind, joinKey: library.key('join_key', sourceId) };
    case 'audience':
      return groupId !== null && library.has('group', groupId)
        ? { kind, group: library.key('group', groupId) }
        : undefined;
    default:
      return kind;
  }
}

function progressOf(
  row: ActivityFacts,
  activityName: (id: string) => string,
  tasks: ReadonlyMap<string, string> | undefined,
): object {
  const at = row.completedAt ?? row.startedAt ?? row.updatedAt;
  const done = row.tasksDone.flatMap((id) => tasks?.get(id) ?? []);
  return without({
    activity: activityName(row.activityId),
    state: row.state,
    progress: row.state === 'complete' || row.progress === 0 || done.length > 0 ? undefined : row.progress,
    tasks: filled(done.sort()),
    seconds: row.timeTicks === 0 ? undefined : row.timeTicks / TICKS_PER_SECOND,
    startedAt: row.startedAt && row.startedAt < at ? row.startedAt : undefined,
    at,
  });
}

const markOf = (library: Library, mark: MarkFacts, others: readonly MarkingFacts[]): object =>
  without({
    assessment: library.key('assessment', mark.assessmentId),
    state: mark.marked || mark.state === 'submitted' ? undefined : mark.state,
    submittedAt: mark.submittedAt ?? (mark.marked ? undefined : (mark.savedAt ?? undefined)),
    ...givenOf(library, mark),
    others: filled(others.map((other) => without(givenOf(library, other)))),
  });

const givenOf = (library: Library, mark: MarkFacts | MarkingFacts) => ({
  score: mark.score ?? undefined,
  text: mark.text ?? undefined,
  comment: mark.comment ?? undefined,
  role: mark.role === null || mark.role === 'marker' ? undefined : mark.role,
  marker: mark.markerId && library.has('person', mark.markerId) ? library.key('person', mark.markerId) : undefined,
  markedAt: mark.markedAt ?? undefined,
  carriedOver: mark.carriedOver || undefined,
});

/** What was set by hand; the rest follows from what was done. */
function outcomeOf(row: EnrollmentFacts, activities: readonly ActivityFacts[]): object {
  const waiting = (Enrollments.WITHOUT_SEAT as readonly string[]).includes(row.state);
  const begun = row.state === 'in_progress' && activities.length === 0 && !row.isCollection;
  const state = row.setState ?? (waiting || begun ? row.state : undefined);
  return without({
    state,
    score: row.setScore ?? undefined,
    completedAt: row.setCompletedAt ?? undefined,
    result: row.result ?? undefined,
    credits: row.setCredits ?? undefined,
    rating: row.rating ?? undefined,
  });
}
