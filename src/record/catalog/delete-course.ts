import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Entitlements } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import { against } from '../kernel/refusal.ts';
import { demandUnchanged, type Seen } from '../kernel/rows.ts';
import type { Course } from './course.ts';
import { courseHead, readCourse } from './read-courses.ts';
import { demandOwn } from './scope.ts';
import { removeOfferings } from './update-offering.ts';

/**
 * Deletes a course with its offerings; its external id is free again, ended enrollments keep naming it. Refuses with `in_use`
 * while anybody is enrolled or a collection holds it.
 */
export async function deleteCourse(ctx: Context, id: string, seen?: Seen<Course>): Promise<void> {
  demand(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    const course = await courseHead(ctx, id, 'whole');
    demandOwn(ctx, course);
    if (seen !== undefined) demandUnchanged('course', await readCourse(ctx, course.id), seen);
    // everybody who would enroll meanwhile waits for the end of this
    const { rows: offerings } = await run<{ id: string }>(
      ctx,
      sql`select id from offering where tenant_id = ${TENANT} and course_id = ${course.id}::uuid and deleted_at is null order by id for update`,
    );
    const idSql = value(course.id, 'uuid');
    const { rows: users } = await run(
      ctx,
      sql`select 1 from enrollment where tenant_id = ${TENANT} and course_id = ${idSql} and ending is null
       union all
       select 1 from collection_member m
         join course_version v on v.tenant_id = m.tenant_id and v.id = m.version_id
         join course c on c.tenant_id = v.tenant_id and c.id = v.course_id
        where m.tenant_id = ${TENANT} and m.course_id = ${idSql} and c.deleted_at is null
          and (v.state = 'draft' or v.id = c.current_version_id)
       limit 1`,
    );
    if (users.length > 0) against('in_use', 'course', course.id);
    await removeOfferings(
      ctx,
      offerings.map((offering) => offering.id),
    );
    await run(
      ctx,
      sql`update course set deleted_at = ${NOW}, updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${course.id}::uuid`,
    );
    report(ctx, 'course_deleted', [{ courseId: course.id }]);
    await run(
      ctx,
      sql`delete from course_prerequisite where tenant_id = ${TENANT} and (course_id = ${course.id}::uuid or prerequisite_id = ${course.id}::uuid)`,
    );
    await run(
      ctx,
      sql`delete from course_follow_up where tenant_id = ${TENANT} and (course_id = ${course.id}::uuid or follow_up_id = ${course.id}::uuid)`,
    );
    await Entitlements.forget(ctx, 'course', [course.id]);
    await append(ctx, [
      ...offerings.map(
        (offering): NewEvent => ({
          type: 'offering.deleted',
          entityId: offering.id,
          courseId: course.id,
        }),
      ),
      { type: 'course.deleted', entityId: course.id, courseId: course.id },
    ]);
  });
}
