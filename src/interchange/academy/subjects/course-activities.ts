import { run } from '../../../database/run.ts';
import { sql } from '../../../database/sql.ts';
import type { World } from '../world.ts';

const namesOf = new WeakMap<World, Map<string, Promise<Map<string, string[]>>>>();

/** The activity of a course that the file speaks of: by key, else by name where only one has it. Undefined when there is none. */
export async function activityOf(world: World, courseId: string, keyOrName: string): Promise<string | undefined> {
  const keyed = world.activityKeys(courseId).get(keyOrName);
  if (keyed !== undefined) return keyed;
  const known = namesOf.get(world) ?? new Map<string, Promise<Map<string, string[]>>>();
  namesOf.set(world, known);
  const names = known.get(courseId) ?? namesIn(world, courseId);
  known.set(courseId, names);
  const found = (await names).get(keyOrName);
  return found?.length === 1 ? found[0] : undefined;
}

/** What is known by name is out of date once content is written. */
export const forgetActivities = (world: World, courseId: string): void => void namesOf.get(world)?.delete(courseId);

/** Activities by name: of the present version, and of earlier ones and the draft where the present one has none of that name. */
async function namesIn(world: World, courseId: string): Promise<Map<string, string[]>> {
  const { rows } = await run<{ name: string; id: string; rank: number }>(
    world.ctx,
    sql`select distinct a.name, a.id, case when v.id = c.current_version_id then 0 when v.state = 'draft' then 2 else 1 end as rank
       from course_version v join course c on c.tenant_id = v.tenant_id and c.id = v.course_id
       join activity a on a.tenant_id = v.tenant_id and a.version_id = v.id
      where v.tenant_id = ${world.ctx.tenant.id} and v.course_id = ${courseId} order by rank`,
  );
  const best = new Map<string, number>();
  const names = new Map<string, string[]>();
  for (const { name, id, rank } of rows) {
    if ((best.get(name) ?? rank) < rank) continue;
    best.set(name, rank);
    names.set(name, [...new Set([...(names.get(name) ?? []), id])]);
  }
  return names;
}
