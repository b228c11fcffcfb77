import type { Database } from '../record/kernel/context.ts';
import { poolOf } from './lines.ts';
import type { Parameters } from './parameters.ts';

/** Columns that change only together with an event: what is counted by these alone stays while nothing happens in the tenant. */
export interface Remembered {
  columns: readonly string[];
  /** Conditions of which the same is known, whatever they look at. */
  conditions?: readonly string[];
}

/** A number, and the state of the tenant's feed in the snapshot that it was counted in. */
interface Known {
  state: string;
  total: number;
}

/** How a statement gets a number of rows: what stands before it, its further columns, and where the number is kept. */
export interface DemandedTotal {
  with: string;
  columns: string;
  keep?: (known: Known) => void;
}

const MOST_KNOWN = 2000;
const LONGEST_KEY = 4000;
/** Of more events without a place than this it is not looked which they are. */
const MOST_WAITING = 200;

// a Map keeps the order of insertion: the first key is the one used longest ago
const known = new WeakMap<Database, Map<string, Known>>();

/**
 * What the feed of the tenant `$1` has told so far, as a text. Within an epoch events only come, wait, and are given places, which moves
 * the last position: while that and the number of those that wait are the same, nothing was committed. Null where nobody has read the feed
 * yet, or too much waits.
 */
const STATE = `with state as (
  select e.key || ' ' || f.last_position || ' ' || w.n as now from feed f
    join feed_epoch e on e.tenant_id = f.tenant_id and e.until is null
    cross join lateral (select count(*) as n from (
      select from event where tenant_id = $1 and position is null limit ${MOST_WAITING}) x) w
   where f.tenant_id = $1 and w.n < ${MOST_WAITING}) `;

/**
 * The columns `#total` and `#state` of a statement that counts rows beside showing them. A number counted before is used as long as the
 * snapshot of the statement itself shows the state that it was counted in; else PostgreSQL counts again. So it is exact, whoever wrote.
 */
export function demandedTotal(
  db: Database,
  remembered: Remembered | undefined,
  countSql: string,
  of: { scope: string; values: readonly unknown[] },
  parameters: Parameters,
): DemandedTotal {
  const plain = { with: '', columns: `, (${countSql}) as "#total"` };
  // a transaction sees what it has written itself, maybe before it says so
  if (!remembered || !isDecidedBy(of.scope, remembered) || !poolOf(db)) return plain;
  const key = `${of.scope}\n${JSON.stringify(of.values)}`;
  if (key.length > LONGEST_KEY) return plain;
  const mine = known.get(db) ?? new Map<string, Known>();
  known.set(db, mine);
  const before = mine.get(key);
  const [state, total] = [
    parameters.add(before?.state ?? null, 'text'),
    parameters.add(before?.total ?? null, 'bigint'),
  ];
  return {
    with: STATE,
    columns: `, (select now from state) as "#state", case when (select now from state) = ${state} then ${total} else (${countSql}) end as "#total"`,
    keep: (counted) => {
      mine.delete(key);
      mine.set(key, counted);
      if (mine.size > MOST_KNOWN) mine.delete(mine.keys().next().value!);
    },
  };
}

export function keepTotal(demanded: DemandedTotal, state: unknown, total: number): void {
  if (typeof state === 'string') demanded.keep?.({ state, total });
}

const COLUMN = /\b[a-z]\w*\.[a-z]\w*\b/g;

/** Whether a condition looks at nothing but what is remembered: no other columns, and no other tables. */
function isDecidedBy(scope: string, { columns, conditions = [] }: Remembered): boolean {
  const rest = conditions.reduce((text, known) => text.replaceAll(known, ''), scope);
  return !/\bselect\b/i.test(rest) && (rest.match(COLUMN) ?? []).every((column) => columns.includes(column));
}
