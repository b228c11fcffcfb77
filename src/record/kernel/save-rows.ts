import { type Bulk, EVENT, insertHolding, one, query, STAMP } from './bulk.ts';
import { eventSql } from './event-types.ts';

/** How rows of a temporary table (`m`) become rows of a table of the record (`t`). Its owner says so, by `shapeOf`. */
export interface Shape<Table extends Shaped = Shaped> {
  table: Table;
  /** Columns that both tables have. An empty value keeps what is there. */
  columns: readonly string[];
  /** Columns of JSON objects, merged by key. */
  merged?: readonly string[];
  /** Columns set when a row is made, with their SQL over `m`. */
  first?: Readonly<Record<string, string>>;
  /** All that new rows refer to, for things that come by the thousand: table and column of `m`. */
  references?: readonly (readonly [table: string, column: string])[];
  /** SQL over `m` and `t` for columns that do not simply replace. */
  updated?: Readonly<Record<string, string>>;
  /** SQL over `t` for the event's course and person. */
  courseId?: string;
  personId?: string;
}

type Shaped = 'unit' | 'term' | 'course' | 'offering' | 'assessment' | 'person';

export const shapeOf = <Table extends Shaped>(table: Table, shape: Omit<Shape, 'table'>): Shape<Table> => ({
  table,
  ...shape,
});

/** What a set of rows did; what is neither was there already. */
export interface Saved {
  created: number;
  changed: number;
}

/**
 * Writes a temporary table: rows without `id` get one and are made, the others changed where they differ, each with its event. Those to be
 * deleted (`gone`) are left to the caller. Its columns: line, gone, id, fresh, and the shape's own.
 */
export async function saveRows(bulk: Bulk, matches: string, shape: Shape): Promise<Saved> {
  await giveIds(bulk, matches);
  const references = shape.references?.map(([table, column]) => [table, matches, column] as const);
  const created = references
    ? await insertHolding(bulk, references, () => create(bulk, matches, shape))
    : await create(bulk, matches, shape);
  return { created, changed: await change(bulk, matches, shape) };
}

/** Rows that are new get their ids, so that others can name them before they are written. */
export async function giveIds(bulk: Bulk, matches: string): Promise<void> {
  await query(bulk, `update ${matches} set id = uuidv7(), fresh = true where id is null and not gone`);
}

async function create(bulk: Bulk, matches: string, shape: Shape): Promise<number> {
  const first = shape.first ?? {};
  const all = [...shape.columns, ...(shape.merged ?? [])];
  const columns = ['tenant_id', 'id', ...all, ...Object.keys(first), 'created_at', 'updated_at'];
  const values = ['{tenant}', 'm.id', ...all.map((column) => `m.${column}`), ...Object.values(first), '{at}', '{at}'];
  const { count } = await one<{ count: number }>(
    bulk,
    `with t as (
       insert into ${shape.table} (${columns.join(', ')}) select ${values.join(', ')} from ${matches} m where m.fresh order by m.line returning *
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, course_id)
       select ${STAMP}, ${eventSql(`${shape.table}.created`)}, t.id, ${shape.personId ?? 'null'}, ${shape.courseId ?? 'null'} from t
     )
     select count(*) from t`,
  );
  return count;
}

async function change(bulk: Bulk, matches: string, shape: Shape): Promise<number> {
  const next: [string, string][] = [
    ...shape.columns.map((column): [string, string] => [
      column,
      shape.updated?.[column] ?? `coalesce(m.${column}, t.${column})`,
    ]),
    ...(shape.merged ?? []).map((column): [string, string] => [column, `t.${column} || m.${column}`]),
  ];
  const names = next.map(([column]) => column);
  const { count } = await one<{ count: number }>(
    bulk,
    `with next as (
       select t.id, ${next.map(([column, expression]) => `${expression} as ${column}`).join(', ')}
         from ${matches} m join ${shape.table} t on t.tenant_id = {tenant} and t.id = m.id where not m.fresh and not m.gone
     ), t as (
       update ${shape.table} t set ${names.map((column) => `${column} = n.${column}`).join(', ')}, updated_at = {at}
         from next n
        where t.tenant_id = {tenant} and t.id = n.id
          and (${names.map((column) => `t.${column}`).join(', ')}) is distinct from (${names.map((column) => `n.${column}`).join(', ')})
       returning new.*, ${changesSql(names)} as changes
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
       select ${STAMP}, ${eventSql(`${shape.table}.updated`)}, t.id, ${shape.personId ?? 'null'}, ${shape.courseId ?? 'null'}, jsonb_build_object('changed', t.changes) from t
     )
     select count(*) from t`,
  );
  return count;
}

