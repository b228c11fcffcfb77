import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Scope } from '../catalog/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { type Issue, notFound } from '../kernel/refusal.ts';
import { demandUnchanged, difference, instantText, readOne, type Seen } from '../kernel/rows.ts';
import {
  checked,
  id,
  instant,
  label,
  list,
  maybe,
  type Patch,
  type Rules,
  refuseIfAny,
  text,
  whole,
} from '../kernel/rules.ts';
import { sharedOrVisible } from '../kernel/visibility.ts';
import { holdForWriting } from './lock-program.ts';
import { getProgram } from './read-programs.ts';

/** A course of a path, to be done by a day, or so many days after the learner came into the program. */
interface PathCourse {
  courseId: string;
  dueAt: Instant | null;
  dueAfterDays: number | null;
}

/** Courses of a program in the order in which they are to be taken. Nobody is enrolled in a path. */
export interface ProgramPath {
  id: string;
  programId: string;
  name: string;
  description: string | null;
  /** Among the paths of the program, from 1. */
  position: number;
  courses: PathCourse[];
  createdAt: Instant;
  updatedAt: Instant;
}

interface Own {
  name: string;
  description: string | null;
  courses: (Pick<PathCourse, 'courseId'> & Patch<PathCourse>)[];
}
export type PathPatch = Patch<Own>;

const PATH_RULES: Rules<Own> = {
  name: label(500),
  description: maybe(text(100_000)),
  courses: list<PathCourse, 'courseId'>(
    { courseId: id('course'), dueAt: maybe(instant), dueAfterDays: maybe(whole(0, 100_000)) },
    ['courseId'],
    1000,
  ),
};

/** Learners see the courses of it that are published, administrators those of their units. */
const pathListing = (ctx: Context, learner: boolean): Listing => ({
  select: sql`h.id, h.program_id as "programId", h.name, h.description, h.position,
    coalesce((select jsonb_agg(jsonb_build_object('courseId', pc.course_id, 'dueAt', ${constant(instantText('pc.due_at'))}, 'dueAfterDays', pc.due_after_days) order by pc.position)
      from program_path_course pc join course c on c.tenant_id = pc.tenant_id and c.id = pc.course_id and c.deleted_at is null
       and ${learner ? sql`c.state = 'published'` : sharedOrVisible(ctx, sql`c.unit_id`)}
     where pc.tenant_id = h.tenant_id and pc.path_id = h.id), '[]') as courses,
    h.created_at as "createdAt", h.updated_at as "updatedAt"`,
  from: 'program_path h',
  fields: {
    named: {
      id: { sql: 'h.id', type: 'id' },
      name: { sql: 'h.name', type: 'text' },
      position: { sql: 'h.position', type: 'number' },
    },
  },
  sort: [{ field: 'position', descending: false }],
  id: 'id',
});

export async function listPaths(ctx: Context, programId: string, query: ListQuery): Promise<Page<ProgramPath>> {
  const program = await getProgram(ctx, programId);
  const where = sql`h.tenant_id = ${TENANT} and h.program_id = ${program.id}::uuid`;
  return listPage<ProgramPath>(ctx, pathListing(ctx, Scope.asLearner(ctx)), where, query);
}

/** Refuses `not_found` for program and path. */
export async function getPath(ctx: Context, programId: string, pathId: string): Promise<ProgramPath> {
  const program = await getProgram(ctx, programId);
  return readPath(ctx, program.id, pathId, Scope.asLearner(ctx));
}

async function readPath(ctx: Context, programId: string, pathId: string, learner = false): Promise<ProgramPath> {
  if (!isId(pathId)) return notFound('path', pathId);
  const where = sql`h.tenant_id = ${TENANT} and h.program_id = ${programId}::uuid and h.id = ${pathId}::uuid`;
  return (await readOne<ProgramPath>(ctx, pathListing(ctx, learner), where)) ?? notFound('path', pathId);
}

/** Makes a path, the last of its program. Refuses courses that the program does not hold, each with its place. */
export async function createPath(
  ctx: Context,
  programId: string,
  input: PathPatch & { name: string },
): Promise<ProgramPath> {
  demand(ctx, 'courses.write');
  const own = checked<Own>(input, PATH_RULES, ['name']);
  return transaction(ctx, async (ctx) => {
    const program = await holdForWriting(ctx, programId);
    Scope.demandOwn(ctx, program);
    const pathId = newId();
    await run(
      ctx,
      sql`insert into program_path (tenant_id, id, program_id, name, description, position, created_at, updated_at)
       select ${TENANT}, ${pathId}::uuid, ${program.id}::uuid, ${own.name}, ${own.description ?? null}, coalesce(max(position), 0) + 1, ${NOW}, ${NOW}
         from program_path where tenant_id = ${TENANT} and program_id = ${program.id}::uuid`,
    );
    await saveCourses(ctx, program, pathId, own.courses ?? []);
    await append(ctx, [{ type: 'program.path_created', entityId: program.id, data: { pathId, name: input.name } }]);
    return readPath(ctx, program.id, pathId);
  });
}

