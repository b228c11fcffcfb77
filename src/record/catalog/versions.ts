import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { mayAnywhere } from '../kernel/actor.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, notFound, refuse } from '../kernel/refusal.ts';
import { demandUnchanged, fieldsOf, readOne, select } from '../kernel/rows.ts';
import { contentAsTaken, coursesTaken } from './answer-keys.ts';
import { type ContentSection, readContent } from './content.ts';
import { type CourseHead, courseHead } from './read-courses.ts';
import { courseScope, demandOwnOrEntitled } from './scope.ts';

export interface CourseVersion {
  id: string;
  courseId: string;
  /** Counts the versions of the course, from 1. */
  ordinal: number;
  state: 'draft' | 'published' | 'retired';
  createdAt: Instant;
  updatedAt: Instant;
  publishedAt: Instant | null;
}

export interface CourseVersionContent extends CourseVersion {
  sections: ContentSection[];
}

const versionListing: Listing = {
  select: constant(select('v', ['id', 'courseId', 'ordinal', 'state', 'createdAt', 'updatedAt', 'publishedAt'])),
  from: sql`course_version v`,
  fields: {
    named: fieldsOf('v', {
      id: 'id',
      ordinal: 'number',
      state: 'text!',
      createdAt: 'instant',
      updatedAt: 'instant',
      publishedAt: 'instant?',
    }),
  },
  sort: [{ field: 'ordinal', descending: true }],
  id: 'id',
};

export async function listVersions(ctx: Context, courseId: string, query: ListQuery): Promise<Page<CourseVersion>> {
  demandAnywhere(ctx, 'courses.read');
  await courseHead(ctx, courseId, undefined, 'courses.read');
  return listPage<CourseVersion>(
    ctx,
    versionListing,
    sql`v.tenant_id = ${TENANT} and v.course_id = ${courseId}`,
    query,
  );
}

export async function getVersion(ctx: Context, versionId: string): Promise<CourseVersion> {
  demandAnywhere(ctx, 'courses.read');
  return (await versionAt(ctx, versionId, 'courses.read')) ?? notFound('course_version', versionId);
}

/** A version with its whole content. People see versions they are enrolled in too, without answer keys and notes for teachers. */
export async function getContent(ctx: Context, versionId: string): Promise<CourseVersionContent> {
  const learner = ctx.actor.kind === 'person' ? ctx.actor.id : undefined;
  if (learner === undefined) demandAnywhere(ctx, 'courses.read');
  const inSight = mayAnywhere(ctx.actor, 'courses.read') ? await versionAt(ctx, versionId, 'courses.read') : undefined;
  const version = inSight ?? (learner === undefined ? undefined : await versionAt(ctx, versionId, { learner }));
  if (!version) return notFound('course_version', versionId);
  const content = await withContent(ctx, version);
  const taken = !inSight || (await coursesTaken(ctx, [version.courseId])).has(version.courseId);
  return taken ? { ...content, sections: contentAsTaken(content.sections) } : content;
}

async function versionAt(
  ctx: Context,
  versionId: string,
  by: 'courses.read' | 'courses.write' | { learner: string },
): Promise<CourseVersion | undefined> {
  if (!isId(versionId)) return undefined;
  const scope =
    typeof by === 'object'
      ? sql`c.tenant_id = ${TENANT} and exists (select 1 from enrollment e where e.tenant_id = c.tenant_id
        and e.person_id = ${by.learner}::uuid and e.course_id = c.id and e.version_id = v.id and e.ending is null)`
      : courseScope(ctx, by);
  const from = `${versionListing.from} join course c on c.tenant_id = v.tenant_id and c.id = v.course_id`;
  return readOne<CourseVersion>(ctx, { ...versionListing, from }, sql`v.id = ${versionId}::uuid and ${scope}`);
}

/** The version and its course, whose row is locked; for writing. */
export async function lockVersion(
  ctx: Context,
  versionId: string,
): Promise<{ version: CourseVersion; course: CourseHead }> {
  const found = (await versionAt(ctx, versionId, 'courses.write')) ?? notFound('course_version', versionId);
  const course = await courseHead(ctx, found.courseId, 'write', 'courses.write');
  await demandOwnOrEntitled(ctx, 'course', course);
  // as it stands now that nobody else can write
  const version = (await versionAt(ctx, versionId, 'courses.write')) ?? notFound('course_version', versionId);
  return { version, course };
}

