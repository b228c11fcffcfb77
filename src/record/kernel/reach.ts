import { ACTOR_ID, constant, join, name, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { leads, may, type ReachedEntity, wordsFor } from './actor.ts';
import type { Context } from './context.ts';
import type { Permission } from './permission.ts';
import { sharedOrVisible, visiblePeople, withoutClients } from './visibility.ts';

// Who may, as SQL (rule 21): what roles in the account and units give, and where an actor has a reach beside them, what that gives. The
// lists of ids are worked out once a statement, from what stands then, and used as arrays, so that indexes serve beside `or`.

/** Chains of managers longer than this are not followed. */
const DEEPEST = 50;

/** Keeps the enrollments where the actor has the permission; `e` and `p` are rows of `enrollment` and of its `person`. */
export function enrollmentsWithin(ctx: Context, permission: Permission, e: string, p: string): Sql {
  const reached = any(
    oneOf(`${e}.offering_id`, offeringsReached(ctx, permission, TAUGHT)),
    oneOf(`${e}.person_id`, peopleReached(ctx, permission)),
  );
  return either(ctx, permission, visiblePeople(ctx, p), reached && human(ctx, p, reached));
}

/**
 * Keeps the people on whom the actor has the permission, and the actor. `learners`: also who takes what the actor teaches, as far as it is
 * about who they are and not what else they have.
 */
export function peopleWithin(ctx: Context, permission: Permission, p: string, who?: 'learners'): Sql {
  const taught = who && offeringsReached(ctx, permission, TAUGHT);
  const learners =
    taught &&
    sql`select e.person_id from enrollment e where e.tenant_id = ${TENANT} and e.offering_id = any(array(${taught})) and e.ending is null`;
  const others = any(oneOf(`${p}.id`, learners), oneOf(`${p}.id`, peopleReached(ctx, permission)));
  const reached = others && sql`(${name(`${p}.id`)} = ${ACTOR_ID} or ${others})`;
  return either(ctx, permission, visiblePeople(ctx, p), reached && human(ctx, p, reached));
}

/** Keeps the offerings where the actor has the permission; `o` and `c` are rows of `offering` and of its `course`. */
export const offeringsWithin = (ctx: Context, permission: Permission, o: string, c: string): Sql =>
  either(
    ctx,
    permission,
    ctx.actor.units === null
      ? nothing
      : sql` and ${sharedOrVisible(ctx, name(`${o}.unit_id`))} and ${sharedOrVisible(ctx, name(`${c}.unit_id`))}`,
    oneOf(`${o}.id`, offeringsReached(ctx, permission)),
  );

/** The same by an offering's id. */
export function offeringWithin(ctx: Context, permission: Permission, id: Sql): Sql {
  const within = offeringsWithin(ctx, permission, 'o', 'c');
  return within === nothing
    ? nothing
    : sql` and exists (select 1 from offering o join course c on c.tenant_id = o.tenant_id and c.id = o.course_id
      where o.tenant_id = ${TENANT} and o.id = ${id}${within})`;
}

/** Whether the offering is reached by a word on it, its course or its unit, whatever roles say. */
export function offeringReached(ctx: Context, permission: Permission, id: Sql): Sql {
  const reached = offeringsReached(ctx, permission);
  return reached ? sql`${id} = any(array(${reached}))` : sql`false`;
}

/** Keeps the courses where the actor has the permission; `c` is a row of `course`. Who works on an offering reads its course. */
export const coursesWithin = (ctx: Context, permission: Permission, c: string): Sql =>
  either(
    ctx,
    permission,
    ctx.actor.units === null ? nothing : sql` and ${sharedOrVisible(ctx, name(`${c}.unit_id`))}`,
    oneOf(`${c}.id`, coursesReached(ctx, permission)),
  );

/** What roles give, or what is reached beside them; for actors without a reach the text is that of roles alone. */
function either(ctx: Context, permission: Permission, byRoles: Sql, reached: Sql | undefined): Sql {
  if (!may(ctx.actor, permission)) return reached ? sql` and ${reached}` : sql` and false`;
  return reached && byRoles !== nothing ? sql` and ((true${byRoles}) or ${reached})` : byRoles;
}

const human = (ctx: Context, p: string, reached: Sql): Sql => sql`(${reached}${withoutClients(ctx, name(`${p}.id`))})`;

/** In brackets: one of these, or undefined where there are none. */
function any(...conditions: readonly (Sql | undefined)[]): Sql | undefined {
  const some = conditions.filter((condition) => condition !== undefined);
  return some.length === 0 ? undefined : sql`(${join(some, sql` or `)})`;
}

const oneOf = (column: string, ids: Sql | undefined): Sql | undefined =>
  ids && sql`${name(column)} = any(array(${ids}))`;

function union(...parts: readonly (Sql | undefined)[]): Sql | undefined {
  const some = parts.filter((part) => part !== undefined);
  return some.length === 0 ? undefined : join(some, sql` union all `);
}

/** The ids of things of a kind on which the actor holds a word that gives the permission; undefined where there is no such word. */
function held(ctx: Context, permission: Permission, entity: ReachedEntity): Sql | undefined {
  const roles = wordsFor(ctx.actor, permission, entity);
  return roles.length === 0
    ? undefined
    : sql`select x.entity_id from entitlement x where x.tenant_id = ${TENANT} and x.person_id = ${ACTOR_ID}
        and x.entity = ${constant(`'${entity}'`)} and x.role = any(${roles}::text[])`;
}

/** A thing counts while it stands in the holder's own part of the account: in a unit of theirs, one above or one below, or in none. */
const near = (unit: string): Sql => sql`(${name(unit)} is null or ${name(unit)} = any(array(
  with recursive own as (
    select h.unit_id as id from person h where h.tenant_id = ${TENANT} and h.id = ${ACTOR_ID}
    union select h.unit_id from person_unit h where h.tenant_id = ${TENANT} and h.person_id = ${ACTOR_ID}
  ), beneath as (select id from own union select u.id from unit u join beneath b on u.parent_id = b.id where u.tenant_id = ${TENANT}
  ), above as (select id from own union select u.parent_id from unit u join above a on u.id = a.id where u.tenant_id = ${TENANT} and u.parent_id is not null)
  select id from beneath union select id from above)))`;

/** What is taught: by words on offerings and courses alone. In units it is people who count. */
const TAUGHT = 'taught';

function offeringsReached(ctx: Context, permission: Permission, only?: typeof TAUGHT): Sql | undefined {
  const standing = sql`t.tenant_id = ${TENANT} and t.deleted_at is null and k.deleted_at is null and ${near('t.unit_id')} and ${near('k.unit_id')}`;
  const from = sql`select t.id from offering t join course k on k.tenant_id = t.tenant_id and k.id = t.course_id where ${standing}`;
  const offerings = held(ctx, permission, 'offering');
  const courses = held(ctx, permission, 'course');
  const units = only ? undefined : unitsReached(ctx, permission);
  return union(
    offerings && sql`${from} and t.id in (${offerings})`,
    courses && sql`${from} and t.course_id in (${courses})`,
    units && sql`${from} and t.unit_id in (${units})`,
  );
}

function coursesReached(ctx: Context, permission: Permission): Sql | undefined {
  const from = sql`select k.id from course k where k.tenant_id = ${TENANT} and k.deleted_at is null and ${near('k.unit_id')}`;
  const courses = held(ctx, permission, 'course');
  const units = unitsReached(ctx, permission);
  const taught = permission !== 'courses.write' ? offeringsReached(ctx, permission, TAUGHT) : undefined;
  return union(
    courses && sql`${from} and k.id in (${courses})`,
    units && sql`${from} and k.unit_id in (${units})`,
    taught && sql`select o.course_id from offering o where o.tenant_id = ${TENANT} and o.id = any(array(${taught}))`,
  );
}

/** Units with a word of the actor, and all below them. */
function unitsReached(ctx: Context, permission: Permission): Sql | undefined {
  const units = held(ctx, permission, 'unit');
  return (
    units &&
    sql`with recursive reached as (
      select v.id from unit v where v.tenant_id = ${TENANT} and v.id in (${units}) and ${near('v.id')}
      union select v.id from unit v join reached b on v.parent_id = b.id where v.tenant_id = ${TENANT}) select id from reached`
  );
}

/** People of units and groups with a word of the actor, and the actor's team. */
function peopleReached(ctx: Context, permission: Permission): Sql | undefined {
  const units = unitsReached(ctx, permission);
  const groups = held(ctx, permission, 'group');
  return union(
    units &&
      sql`select m.id from person m where m.tenant_id = ${TENANT} and m.status <> 'deleted' and m.unit_id in (${units})
        union all select m.person_id from person_unit m where m.tenant_id = ${TENANT} and m.unit_id in (${units})`,
    groups &&
      sql`select m.person_id from group_member m join people_group g on g.tenant_id = m.tenant_id and g.id = m.group_id
        where m.tenant_id = ${TENANT} and g.deleted_at is null and ${near('g.unit_id')} and g.id in (${groups})`,
    leads(ctx.actor, permission) ? TEAM : undefined,
  );
}

/** Whoever reports to the actor, and who reports to them. Everybody has one manager, so that a ring leads back to the actor, where it ends. */
const TEAM = sql`select id from (
  with recursive team as (
    select m.id, 1 as depth from person m where m.tenant_id = ${TENANT} and m.manager_id = ${ACTOR_ID} and m.id <> ${ACTOR_ID} and m.status <> 'deleted'
    union all select m.id, t.depth + 1 from team t join person m on m.tenant_id = ${TENANT} and m.manager_id = t.id
     where m.id <> ${ACTOR_ID} and m.status <> 'deleted' and t.depth < ${constant(DEEPEST)})
  select id from team) team`;
