import type { Instant } from '../../record/kernel/instant.ts';
import { type Entity, notFound } from '../../record/kernel/refusal.ts';
import { type State, statesOf } from './codes.ts';
import { instantOf } from './formats.ts';

/** `status` and `modifiedSince` on reads that are not paged. */
export interface Narrowing {
  status?: number;
  modifiedSince?: string;
}

type Row = { state: State; updatedAt: Instant };

function matcher({ status, modifiedSince }: Narrowing): (row: Row) => boolean {
  const states = status === undefined ? undefined : statesOf(status);
  const since = modifiedSince === undefined ? undefined : instantOf(modifiedSince);
  return (row) =>
    (states === undefined || states.includes(row.state)) && (since === undefined || row.updatedAt > since);
}

export const narrowed = <R extends Row>(rows: readonly R[], query: Narrowing): R[] => rows.filter(matcher(query));

/** The row, or `not_found` when it does not match. */
export const demandMatch = <R extends Row & { id: string }>(row: R, query: Narrowing, entity: Entity): R =>
  matcher(query)(row) ? row : notFound(entity, row.id);
