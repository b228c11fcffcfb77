import type { HttpCall } from '../../http/call.ts';
import { invalidQuery } from '../../http/dialect.ts';
import { and, type Condition, compare, equals, oneOf } from '../../record/kernel/condition.ts';
import type { Context } from '../../record/kernel/context.ts';
import type { ListQuery, Page, Position } from '../../record/kernel/page.ts';
import { instantOf } from '../../record/kernel/text.ts';
import { type CursorScope, cursorOf, positionOf } from './cursors.ts';

const PAGE = 50;

/** What every list takes. */
export interface PageQuery {
  cursor?: string;
  limit?: number;
  count?: boolean;
  sort?: string;
}

/** A page as it is answered; `total` only where it was asked for. */
export interface WirePage<Wire> {
  data: Wire[];
  next: string | null;
  total?: number;
}

/** One query parameter as a condition on the record's own field. `name` is the parameter's. */
export type Filter<Value> = (value: Value, name: string) => Condition | undefined;

type Filters<Query> = {
  readonly [Name in keyof Query]?: Filter<Exclude<Query[Name], undefined>>;
};

/** A list as data: its order when none is named, how words of `sort` are called in the record, and its filters. */
export interface List<Query> {
  /** `number` where left out; null is the order of the record's own. */
  sort?: string | null;
  sortFields?: Readonly<Record<string, string>>;
  filters?: Filters<Query>;
}

/** Exactly this value. */
export const exactly =
  (field: string): Filter<string | number | boolean> =>
  (value) =>
    equals(field, value);

/** Any of these values. */
export const anyOf =
  (field: string): Filter<readonly string[]> =>
  (values) =>
    oneOf(field, values);

/** No more than this. */
export const atMost =
  (field: string): Filter<number> =>
  (value) =>
    compare(field, 'le', value);

const moment = (value: string, name: string): string =>
  instantOf(value) ?? invalidQuery(name, 'must be an instant', 'format');

/** Strictly later: for what happened. */
export const after =
  (field: string): Filter<string> =>
  (value, name) =>
    compare(field, 'gt', moment(value, name));

/** A range of dates includes its beginning … */
export const from =
  (field: string): Filter<string> =>
  (value, name) =>
    compare(field, 'ge', moment(value, name));

/** … and leaves out its end. */
export const before =
  (field: string): Filter<string> =>
  (value, name) =>
    compare(field, 'lt', moment(value, name));

/** One of the fields contains the text, in any case. */
export const searching =
  (...fields: string[]): Filter<string> =>
  (value) => ({
    op: 'or',
    all: fields.map((field) => ({
      op: 'contains',
      text: { field },
      part: { literal: { type: 'text', value } },
    })),
  });

/** Which list a request is about: relations of different things are different lists, and so is another choice of rows. */
function scopeOf(call: HttpCall, query: PageQuery, sort: string): CursorScope {
  const { cursor: _cursor, limit: _limit, count: _count, sort: _sort, ...filters } = query;
  return { path: call.url.split('?')[0]!, sort, filters };
}

/** Reads the parameters of a list, calls the verb, and answers a page. */
export async function listed<Query extends PageQuery, Row, Wire>(
  ctx: Context,
  call: HttpCall,
  query: Query,
  list: List<Query>,
  load: (query: ListQuery) => Promise<Page<Row>>,
  shape: (row: Row) => Wire,
): Promise<{ status: 200; body: WirePage<Wire> }> {
  const sort = query.sort ?? (list.sort === null ? '' : (list.sort ?? 'number'));
  const scope = scopeOf(call, query, sort);
  const where = conditionOf(query, list.filters ?? {});
  const position = query.cursor === undefined ? undefined : await positionOf(ctx, scope, query.cursor);
  const name = sort.replace(/^-/, '');
  const { rows, next, total } = await load({
    ...(where ? { where } : {}),
    ...(name === '' ? {} : { sort: [{ field: list.sortFields?.[name] ?? name, descending: sort.startsWith('-') }] }),
    page: { kind: 'keyset', after: position, limit: query.limit ?? PAGE, total: query.count ?? false },
  });
  return {
    status: 200,
    body: {
      data: rows.map(shape),
      next: next ? await cursorOf(ctx, scope, next) : null,
      ...(total === undefined ? {} : { total }),
    },
  };
}

function conditionOf<Query>(query: Query, filters: Filters<Query>): Condition | undefined {
  const given = query as Readonly<Record<string, unknown>>;
  const conditions = Object.entries<Filter<never> | undefined>(filters).map(([name, filter]) =>
    given[name] === undefined ? undefined : filter?.(given[name] as never, name),
  );
  return and(...conditions);
}

/** The same for a list that the record gives as a whole: `key` is what it is ordered by, unique. */
export async function listedWhole<Row, Wire>(
  ctx: Context,
  call: HttpCall,
  query: PageQuery,
  rows: readonly Row[],
  key: (row: Row) => Position,
  shape: (row: Row) => Wire,
): Promise<{ status: 200; body: WirePage<Wire> }> {
  const scope = scopeOf(call, query, '');
  const position = query.cursor === undefined ? undefined : await positionOf(ctx, scope, query.cursor);
  const ordered = rows.map((row) => ({ row, key: key(row) })).sort((a, b) => order(a.key, b.key));
  const rest = position ? ordered.filter((entry) => order(entry.key, position) > 0) : ordered;
  const shown = rest.slice(0, query.limit ?? PAGE);
  const last = shown.at(-1);
  return {
    status: 200,
    body: {
      data: shown.map(({ row }) => shape(row)),
      next: last && rest.length > shown.length ? await cursorOf(ctx, scope, last.key) : null,
      ...(query.count ? { total: rows.length } : {}),
    },
  };
}

function order(a: Position, b: Position): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i] ?? '', b[i] ?? ''];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
