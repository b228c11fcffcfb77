/** Kinds of things that rows of rosters become. */
export type SourcedEntity = 'person' | 'unit' | 'course' | 'offering' | 'enrollment';

/**
 * SQL that keeps the things a roster calls by this sourcedId, whichever system it is of: two systems may mean two by one. `id`, `tenant` and
 * `key` are SQL. A deleted unit's key leads to the one above it, which nobody calls so.
 */
export const sourcedSql = (
  entity: SourcedEntity,
  id: string,
  { tenant, key }: { tenant: string; key: string },
): string =>
  ` and ${id} in (select k.id from source_key k where k.tenant_id = ${tenant} and starts_with(k.system, 'oneroster') and k.entity = '${entity}'
      and k.key = ${key}${entity === 'unit' ? ` and (k.data ? 'gone') is not true` : ''})`;
