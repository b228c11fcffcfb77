import { parameters, run } from '../../database/parameters.ts';
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
  const p = parameters(wanted);
  // shared with other collections, kept from being deleted meanwhile
  const { rows } = await run<{ id: string }>(
    ctx.db,
    `select c.id from course c where c.id = any($1::uuid[]) and ${courseScope(ctx, p)} order by c.id for key share of c`,
    p.values,
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
  const { rows } = await run(
    ctx.db,
    `with recursive held (course_id) as (
       select $2::uuid
       union
       select m.course_id from held
         join course_version v on v.tenant_id = $1::uuid and v.course_id = held.course_id
         join course c on c.tenant_id = v.tenant_id and c.id = v.course_id and (v.state = 'draft' or v.id = c.current_version_id)
         join collection_member m on m.tenant_id = v.tenant_id and m.version_id = v.id)
     select 1 from held join course_version v on v.tenant_id = $1::uuid and v.course_id = held.course_id
       join course c on c.tenant_id = v.tenant_id and c.id = v.course_id and (v.state = 'draft' or v.id = c.current_version_id)
       join collection_member m on m.tenant_id = v.tenant_id and m.version_id = v.id and m.course_id = $2::uuid limit 1`,
    [ctx.tenant.id, collectionId],
  );
  if (rows.length > 0) against('cycle', 'course', collectionId);
}
