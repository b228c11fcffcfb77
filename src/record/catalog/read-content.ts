import { listPage } from '../../database/listing.ts';
import { sql } from '../../database/sql.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { readOne } from '../kernel/rows.ts';
import { asTaken, coursesTaken } from './answer-keys.ts';
import { type Activity, activityListing, type Section, sectionListing } from './content.ts';
import { courseHead } from './read-courses.ts';
import { courseScope } from './scope.ts';

/** Sections of current versions: of every course the actor sees, or of one. */
export async function listSections(
  ctx: Context,
  query: ListQuery,
  of: { courseId?: string | undefined } = {},
): Promise<Page<Section>> {
  demand(ctx, 'courses.read');
  let where = courseScope(ctx);
  if (of.courseId !== undefined) where = sql`${where} and c.id = ${(await courseHead(ctx, of.courseId)).id}::uuid`;
  return listPage<Section>(ctx, sectionListing, where, query);
}

/** A section of a current version; with a course, only if it is that course's. */
export async function getSection(ctx: Context, id: string, courseId?: string): Promise<Section> {
  demand(ctx, 'courses.read');
  if (courseId !== undefined) await courseHead(ctx, courseId);
  if (!isId(id)) return notFound('section', id);
  let where = sql`x.id = ${id}::uuid and ${courseScope(ctx)}`;
  if (courseId !== undefined) where = sql`${where} and c.id = ${courseId}::uuid`;
  return (await readOne<Section>(ctx, sectionListing, where)) ?? notFound('section', id);
}

/** Activities of current versions: of every course the actor sees, of one course, or of one section. */
export async function listActivities(
  ctx: Context,
  query: ListQuery,
  of: { courseId?: string | undefined; sectionId?: string | undefined } = {},
): Promise<Page<Activity>> {
  demand(ctx, 'courses.read');
  let where = courseScope(ctx);
  if (of.sectionId !== undefined) {
    const section = await getSection(ctx, of.sectionId, of.courseId);
    where = sql`${where} and c.id = ${section.courseId}::uuid and x.section_id = ${section.id}::uuid`;
  } else if (of.courseId !== undefined) {
    where = sql`${where} and c.id = ${(await courseHead(ctx, of.courseId)).id}::uuid`;
  }
  const page = await listPage<Activity>(ctx, activityListing, where, query);
  return { ...page, rows: await shown(ctx, page.rows) };
}

/** An activity of a current version; with a course, only if it is that course's. */
export async function getActivity(ctx: Context, id: string, courseId?: string): Promise<Activity> {
  demand(ctx, 'courses.read');
  if (courseId !== undefined) await courseHead(ctx, courseId);
  if (!isId(id)) return notFound('activity', id);
  let where = sql`x.id = ${id}::uuid and ${courseScope(ctx)}`;
  if (courseId !== undefined) where = sql`${where} and c.id = ${courseId}::uuid`;
  const activity = (await readOne<Activity>(ctx, activityListing, where)) ?? notFound('activity', id);
  return (await shown(ctx, [activity]))[0]!;
}

/** Without the keys of courses that the actor takes. */
async function shown(ctx: Context, rows: readonly Activity[]): Promise<Activity[]> {
  const taken = await coursesTaken(
    ctx,
    rows.map((row) => row.courseId),
  );
  return rows.map((row) => (taken.has(row.courseId) ? asTaken(row) : row));
}
