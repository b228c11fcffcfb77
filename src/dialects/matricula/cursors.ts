import { isPlace, opened, sealed } from '../../http/paging/cursors.ts';
import { Tenants } from '../../record/access/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { milliseconds } from '../../record/kernel/instant.ts';
import type { Position } from '../../record/kernel/page.ts';
import { refuse } from '../../record/kernel/refusal.ts';

/** Which list a cursor is good for: its path, in its order, with its filters. */
export interface CursorScope {
  path: string;
  sort: string;
  filters: Readonly<Record<string, unknown>>;
}

const keyOf = (ctx: Context): Promise<Uint8Array> => Tenants.signingKey(ctx, 'matricula cursor');

const scopeOf = ({ path, sort, filters }: CursorScope): readonly unknown[] => [
  path.toLowerCase(),
  sort,
  Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1)),
];

/** A place in a list as an opaque text; good across restarts. */
export async function cursorOf(ctx: Context, scope: CursorScope, position: Position): Promise<string> {
  return sealed(await keyOf(ctx), scopeOf(scope), JSON.stringify([Date.now(), ...position]));
}

/** The place that a cursor names. One of another list, order, filter or tenant, one changed, and one from before a reset are refused. */
export async function positionOf(ctx: Context, scope: CursorScope, cursor: string): Promise<Position> {
  const text = opened(await keyOf(ctx), scopeOf(scope), cursor);
  const place: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isPlace(place)) return refuse({ kind: 'not_found', entity: 'page' });
  const [made, ...position] = place;
  const reset = await Tenants.lastReset(ctx);
  if (typeof made !== 'number' || (reset !== null && made <= milliseconds(reset)))
    return refuse({ kind: 'not_found', entity: 'page' });
  return position;
}
