import { EVENT, insertHolding, STAMP } from '../../record/kernel/bulk.ts';
import { eventSql } from '../../record/kernel/event-types.ts';
import { goneAbove, type Merged, one, query, rememberKeys, type Work } from './work.ts';

/** A kind of thing that rows of a file become one by one: unit, term, course, offering, assessment, person. */
export interface Thing {
  table: 'unit' | 'term' | 'course' | 'offering' | 'assessment' | 'person';
  /** `source_key.entity`; null where another file's rows are the things. */
  keyEntity: string | null;
  /** Columns that the table of matches and the record's table share. An empty value keeps what is there. */
  columns: readonly string[];
  /** Columns of JSON objects, merged by key. */
  merged?: readonly string[];
  /** Columns set when the thing is made, with their SQL over `m`. */
  first?: Readonly<Record<string, string>>;
  /** All that new rows refer to, for things that come by the thousand: table and column of `m`. */
  references?: readonly (readonly [table: string, column: string])[];
  /** SQL over `m` and the row `t` for columns that do not simply replace. */
  updated?: Readonly<Record<string, string>>;
  /** SQL over the row `t` for the event's course and person. */
  courseId?: string;
  personId?: string;
  /** SQL over `m` of what to remember about the row. */
  data?: string;
}

/**
 * Writes a table of matches into the record: rows without `id` are created, the others changed where they differ, each with its event.
 * Rows to be deleted (`gone`) are left to the caller. Columns of the table: line, key, gone, id, fresh, and the thing's own.
 */
export async function saveThings(w: Work, matches: string, thing: Thing): Promise<Merged> {
  await query(w, `update ${matches} set id = uuidv7(), fresh = true where id is null and not gone`);
  const references = thing.references?.map(([table, column]) => [table, matches, column] as const);
  const created = references
    ? await insertHolding(w, references, () => create(w, matches, thing))
    : await create(w, matches, thing);
  const changed = await change(w, matches, thing);
  if (thing.keyEntity) await rememberKeys(w, matches, thing.keyEntity, thing.data ? { data: thing.data } : {});
  return { created, changed };
}

async function create(w: Work, matches: string, thing: Thing): Promise<number> {
  const first = thing.first ?? {};
  const all = [...thing.columns, ...(thing.merged ?? [])];
  const columns = ['tenant_id', 'id', ...all, ...Object.keys(first), 'created_at', 'updated_at'];
  const values = ['{tenant}', 'm.id', ...all.map((column) => `m.${column}`), ...Object.values(first), '{at}', '{at}'];
  const { count } = await one<{ count: number }>(
    w,
    `with t as (
       insert into ${thing.table} (${columns.join(', ')}) select ${values.join(', ')} from ${matches} m where m.fresh order by m.line returning *
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, course_id)
       select ${STAMP}, ${eventSql(`${thing.table}.created`)}, t.id, ${thing.personId ?? 'null'}, ${thing.courseId ?? 'null'} from t
     )
     select count(*) from t`,
  );
  return count;
}

