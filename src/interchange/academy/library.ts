import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../../record/kernel/context.ts';
import { allOf, findActivityKeys, idKey, KINDS, type Named } from './known.ts';
import type { Kind } from './shape.ts';
import type { Library } from './subject.ts';

const CLEAN_KEY = /^\S(?:[^\n\r]*\S)?$/;
const LONGEST_KEY = 200;

/** What an export must know before it writes: the keys of everything. */
export async function openLibrary(ctx: Context, passwordHashes: boolean): Promise<Library> {
  const keys = new Map<Kind, Map<string, string>>();
  for (const kind of KINDS) keys.set(kind, keysOf(kind, await allOf(ctx, kind)));
  const { rows: roots } = await run<{ id: string }>(
    ctx,
    sql`select id from unit where tenant_id = ${TENANT} and parent_id is null`,
  );
  for (const { id } of roots) keys.get('unit')!.set(id, 'root');
  // people who act for API clients come with those, not with the academy
  const { rows: servants } = await run<{ id: string }>(
    ctx,
    sql`select id from source_key where tenant_id = ${TENANT} and system = 'api_client' and entity = 'person'`,
  );
  for (const { id } of servants) keys.get('person')!.delete(id);
  const { rows: offerings } = await run<{ id: string; courseId: string }>(
    ctx,
    sql`select o.id, o.course_id as "courseId" from offering o where o.tenant_id = ${TENANT} and o.is_default and o.deleted_at is null`,
  );
  const defaults = new Map(offerings.map((row) => [row.id, row.courseId]));
  const { rows: gone } = await run<{ id: string }>(
    ctx,
    sql`select o.id from offering o join course c on c.tenant_id = o.tenant_id and c.id = o.course_id
      where o.tenant_id = ${TENANT} and c.deleted_at is not null`,
  );
  for (const { id } of gone) keys.get('offering')!.delete(id);
  const activities = await activityKeys(ctx);

  const keyOf: Library['keyOf'] = (kind, id) => (id === null ? undefined : keys.get(kind)!.get(id));
  const key: Library['key'] = (kind, id) => keyOf(kind, id) ?? id;
  return {
    ctx,
    passwordHashes,
    key,
    keyOf,
    has: (kind, id) => keys.get(kind)!.has(id),
    activity: (courseId, id) => activities.get(`${courseId} ${id}`) ?? id,
    place: (courseId, offeringId) =>
      defaults.get(offeringId) === courseId
        ? { course: key('course', courseId) }
        : { offering: key('offering', offeringId) },
    external: (kind, id, externalId) => (externalId === keyOf(kind, id) ? {} : { externalId }),
  };
}

/** The key that a file brought, else the outside key, else kind and id; never one for two. */
function keysOf(kind: Kind, things: readonly Named[]): Map<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>(kind === 'unit' ? ['root'] : []);
  const give = (choose: (thing: Named) => string | null): void => {
    for (const thing of things) {
      const key = keys.has(thing.id) ? null : choose(thing);
      if (key === null || key.length > LONGEST_KEY || !CLEAN_KEY.test(key) || taken.has(key)) continue;
      taken.add(key);
      keys.set(thing.id, key);
    }
  };
  give(({ key }) => key);
  give(({ externalId }) => externalId);
  give(({ name }) => name);
  give(({ id }) => idKey(kind, id));
  return keys;
}

/** By course and activity: the key that a file gave, else the name where the course has it once, else the id. */
async function activityKeys(ctx: Context): Promise<Map<string, string>> {
  const { rows } = await run<{ courseId: string; id: string; name: string; current: boolean }>(
    ctx,
    sql`select distinct on (v.course_id, a.id) v.course_id as "courseId", a.id, a.name
       from activity a join course_version v on v.tenant_id = a.tenant_id and v.id = a.version_id
       join course c on c.tenant_id = v.tenant_id and c.id = v.course_id
      where a.tenant_id = ${TENANT} and c.deleted_at is null
      order by v.course_id, a.id, v.id = c.current_version_id desc, v.ordinal desc`,
  );
  const { rows: names } = await run<{ courseId: string; name: string }>(
    ctx,
    sql`select v.course_id as "courseId", a.name from activity a join course_version v on v.tenant_id = a.tenant_id and v.id = a.version_id
      where a.tenant_id = ${TENANT} group by 1, 2 having count(distinct a.id) > 1`,
  );
  const shared = new Set(names.map((row) => `${row.courseId} ${row.name}`));
  const given = await findActivityKeys(ctx);
  return new Map(
    rows.map(({ courseId, id, name }) => {
      const own = [...(given.get(courseId) ?? [])].find(([, each]) => each === id)?.[0];
      const usable = !shared.has(`${courseId} ${name}`) && name.length <= LONGEST_KEY && CLEAN_KEY.test(name);
      return [`${courseId} ${id}`, own ?? (usable ? name : `activity-${id}`)];
    }),
  );
}
