import type { SortKey } from '../record/kernel/condition.ts';
import type { Database } from '../record/kernel/context.ts';
import { isId } from '../record/kernel/ids.ts';
import type { ListQuery, Page, Position } from '../record/kernel/page.ts';
import { Refusal } from '../record/kernel/refusal.ts';
import { compileCondition, type Field, type Fields, fieldOf, sqlType } from './filtering.ts';
import { type Parameters, run, runApart } from './parameters.ts';
import { demandedTotal, keepTotal, type Remembered } from './totals.ts';

/** A list as data: what a row is made of, where rows come from, what they may be filtered and sorted by. */
export interface Listing {
  select: string;
  from: string;
  fields: Fields;
  /** Order when the caller names none. */
  sort: readonly SortKey[];
  /** The unique field that ends every order. */
  id: string;
  /** Columns worked out for the rows of the page only, not for those an offset skips; they see the row as `page`. */
  late?: string;
  /**
   * For lists of wide rows: which rows stand on the page is found out with ids alone (from an index, where one fits), and `from` is
   * joined to them again as this says; it sees them as `narrow`.
   */
  narrow?: { id: string; rejoin: string };
  /** The table alone, and the names that stand for joined ones: counted by itself where no condition looks further than that. */
  counted?: { from: string; joined: readonly string[] };
  /** Whose number is worth remembering while nothing happens in the tenant. */
  remembered?: Remembered;
}

/** Joins over foreign keys neither add rows nor drop any, so a count may leave out those that no condition names. */
function countedFrom({ from, counted }: Listing, scope: string): string {
  return counted && !new RegExp(`\\b(${counted.joined.join('|')})\\.`).test(scope) ? counted.from : from;
}

/**
 * One page of a list in one statement. `where` is SQL of the caller's scope (tenant, parent, what the actor may see) with its
 * values already in `parameters`; the query's own condition is added to it. Nulls stand first when ascending.
 */
export async function listPage<Row extends object>(
  db: Database,
  listing: Listing,
  where: string,
  parameters: Parameters,
  query: ListQuery,
): Promise<Page<Row>> {
  const { page } = query;
  const scope = query.where ? `${where} and ${compileCondition(query.where, listing.fields, parameters)}` : where;
  const keys = sortKeys(listing, query.sort);
  const order = keys.map(({ sql, field, descending }) => `${sql}${direction(field, descending)}`).join(', ');

  if (page.kind === 'rows') {
    const values = parameters.values.slice();
    const offset = page.offset > 0 ? ` offset ${parameters.add(page.offset)}` : '';
    const rest = `from ${listing.from} where ${scope} order by ${order} limit ${whole(page.limit)}${offset}`;
    const total = page.total
      ? demandedTotal(db, listing.remembered, countSql(listing, scope), { scope, values }, parameters)
      : { with: '', columns: '' };
    const { narrow } = listing;
    const text = withLate(
      listing,
      narrow
        ? `select ${listing.select}${total.columns} from (select ${narrow.id} ${rest}) narrow join ${narrow.rejoin} order by ${order}`
        : `select ${listing.select}${total.columns} ${rest}`,
    );
    const { rows, apart } = await runApart<Row>(db, `${total.with}${text}`, parameters.values);
    if (!page.total) return { rows };
    if (rows.length === 0) return { rows, total: page.offset === 0 ? 0 : await matches(db, listing, scope, values) };
    keepTotal(total, apart(0, 'state'), apart(0, 'total'));
    return { rows, total: apart(0, 'total') };
  }

  const counted = page.total ? parameters.values.slice() : undefined;
  const positions = keys.map(({ sql, field }, i) => `${cursorSql(sql, field)} as "#${i}"`).join(', ');
  const after = page.after ? ` and ${beyond(keys, page.after, parameters)}` : '';
  const text = withLate(
    listing,
    `select ${listing.select}, ${positions} from ${listing.from} where ${scope}${after} order by ${order} limit ${whole(page.limit) + 1}`,
  );
  const { rows, apart } = await runApart<Row>(db, text, parameters.values);
  const more = rows.length > page.limit;
  if (more) rows.pop();
  const next = more && rows.length > 0 ? keys.map((_, i) => apart(rows.length - 1, String(i)) ?? null) : undefined;
  const total = counted && { total: await matches(db, listing, scope, counted) };
  return next ? { rows, next, ...total } : { rows, ...total };
}