/** SQL of what changed, before and after, by the domain's names; for `returning` of an update. */
const changesSql = (columns: readonly string[]): string =>
  `(select jsonb_object_agg(c.name, jsonb_build_array(c.before, c.after)) from (values ${columns
    .map((column) => `('${camel(column)}', to_jsonb(old.${column}), to_jsonb(new.${column}))`)
    .join(', ')}) as c (name, before, after) where c.before is distinct from c.after)`;

const camel = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Sets the state of the rows a condition over `m` names, for things that are retired instead of deleted. Gives how many it was another for. */
export async function setStateRows(
  bulk: Bulk,
  matches: string,
  shape: Shape<'course' | 'offering'>,
  state: string,
  where: string,
): Promise<number> {
  const { count } = await one<{ count: number }>(
    bulk,
    `with t as (
       update ${shape.table} t set state = {state}, updated_at = {at} from ${matches} m
        where t.tenant_id = {tenant} and t.id = m.id and ${where} and t.state <> {state} returning new.*, old.state as was
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, course_id, data)
       select ${STAMP}, ${eventSql(`${shape.table}.updated`)}, t.id, ${shape.courseId ?? 'null'},
              jsonb_build_object('changed', jsonb_build_object('state', jsonb_build_array(t.was, t.state))) from t
     )
     select count(*) from t`,
    { state },
  );
  return count;
}

/** What stands below things that go stands below what is above them: rows `id, up` of a temporary table; those in `but` are seen to already. */
export async function liftRows(bulk: Bulk, gone: string, shape: Shape<'unit' | 'term'>, but: string): Promise<void> {
  await one(
    bulk,
    `with t as (
       update ${shape.table} t set parent_id = g.up, updated_at = {at} from ${gone} g
        where t.tenant_id = {tenant} and t.parent_id = g.id and not exists (select 1 from ${but} o where o.id = t.id) returning t.id, old.parent_id as was, new.parent_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, data)
       select ${STAMP}, ${eventSql(`${shape.table}.updated`)}, id, jsonb_build_object('changed', jsonb_build_object('parentId', jsonb_build_array(was, parent_id))) from t
     )
     select count(*) from t`,
  );
}

/** What stands in a unit, and how its events tell of a move. */
export interface Holder {
  table: string;
  thing: 'person' | 'course' | 'offering' | 'group' | 'join_key';
  /** SQL over `t`: what is gone moves too, without a word. */
  away: string;
  personId?: string;
  courseId?: string;
}

export const holderOf = (table: string, holder: Omit<Holder, 'table'>): Holder => ({ table, ...holder });

/**
 * What stands in units that go moves to what is above them: rows `id, up` of a temporary table. How many of each unit moved goes into another
 * one, `id, thing, count`.
 */
export async function moveUpRows(bulk: Bulk, gone: string, holder: Holder, into: string): Promise<void> {
  await query(
    bulk,
    `with t as (
       update ${holder.table} t set unit_id = g.up, updated_at = {at} from ${gone} g
        where t.tenant_id = {tenant} and t.unit_id = g.id returning new.*, old.unit_id as was, ${holder.away} as away
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
       select ${STAMP}, ${eventSql(`${holder.thing}.updated`)}, t.id, ${holder.personId ?? 'null::uuid'}, ${holder.courseId ?? 'null::uuid'},
              jsonb_build_object('changed', jsonb_build_object('unitId', jsonb_build_array(t.was, t.unit_id)))
         from t where not t.away
     )
     insert into ${into} (id, thing, count) select was, '${holder.thing}', count(*) from t where not away group by was`,
  );
}
