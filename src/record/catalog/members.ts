import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { takeLock } from '../kernel/locks.ts';
import { against, type Issue } from '../kernel/refusal.ts';
import { refuseIfAny } from '../kernel/rules.ts';
import type { Tree } from './check-content.ts';
import { courseScope } from './scope.ts';

/** Every member must be a course that the actor sees. */
export async function demandMembers(ctx: Context, collectionId: string, tree: Tree): Promise<void> {
  const wanted = tree.sections.flatMap((section) => section.members.map((member) => member.courseId));
  if (wanted.length === 0) return;
  if (wanted.includes(collectionId)) against('cycle', 'course', collectionId);
  // shared with other collections, kept from being deleted meanwhile
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select c.id from course c where c.id = any(${wanted}::uuid[]) and ${courseScope(ctx)} order by c.id for key share of c`,
  );
  const found = new Set(rows.map((row) => row.id));
  const issues: Issue[] = [];
  tree.sections.forEach((section, s) => {
    section.members.forEach((member, m) => {
      if (!found.has(member.courseId))
        issues.push({ path: ['sections', s, 'members', m, 'courseId'], fault: 'not_found' });
    });
  });
  refuseIfAny(issues);
}

/** Writers of collections take turns here, so that two halves of a circle cannot be written at once. */
export async function demandNoCollectionCycle(ctx: Context, collectionId: string): Promise<void> {
  await takeLock(ctx, 'collection');
  const collectionIdSql = value(collectionId, 'uuid');
  const { rows } = await run(
    ctx,
    sql`with recursive held (course_id) as (
       select ${collectionIdSql}
       union
       select m.course_id from held
         join course_version v on v.tenant_id = ${TENANT} and v.course_id = held.course_id
         join course c on c.tenant_id = v.tenant_id and c.id = v.course_id and (v.state = 'draft' or v.id = c.current_version_id)
         join collection_member m on m.tenant_id = v.tenant_id and m.version_id = v.id)
     select 1 from held join course_version v on v.tenant_id = ${TENANT} and v.course_id = held.course_id
       join course c on c.tenant_id = v.tenant_id and c.id = v.course_id and (v.state = 'draft' or v.id = c.current_version_id)
       join collection_member m on m.tenant_id = v.tenant_id and m.version_id = v.id and m.course_id = ${collectionIdSql} limit 1`,
  );
  if (rows.length > 0) against('cycle', 'course', collectionId);
}
