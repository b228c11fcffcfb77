import { isDeepStrictEqual } from 'node:util';
import { run } from '../../database/run.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { type Issue, refuse } from '../kernel/refusal.ts';
import { select, snakeKeys } from '../kernel/rows.ts';
import { refuseIfAny } from '../kernel/rules.ts';
import type { Precondition } from '../kernel/text.ts';
import { asTree, checkContent, type Named, type Tree, type TreeActivity } from './check-content.ts';
import { ACTIVITY_RULES, type ContentInput, readContent, type Task } from './content.ts';
import { isCollection } from './course.ts';
import { demandMembers, demandNoCollectionCycle } from './members.ts';
import { type CourseHead, courseHead } from './read-courses.ts';
import { demandOwnOrEntitled } from './scope.ts';
import { type CourseVersionContent, draftOf, insertDraft, versionEvent, withContent } from './versions.ts';

/**
 * Replaces the whole content of the course's draft, making one when there is none. Ids given keep identity, progress and
 * number; they belong to this course or are new. Content equal to what is there changes nothing. Refuses faulty trees
 * (`invalid`), and a collection that would contain itself (`cycle`). `seen` looks at the draft before; without one it is `stale`.
 */
export async function saveContent(
  ctx: Context,
  courseId: string,
  input: ContentInput,
  seen?: Precondition<CourseVersionContent>,
): Promise<CourseVersionContent> {
  demandAnywhere(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const course = await courseHead(ctx, courseId, 'write', 'courses.write');
    await demandOwnOrEntitled(ctx, 'course', course);
    if (seen) {
      const draft = await draftOf(ctx, course.id);
      if (!draft) return refuse({ kind: 'stale', entity: 'course', id: course.id });
      seen(await withContent(ctx, draft));
    }
    return writeContent(ctx, course, input);
  });
}

/** As `saveContent`, for a course whose row the caller has locked. */
export async function writeContent(
  ctx: Context,
  course: Pick<CourseHead, 'id' | 'kind' | 'currentVersionId'>,
  input: ContentInput,
): Promise<CourseVersionContent> {
  const { tree, named } = checkContent(input, isCollection(course.kind));
  const draft = await draftOf(ctx, course.id);
  const baseId = draft?.id ?? course.currentVersionId;
  if (baseId) {
    const base = await readContent(ctx, baseId);
    if (isDeepStrictEqual(asTree(base), tree)) {
      const { rows } = await run<CourseVersionContent>(
        ctx.db,
        `select ${select('v', ['id', 'courseId', 'ordinal', 'state', 'createdAt', 'updatedAt', 'publishedAt'])}
           from course_version v where v.tenant_id = $1::uuid and v.id = $2::uuid`,
        [ctx.tenant.id, baseId],
      );
      return { ...rows[0]!, sections: base };
    }
  }
  await demandOwnIds(ctx, course.id, named);
  await demandMembers(ctx, course.id, tree);
  const known = await knownActivities(ctx, course.id);
  const numbers = await knownNumbers(ctx, course.id);
  const version = draft ?? (await insertDraft(ctx, course.id));
  if (draft) {
    await run(ctx.db, 'delete from section where tenant_id = $1 and version_id = $2', [ctx.tenant.id, draft.id]);
    await run(ctx.db, 'update course_version set updated_at = $3 where tenant_id = $1 and id = $2', [
      ctx.tenant.id,
      draft.id,
      ctx.now,
    ]);
  }
  await insertTree(ctx, version.id, tree, known, numbers);
  if (isCollection(course.kind)) await demandNoCollectionCycle(ctx, course.id);
  await append(ctx, [versionEvent(version, draft ? 'course_version.updated' : 'course_version.created')]);
  return withContent(ctx, { ...version, updatedAt: ctx.now });
}

/** An id that names something of another course, or another kind of thing, cannot be taken over. */
async function demandOwnIds(ctx: Context, courseId: string, named: Named): Promise<void> {
  if (named.size === 0) return;
  const arm = (table: string): string =>
    `select x.id, '${table}' as kind, v.course_id as "courseId" from ${table} x
       join course_version v on v.tenant_id = x.tenant_id and v.id = x.version_id where x.tenant_id = $1::uuid and x.id = any($2::uuid[])`;
  const { rows } = await run<{ id: string; kind: string; courseId: string }>(
    ctx.db,
    ['section', 'lesson', 'activity', 'task'].map(arm).join(' union '),
    [ctx.tenant.id, [...named.keys()]],
  );
  const issues: Issue[] = [];
  for (const row of rows) {
    const here = named.get(row.id)!;
    if (row.courseId !== courseId || row.kind !== here.kind) issues.push({ path: here.path, fault: 'taken' });
  }
  refuseIfAny(issues);
}

interface KnownActivity {
  /** Settings and tasks as last published; for an activity never published, as drafted. */
  activity: TreeActivity;
  published: boolean;
  ordinal: number;
  number: number;
  createdAt: string;
}

