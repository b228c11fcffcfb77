import { type Listing, listPage } from '../../database/listing.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound } from '../kernel/refusal.ts';
import { fieldsOf, readOne } from '../kernel/rows.ts';
import { readContent } from './content.ts';
import { type CourseKind, isCollection } from './course.ts';
import { courseHead } from './read-courses.ts';
import { writeContent } from './save-content.ts';
import { getVersion, lockVersion } from './versions.ts';

/** A course of a collection's version. */
export interface VersionCourse {
  versionId: string;
  courseId: string;
  name: string;
  kind: CourseKind;
  sectionId: string;
  /** In its section, from 1. */
  position: number;
  required: boolean;
}

const versionCourseListing: Listing = {
  select: sql`m.version_id as "versionId", m.course_id as "courseId", c.name, c.kind, m.section_id as "sectionId", m.position, m.required`,
  from: sql`collection_member m join section s on s.tenant_id = m.tenant_id and s.version_id = m.version_id and s.id = m.section_id
    join course c on c.tenant_id = m.tenant_id and c.id = m.course_id`,
  fields: {
    named: {
      ...fieldsOf('m', { courseId: 'id', position: 'number' }),
      sectionPosition: { sql: 's.position', type: 'number' },
    },
  },
  sort: [
    { field: 'sectionPosition', descending: false },
    { field: 'position', descending: false },
  ],
  id: 'courseId',
};

/** The members of a collection's version, in order; refuses other kinds of course with `not_a_collection`. */
export async function listVersionCourses(
  ctx: Context,
  versionId: string,
  query: ListQuery,
): Promise<Page<VersionCourse>> {
  const version = await getVersion(ctx, versionId);
  const course = await courseHead(ctx, version.courseId);
  if (!isCollection(course.kind)) against('not_a_collection', 'course', course.id);
  return listPage<VersionCourse>(
    ctx,
    versionCourseListing,
    sql`m.tenant_id = ${TENANT} and m.version_id = ${version.id}`,
    query,
  );
}

export interface VersionCoursePlace {
  /** The section it stands in, else the first one. */
  sectionId?: string | undefined;
  /** From 1; where it stands, else the end of the section. */
  position?: number | undefined;
  required?: boolean | undefined;
}

/**
 * Puts a course into the draft of a collection, or moves it there. Refuses published versions, other kinds of course, and a
 * collection that would contain itself.
 */
export async function putVersionCourse(
  ctx: Context,
  versionId: string,
  courseId: string,
  place: VersionCoursePlace = {},
): Promise<VersionCourse> {
  demand(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const { version, course } = await lockDraft(ctx, versionId);
    const member = await courseHead(ctx, courseId);
    const sections = await readContent(ctx, version.id);
    const home = sections.find((section) => section.members.some((each) => each.courseId === member.id));
    const before = home?.members.find((each) => each.courseId === member.id);
    const target =
      place.sectionId === undefined
        ? (home ?? sections[0])
        : sections.find((section) => section.id === place.sectionId!.toLowerCase());
    if (!target) return invalid(['sectionId'], 'not_found');
    const at =
      place.position ?? (home === target && before ? home.members.indexOf(before) + 1 : target.members.length + 1);
    const rest = (members: typeof target.members) => members.filter((each) => each.courseId !== member.id);
    const after = sections.map((section) => {
      const members = rest(section.members);
      if (section === target)
        members.splice(Math.max(0, at - 1), 0, {
          courseId: member.id,
          required: place.required ?? before?.required ?? true,
        });
      return { ...section, members };
    });
    await writeContent(ctx, course, { sections: after });
    const where = sql`m.tenant_id = ${TENANT} and m.version_id = ${version.id} and m.course_id = ${member.id}`;
    return (await readOne<VersionCourse>(ctx, versionCourseListing, where))!;
  });
}

/** Takes a course out of the draft of a collection; refuses with `not_found` when it is not in it. */
export async function deleteVersionCourse(ctx: Context, versionId: string, courseId: string): Promise<void> {
  demand(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    const { version, course } = await lockDraft(ctx, versionId);
    const sections = await readContent(ctx, version.id);
    const id = courseId.toLowerCase();
    if (!sections.some((section) => section.members.some((member) => member.courseId === id)))
      return notFound('course', courseId);
    const after = sections.map((section) => ({
      ...section,
      members: section.members.filter((member) => member.courseId !== id),
    }));
    await writeContent(ctx, course, { sections: after });
  });
}

async function lockDraft(ctx: Context, versionId: string): ReturnType<typeof lockVersion> {
  const found = await lockVersion(ctx, versionId);
  if (!isCollection(found.course.kind)) against('not_a_collection', 'course', found.course.id);
  if (found.version.state !== 'draft') against('published', 'course_version', found.version.id);
  return found;
}
