import { run } from '../../database/run.ts';
import { name, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import { invalid, notFound, refuse } from '../kernel/refusal.ts';
import { sharedOrVisible, visibleUnits } from '../kernel/visibility.ts';

export type EntitledEntity = 'unit' | 'group' | 'course' | 'offering' | 'program';

const THINGS: Record<EntitledEntity, (ctx: Context, id: string) => Sql> = {
  unit: (ctx, id) => sql`unit t where t.tenant_id = ${TENANT} and t.id = ${id}${visibleUnits(ctx, sql`t.id`)}`,
  group: (ctx, id) =>
    sql`people_group t where t.tenant_id = ${TENANT} and t.id = ${id} and t.deleted_at is null${visibleUnits(ctx, sql`t.unit_id`)}`,
  course: (ctx, id) =>
    sql`course t where t.tenant_id = ${TENANT} and t.id = ${id} and t.deleted_at is null and ${sharedOrVisible(ctx, sql`t.unit_id`)}`,
  offering: (ctx, id) =>
    sql`offering t join course c on c.tenant_id = t.tenant_id and c.id = t.course_id
      where t.tenant_id = ${TENANT} and t.id = ${id} and t.deleted_at is null and c.deleted_at is null
        and ${sharedOrVisible(ctx, sql`t.unit_id`)} and ${sharedOrVisible(ctx, sql`c.unit_id`)}`,
  program: (ctx, id) =>
    sql`program t where t.tenant_id = ${TENANT} and t.id = ${id} and t.deleted_at is null and ${sharedOrVisible(ctx, sql`t.unit_id`)}`,
};

/** Refuses a thing that does not exist or that the actor does not see. In a transaction it is held: nobody deletes it meanwhile. */
export async function demandThing(ctx: Context, entity: EntitledEntity, id: string): Promise<void> {
  const from = THINGS[entity] ?? invalid(['entity'], 'unknown_value');
  if (!isId(id)) notFound(entity, id);
  const held = ctx.inTransaction ? sql` for key share of t` : nothing;
  const { rows } = await run(ctx, sql`select 1 from ${from(ctx, id)}${held}`);
  if (rows.length === 0) notFound(entity, id);
}

/** The same for changing who works on it: things of the whole account are for those who see all of it. */
export async function demandOwnThing(ctx: Context, entity: EntitledEntity, id: string): Promise<void> {
  await demandThing(ctx, entity, id);
  if (ctx.actor.units === null || entity === 'unit' || entity === 'group') return;
  const { rows } = await run(
    ctx,
    sql`select 1 from ${name(entity)} where tenant_id = ${TENANT} and id = ${id} and unit_id is null`,
  );
  if (rows.length > 0) refuse({ kind: 'forbidden', permission: 'courses.write' });
}
