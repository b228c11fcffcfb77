import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import { against } from '../kernel/refusal.ts';
import { type CourseHead, courseHead } from './read-courses.ts';
import { demandOwnOrEntitled } from './scope.ts';
import { type CourseVersion, draftOf } from './versions.ts';

/**
 * Publishes the course's draft; refuses with `nothing_to_publish` when there is none, or nothing in it. `evenEmpty`: what was published
 * elsewhere is published again, whatever is in it.
 */
export async function publishCourse(ctx: Context, courseId: string, evenEmpty = false): Promise<CourseVersion> {
  demandAnywhere(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const course = await courseHead(ctx, courseId, 'write', 'courses.write');
    await demandOwnOrEntitled(ctx, 'course', course);
    if (!evenEmpty) await demandContent(ctx, course.id);
    return publish(ctx, course);
  });
}

/** A draft with neither an activity nor a member says nothing. */
async function demandContent(ctx: Context, courseId: string): Promise<void> {
  const { rows } = await run(
    ctx,
    sql`select 1 from course_version v where v.tenant_id = ${TENANT} and v.course_id = ${courseId}::uuid and v.state = 'draft'
        and (exists (select 1 from activity x where x.tenant_id = v.tenant_id and x.version_id = v.id)
          or exists (select 1 from collection_member x where x.tenant_id = v.tenant_id and x.version_id = v.id))`,
  );
  if (rows.length === 0) against('nothing_to_publish', 'course', courseId);
}

/**
 * Makes the draft the current version, for ever unchangeable; the earlier one retires for new offerings. The course is published
 * (a retired one again), its default offering follows, and offerings that waited for a first version get this one. Whoever is
 * enrolled stays on their version. The caller has locked the course's row.
 */
export async function publish(ctx: Context, course: Pick<CourseHead, 'id' | 'state'>): Promise<CourseVersion> {
  const draft = (await draftOf(ctx, course.id)) ?? against('nothing_to_publish', 'course', course.id);
  await run(
    ctx,
    sql`update course_version set state = 'retired', updated_at = ${NOW}
      where tenant_id = ${TENANT} and course_id = ${course.id}::uuid and id <> ${draft.id}::uuid and state = 'published'`,
  );
  await run(
    ctx,
    sql`update course_version set state = 'published', published_at = ${NOW}, updated_at = ${NOW}
      where tenant_id = ${TENANT} and course_id = ${course.id}::uuid and id = ${draft.id}::uuid`,
  );
  await run(
    ctx,
    sql`update course set state = 'published', current_version_id = ${draft.id}::uuid, updated_at = ${NOW}
      where tenant_id = ${TENANT} and id = ${course.id}::uuid`,
  );
  const { rows } = await run<{ id: string; before: string | null }>(
    ctx,
    sql`update offering o set version_id = ${draft.id}::uuid, updated_at = ${NOW} from offering was
      where o.tenant_id = ${TENANT} and o.course_id = ${course.id}::uuid and o.deleted_at is null and (o.is_default or o.version_id is null)
        and was.tenant_id = o.tenant_id and was.id = o.id
      returning o.id, was.version_id as before`,
  );
  await append(ctx, [
    {
      type: 'course.published',
      entityId: course.id,
      courseId: course.id,
      data: { versionId: draft.id, ordinal: draft.ordinal, changed: { state: [course.state, 'published'] } },
    },
    ...rows.map(
      (row): NewEvent => ({
        type: 'offering.updated',
        entityId: row.id,
        courseId: course.id,
        data: { changed: { versionId: [row.before, draft.id] } },
      }),
    ),
  ]);
  return { ...draft, state: 'published', publishedAt: ctx.now, updatedAt: ctx.now };
}
