import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import { invalid, notFound, refuse } from '../kernel/refusal.ts';
import { sharedOrVisibleSql as seen, visibleUnitsSql } from '../kernel/visibility.ts';

export type EntitledEntity = 'unit' | 'group' | 'course' | 'offering';

const THINGS: Record<EntitledEntity, (ctx: Context) => string> = {
  unit: (ctx) => `unit t where t.tenant_id = $1 and t.id = $2${visibleUnitsSql(ctx, 't.id')}`,
  group: (ctx) =>
    `people_group t where t.tenant_id = $1 and t.id = $2 and t.deleted_at is null${visibleUnitsSql(ctx, 't.unit_id')}`,
  course: (ctx) =>
    `course t where t.tenant_id = $1 and t.id = $2 and t.deleted_at is null and ${seen(ctx, 't.unit_id')}`,
  offering: (ctx) =>
    `offering t join course c on c.tenant_id = t.tenant_id and c.id = t.course_id
      where t.tenant_id = $1 and t.id = $2 and t.deleted_at is null and c.deleted_at is null
        and ${seen(ctx, 't.unit_id')} and ${seen(ctx, 'c.unit_id')}`,
};

/** Refuses a thing that does not exist or that the actor does not see. In a transaction it is held: nobody deletes it meanwhile. */
export async function demandThing(ctx: Context, entity: EntitledEntity, id: string): Promise<void> {
  const from = THINGS[entity] ?? invalid(['entity'], 'unknown_value');
  if (!isId(id)) notFound(entity, id);
  const held = ctx.inTransaction ? ' for key share of t' : '';
  const { rows } = await run(ctx.db, `select 1 from ${from(ctx)}${held}`, [ctx.tenant.id, id]);
  if (rows.length === 0) notFound(entity, id);
}

/** The same for changing who works on it: things of the whole account are for those who see all of it. */
export async function demandOwnThing(ctx: Context, entity: EntitledEntity, id: string): Promise<void> {
  await demandThing(ctx, entity, id);
  if (ctx.actor.units === null || entity === 'unit' || entity === 'group') return;
  const { rows } = await run(
    ctx.db,
    `select 1 from ${entity === 'course' ? 'course' : 'offering'} where tenant_id = $1 and id = $2 and unit_id is null`,
    [ctx.tenant.id, id],
  );
  if (rows.length > 0) refuse({ kind: 'forbidden', permission: 'courses.write' });
}
