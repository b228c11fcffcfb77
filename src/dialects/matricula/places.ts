import { createHash } from 'node:crypto';
import { type FeedPosition, isBeforeReset, newestPosition } from '../../record/insight/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { refuse } from '../../record/kernel/refusal.ts';

const SEAL = 8;
const END = 'end';

const sealOf = (ctx: Context, body: Buffer): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(['event', ctx.tenant.id]))
    .update(body)
    .digest()
    .subarray(0, SEAL);

/** A place in a tenant's feed as an opaque text, the same whenever it is shown. */
export function placeText(ctx: Context, { tx, seq }: FeedPosition): string {
  const body = Buffer.from(`${tx} ${seq}`);
  return Buffer.concat([sealOf(ctx, body), body]).toString('base64url');
}

/**
 * The place that a text names: `end` is after the newest event. One of another tenant, one changed, and one from before a reset are
 * refused as a `page` that is not there.
 */
export async function placeAt(ctx: Context, text: string): Promise<FeedPosition> {
  if (text === END) return newestPosition(ctx);
  const bytes = Buffer.from(text, 'base64url');
  const body = bytes.subarray(SEAL);
  if (bytes.toString('base64url') !== text || !bytes.subarray(0, SEAL).equals(sealOf(ctx, body)))
    return refuse({ kind: 'not_found', entity: 'page' });
  const [tx, seq] = body.toString('latin1').split(' ') as [string, string];
  const place = { tx, seq: Number(seq) };
  if (await isBeforeReset(ctx, place)) return refuse({ kind: 'not_found', entity: 'page' });
  return place;
}