const withLate = (listing: Listing, text: string): string =>
  listing.late ? `select page.*, ${listing.late} from (${text}) page` : text;

/** Page sizes stand in the text: only a plan that knows how few rows are wanted takes the index of the order. */
const whole = (size: number): number => Math.max(0, Math.trunc(size) || 0);

async function matches(db: Database, listing: Listing, scope: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await run<{ n: number }>(db, countSql(listing, scope), [...values]);
  return rows[0]!.n;
}

const countSql = (listing: Listing, scope: string): string =>
  `select count(*) as n from ${countedFrom(listing, scope)} where ${scope}`;

interface Key {
  sql: string;
  field: Field;
  descending: boolean;
}

function sortKeys(listing: Listing, sort: readonly SortKey[] | undefined): Key[] {
  const wanted = sort && sort.length > 0 ? sort : listing.sort;
  const withId = wanted.some((key) => key.field === listing.id)
    ? wanted
    : [...wanted, { field: listing.id, descending: wanted.at(-1)?.descending ?? false }];
  return withId.map(({ field: name, descending, groups }) => {
    const field = fieldOf(listing.fields, name);
    if (groups) return { field: { ...field, type: 'number', nullable: true }, descending, sql: rankSql(field, groups) };
    return {
      field,
      descending,
      sql:
        field.type !== 'text'
          ? field.sql
          : field.exact
            ? `${field.sql} collate "C"`
            : `lower(${field.sql}) collate "C"`,
    };
  });
}

/** The place of a word's group. The words are ours, never a caller's, and nothing else reaches the text. */
function rankSql(field: Field, groups: readonly (readonly string[])[]): string {
  const cases = groups.map((words, i) => {
    if (!words.every((word) => /^[a-z_]+$/.test(word))) throw new Error(`no vocabulary: ${words.join(', ')}`);
    return `when ${field.sql} in (${words.map((word) => `'${word}'`).join(', ')}) then ${i}`;
  });
  return `(case ${cases.join(' ')} end)`;
}

const direction = (field: Field, descending: boolean): string =>
  `${descending ? ' desc' : ''}${field.nullable ? (descending ? ' nulls last' : ' nulls first') : ''}`;

const cursorSql = (sql: string, field: Field): string => (field.type === 'instant' ? `${sql}::timestamptz(3)` : sql);

/** SQL for "after this position". Rows of one direction without nulls compare as tuples, which an index answers. */
function beyond(keys: readonly Key[], position: Position, parameters: Parameters): string {
  if (position.length !== keys.length || !keys.every((key, i) => fits(key.field, position[i]!)))
    throw new Refusal({ kind: 'not_found', entity: 'page' });
  const values = keys.map((key, i) =>
    position[i] === null ? null : parameters.add(position[i], sqlType(key.field.type, position[i])),
  );
  if (keys.every((key) => !key.field.nullable && key.descending === keys[0]!.descending))
    return `(${keys.map((key) => key.sql).join(', ')}) ${keys[0]!.descending ? '<' : '>'} (${values.join(', ')})`;
  const steps = keys.map((key, i) => {
    const same = keys
      .slice(0, i)
      .map((earlier, j) => (values[j] === null ? `${earlier.sql} is null` : `${earlier.sql} = ${values[j]}`));
    const past =
      values[i] === null
        ? key.descending
          ? 'false'
          : `${key.sql} is not null`
        : key.descending
          ? key.field.nullable
            ? `(${key.sql} < ${values[i]} or ${key.sql} is null)`
            : `${key.sql} < ${values[i]}`
          : `${key.sql} > ${values[i]}`;
    return `(${[...same, past].join(' and ')})`;
  });
  return `(${steps.join(' or ')})`;
}

/** As instants come out of the database, and no more: what else a date may be read of, it may not take. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/;

function fits(field: Field, value: Position[number]): boolean {
  if (value === null) return field.nullable ?? false;
  switch (field.type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'id':
      return typeof value === 'string' && isId(value);
    case 'instant':
      return typeof value === 'string' && INSTANT.test(value) && Number.isFinite(Date.parse(value));
    case 'text':
      return typeof value === 'string' && !value.includes('\u0000');
  }
}
