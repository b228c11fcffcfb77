import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { visibleUnits } from '../kernel/visibility.ts';

/**
 * What units are called where names are keys: the name alone, `Parent/Name` where two share it. The root is the account itself and has
 * no such name; it is left out, as are units out of the actor's sight.
 */
export async function unitNames(ctx: Context, unitIds: Iterable<string | null>): Promise<Map<string, string>> {
  const ids = [...new Set(unitIds)].filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const { rows } = await run<{ id: string; name: string }>(
    ctx,
    sql`select u.id, case when exists (select 1 from unit x where x.tenant_id = ${TENANT} and x.name = u.name and x.id <> u.id and x.parent_id is not null${visibleUnits(ctx, sql`x.id`)})
            then p.name || '/' || u.name else u.name end as name
       from unit u join unit p on p.tenant_id = ${TENANT} and p.id = u.parent_id
      where u.tenant_id = ${TENANT} and u.id = any(${ids}::uuid[])${visibleUnits(ctx, sql`u.id`)}`,
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** A unit found by name; `root` is the whole account. */
export interface NamedUnit {
  id: string;
  root: boolean;
}

/** The visible unit that is called so, or `Parent/Name`. Undefined where none is, or where the name alone means several. */
export async function findUnitByName(ctx: Context, name: string): Promise<NamedUnit | undefined> {
  if (name.includes('\u0000') || !name.isWellFormed()) return undefined;
  // every text behind a slash may be the name of the unit, what stands before it its parent's
  const ends = [...name.matchAll(/\//g)].map((slash) => name.slice(slash.index + 1));
  const nameSql = value(name);
  const { rows } = await run<NamedUnit & { bare: boolean }>(
    ctx,
    sql`select u.id, u.parent_id is null as root, u.name = ${nameSql} as bare
       from unit u left join unit p on p.tenant_id = ${TENANT} and p.id = u.parent_id
      where u.tenant_id = ${TENANT} and u.name = any(${[name, ...ends]}::text[]) and (u.name = ${nameSql} or p.name || '/' || u.name = ${nameSql})${visibleUnits(ctx, sql`u.id`)}
      limit 10`,
  );
  const only = (units: typeof rows): NamedUnit | undefined =>
    units.length === 1 ? { id: units[0]!.id, root: units[0]!.root } : undefined;
  const bare = rows.filter((row) => row.bare && !row.root);
  if (bare.length > 1) return undefined;
  return only(bare) ?? only(rows.filter((row) => !row.bare)) ?? only(rows.filter((row) => row.root));
}

/** Every name that means one visible unit, for whoever has many to look up. */
export async function unitsByName(ctx: Context): Promise<(name: string) => NamedUnit | undefined> {
  const { rows } = await run<{ id: string; name: string; parent: string | null; root: boolean }>(
    ctx,
    sql`select u.id, u.name, p.name as parent, u.parent_id is null as root
       from unit u left join unit p on p.tenant_id = ${TENANT} and p.id = u.parent_id
      where u.tenant_id = ${TENANT}${visibleUnits(ctx, sql`u.id`)}`,
  );
  const grouped = (of: (row: (typeof rows)[number]) => string | undefined) => Map.groupBy(rows, of);
  const bare = grouped((row) => (row.root ? undefined : row.name));
  const pathed = grouped((row) => (row.parent === null ? undefined : `${row.parent}/${row.name}`));
  const root = rows.find((row) => row.root);
  const only = (found: typeof rows | undefined) =>
    found?.length === 1 ? { id: found[0]!.id, root: false } : undefined;
  return (name) => {
    const named = bare.get(name);
    if (named && named.length > 1) return undefined;
    return only(named) ?? only(pathed.get(name)) ?? (root?.name === name ? { id: root.id, root: true } : undefined);
  };
}
