import { run } from '../../database/run.ts';
import { ACTOR_ID, name, type Sql, sql, TENANT } from '../../database/sql.ts';
import { Authority } from '../access/index.ts';
import { may, mayAnywhere } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { found } from '../kernel/finding.ts';
import type { Permission } from '../kernel/permission.ts';
import { coursesWithin, offeringsWithin } from '../kernel/reach.ts';
import { type Entity, invalid, refuse } from '../kernel/refusal.ts';

/** SQL: the unit column is empty (the account's own) or lies within what the actor sees. */
export function inScope(ctx: Context, column: string): Sql {
  const { units } = ctx.actor;
  if (units === null) return sql`true`;
  return sql`(${name(column)} is null or ${name(column)} in (${unitsBelow(units)}))`;
}

/** SQL of the ids of these units and all below them. */
function unitsBelow(units: readonly string[]): Sql {
  return sql`with recursive below as (select id from unit where tenant_id = ${TENANT} and id = any(${units}::uuid[])
    union select unit.id from unit join below on unit.parent_id = below.id where unit.tenant_id = ${TENANT}) select id from below`;
}

/**
 * SQL scope of courses (alias `c`): of the tenant, not deleted, visible to the actor; with a permission, those where the actor holds it,
 * by a role or by a word on the thing.
 */
export const courseScope = (ctx: Context, permission?: Permission): Sql =>
  permission
    ? sql`c.tenant_id = ${TENANT} and c.deleted_at is null${coursesWithin(ctx, permission, 'c')}`
    : sql`c.tenant_id = ${TENANT} and c.deleted_at is null and ${inScope(ctx, 'c.unit_id')}`;

/** SQL scope of offerings (alias `o`) of visible courses, the same way. */
export const offeringScope = (ctx: Context, permission?: Permission): Sql =>
  permission
    ? sql`c.tenant_id = ${TENANT} and c.deleted_at is null and o.deleted_at is null${offeringsWithin(ctx, permission, 'o', 'c')}`
    : sql`${courseScope(ctx)} and o.deleted_at is null and ${inScope(ctx, 'o.unit_id')}`;

/** True for a person without `courses.read`, who sees what is open to learners; refuses with `forbidden` for other such actors. */
export function asLearner(ctx: Context): boolean {
  if (ctx.actor.kind === 'person' && !may(ctx.actor, 'courses.read')) return true;
  demand(ctx, 'courses.read');
  return false;
}

/**
 * SQL scope of courses (alias `c`) for reading: administrators see by unit, learners what is published and their programs show, and
 * what they are enrolled in.
 */
export const readableCourses = (ctx: Context): Sql =>
  asLearner(ctx)
    ? sql`c.tenant_id = ${TENANT} and c.deleted_at is null${orRead(ctx, PUBLISHED, coursesWithin(ctx, 'courses.read', 'c'))}`
    : courseScope(ctx, 'courses.read');

const PUBLISHED = sql`c.state = 'published' and ${found(ACTOR_ID, 'c.id')}`;

/** What learners find, and what a word lets the actor read. */
const orRead = (ctx: Context, asLearner: Sql, within: Sql): Sql =>
  mayAnywhere(ctx.actor, 'courses.read') ? sql` and ((${asLearner}) or (true${within}))` : sql` and ${asLearner}`;

/** SQL scope of offerings (aliases `o`, `c`) for reading: learners see active ones of published courses. */
export const readableOfferings = (ctx: Context): Sql =>
  asLearner(ctx)
    ? sql`c.tenant_id = ${TENANT} and c.deleted_at is null and o.deleted_at is null${orRead(ctx, sql`${PUBLISHED} and o.state = 'active'`, offeringsWithin(ctx, 'courses.read', 'o', 'c'))}`
    : offeringScope(ctx, 'courses.read');

/** What belongs to the whole account is changed only by those who see the whole account. */
export function demandOwn(ctx: Context, thing: { unitId: string | null }): void {
  if (ctx.actor.units !== null && thing.unitId === null) refuse({ kind: 'forbidden', permission: 'courses.write' });
}

/** The same of a course or an offering, on which the actor may hold a word too. */
export async function demandOwnOrEntitled(
  ctx: Context,
  entity: 'course' | 'offering',
  thing: { id: string; unitId: string | null },
): Promise<void> {
  if (ctx.actor.units === null || thing.unitId !== null) return;
  if (!(await Authority.may(ctx, 'courses.write', entity, thing.id))) demandOwn(ctx, thing);
}

/**
 * The unit of a new thing: as given; without one, the first unit of an actor who sees only a part of the account.
 * An unknown unit, or one out of sight, is refused.
 */
export async function unitFor(ctx: Context, given: string | null | undefined): Promise<string | null> {
  const unitId = given === undefined ? (ctx.actor.units?.[0] ?? null) : given;
  if (given !== undefined) await demandUnit(ctx, given);
  return unitId;
}

export async function demandUnit(
  ctx: Context,
  unitId: string | null | undefined,
  path: readonly (string | number)[] = ['unitId'],
): Promise<void> {
  if (unitId === undefined) return;
  // whoever writes some courses alone leaves them where they stand
  demand(ctx, 'courses.write');
  if (unitId === null) return demandOwn(ctx, { unitId });
  const text = sql`select 1 from unit u where u.tenant_id = ${TENANT} and u.id = ${unitId}::uuid and ${inScope(ctx, 'u.id')}`;
  const { rows } = await run(ctx, text);
  if (rows.length === 0) invalid(path, 'not_found', 'unit' satisfies Entity);
}