async function change(w: Work, matches: string, thing: Thing): Promise<number> {
  const next: [string, string][] = [
    ...thing.columns.map((column): [string, string] => [
      column,
      thing.updated?.[column] ?? `coalesce(m.${column}, t.${column})`,
    ]),
    ...(thing.merged ?? []).map((column): [string, string] => [column, `t.${column} || m.${column}`]),
  ];
  const names = next.map(([column]) => column);
  const { count } = await one<{ count: number }>(
    w,
    `with next as (
       select t.id, ${next.map(([column, expression]) => `${expression} as ${column}`).join(', ')}
         from ${matches} m join ${thing.table} t on t.tenant_id = {tenant} and t.id = m.id where not m.fresh and not m.gone
     ), t as (
       update ${thing.table} t set ${names.map((column) => `${column} = n.${column}`).join(', ')}, updated_at = {at}
         from next n
        where t.tenant_id = {tenant} and t.id = n.id
          and (${names.map((column) => `t.${column}`).join(', ')}) is distinct from (${names.map((column) => `n.${column}`).join(', ')})
       returning new.*, ${changesSql(names)} as changes
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
       select ${STAMP}, ${eventSql(`${thing.table}.updated`)}, t.id, ${thing.personId ?? 'null'}, ${thing.courseId ?? 'null'}, jsonb_build_object('changed', t.changes) from t
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

/** Sets one state column on the rows a condition names, with events; for things that are retired instead of deleted. */
export async function setState(
  w: Work,
  matches: string,
  thing: Pick<Thing, 'table' | 'courseId'>,
  state: string,
  where: string,
): Promise<number> {
  const { count } = await one<{ count: number }>(
    w,
    `with t as (
       update ${thing.table} t set state = {state}, updated_at = {at} from ${matches} m
        where t.tenant_id = {tenant} and t.id = m.id and ${where} and t.state <> {state} returning new.*, old.state as was
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, course_id, data)
       select ${STAMP}, ${eventSql(`${thing.table}.updated`)}, t.id, ${thing.courseId ?? 'null'},
              jsonb_build_object('changed', jsonb_build_object('state', jsonb_build_array(t.was, t.state))) from t
     )
     select count(*) from t`,
    { state },
  );
  return count;
}

/**
 * Sets `parent_id`; `top` is the parent of rows without one. Below what is to be deleted, things stand below what is above it (`gone_up`),
 * those of earlier imports too. Rows whose parent is not there stand on top, as those do that would stand in a ring. All with a note.
 */
export async function settleParents(
  w: Work,
  matches: string,
  thing: { table: 'unit' | 'term'; keyEntity: string; top: string | null },
): Promise<void> {
  const given = { entity: thing.keyEntity, top: thing.top ?? '' };
  const top = `nullif({top}, '')::uuid`;
  await query(w, `update ${matches} set id = uuidv7(), fresh = true where id is null and not gone`);
  await query(w, 'drop table if exists gone_up');
  await query(
    w,
    `create temporary table gone_up on commit drop as
     with recursive climb as (
       select m.id, t.parent_id as up from ${matches} m join ${thing.table} t on t.tenant_id = {tenant} and t.id = m.id where m.gone
       union all
       select c.id, t.parent_id from climb c join ${matches} m on m.id = c.up and m.gone join ${thing.table} t on t.tenant_id = {tenant} and t.id = c.up
     )
     select c.id, c.up from climb c where not exists (select 1 from ${matches} m where m.id = c.up and m.gone)`,
  );
  await query(
    w,
    `update ${matches} m set parent_id = coalesce(f.id, g.up, t.id, case when m.parent_key is null then ${top} end),
            noted = m.noted || ${goneAbove('parentSourcedId', 'm.parent_key', 'f.id is null and (g.id is not null or f.was)')}
       from (select m.line, p.id, k.id as known, coalesce(k.data ? 'gone', false) as was
               from ${matches} m left join ${matches} p on p.key = m.parent_key and not p.gone
               left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = {entity} and k.key = m.parent_key) f
       left join gone_up g on g.id = f.known
       left join ${thing.table} t on t.tenant_id = {tenant} and t.id = f.known
      where f.line = m.line and not m.gone and not m.is_root`,
    given,
  );
  await query(
    w,
    `update ${matches} set parent_id = ${top}, noted = noted || ('parentSourcedId: there is no "' || parent_key || '"; left out')
      where parent_key is not null and parent_id is null and not gone and not is_root`,
    given,
  );
  await query(
    w,
    `with recursive tree as (
       select u.id, u.parent_id from ${thing.table} u where u.tenant_id = {tenant} and not exists (select 1 from ${matches} m where m.id = u.id and not m.gone)
       union all select id, parent_id from ${matches} where not gone
     ), reached as (
       select id from tree where parent_id is null union select t.id from tree t join reached r on t.parent_id = r.id
     ), above as (
       select t.id, t.parent_id as at from tree t where t.id not in (select id from reached)
       union select a.id, t.parent_id from above a join tree t on t.id = a.at
     )
     update ${matches} m set parent_id = ${top}, noted = noted || 'parentSourcedId: in a ring; left out'::text
       from (select id from above where at = id) ring where m.id = ring.id and not m.gone`,
    given,
  );
  await query(
    w,
    `with t as (
       update ${thing.table} t set parent_id = g.up, updated_at = {at} from gone_up g
        where t.tenant_id = {tenant} and t.parent_id = g.id and not exists (select 1 from ${matches} o where o.id = t.id) returning t.id, old.parent_id as was, new.parent_id
     )
     insert into event (${EVENT}, type, entity, entity_id, data)
     select ${STAMP}, ${eventSql(`${thing.table}.updated`)}, id, jsonb_build_object('changed', jsonb_build_object('parentId', jsonb_build_array(was, parent_id))) from t`,
  );
}
