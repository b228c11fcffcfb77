import type { Condition, SortKey } from './condition.ts';

/** What a list verb takes: which rows, in which order, which part of them. */
export interface ListQuery {
  where?: Condition | undefined;
  sort?: readonly SortKey[] | undefined;
  page: PageRequest;
}

type PageRequest =
  /** Counted in rows; `total` asks for the exact number of matches over all pages. */
  | { kind: 'rows'; offset: number; limit: number; total: boolean }
  /** After the given position of an earlier page's `next`; cost does not grow with depth, but for a `total`. */
  | { kind: 'keyset'; after?: Position | undefined; limit: number; total?: boolean };

/** The sort key values of the last row of a page, `id` last. Opaque to callers; a dialect encodes it as a cursor. */
export type Position = readonly (string | number | boolean | null)[];

export interface Page<Row> {
  rows: Row[];
  /** Exact count of matches, when asked for. */
  total?: number;
  /** Where the next page starts; absent on the last page. */
  next?: Position;
}