export async function withContent(ctx: Context, version: CourseVersion): Promise<CourseVersionContent> {
  return { ...version, sections: await readContent(ctx, version.id) };
}

export async function draftOf(ctx: Context, courseId: string): Promise<CourseVersion | undefined> {
  return readOne<CourseVersion>(
    ctx,
    versionListing,
    sql`v.tenant_id = ${TENANT} and v.course_id = ${courseId} and v.state = 'draft'`,
  );
}

/** A new, empty draft. The course's row is locked by the caller. */
export async function insertDraft(ctx: Context, courseId: string): Promise<CourseVersion> {
  const id = newId();
  const courseIdSql = value(courseId, 'uuid');
  const { rows } = await run<{ ordinal: number }>(
    ctx,
    sql`insert into course_version (tenant_id, id, course_id, ordinal, state, created_at, updated_at)
     select ${TENANT}, ${id}::uuid, ${courseIdSql}, coalesce(max(ordinal), 0) + 1, 'draft', ${NOW}, ${NOW}
       from course_version where tenant_id = ${TENANT} and course_id = ${courseIdSql} returning ordinal`,
  );
  const ordinal = rows[0]!.ordinal;
  return { id, courseId, ordinal, state: 'draft', createdAt: ctx.now, updatedAt: ctx.now, publishedAt: null };
}

/** A new draft, a copy of the current version; refuses with `taken` while another draft stands. */
export async function createVersion(ctx: Context, courseId: string): Promise<CourseVersion> {
  demandAnywhere(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const course = await courseHead(ctx, courseId, 'write', 'courses.write');
    await demandOwnOrEntitled(ctx, 'course', course);
    if (await draftOf(ctx, course.id))
      refuse({ kind: 'taken', entity: 'course_version', field: 'state', value: 'draft' });
    return insertCopy(ctx, course);
  });
}

/** Throws a draft away. Refuses published versions (`published`) and the only one of a course (`last_of_its_kind`). */
export async function deleteVersion(ctx: Context, versionId: string, seen?: Instant): Promise<void> {
  demandAnywhere(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    const { version, course } = await lockVersion(ctx, versionId);
    demandUnchanged('course_version', version, seen);
    if (version.state !== 'draft') against('published', 'course_version', version.id);
    if (!course.currentVersionId) against('last_of_its_kind', 'course_version', version.id);
    await run(ctx, sql`delete from course_version where tenant_id = ${TENANT} and id = ${version.id}`);
    await append(ctx, [versionEvent(version, 'course_version.deleted')]);
  });
}

/** A new draft, a copy of the current version. The course's row is locked by the caller. */
export async function insertCopy(ctx: Context, course: CourseHead): Promise<CourseVersion> {
  const draft = await insertDraft(ctx, course.id);
  if (course.currentVersionId) await copyContent(ctx, course.currentVersionId, draft.id);
  await append(ctx, [versionEvent(draft, 'course_version.created')]);
  return draft;
}

export const versionEvent = (
  version: CourseVersion,
  type: 'course_version.created' | 'course_version.updated' | 'course_version.deleted',
) => ({
  type,
  entityId: version.id,
  courseId: version.courseId,
  data: { ordinal: version.ordinal },
});

/** What a version holds: the columns of each table that a copy of it takes over. */
export const COPIED: Readonly<Record<string, string>> = {
  section: 'id, number, position, name, description',
  lesson: 'id, number, section_id, position, name, description',
  activity: `id, number, section_id, lesson_id, position, kind, name, description, notes, required, weight, maximum, passing_score,
    attempts_allowed, attempt_counts, url, width, height, popup, ref_id, settings, ordinal, created_at`,
  task: 'id, activity_id, position, kind, name, content',
  collection_member: 'course_id, section_id, position, required',
};

async function copyContent(ctx: Context, from: string, to: string): Promise<void> {
  for (const [table, columns] of Object.entries(COPIED))
    await run(
      ctx,
      sql`insert into ${constant(table)} (tenant_id, version_id, ${constant(columns)}) select tenant_id, ${to}::uuid, ${constant(columns)} from ${constant(table)}
        where tenant_id = ${TENANT} and version_id = ${from}::uuid`,
    );
}
