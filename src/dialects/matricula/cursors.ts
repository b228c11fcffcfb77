import { createHash } from 'node:crypto';
import { lastReset } from '../../record/access/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { milliseconds } from '../../record/kernel/instant.ts';
import type { Position } from '../../record/kernel/page.ts';
import { refuse } from '../../record/kernel/refusal.ts';

/** Which list a cursor is good for: its path, in its order. */
export interface CursorScope {
  path: string;
  sort: string;
}

const SEAL = 12;

/** What binds a cursor to tenant, list and order. A cursor shows nothing and allows nothing, so no secret is needed. */
const sealOf = (ctx: Context, { path, sort }: CursorScope, body: Buffer): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(['cursor', ctx.tenant.id, path.toLowerCase(), sort]))
    .update(body)
    .digest()
    .subarray(0, SEAL);

/** A place in a list as an opaque text; good across restarts. */
export function cursorOf(ctx: Context, scope: CursorScope, position: Position): string {
  const body = Buffer.from(JSON.stringify([Date.now(), ...position]));
  return Buffer.concat([sealOf(ctx, scope, body), body]).toString('base64url');
}

/** The place that a cursor names. One of another list, order or tenant, one changed, and one from before a reset are refused. */
export async function positionOf(ctx: Context, scope: CursorScope, cursor: string): Promise<Position> {
  const bytes = Buffer.from(cursor, 'base64url');
  const body = bytes.subarray(SEAL);
  if (bytes.toString('base64url') !== cursor || !bytes.subarray(0, SEAL).equals(sealOf(ctx, scope, body)))
    return refuse({ kind: 'not_found', entity: 'page' });
  const [made, ...position] = JSON.parse(body.toString('utf8')) as [number, ...Position];
  const reset = await lastReset(ctx);
  if (reset !== null && made <= milliseconds(reset)) return refuse({ kind: 'not_found', entity: 'page' });
  return position;
}
