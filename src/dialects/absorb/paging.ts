import type { HttpCall } from '../../http/call.ts';
import type { FieldLookup } from '../../http/filters/field.ts';
import { parseFilter } from '../../http/filters/odata.ts';
import { parseSort } from '../../http/filters/sort.ts';
import { and, type Condition, compare, type SortKey } from '../../record/kernel/condition.ts';
import type { ListQuery, Page } from '../../record/kernel/page.ts';
import { whenStatus } from './codes.ts';
import { instantOf } from './formats.ts';

/** Query parameters of the paged lists; the names without underscore are older ones and give way. */
export interface PageQuery {
  _limit?: string;
  _offset?: string;
  limit?: string;
  offset?: string;
  _filter?: string;
  _sort?: string;
  status?: number;
  modifiedSince?: string;
}

const PAGE_SIZE = 20;
const LAST_PAGE = 65_535;

interface Window {
  limit: number;
  /** Number of the page, from 0: `_offset` counts pages, not rows. */
  offset: number;
}

const windowOf = (query: PageQuery): Window => ({
  limit: Number(query._limit ?? query.limit ?? PAGE_SIZE),
  offset: Number(query._offset ?? query.offset ?? 0),
});

/** The list query that the parameters ask for; everything given has to hold. */
export function listQuery(
  query: PageQuery,
  lookup: FieldLookup,
  sort: readonly SortKey[],
  ...conditions: (Condition | undefined | false)[]
): ListQuery {
  const { limit, offset } = windowOf(query);
  return {
    where: and(
      ...conditions,
      query.status !== undefined && whenStatus(query.status),
      query.modifiedSince !== undefined && compare('updatedAt', 'gt', instantOf(query.modifiedSince)),
      query._filter !== undefined && parseFilter(query._filter, '_filter', lookup),
    ),
    sort: query._sort === undefined ? sort : orDefault(parseSort(query._sort, '_sort', lookup), sort),
    page: { kind: 'rows', offset: offset * limit, limit, total: true },
  };
}

const orDefault = (keys: SortKey[], sort: readonly SortKey[]): readonly SortKey[] => (keys.length > 0 ? keys : sort);

export const ascending = (...fields: string[]): SortKey[] => fields.map((field) => ({ field, descending: false }));

interface PageInfo {
  totalItems: number;
  returnedItems: number;
  limit: number;
  offset: number;
}

type PageBody<K extends string, T> = PageInfo & { [P in K]: T[] };

/** One page as an answer, with the address of the next one in `Link`. */
export function pageAnswer<K extends string, Row, T>(
  call: HttpCall,
  query: PageQuery,
  key: K,
  page: Page<Row>,
  toWire: (row: Row) => T,
): { status: 200; body: PageBody<K, T>; headers: Record<string, string> } {
  const { limit, offset } = windowOf(query);
  const totalItems = page.total ?? page.rows.length;
  const info = { totalItems, returnedItems: page.rows.length, limit, offset };
  const next = (offset + 1) * limit < totalItems && offset < LAST_PAGE;
  return {
    status: 200,
    body: { ...info, [key]: page.rows.map(toWire) } as PageBody<K, T>,
    headers: next ? { link: `<${nextUrl(call, offset + 1)}>; rel="next"` } : {},
  };
}

function nextUrl(call: HttpCall, offset: number): string {
  const query = new URLSearchParams(call.query);
  for (const name of [...query.keys()]) if (/^_?offset$/i.test(name)) query.delete(name);
  query.set('_offset', String(offset));
  const path = call.url.split('?')[0]!.replace(/[^\w\-./~%!$&'()*+,;=:@]/g, encodeURIComponent);
  return `${call.baseUrl}${path}?${query}`;
}
