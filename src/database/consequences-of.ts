import type { Consequences } from '../record/kernel/changes.ts';

// Handed in where a database is opened: neither this room nor the record's kernel knows a subject.
const tables = new WeakMap<object, Consequences>();

/** Transactions over these follow the table. */
export function handConsequences(of: readonly object[], table: Consequences): void {
  for (const one of of) tables.set(one, table);
}

/** The same for what speaks over a connection of a pool by itself. */
export function inheritConsequences(one: object, of: object): void {
  const table = tables.get(of);
  if (table) tables.set(one, table);
}

/** The table that belongs to a pool, or to what speaks over it outside of transactions. */
export function consequencesOf(of: object): Consequences {
  const table = tables.get(of);
  if (!table) throw new Error('no table of consequences was handed to this database');
  return table;
}