/** Merges the patch into the path; its courses are replaced whole, in the order given. */
export async function updatePath(
  ctx: Context,
  programId: string,
  pathId: string,
  patch: PathPatch,
  seen?: Seen<ProgramPath>,
): Promise<ProgramPath> {
  demand(ctx, 'courses.write');
  const own = checked<Own>(patch, PATH_RULES);
  return transaction(ctx, async (ctx) => {
    const program = await holdForWriting(ctx, programId);
    Scope.demandOwn(ctx, program);
    const before = await readPath(ctx, program.id, pathId);
    demandUnchanged('path', before, seen);
    const courses = own.courses?.map(inFull);
    const changed = difference(before, { ...own, courses });
    if (Object.keys(changed).length === 0) return before;
    await run(
      ctx,
      sql`update program_path set name = ${own.name ?? before.name}, description = ${own.description === undefined ? before.description : own.description}, updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${before.id}::uuid`,
    );
    if (changed['courses']) await saveCourses(ctx, program, before.id, courses!);
    await append(ctx, [{ type: 'program.path_updated', entityId: program.id, data: { pathId: before.id, changed } }]);
    return readPath(ctx, program.id, before.id);
  });
}

export async function deletePath(
  ctx: Context,
  programId: string,
  pathId: string,
  seen?: Seen<ProgramPath>,
): Promise<void> {
  demand(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    const program = await holdForWriting(ctx, programId);
    Scope.demandOwn(ctx, program);
    const path = await readPath(ctx, program.id, pathId);
    demandUnchanged('path', path, seen);
    await run(ctx, sql`delete from program_path where tenant_id = ${TENANT} and id = ${path.id}::uuid`);
    await append(ctx, [{ type: 'program.path_deleted', entityId: program.id, data: { pathId: path.id } }]);
  });
}

const inFull = ({ courseId, dueAt = null, dueAfterDays = null }: Own['courses'][number]): PathCourse => ({
  courseId,
  dueAt,
  dueAfterDays,
});

async function saveCourses(
  ctx: Context,
  program: { id: string; isDefault: boolean },
  pathId: string,
  given: Own['courses'],
): Promise<void> {
  const courses = given.map(inFull);
  const ids = courses.map((course) => course.courseId);
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select c.id from course c
      where c.tenant_id = ${TENANT} and c.id = any(${ids}::uuid[]) and c.deleted_at is null and ${sharedOrVisible(ctx, sql`c.unit_id`)}
        and (${program.isDefault}::boolean or exists (select 1 from program_content k where k.tenant_id = ${TENANT} and k.program_id = ${program.id}::uuid and k.course_id = c.id))
      order by c.id for key share of c`,
  );
  const held = new Set(rows.map((row) => row.id));
  const issues = courses.flatMap(({ courseId, dueAt, dueAfterDays }, i): Issue[] => {
    const path = ['courses', i];
    if (!held.has(courseId))
      return [{ path: [...path, 'courseId'], fault: 'not_found', detail: 'a course of the program' }];
    if (ids.indexOf(courseId) !== i)
      return [{ path: [...path, 'courseId'], fault: 'taken', detail: 'it stands in the path once' }];
    return dueAt !== null && dueAfterDays !== null
      ? [{ path: [...path, 'dueAfterDays'], fault: 'unknown_field', detail: 'it is due by dueAt' }]
      : [];
  });
  refuseIfAny(issues);
  await run(ctx, sql`delete from program_path_course where tenant_id = ${TENANT} and path_id = ${pathId}::uuid`);
  await run(
    ctx,
    sql`insert into program_path_course (tenant_id, path_id, course_id, position, due_at, due_after_days)
     select ${TENANT}, ${pathId}::uuid, w.* from unnest(${ids}::uuid[], ${ids.map((_, i) => i + 1)}::integer[], ${courses.map((course) => course.dueAt)}::timestamptz[], ${courses.map((course) => course.dueAfterDays)}::integer[]) as w`,
  );
}
