import type { Context, Database } from '../record/kernel/context.ts';
import { poolOf } from './lines.ts';
import { constant, nothing, type Sql, sql, TENANT, textOf, value, written } from './sql.ts';

/** Columns that change only together with an event: what is counted by these alone stays while nothing happens in the tenant. */
export interface Remembered {
  columns: readonly string[];
}

/** A number, and the state of the tenant's feed in the snapshot that it was counted in. */
interface Known {
  state: string;
  total: number;
}

/** How a statement gets a number of rows: what stands before it, its further columns, and where the number is kept. */
export interface DemandedTotal {
  with: Sql;
  columns: Sql;
  keep?: (known: Known) => void;
}

const MOST_KNOWN = 2000;
const LONGEST_KEY = 4000;
/** Of more events without a place than this it is not looked which they are. */
const MOST_WAITING = 200;

// a Map keeps the order of insertion: the first key is the one used longest ago
const known = new WeakMap<Database, Map<string, Known>>();

/**
 * What the feed of a tenant has told so far, as a text. Within an epoch events only come, wait, and are given places, which moves
 * the last position: while that and the number of those that wait are the same, nothing was committed. Null where nobody has read the feed
 * yet, or too much waits.
 */
const STATE = sql`with state as (
  select e.key || ' ' || f.last_position || ' ' || w.n as now from feed f
    join feed_epoch e on e.tenant_id = f.tenant_id and e.until is null
    cross join lateral (select count(*) as n from (
      select from event where tenant_id = ${TENANT} and position is null limit ${constant(MOST_WAITING)}) x) w
   where f.tenant_id = ${TENANT} and w.n < ${constant(MOST_WAITING)}) `;

/**
 * The columns `#total` and `#state` of a statement that counts rows beside showing them. A number counted before is used as long as the
 * snapshot of the statement itself shows the state that it was counted in; else PostgreSQL counts again. So it is exact, whoever wrote.
 */
export function demandedTotal(ctx: Context, remembered: Remembered | undefined, from: Sql, scope: Sql): DemandedTotal {
  const count = sql`select count(*) as n from ${from} where ${scope}`;
  const plain = { with: nothing, columns: sql`, (${count}) as "#total"` };
  // a transaction sees what it has written itself, maybe before it says so
  if (!remembered || !isDecidedBy(sql`${from} where ${scope}`, remembered) || !poolOf(ctx.db)) return plain;
  const { text, values } = written(count, ctx);
  const key = `${text}\n${JSON.stringify(values)}`;
  if (key.length > LONGEST_KEY) return plain;
  const mine = known.get(ctx.db) ?? new Map<string, Known>();
  known.set(ctx.db, mine);
  const before = mine.get(key);
  return {
    with: STATE,
    columns: sql`, (select now from state) as "#state", case when (select now from state) = ${value(before?.state ?? null, 'text')} then ${value(before?.total ?? null, 'bigint')} else (${count}) end as "#total"`,
    keep: (counted) => {
      mine.delete(key);
      mine.set(key, counted);
      if (mine.size > MOST_KNOWN) mine.delete(mine.keys().next().value!);
    },
  };
}

/** No number is asked for. */
export const NO_TOTAL: DemandedTotal = { with: nothing, columns: nothing };

export function keepTotal(demanded: DemandedTotal, state: unknown, total: number): void {
  if (typeof state === 'string') demanded.keep?.({ state, total });
}

const COLUMN = /\b[a-z]\w*\.[a-z]\w*\b/g;

/** Whether a condition looks at nothing but what is remembered: no other columns, and no other tables. */
function isDecidedBy(scope: Sql, { columns }: Remembered): boolean {
  const rest = textOf(scope, (part) => part.steady);
  return !/\bselect\b/i.test(rest) && (rest.match(COLUMN) ?? []).every((column) => columns.includes(column));
}
