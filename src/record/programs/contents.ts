import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { NOW, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Courses, Scope } from '../catalog/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { invalid, notFound } from '../kernel/refusal.ts';
import { readOne } from '../kernel/rows.ts';
import { sharedOrVisible } from '../kernel/visibility.ts';
import { holdForWriting } from './lock-program.ts';
import { getProgram } from './read-programs.ts';

/** A course of a program. */
export interface ProgramContent {
  programId: string;
  courseId: string;
  name: string;
  kind: Courses.Kind;
  /** Only what is published is shown to learners. */
  state: Courses.State;
  /** From 1. */
  position: number;
  createdAt: Instant;
}

const contentListing: Listing = {
  select: `k.program_id as "programId", k.course_id as "courseId", c.name, c.kind, c.state, k.position, k.created_at as "createdAt"`,
  from: 'program_content k join course c on c.tenant_id = k.tenant_id and c.id = k.course_id',
  fields: {
    named: {
      courseId: { sql: 'k.course_id', type: 'id' },
      name: { sql: 'c.name', type: 'text' },
      kind: { sql: 'c.kind', type: 'text', exact: true },
      state: { sql: 'c.state', type: 'text', exact: true },
      position: { sql: 'k.position', type: 'number' },
    },
  },
  sort: [{ field: 'position', descending: false }],
  id: 'courseId',
};

/** The default program holds every published course, the oldest first. */
const everyCourse: Listing = {
  select: `(select d.id from program d where d.tenant_id = c.tenant_id and d.is_default) as "programId", c.id as "courseId", c.name, c.kind, c.state,
    c.number as position, c.created_at as "createdAt"`,
  from: 'course c',
  fields: {
    named: {
      courseId: { sql: 'c.id', type: 'id' },
      name: { sql: 'c.name', type: 'text' },
      kind: { sql: 'c.kind', type: 'text', exact: true },
      state: { sql: 'c.state', type: 'text', exact: true },
      position: { sql: 'c.number', type: 'number' },
    },
  },
  sort: [{ field: 'position', descending: false }],
  id: 'courseId',
};

/** SQL: the course `c` is in the actor's sight; learners see what is published. */
const inSight = (ctx: Context): Sql =>
  sql`c.deleted_at is null and ${Scope.asLearner(ctx) ? sql`c.state = 'published'` : sharedOrVisible(ctx, sql`c.unit_id`)}`;

/** The courses of a program, in its order. */
export async function listProgramContents(
  ctx: Context,
  programId: string,
  query: ListQuery,
): Promise<Page<ProgramContent>> {
  const program = await getProgram(ctx, programId);
  const ofDefault = sql`c.tenant_id = ${TENANT} and c.state = 'published' and ${inSight(ctx)}`;
  if (program.isDefault) return listPage<ProgramContent>(ctx, everyCourse, ofDefault, query);
  const where = sql`k.tenant_id = ${TENANT} and k.program_id = ${program.id}::uuid and ${inSight(ctx)}`;
  return listPage<ProgramContent>(ctx, contentListing, where, query);
}

/**
 * Puts a course into a program, or moves it there: at the end unless a place is named. Any course in sight may stand there; learners find it
 * while it is published. Refuses the default program, which holds them all.
 */
export async function putProgramContent(
  ctx: Context,
  programId: string,
  courseId: string,
  { position }: { position?: number | undefined } = {},
): Promise<ProgramContent> {
  demand(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const program = await heldToFill(ctx, programId);
    const course = await Scope.courseHead(ctx, courseId);
    await holdCourses(ctx, [course.id]);
    const { rows } = await run<{ count: number; was: number | null }>(
      ctx,
      sql`select count(*) as count, min(position) filter (where course_id = ${course.id}::uuid) as was from program_content where tenant_id = ${TENANT} and program_id = ${program.id}::uuid`,
    );
    const { count, was } = rows[0]!;
    const at = Math.min(position ?? was ?? count + 1, was === null ? count + 1 : count);
    if (at !== was) {
      const [old, to] = [value(was, 'integer'), value(at, 'integer')];
      // those between the two places move up or down
      await run(
        ctx,
        sql`update program_content set position = position + case when ${old} is null or position < ${old} then 1 else -1 end
          where tenant_id = ${TENANT} and program_id = ${program.id}::uuid and course_id <> ${course.id}::uuid
            and case when ${old} is null then position >= ${to} when ${to} < ${old} then position >= ${to} and position < ${old} else position > ${old} and position <= ${to} end`,
      );
      await run(
        ctx,
        sql`insert into program_content (tenant_id, program_id, course_id, position, created_at) values (${TENANT}, ${program.id}::uuid, ${course.id}::uuid, ${to}, ${NOW})
         on conflict (tenant_id, program_id, course_id) do update set position = excluded.position`,
      );
      const type = was === null ? 'program.content_added' : 'program.content_moved';
      await append(ctx, [
        { type, entityId: program.id, courseId: course.id, data: { courseId: course.id, position: at } },
      ]);
    }
    const where = sql`k.tenant_id = ${TENANT} and k.program_id = ${program.id}::uuid and k.course_id = ${course.id}::uuid`;
    return (await readOne<ProgramContent>(ctx, contentListing, where))!;
  });
}

