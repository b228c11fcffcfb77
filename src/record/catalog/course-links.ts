import { isDeepStrictEqual } from 'node:util';
import { run } from '../../database/run.ts';
import { type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { Entitlements } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { takeLock } from '../kernel/locks.ts';
import { against, type Issue } from '../kernel/refusal.ts';
import type { Changed } from '../kernel/rows.ts';
import { type Patch, refuseIfAny } from '../kernel/rules.ts';
import type { Course, CourseLinks, Prerequisite, Price } from './course.ts';
import { inScope } from './scope.ts';

type Links = Pick<Course, 'id' | 'editorIds' | 'prices' | 'prerequisites' | 'followUpCourseIds' | 'creditAwards'>;

export const NO_LINKS: Omit<Links, 'id'> = {
  editorIds: [],
  prices: [],
  prerequisites: [],
  followUpCourseIds: [],
  creditAwards: [],
};

/**
 * Replaces those lists of a course that the patch brings and that differ, and says what changed. Refuses people, courses,
 * units and credit types that do not exist, and prerequisites that lead back to the course.
 */
export async function replaceLinks(ctx: Context, before: Links, patch: Patch<CourseLinks>): Promise<Changed> {
  const changed: Changed = {};
  await demandTargets(ctx, before.id, patch);

  const editors = patch.editorIds && [...patch.editorIds].sort();
  if (editors && differs(changed, 'editorIds', before.editorIds, editors))
    await Entitlements.swap(
      ctx,
      { role: 'author', entity: 'course', entityId: before.id },
      // those out of sight stay
      { leave: before.editorIds.filter((id) => !editors.includes(id)), come: editors },
    );

  const prices = patch.prices && pricesOf(before.prices, patch.prices);
  if (prices && differs(changed, 'prices', before.prices, prices))
    await swap(
      ctx,
      sql`delete from course_price where tenant_id = ${TENANT} and course_id = ${before.id}::uuid`,
      sql`insert into course_price (tenant_id, id, course_id, unit_id, currency, amount)
         select ${TENANT}, x.id, ${before.id}::uuid, x."unitId", x.currency, x.amount
           from jsonb_to_recordset(${JSON.stringify(prices)}::jsonb) as x (id uuid, "unitId" uuid, currency text, amount numeric)`,
    );

  const prerequisites = patch.prerequisites && prerequisitesOf(patch.prerequisites);
  if (prerequisites && differs(changed, 'prerequisites', before.prerequisites, prerequisites)) {
    await swap(
      ctx,
      sql`delete from course_prerequisite where tenant_id = ${TENANT} and course_id = ${before.id}::uuid`,
      sql`insert into course_prerequisite (tenant_id, course_id, prerequisite_id, enforced)
       select ${TENANT}, ${before.id}::uuid, x."courseId", x.enforced from jsonb_to_recordset(${JSON.stringify(prerequisites)}::jsonb) as x ("courseId" uuid, enforced boolean)`,
    );
    await demandNoPrerequisiteCycle(ctx, before.id);
  }

  const followUps = patch.followUpCourseIds && [...patch.followUpCourseIds].sort();
  if (followUps && differs(changed, 'followUpCourseIds', before.followUpCourseIds, followUps))
    await swap(
      ctx,
      sql`delete from course_follow_up where tenant_id = ${TENANT} and course_id = ${before.id}::uuid`,
      sql`insert into course_follow_up (tenant_id, course_id, follow_up_id) select ${TENANT}, ${before.id}::uuid, unnest(${followUps}::uuid[])`,
    );

  const credits =
    patch.creditAwards &&
    [...new Map(patch.creditAwards.map((each) => [each.creditTypeId, each])).values()].sort((a, b) =>
      a.creditTypeId < b.creditTypeId ? -1 : 1,
    );
  if (credits && differs(changed, 'creditAwards', before.creditAwards, credits))
    await swap(
      ctx,
      sql`delete from course_credit where tenant_id = ${TENANT} and course_id = ${before.id}::uuid`,
      sql`insert into course_credit (tenant_id, course_id, credit_type_id, credits)
       select ${TENANT}, ${before.id}::uuid, x."creditTypeId", x.credits from jsonb_to_recordset(${JSON.stringify(credits)}::jsonb) as x ("creditTypeId" uuid, credits numeric)`,
    );
  return changed;
}

function differs(changed: Changed, name: string, before: unknown, after: unknown): boolean {
  if (isDeepStrictEqual(before, after)) return false;
  changed[name] = [before, after];
  return true;
}

async function swap(ctx: Context, clear: Sql, fill: Sql): Promise<void> {
  await run(ctx, clear);
  await run(ctx, fill);
}

/** A price named by its id, or alike in unit and currency, is the same price. */
function pricesOf(before: readonly Price[], given: CourseLinks['prices']): Price[] {
  const left = new Map(before.map((price) => [price.id, price]));
  const issues: Issue[] = [];
  const prices = given.map((price, i) => {
    const unitId = price.unitId ?? null;
    const currency = price.currency ?? null;
    const known =
      price.id !== undefined
        ? left.get(price.id)
        : [...left.values()].find((each) => each.unitId === unitId && each.currency === currency);
    if (price.id !== undefined && !known) issues.push({ path: ['prices', i, 'id'], fault: 'not_found' });
    if (known) left.delete(known.id);
    return { id: known?.id ?? newId(), unitId, currency, amount: price.amount };
  });
  refuseIfAny(issues);
  return prices.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const prerequisitesOf = (given: CourseLinks['prerequisites']): Prerequisite[] =>
  [
    ...new Map(
      given.map((each) => [each.courseId, { courseId: each.courseId, enforced: each.enforced ?? true }]),
    ).values(),
  ].sort((a, b) => (a.courseId < b.courseId ? -1 : 1));

async function demandTargets(ctx: Context, courseId: string, patch: Patch<CourseLinks>): Promise<void> {
  const issues: Issue[] = [];
  const demandAll = async (
    name: string,
    ids: readonly (string | null | undefined)[] | undefined,
    from: () => Sql,
    leaf?: string,
  ) => {
    const wanted = ids?.filter((id) => typeof id === 'string') ?? [];
    if (!ids || wanted.length === 0) return;
    const { rows } = await run<{ id: string }>(
      ctx,
      sql`select x.id from ${from()} and x.id = any(${wanted}::uuid[]) order by x.id for key share of x`,
    );
    const found = new Set(rows.map((row) => row.id));
    ids.forEach((id, i) => {
      if (id && !found.has(id)) issues.push({ path: leaf ? [name, i, leaf] : [name, i], fault: 'not_found' });
    });
  };
  const courses = (): Sql =>
    sql`course x where x.tenant_id = ${TENANT} and x.deleted_at is null and ${inScope(ctx, 'x.unit_id')}`;
  const people = (): Sql =>
    sql`person x where x.tenant_id = ${TENANT} and x.status <> 'deleted' and ${inScope(ctx, 'x.unit_id')}`;
  const units = (): Sql => sql`unit x where x.tenant_id = ${TENANT} and ${inScope(ctx, 'x.id')}`;
  const creditTypes = (): Sql => sql`credit_type x where x.tenant_id = ${TENANT}`;

  const required = patch.prerequisites?.map((each) => each.courseId);
  const types = patch.creditAwards?.map((each) => each.creditTypeId);
  const priced = patch.prices?.map((each) => each.unitId);
  await demandAll('editorIds', patch.editorIds, people);
  await demandAll('prices', priced, units, 'unitId');
  await demandAll('prerequisites', required, courses, 'courseId');
  await demandAll('followUpCourseIds', patch.followUpCourseIds, courses);
  await demandAll('creditAwards', types, creditTypes, 'creditTypeId');
  refuseIfAny(issues);
  if (required?.includes(courseId) || patch.followUpCourseIds?.includes(courseId)) against('cycle', 'course', courseId);
}

/** Writers of prerequisites take turns, so that two halves of a circle cannot be written at once. */
async function demandNoPrerequisiteCycle(ctx: Context, courseId: string): Promise<void> {
  await takeLock(ctx, 'prerequisite');
  const courseIdSql = value(courseId, 'uuid');
  const { rows } = await run(
    ctx,
    sql`with recursive above (id) as (
       select prerequisite_id from course_prerequisite where tenant_id = ${TENANT} and course_id = ${courseIdSql}
       union
       select q.prerequisite_id from course_prerequisite q join above on q.course_id = above.id where q.tenant_id = ${TENANT})
     select 1 from above where id = ${courseIdSql} limit 1`,
  );
  if (rows.length > 0) against('cycle', 'course', courseId);
}
