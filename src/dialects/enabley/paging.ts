import { isPlace, opened, sealed } from '../../http/paging/cursors.ts';
import { Tenants } from '../../record/access/index.ts';
import { later } from '../../record/kernel/instant.ts';
import type { Page, Position } from '../../record/kernel/page.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';

const PAGE_SIZE = 200;
const GOOD_FOR_MS = 24 * 3_600_000;

type Filters = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a pagination key carries: where the page starts, of which list, and what was counted for the first one. */
interface Place<F extends Filters> {
  filters: F;
  after: Position;
  page: number;
  total: number;
}

/** The answer of the paged lists. */
export interface Paged<T> {
  items: T[];
  pageSize: number;
  currentPage: number;
  totalPages: number;
  paginationKey: string | null;
}

/** A part of a list as it is asked for; `total` on the first page only, later ones carry it in their key. */
export interface Part {
  after?: Position;
  limit: number;
  total: boolean;
}

/**
 * One page of a list. A key brings its own filters, and what is sent beside it is ignored; the same key gives the same page again. Refuses
 * a key that is old, changed, or of another list, client or account.
 */
export async function paged<F extends Filters, Row, T>(
  caller: Caller,
  list: string,
  key: string | undefined,
  filters: F,
  load: (filters: F, part: Part) => Promise<Page<Row>>,
  toItems: (rows: Row[]) => T[] | Promise<T[]>,
): Promise<{ status: 200; body: Paged<T> }> {
  const place = key ? await placeOf<F>(caller, list, key) : undefined;
  const asked = place?.filters ?? filters;
  const page = await load(asked, {
    ...(place ? { after: place.after } : {}),
    limit: PAGE_SIZE,
    total: !place,
  });
  const total = place?.total ?? page.total ?? 0;
  const currentPage = (place?.page ?? 0) + 1;
  const next = page.next && { filters: asked, after: page.next, page: currentPage, total };
  return {
    status: 200,
    body: {
      items: await toItems(page.rows),
      pageSize: PAGE_SIZE,
      currentPage,
      totalPages: Math.ceil(total / PAGE_SIZE),
      paginationKey: next ? await keyOf(caller, list, next) : null,
    },
  };
}

const scopeOf = (caller: Caller, list: string): readonly unknown[] => [caller.client.id, list];

const secretOf = (caller: Caller): Promise<Uint8Array> => Tenants.signingKey(caller, 'enabley paging');

async function keyOf(caller: Caller, list: string, place: Place<Filters>): Promise<string> {
  const text = JSON.stringify([later(caller.now, GOOD_FOR_MS), place]);
  return sealed(await secretOf(caller), scopeOf(caller, list), text);
}

async function placeOf<F extends Filters>(caller: Caller, list: string, key: string): Promise<Place<F>> {
  const text = opened(await secretOf(caller), scopeOf(caller, list), key);
  const read: unknown = text === undefined ? undefined : JSON.parse(text);
  const [until, place] = Array.isArray(read) ? (read as [unknown, Partial<Place<F>>?]) : [];
  if (typeof until !== 'string' || until <= caller.now || !isComplete(place))
    return refuse({ kind: 'not_found', entity: 'page' });
  return place;
}

const isComplete = <F extends Filters>(place: Partial<Place<F>> | undefined): place is Place<F> =>
  typeof place?.filters === 'object' &&
  place.filters !== null &&
  isPlace(place.after) &&
  Number.isSafeInteger(place.page) &&
  Number.isSafeInteger(place.total);
