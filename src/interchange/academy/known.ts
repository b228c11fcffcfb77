import { run } from '../../database/run.ts';
import { type Sql, sql, TENANT } from '../../database/sql.ts';
import { few } from '../../record/kernel/bulk.ts';
import type { Context } from '../../record/kernel/context.ts';
import { isId } from '../../record/kernel/ids.ts';
import { saveKeys } from '../../record/kernel/source-keys.ts';
import type { Kind } from './shape.ts';

/** The system under which an academy's keys are kept. */
export const SYSTEM = 'academy';

/** How the things of a kind are found: table, what counts as there, columns that hold a key of the outside, and where those count. */
const TABLES: Record<Kind, { from: Sql; where?: Sql; named?: Sql; names: readonly Sql[]; fold?: readonly Sql[] }> = {
  attribute: { from: sql`attribute`, names: [sql`entity || '.' || key`] },
  unit: { from: sql`unit`, names: [sql`external_id`] },
  role: { from: sql`role`, names: [sql`key`, sql`case when key is null then name end`] },
  person: {
    from: sql`person`,
    where: sql`status <> 'deleted'`,
    names: [sql`external_id`],
    fold: [sql`username`, sql`email`],
  },
  profile: { from: sql`profile`, names: [sql`external_id`] },
  group: { from: sql`people_group`, where: sql`deleted_at is null`, names: [sql`external_id`] },
  credit_type: { from: sql`credit_type`, names: [sql`external_id`] },
  term: { from: sql`term`, names: [sql`external_id`] },
  room: { from: sql`room`, names: [sql`name`] },
  course: { from: sql`course`, where: sql`deleted_at is null`, names: [sql`external_id`] },
  // a default offering shares the key of its course
  offering: {
    from: sql`offering`,
    where: sql`deleted_at is null`,
    named: sql`not is_default`,
    names: [sql`external_id`],
  },
  session: { from: sql`session`, where: sql`deleted_at is null`, names: [sql`external_id`] },
  join_key: { from: sql`join_key`, names: [sql`external_id`], fold: [sql`code`] },
  program: { from: sql`program`, where: sql`deleted_at is null`, names: [sql`external_id`] },
  assessment: { from: sql`assessment`, names: [sql`external_id`] },
  certificate: { from: sql`certificate`, where: sql`deleted_at is null`, names: [sql`external_id`] },
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
  const { from, where = sql`true`, named = sql`true`, names, fold = [] } = TABLES[kind];
  const keys = wanted.map(({ key }) => key);
  const kept = await run<{ key: string; id: string }>(
    ctx,
    sql`select s.key, s.id from source_key s
      where s.tenant_id = ${TENANT} and s.system = ${SYSTEM} and s.entity = ${kind} and s.key = any(${keys}::text[])
        and exists (select 1 from ${from} t where t.tenant_id = ${TENANT} and t.id = s.id and ${where})`,
  );
  for (const { key, id } of kept.rows) known.set(key, id);
  const outside = new Map<string, string>();
  const look = async (called: Sql, values: readonly string[]): Promise<void> => {
    const { rows } = await run<{ name: string; id: string }>(
      ctx,
      sql`select ${called} as name, id from ${from} where tenant_id = ${TENANT} and ${where} and ${named} and ${called} = any(${values}::text[]) order by number`,
    );
    for (const { name, id } of rows) if (!outside.has(name)) outside.set(name, id);
  };
  const left = wanted.filter(({ key }) => !known.has(key));
  if (left.length === 0) return known;
  const nameOf = ({ key, externalId }: Wanted): string => externalId ?? key;
  for (const column of names) await look(column, left.map(nameOf));
  for (const column of fold)
    await look(
      sql`lower(${column})`,
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
    ctx,
    sql`select id from ${from} where tenant_id = ${TENANT} and ${where ?? sql`true`} and id = any(${ids}::uuid[])`,
  );
  return new Map(rows.map(({ id }) => [idKey(kind, id), id]));
}

/** Keys that academy files gave to activities, by course. */
export async function findActivityKeys(ctx: Context): Promise<Map<string, Map<string, string>>> {
  const { rows } = await run<{ course: string; key: string; id: string }>(
    ctx,
    sql`select left(s.key, 36) as course, substr(s.key, 38) as key, s.id from source_key s
      where s.tenant_id = ${TENANT} and s.system = ${SYSTEM} and s.entity = 'activity'`,
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
  const external = ['attribute', 'role', 'room'].includes(kind) ? sql`null::text` : sql`t.external_id`;
  const names: Partial<Record<Kind, Sql>> = {
    attribute: sql`t.entity || '.' || t.key`,
    role: sql`t.key`,
    person: sql`t.login`,
    join_key: sql`t.code`,
  };
  const { rows } = await run<Named>(
    ctx,
    sql`select t.id, ${external} as "externalId", ${names[kind] ?? sql`null::text`} as name, s.key
       from ${from} t
       left join (select id, min(key) as key from source_key where tenant_id = ${TENANT} and system = ${SYSTEM} and entity = ${kind} group by id) s
         on s.id = t.id
      where t.tenant_id = ${TENANT} and ${where ?? sql`true`} order by t.number`,
  );
  return rows;
}
