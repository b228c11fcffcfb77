import { type Parameters, parameters, run } from '../../database/parameters.ts';
import { may } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { type Entity, invalid, refuse } from '../kernel/refusal.ts';

/** SQL: the unit column is empty (the account's own) or lies within what the actor sees. */
export function inScope(ctx: Context, column: string, p: Parameters): string {
  const { units } = ctx.actor;
  if (units === null) return 'true';
  return `(${column} is null or ${column} in (${unitsBelow(ctx, units, p)}))`;
}

/** SQL of the ids of these units and all below them. */
function unitsBelow(ctx: Context, units: readonly string[], p: Parameters): string {
  const tenant = p.add(ctx.tenant.id, 'uuid');
  const roots = p.add(units, 'uuid[]');
  return `with recursive below as (select id from unit where tenant_id = ${tenant} and id = any(${roots})
    union select unit.id from unit join below on unit.parent_id = below.id where unit.tenant_id = ${tenant}) select id from below`;
}

/** SQL scope of courses (alias `c`): of the tenant, not deleted, visible to the actor. */
export const courseScope = (ctx: Context, p: Parameters): string =>
  `c.tenant_id = ${p.add(ctx.tenant.id, 'uuid')} and c.deleted_at is null and ${inScope(ctx, 'c.unit_id', p)}`;

/** SQL scope of offerings (alias `o`) of visible courses. */
export const offeringScope = (ctx: Context, p: Parameters): string =>
  `${courseScope(ctx, p)} and o.deleted_at is null and ${inScope(ctx, 'o.unit_id', p)}`;

/** True for a person without `courses.read`, who sees what is open to learners; refuses with `forbidden` for other such actors. */
function asLearner(ctx: Context): boolean {
  if (ctx.actor.kind === 'person' && !may(ctx.actor, 'courses.read')) return true;
  demand(ctx, 'courses.read');
  return false;
}

/** SQL scope of courses (alias `c`) for reading: administrators see by unit, learners what is published. */
export const readableCourses = (ctx: Context, p: Parameters): string =>
  asLearner(ctx)
    ? `c.tenant_id = ${p.add(ctx.tenant.id, 'uuid')} and c.deleted_at is null and c.state = 'published'`
    : courseScope(ctx, p);

/** SQL scope of offerings (aliases `o`, `c`) for reading: learners see active ones of published courses. */
export const readableOfferings = (ctx: Context, p: Parameters): string =>
  asLearner(ctx) ? `${readableCourses(ctx, p)} and o.deleted_at is null and o.state = 'active'` : offeringScope(ctx, p);

/** What belongs to the whole account is changed only by those who see the whole account. */
export function demandOwn(ctx: Context, thing: { unitId: string | null }): void {
  if (ctx.actor.units !== null && thing.unitId === null) refuse({ kind: 'forbidden', permission: 'courses.write' });
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
  if (unitId === null) return demandOwn(ctx, { unitId });
  const p = parameters(ctx.tenant.id, unitId);
  const text = `select 1 from unit u where u.tenant_id = $1::uuid and u.id = $2::uuid and ${inScope(ctx, 'u.id', p)}`;
  const { rows } = await run(ctx.db, text, p.values);
  if (rows.length === 0) invalid(path, 'not_found', 'unit' satisfies Entity);
}
