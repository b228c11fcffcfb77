import { constant, name, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { type Bulk, insertHolding, query, type Rows } from './bulk.ts';

/** Kinds of things that rows of rosters become. */
export type SourcedEntity = 'person' | 'unit' | 'course' | 'offering' | 'enrollment';

/**
 * Keeps the things a roster calls by this sourcedId, whichever system it is of: two systems may mean two by one. `id` is a column. A
 * deleted unit's key leads to the one above it, which nobody calls so.
 */
export const sourced = (entity: SourcedEntity, id: string, key: string): Sql =>
  sql` and ${name(id)} in (select k.id from source_key k where k.tenant_id = ${TENANT} and starts_with(k.system, 'oneroster') and k.entity = ${constant(`'${entity}'`)}
      and k.key = ${key}::text${entity === 'unit' ? sql` and (k.data ? 'gone') is not true` : nothing})`;

/** Remembers what a source calls things: rows `entity, key, id, data`. A key that is known leads to what the row says from then on. */
export const saveKeys = (bulk: Bulk, system: string, rows: Rows): Promise<unknown> =>
  insertHolding(bulk, [], () =>
    query(
      bulk,
      `insert into source_key as k (tenant_id, system, entity, key, id, data)
       select {tenant}, {of_system}, m.entity, m.key, m.id, m.data from (${rows.sql}) m
       on conflict (tenant_id, system, entity, key) do update set id = excluded.id, data = excluded.data
         where (k.id, k.data) is distinct from (excluded.id, excluded.data)`,
      { of_system: system, ...rows.values },
    ),
  );

/** Notes something else on keys that are known: rows `system, entity, key, id, data`. */
export async function noteKeys(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with m as (${rows.sql})
     update source_key k set id = m.id, data = m.data from m
      where k.tenant_id = {tenant} and k.system = m.system and k.entity = m.entity and k.key = m.key and (k.id, k.data) is distinct from (m.id, m.data)`,
    rows.values,
  );
}

/** Forgets keys: rows `system, entity, key`. */
export async function forgetKeys(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with m as (${rows.sql})
     delete from source_key k using m where k.tenant_id = {tenant} and k.system = m.system and k.entity = m.entity and k.key = m.key`,
    rows.values,
  );
}
