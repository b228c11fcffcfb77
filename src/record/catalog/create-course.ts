import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { newId } from '../kernel/ids.ts';
import { partsOf } from '../kernel/members.ts';
import { insert, mergedAttributes } from '../kernel/rows.ts';
import { checked, choice, type Patch } from '../kernel/rules.ts';
import type { ContentInput } from './content.ts';
import { COURSE, type Course, type CourseFields, type CourseKind, type CourseLinks } from './course.ts';
import { NO_LINKS, replaceLinks } from './course-links.ts';
import { insertOffering } from './create-offering.ts';
import { publish } from './publish-version.ts';
import { readCourse } from './read-courses.ts';
import { writeContent } from './save-content.ts';
import { unitFor } from './scope.ts';

export interface NewCourse extends Patch<Omit<CourseFields, 'name'>>, Patch<CourseLinks> {
  kind: CourseKind;
  name: string;
  /** Content of the first version; one empty section named like the course when left out. */
  content?: ContentInput | undefined;
  /** `published` publishes the first version at once. */
  state?: 'draft' | 'published' | undefined;
  /** False for a course that brings its own offerings; a template has none until it is needed. */
  defaultOffering?: boolean | undefined;
}

/**
 * Makes a course with its first version, a draft unless asked otherwise, and its default offering, which shares name and
 * external id. Refuses with `taken` when another course or offering has the external id.
 */
export async function createCourse(ctx: Context, input: NewCourse): Promise<Course> {
  demand(ctx, 'courses.write');
  const state = choice(['draft', 'published']);
  const { own, links } = partsOf(COURSE, checked(input, { ...COURSE.first, state }, ['kind', 'name']));
  const id = newId();
  return transaction(ctx, async (ctx) => {
    const unitId = await unitFor(ctx, own.unitId);
    const attributes = mergedAttributes({}, own.attributes);
    await insert(ctx, COURSE, { ...own, id, unitId, attributes, state: 'draft' });
    await replaceLinks(ctx, { id, ...NO_LINKS }, links);
    await append(ctx, [
      {
        type: 'course.created',
        entityId: id,
        courseId: id,
        data: { kind: input.kind, name: input.name, externalId: own.externalId ?? null },
      },
    ]);
    if (input.defaultOffering ?? !input.template)
      await insertOffering(ctx, id, {
        isDefault: true,
        name: input.name,
        externalId: own.externalId,
        versionId: null,
        unitId,
      });
    const course = { id, kind: input.kind, state: 'draft' as const, currentVersionId: null };
    await writeContent(ctx, course, input.content ?? { sections: [{ name: input.name }] });
    if (input.state === 'published') await publish(ctx, course);
    return readCourse(ctx, id);
  });
}
