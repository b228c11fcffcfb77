import type { SortKey } from '../record/kernel/condition.ts';
import type { Context } from '../record/kernel/context.ts';
import { isId } from '../record/kernel/ids.ts';
import type { ListQuery, Page, Position } from '../record/kernel/page.ts';
import { Refusal } from '../record/kernel/refusal.ts';
import { compileCondition, type Field, type Fields, fieldOf, sqlOf, sqlType } from './filtering.ts';
import { run, runApart } from './run.ts';
import { constant, join, nothing, type Sql, sql, textOf, value } from './sql.ts';
import { demandedTotal, keepTotal, NO_TOTAL, type Remembered } from './totals.ts';

/** A list as data: what a row is made of, where rows come from, what they may be filtered and sorted by. */
export interface Listing {
  select: Sql | string;
  from: Sql | string;
  fields: Fields;
  /** Order when the caller names none. */
  sort: readonly SortKey[];
  /** The unique field that ends every order. */
  id: string;
  /** Columns worked out for the rows of the page only, not for those an offset skips; they see the row as `page`. */
  late?: Sql | string;
  /**
   * For lists of wide rows: which rows stand on the page is found out with ids alone (from an index, where one fits), and `from` is
   * joined to them again as this says; it sees them as `narrow`.
   */
  narrow?: { id: string; rejoin: Sql | string };
  /** The table alone, and the names that stand for joined ones: counted by itself where no condition looks further than that. */
  counted?: { from: Sql | string; joined: readonly string[] };
  /** Whose number is worth remembering while nothing happens in the tenant. */
  remembered?: Remembered;
}

/** The same, all of it pieces. */
interface Pieces extends Omit<Listing, 'select' | 'from' | 'late' | 'narrow' | 'counted'> {
  select: Sql;
  from: Sql;
  late?: Sql | undefined;
  narrow?: { id: Sql; rejoin: Sql } | undefined;
  counted?: { from: Sql; joined: readonly string[] } | undefined;
}

/** What is constant may be given as text. */
const pieceOf = (text: Sql | string): Sql => (typeof text === 'string' ? constant(text) : text);

const piecesOf = (listing: Listing): Pieces => ({
  ...listing,
  select: pieceOf(listing.select),
  from: pieceOf(listing.from),
  late: listing.late === undefined ? undefined : pieceOf(listing.late),
  narrow: listing.narrow && { id: constant(listing.narrow.id), rejoin: pieceOf(listing.narrow.rejoin) },
  counted: listing.counted && { ...listing.counted, from: pieceOf(listing.counted.from) },
});

/** Joins over foreign keys neither add rows nor drop any, so a count may leave out those that no condition names. */
function countedFrom({ from, counted }: Pieces, scope: Sql): Sql {
  return counted && !new RegExp(`\\b(${counted.joined.join('|')})\\.`).test(textOf(scope)) ? counted.from : from;
}

/**
 * One page of a list in one statement. `where` is the caller's scope (tenant, parent, what the actor may see); the query's own condition
 * is added to it. Nulls stand first when ascending, unless the sort key says where.
 */
export const listPage = <Row extends object>(
  ctx: Context,
  listing: Listing,
  where: Sql,
  query: ListQuery,
): Promise<Page<Row>> => pageOf(ctx, piecesOf(listing), where, query);

async function pageOf<Row extends object>(
  ctx: Context,
  listing: Pieces,
  where: Sql,
  query: ListQuery,
): Promise<Page<Row>> {
  const { page } = query;
  const scope = query.where ? sql`${where} and ${compileCondition(query.where, listing.fields)}` : where;
  const keys = sortKeys(listing, query.sort);
  const order = join(keys.map((key) => sql`${key.sql}${direction(key)}`));

  if (page.kind === 'rows') {
    const offset = page.offset > 0 ? sql` offset ${page.offset}` : nothing;
    const rest = sql`from ${listing.from} where ${scope} order by ${order} limit ${whole(page.limit)}${offset}`;
    const total = page.total ? demandedTotal(ctx, listing.remembered, countedFrom(listing, scope), scope) : NO_TOTAL;
    const { narrow } = listing;
    const text = withLate(
      listing,
      narrow
        ? sql`select ${listing.select}${total.columns} from (select ${narrow.id} ${rest}) narrow join ${narrow.rejoin} order by ${order}`
        : sql`select ${listing.select}${total.columns} ${rest}`,
    );
    const { rows, apart } = await runApart<Row>(ctx, sql`${total.with}${text}`);
    if (!page.total) return { rows };
    if (rows.length === 0) return { rows, total: page.offset === 0 ? 0 : await matches(ctx, listing, scope) };
    keepTotal(total, apart(0, 'state'), apart(0, 'total'));
    return { rows, total: apart(0, 'total') };
  }

  const positions = join(keys.map(({ sql: key, field }, i) => sql`${cursorSql(key, field)} as ${constant(`"#${i}"`)}`));
  const after = page.after ? sql` and ${beyond(keys, page.after)}` : nothing;
  const text = withLate(
    listing,
    sql`select ${listing.select}, ${positions} from ${listing.from} where ${scope}${after} order by ${order} limit ${whole(page.limit, 1)}`,
  );
  const { rows, apart } = await runApart<Row>(ctx, text);
  const more = rows.length > page.limit;
  if (more) rows.pop();
  const next = more && rows.length > 0 ? keys.map((_, i) => apart(rows.length - 1, String(i)) ?? null) : undefined;
  const total = page.total && { total: await matches(ctx, listing, scope) };
  return next ? { rows, next, ...total } : { rows, ...total };
}