/**
 * Replaces what a program holds, in this order; gives how many came and went. Refuses courses out of sight, each with its place
 * (`invalid`).
 */
export async function saveProgramContents(
  ctx: Context,
  programId: string,
  courseIds: readonly string[],
): Promise<{ added: number; removed: number; moved: number }> {
  demand(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const program = await heldToFill(ctx, programId);
    const wanted = [...new Set(courseIds.map((id) => id.toLowerCase()))];
    await holdCourses(ctx, wanted);
    const { rows: gone } = await run<{ id: string }>(
      ctx,
      sql`delete from program_content where tenant_id = ${TENANT} and program_id = ${program.id}::uuid and not (course_id = any(${wanted}::uuid[])) returning course_id as id`,
    );
    const { rows: set } = await run<{ id: string; position: number; was: number | null }>(
      ctx,
      sql`insert into program_content as k (tenant_id, program_id, course_id, position, created_at)
       select ${TENANT}, ${program.id}::uuid, w.id, w.n, ${NOW} from unnest(${wanted}::uuid[]) with ordinality as w (id, n)
       on conflict (tenant_id, program_id, course_id) do update set position = excluded.position where k.position <> excluded.position
       returning course_id as id, new.position, old.position as was`,
    );
    await dropFromPaths(
      ctx,
      program.id,
      gone.map((row) => row.id),
    );
    const told = (type: 'program.content_added' | 'program.content_moved', rows: typeof set) =>
      rows.map(({ id, position }) => ({ type, entityId: program.id, courseId: id, data: { courseId: id, position } }));
    const added = set.filter((row) => row.was === null);
    const moved = set.filter((row) => row.was !== null);
    await append(ctx, [
      ...gone.map(({ id }) => removed(program.id, id)),
      ...told('program.content_added', added),
      ...told('program.content_moved', moved),
    ]);
    return { added: added.length, removed: gone.length, moved: moved.length };
  });
}

/**
 * Takes a course out of a program and its paths: nobody finds it there any more. Whoever is enrolled stays so (an enrollment gives access
 * regardless), until they leave the program. Refuses `not_found`.
 */
export async function deleteProgramContent(ctx: Context, programId: string, courseId: string): Promise<void> {
  demand(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    const program = await holdForWriting(ctx, programId);
    Scope.demandOwn(ctx, program);
    const course = await Scope.courseHead(ctx, courseId);
    const gone = await takeOut(ctx, [course.id], program.id);
    if (gone === 0) notFound('course', courseId);
  });
}

/** Takes courses out of one program, or of all; those behind them move up. Gives how many places went. */
export async function takeOut(ctx: Context, courseIds: readonly string[], programId?: string): Promise<number> {
  const { rows } = await run<{ programId: string; courseId: string }>(
    ctx,
    sql`delete from program_content where tenant_id = ${TENANT} and course_id = any(${courseIds}::uuid[]) and (${programId ?? null}::uuid is null or program_id = ${programId ?? null}::uuid)
     returning program_id as "programId", course_id as "courseId"`,
  );
  if (rows.length === 0) return 0;
  await run(
    ctx,
    sql`update program_content k set position = n.position
       from (select program_id, course_id, row_number() over (partition by program_id order by position) as position
               from program_content where tenant_id = ${TENANT} and program_id = any(${[...new Set(rows.map((row) => row.programId))]}::uuid[])) n
      where k.tenant_id = ${TENANT} and k.program_id = n.program_id and k.course_id = n.course_id and k.position <> n.position`,
  );
  for (const [id, of] of Map.groupBy(rows, (row) => row.programId))
    await dropFromPaths(
      ctx,
      id,
      of.map((row) => row.courseId),
    );
  await append(
    ctx,
    rows.map((row) => removed(row.programId, row.courseId)),
  );
  return rows.length;
}

const removed = (programId: string, courseId: string) =>
  ({ type: 'program.content_removed', entityId: programId, courseId, data: { courseId } }) as const;

/** What a program does not hold stands in none of its paths. */
const dropFromPaths = (ctx: Context, programId: string, courseIds: readonly string[]) =>
  run(
    ctx,
    sql`delete from program_path_course pc using program_path h
      where pc.tenant_id = ${TENANT} and pc.course_id = any(${courseIds}::uuid[]) and h.tenant_id = ${TENANT} and h.id = pc.path_id and h.program_id = ${programId}::uuid`,
  );

async function heldToFill(ctx: Context, programId: string) {
  const program = await holdForWriting(ctx, programId);
  Scope.demandOwn(ctx, program);
  if (program.isDefault) invalid(['programId'], 'read_only', 'the default program holds every published course');
  return program;
}

/** Courses that something comes to refer to, kept from being deleted meanwhile. Refuses those out of sight, by their place. */
async function holdCourses(ctx: Context, ids: readonly string[]): Promise<void> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select c.id from course c where c.tenant_id = ${TENANT} and c.id = any(${ids}::uuid[]) and c.deleted_at is null and ${sharedOrVisible(ctx, sql`c.unit_id`)}
      order by c.id for key share of c`,
  );
  const found = new Set(rows.map((row) => row.id));
  const missing = ids.findIndex((id) => !found.has(id));
  if (missing >= 0) invalid(['courseIds', missing], 'not_found');
}
