import { run } from '../../database/parameters.ts';
import { few } from '../../record/kernel/bulk.ts';
import type { Context } from '../../record/kernel/context.ts';
import { isId } from '../../record/kernel/ids.ts';
import { saveKeys } from '../../record/kernel/source-keys.ts';
import type { Kind } from './shape.ts';

/** The system under which an academy's keys are kept. */
export const SYSTEM = 'academy';

/** How the things of a kind are found: table, what counts as there, columns that hold a key of the outside, and where those count. */
const TABLES: Record<
  Kind,
  { from: string; where?: string; named?: string; names: readonly string[]; fold?: readonly string[] }
> = {
  attribute: { from: 'attribute', names: [`entity || '.' || key`] },
  unit: { from: 'unit', names: ['external_id'] },
  role: { from: 'role', names: ['key', 'case when key is null then name end'] },
  person: { from: 'person', where: `status <> 'deleted'`, names: ['external_id'], fold: ['username', 'email'] },
  profile: { from: 'profile', names: ['external_id'] },
  group: { from: 'people_group', where: 'deleted_at is null', names: ['external_id'] },
  credit_type: { from: 'credit_type', names: ['external_id'] },
  term: { from: 'term', names: ['external_id'] },
  room: { from: 'room', names: ['name'] },
  course: { from: 'course', where: 'deleted_at is null', names: ['external_id'] },
  // a default offering shares the key of its course
  offering: { from: 'offering', where: 'deleted_at is null', named: 'not is_default', names: ['external_id'] },
  session: { from: 'session', where: 'deleted_at is null', names: ['external_id'] },
  join_key: { from: 'join_key', names: ['external_id'], fold: ['code'] },
  assessment: { from: 'assessment', names: ['external_id'] },
  certificate: { from: 'certificate', where: 'deleted_at is null', names: ['external_id'] },
};

export const KINDS = Object.keys(TABLES) as Kind[];

/** A key for what has none: of its kind and id, which is nothing else's in any tenant. */
export const idKey = (kind: Kind, id: string): string => `${kind.replace('_', '-')}-${id}`;

/** A key that the file uses, with the outside key of its entry where that is another one. */
export interface Wanted {
  key: string;
  externalId?: string | null | undefined;
}

/**
 * The ids of what is in the record already: under the key itself, if an academy file brought it; else by external id (a person also by
 * username or email, a room by name, a join key by code), else by the id that an export wrote.
 */
export async function findKnown(ctx: Context, kind: Kind, wanted: readonly Wanted[]): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  if (wanted.length === 0) return known;
  const { from, where = 'true', named = 'true', names, fold = [] } = TABLES[kind];
  const keys = wanted.map(({ key }) => key);
  const kept = await run<{ key: string; id: string }>(
    ctx.db,
    `select s.key, s.id from source_key s
      where s.tenant_id = $1 and s.system = '${SYSTEM}' and s.entity = $2 and s.key = any($3::text[])
        and exists (select 1 from ${from} t where t.tenant_id = $1 and t.id = s.id and ${where})`,
    [ctx.tenant.id, kind, keys],
  );
  for (const { key, id } of kept.rows) known.set(key, id);
  const outside = new Map<string, string>();
  const look = async (sql: string, values: readonly string[]): Promise<void> => {
    const { rows } = await run<{ name: string; id: string }>(
      ctx.db,
      `select ${sql} as name, id from ${from} where tenant_id = $1 and ${where} and ${named} and ${sql} = any($2::text[]) order by number`,
      [ctx.tenant.id, values],
    );
    for (const { name, id } of rows) if (!outside.has(name)) outside.set(name, id);
  };
  const left = wanted.filter(({ key }) => !known.has(key));
  if (left.length === 0) return known;
  const nameOf = ({ key, externalId }: Wanted): string => externalId ?? key;
  for (const column of names) await look(column, left.map(nameOf));
  for (const column of fold)
    await look(
      `lower(${column})`,
      left.map((each) => nameOf(each).toLowerCase()),
    );
  const byId = await ofIds(ctx, kind, left);
  const taken = new Set(known.values());
  for (const each of left) {
    const id =
      outside.get(nameOf(each)) ??
      (fold.length > 0 ? outside.get(nameOf(each).toLowerCase()) : undefined) ??
      byId.get(each.key);
    if (id !== undefined && !taken.has(id)) known.set(each.key, id);
  }
  return known;
}

async function ofIds(ctx: Context, kind: Kind, wanted: readonly Wanted[]): Promise<Map<string, string>> {
  const start = idKey(kind, '');
  const ids = wanted.flatMap(({ key }) =>
    key.startsWith(start) && isId(key.slice(start.length)) ? key.slice(start.length) : [],
  );
  if (ids.length === 0) return new Map();
  const { from, where } = TABLES[kind];
  const { rows } = await run<{ id: string }>(
    ctx.db,
    `select id from ${from} where tenant_id = $1 and ${where ?? 'true'} and id = any($2::uuid[])`,
    [ctx.tenant.id, ids],
  );
  return new Map(rows.map(({ id }) => [idKey(kind, id), id]));
}

/** Keys that academy files gave to activities, by course. */
export async function findActivityKeys(ctx: Context): Promise<Map<string, Map<string, string>>> {
  const { rows } = await run<{ course: string; key: string; id: string }>(
    ctx.db,
    `select left(s.key, 36) as course, substr(s.key, 38) as key, s.id from source_key s
      where s.tenant_id = $1 and s.system = '${SYSTEM}' and s.entity = 'activity'`,
    [ctx.tenant.id],
  );
  const byCourse = Map.groupBy(rows, (row) => row.course);
  return new Map([...byCourse].map(([course, keys]) => [course, new Map(keys.map(({ key, id }) => [key, id]))]));
}

/** Keeps under which keys things were imported. */
export async function keepKeys(
  ctx: Context,
  keys: readonly { entity: string; key: string; id: string }[],
): Promise<void> {
  if (keys.length === 0) return;
  await saveKeys(few(ctx), SYSTEM, {
    sql: 'select k.entity, k.key, k.id, null::jsonb as data from jsonb_to_recordset({keys}::jsonb) as k (entity text, key text, id uuid)',
    values: { keys: JSON.stringify(keys) },
  });
}

export interface Named {
  id: string;
  externalId: string | null;
  /** What people call it; for rooms, roles and codes a name of the outside. */
  name: string | null;
  key: string | null;
}

/** Everything of a kind with what may name it, for an export. */
export async function allOf(ctx: Context, kind: Kind): Promise<Named[]> {
  const { from, where } = TABLES[kind];
  const external = ['attribute', 'role', 'room'].includes(kind) ? 'null::text' : 't.external_id';
  const name = {
    attribute: `t.entity || '.' || t.key`,
    role: 't.key',
    person: 't.login',
    join_key: 't.code',
    room: 'null::text',
  }[kind as string];
  const { rows } = await run<Named>(
    ctx.db,
    `select t.id, ${external} as "externalId", ${name ?? 'null::text'} as name, s.key
       from ${from} t
       left join (select id, min(key) as key from source_key where tenant_id = $1 and system = '${SYSTEM}' and entity = $2 group by id) s
         on s.id = t.id
      where t.tenant_id = $1 and ${where ?? 'true'} order by t.number`,
    [ctx.tenant.id, kind],
  );
  return rows;
}
