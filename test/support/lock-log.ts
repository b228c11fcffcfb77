import { LOCKS, type Lock } from '../../src/record/kernel/locks.ts';
import type { TestDatabase } from './database.ts';

const NAMES = Object.keys(LOCKS);
const TABLES = new Map(
  Object.entries<Lock>(LOCKS).flatMap(([name, { tables = [] }]) => tables.map((table) => [table, name] as const)),
);

/** The locks that a statement takes for itself, by their names in the map; those held only for a reference (`for key share`) are left out. */
export function locksOf(text: string, values: readonly unknown[] = []): string[] {
  if (/pg_advisory_xact_lock/.test(text)) {
    const named = values.flat().filter((value): value is string => typeof value === 'string');
    return named.map((value) => value.split(' ')[0]!).filter((name) => NAMES.includes(name));
  }
  if (!/\bfor (?:no key )?update\b/.test(text) || /\b(?:insert into|delete from)\b/.test(text)) return [];
  const [, table] = /\bfrom (\w+)[^()]*(?:\([^()]*\)[^()]*)*\bfor (?:no key )?update\b/.exec(text) ?? [];
  const name = table && TABLES.get(table);
  return name ? [name] : [];
}

/** The locks of each transaction that was committed meanwhile, in the order in which they were taken. */
export async function lockLog({ pool }: Pick<TestDatabase, 'pool'>, work: () => Promise<unknown>): Promise<string[][]> {
  const all: string[][] = [];
  const clients = new Set<object>();
  const watch = (client: any): void => {
    if (clients.has(client)) return;
    clients.add(client);
    const query = client.query;
    let taken: string[] = [];
    client.query = (...args: any[]) => {
      const [first, values] = args;
      const text: string = typeof first === 'string' ? first : first.text;
      if (text === 'begin') taken = [];
      else if (text === 'commit') all.push(taken);
      else taken.push(...locksOf(text, first.values ?? values));
      return query.apply(client, args);
    };
  };
  pool.on('acquire', watch);
  try {
    await work();
  } finally {
    pool.off('acquire', watch);
    for (const client of clients) delete (client as any).query;
  }
  return all;
}

/** Steps backwards in the map: `later before earlier`. */
export const outOfOrder = (taken: readonly string[]): string[] =>
  taken.flatMap((name, i) => {
    const before = taken.slice(0, i).find((earlier) => NAMES.indexOf(earlier) > NAMES.indexOf(name));
    return before && !taken.slice(0, i).includes(name) ? [`${before} before ${name}`] : [];
  });