const withLate = ({ late }: Pieces, text: Sql): Sql => (late ? sql`select page.*, ${late} from (${text}) page` : text);

/** Page sizes stand in the text: only a plan that knows how few rows are wanted takes the index of the order. */
const whole = (size: number, more = 0): Sql => constant(Math.max(0, Math.trunc(size) || 0) + more);

async function matches(ctx: Context, listing: Pieces, scope: Sql): Promise<number> {
  const { rows } = await run<{ n: number }>(
    ctx,
    sql`select count(*) as n from ${countedFrom(listing, scope)} where ${scope}`,
  );
  return rows[0]!.n;
}

interface Key {
  sql: Sql;
  field: Field;
  descending: boolean;
  nullsFirst: boolean;
}

function sortKeys(listing: Pieces, sort: readonly SortKey[] | undefined): Key[] {
  const wanted = sort && sort.length > 0 ? sort : listing.sort;
  const withId = wanted.some((key) => key.field === listing.id)
    ? wanted
    : [...wanted, { field: listing.id, descending: wanted.at(-1)?.descending ?? false }];
  return withId.map(({ field: name, descending, groups, nulls }) => {
    const field = fieldOf(listing.fields, name);
    const nullsFirst = nulls ? nulls === 'first' : !descending;
    if (groups)
      return {
        field: { ...field, type: 'number', nullable: true },
        descending,
        nullsFirst,
        sql: rankSql(field, groups),
      };
    return {
      field,
      descending,
      nullsFirst,
      sql:
        field.type !== 'text'
          ? sqlOf(field)
          : field.exact
            ? sql`${sqlOf(field)} collate "C"`
            : sql`lower(${sqlOf(field)}) collate "C"`,
    };
  });
}

/** The place of a word's group. The words are ours, never a caller's, and nothing else reaches the text. */
function rankSql(field: Field, groups: readonly (readonly string[])[]): Sql {
  const cases = groups.map((words, i) => {
    if (!words.every((word) => /^[a-z_]+$/.test(word))) throw new Error(`no vocabulary: ${words.join(', ')}`);
    return sql`when ${sqlOf(field)} in (${constant(words.map((word) => `'${word}'`).join(', '))}) then ${constant(i)}`;
  });
  return sql`(case ${join(cases, sql` `)} end)`;
}

const direction = ({ field, descending, nullsFirst }: Key): Sql =>
  constant(`${descending ? ' desc' : ''}${field.nullable ? (nullsFirst ? ' nulls first' : ' nulls last') : ''}`);

const cursorSql = (key: Sql, field: Field): Sql => (field.type === 'instant' ? sql`${key}::timestamptz(3)` : key);

/** After this position. Rows of one direction without nulls compare as tuples, which an index answers. */
function beyond(keys: readonly Key[], position: Position): Sql {
  if (position.length !== keys.length || !keys.every((key, i) => fits(key.field, position[i]!)))
    throw new Refusal({ kind: 'not_found', entity: 'page' });
  const values = keys.map((key, i) =>
    position[i] === null ? null : value(position[i], sqlType(key.field.type, position[i])),
  );
  if (keys.every((key) => !key.field.nullable && key.descending === keys[0]!.descending))
    return sql`(${join(keys.map((key) => key.sql))}) ${keys[0]!.descending ? sql`<` : sql`>`} (${join(values as Sql[])})`;
  const steps = keys.map(({ sql: key, field, descending, nullsFirst }, i) => {
    const same = keys
      .slice(0, i)
      .map((earlier, j) => (values[j] === null ? sql`${earlier.sql} is null` : sql`${earlier.sql} = ${values[j]}`));
    if (values[i] === null)
      return sql`(${join([...same, nullsFirst ? sql`${key} is not null` : sql`false`], sql` and `)})`;
    const further = sql`${key} ${descending ? sql`<` : sql`>`} ${values[i]}`;
    const past = field.nullable && !nullsFirst ? sql`(${further} or ${key} is null)` : further;
    return sql`(${join([...same, past], sql` and `)})`;
  });
  return sql`(${join(steps, sql` or `)})`;
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