async function knownActivities(ctx: Context, courseId: string): Promise<Map<string, KnownActivity>> {
  type Row = TreeActivity & Omit<KnownActivity, 'activity'> & { versionId: string };
  const { rows } = await run<Row>(
    ctx.db,
    `select distinct on (x.id) ${select('x', ['id', 'versionId', 'number', 'ordinal', 'createdAt', ...Object.keys(ACTIVITY_RULES)])},
            v.state <> 'draft' as published
       from activity x join course_version v on v.tenant_id = x.tenant_id and v.id = x.version_id
      where v.tenant_id = $1::uuid and v.course_id = $2::uuid
      order by x.id, v.state = 'draft', v.ordinal desc`,
    [ctx.tenant.id, courseId],
  );
  const tasks = await run<Task & { place: string }>(
    ctx.db,
    `select ${select('x', ['id', 'kind', 'name', 'content'])}, x.version_id::text || x.activity_id::text as place from task x
      where x.tenant_id = $1::uuid and x.version_id = any($2::uuid[]) order by x.position, x.id`,
    [ctx.tenant.id, [...new Set(rows.map((row) => row.versionId))]],
  );
  const tasksOf = Map.groupBy(tasks.rows, (task) => task.place);
  return new Map(
    rows.map(({ versionId, number, ordinal, createdAt, published, ...activity }) => [
      activity.id,
      {
        activity: {
          ...activity,
          tasks: (tasksOf.get(versionId + activity.id) ?? []).map(({ place: _, ...task }) => task),
        },
        published,
        ordinal,
        number,
        createdAt,
      },
    ]),
  );
}

/** Numbers of sections and lessons that any version of the course has had. */
async function knownNumbers(ctx: Context, courseId: string): Promise<Map<string, number>> {
  const arm = (table: string): string =>
    `select x.id, x.number from ${table} x join course_version v on v.tenant_id = x.tenant_id and v.id = x.version_id
      where v.tenant_id = $1::uuid and v.course_id = $2::uuid`;
  const { rows } = await run<{ id: string; number: number }>(ctx.db, `${arm('section')} union ${arm('lesson')}`, [
    ctx.tenant.id,
    courseId,
  ]);
  return new Map(rows.map((row) => [row.id, row.number]));
}

async function insertTree(
  ctx: Context,
  versionId: string,
  tree: Tree,
  known: ReadonlyMap<string, KnownActivity>,
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = { section: [], lesson: [], activity: [], task: [], collection_member: [] } as Record<Content, object[]>;
  const put = (table: Content, values: object): void => {
    rows[table].push(snakeKeys(values));
  };
  tree.sections.forEach(({ activities, lessons, members, ...section }, i) => {
    put('section', { ...section, number: numbers.get(section.id), position: i + 1 });
    let position = 0;
    const putActivity = ({ tasks, ...activity }: TreeActivity, lessonId: string | null): void => {
      const before = known.get(activity.id);
      const same = before && (!before.published || isDeepStrictEqual(before.activity, { ...activity, tasks }));
      put('activity', {
        ...activity,
        sectionId: section.id,
        lessonId,
        position: ++position,
        number: before?.number,
        ordinal: before ? before.ordinal + (same ? 0 : 1) : 1,
        createdAt: before?.createdAt ?? ctx.now,
      });
      tasks.forEach((task, n) => {
        put('task', { ...task, activityId: activity.id, position: n + 1 });
      });
    };
    for (const activity of activities) putActivity(activity, null);
    lessons.forEach(({ activities: own, ...lesson }, n) => {
      put('lesson', { ...lesson, sectionId: section.id, number: numbers.get(lesson.id), position: n + 1 });
      for (const activity of own) putActivity(activity, lesson.id);
    });
    members.forEach((member, n) => {
      put('collection_member', { ...member, sectionId: section.id, position: n + 1 });
    });
  });
  for (const [table, shape] of Object.entries(SHAPES)) {
    const own = rows[table as Content];
    if (own.length === 0) continue;
    const names = shape.map((column) => column.split(' ')[0]!);
    await run(
      ctx.db,
      `insert into ${table} (tenant_id, version_id, ${names.join(', ')})
       select $1::uuid, $2::uuid, ${names.map((name) => `x.${name}`).join(', ')} from jsonb_to_recordset($3::jsonb) as x (${shape.join(', ')})`,
      [ctx.tenant.id, versionId, JSON.stringify(own)],
    );
  }
}

type Content = 'section' | 'lesson' | 'activity' | 'task' | 'collection_member';

const SHAPES: Record<Content, readonly string[]> = {
  section: ['id uuid', 'number bigint', 'position int', 'name text', 'description text'],
  lesson: ['id uuid', 'number bigint', 'section_id uuid', 'position int', 'name text', 'description text'],
  activity: [
    'id uuid',
    'number bigint',
    'section_id uuid',
    'lesson_id uuid',
    'position int',
    'kind text',
    'name text',
    'description text',
    'notes text',
    'required boolean',
    'weight numeric',
    'maximum numeric',
    'passing_score numeric',
    'attempts_allowed int',
    'attempt_counts text',
    'url text',
    'width int',
    'height int',
    'popup boolean',
    'ref_id text',
    'settings jsonb',
    'ordinal int',
    'created_at timestamptz',
  ],
  task: ['id uuid', 'activity_id uuid', 'position int', 'kind text', 'name text', 'content jsonb'],
  collection_member: ['course_id uuid', 'section_id uuid', 'position int', 'required boolean'],
};
