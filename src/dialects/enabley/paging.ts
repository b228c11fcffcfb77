import { createHmac, timingSafeEqual } from 'node:crypto';
import { signingKey } from '../../record/access/index.ts';
import { later } from '../../record/kernel/instant.ts';
import type { Page, Position } from '../../record/kernel/page.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';

export const PAGE_SIZE = 200;
const GOOD_FOR_MS = 24 * 3_600_000;
const SEAL = 16;

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

async function sealOf(caller: Caller, list: string, body: string): Promise<Buffer> {
  const key = await signingKey(caller, 'enabley paging');
  const sealed = createHmac('sha256', key)
    .update(JSON.stringify([caller.client.id, list]))
    .update(body)
    .digest();
  return sealed.subarray(0, SEAL);
}

async function keyOf(caller: Caller, list: string, place: Place<Filters>): Promise<string> {
  const body = Buffer.from(JSON.stringify([later(caller.now, GOOD_FOR_MS), place])).toString('base64url');
  return `${body}.${(await sealOf(caller, list, body)).toString('base64url')}`;
}

async function placeOf<F extends Filters>(caller: Caller, list: string, key: string): Promise<Place<F>> {
  const unknown = () => refuse({ kind: 'not_found', entity: 'page' });
  const [body = '', seal = '', ...rest] = key.split('.');
  const shown = Buffer.from(seal, 'base64url');
  if (rest.length > 0 || shown.length !== SEAL || shown.toString('base64url') !== seal) return unknown();
  if (!timingSafeEqual(shown, await sealOf(caller, list, body))) return unknown();
  const [until, place] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [string, Place<F>];
  return until > caller.now ? place : unknown();
}
