import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Authority } from '../access/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { invalid } from '../kernel/refusal.ts';

/** What instructors may be allowed beyond teaching. */
export const INSTRUCTOR_PERMISSIONS = ['create_course', 'create_course_instance'] as const;
export type InstructorPermission = (typeof INSTRUCTOR_PERMISSIONS)[number];

export async function listInstructorPermissions(ctx: Context, personId: string): Promise<InstructorPermission[]> {
  demand(ctx, 'roles.read');
  await Authority.demandVisible(ctx, [personId]);
  return held(ctx, personId);
}

async function held(ctx: Context, personId: string): Promise<InstructorPermission[]> {
  const { rows } = await run<{ permission: InstructorPermission }>(
    ctx,
    sql`select permission from instructor_permission where tenant_id = ${TENANT} and person_id = ${personId}::uuid order by permission`,
  );
  return rows.map((row) => row.permission);
}

/**
 * Makes an instructor's permissions exactly these. Whoever teaches nothing and has no such role is refused (`invalid`), but
 * what is left from earlier may be taken away.
 */
export async function setInstructorPermissions(
  ctx: Context,
  personId: string,
  permissions: readonly InstructorPermission[],
): Promise<InstructorPermission[]> {
  demand(ctx, 'roles.write');
  const wanted = [...new Set(permissions)].sort();
  wanted.forEach((permission, i) => {
    if (!INSTRUCTOR_PERMISSIONS.includes(permission)) invalid(['permissions', i], 'unknown_value');
  });
  return transaction(
    ctx,
    async (ctx) => {
      await Authority.demandVisible(ctx, [personId]);
      const before = await held(ctx, personId);
      if (wanted.length > 0 || before.length === 0) await demandInstructor(ctx, personId);
      if (before.join() === wanted.join()) return before;
      const personIdSql = value(personId, 'uuid');
      const wantedSql = value(wanted, 'text[]');
      await run(
        ctx,
        sql`with gone as (delete from instructor_permission where tenant_id = ${TENANT} and person_id = ${personIdSql} and permission <> all(${wantedSql}))
         insert into instructor_permission (tenant_id, person_id, permission) select ${TENANT}, ${personIdSql}, unnest(${wantedSql}) on conflict do nothing`,
      );
      await append(ctx, [
        {
          type: 'person.instructor_permissions_changed',
          entityId: personId,
          personId,
          data: { changed: { instructorPermissions: [before, wanted] } },
        },
      ]);
      return wanted;
    },
    { learners: [personId] },
  );
}

async function demandInstructor(ctx: Context, personId: string): Promise<void> {
  const personIdSql = value(personId, 'uuid');
  const { rows } = await run(
    ctx,
    sql`select 1 from role_assignment a join role r on r.tenant_id = ${TENANT} and r.id = a.role_id and r.key = 'instructor'
      where a.tenant_id = ${TENANT} and a.person_id = ${personIdSql}
     union all
     select 1 from entitlement e where e.tenant_id = ${TENANT} and e.person_id = ${personIdSql} and e.role = 'instructor' limit 1`,
  );
  if (rows.length === 0) invalid(['personId'], 'unknown_value', 'an instructor');
}
