import { createHash } from 'node:crypto';
import { type FeedPosition, newestPosition } from '../../record/insight/index.ts';
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
export function placeText(ctx: Context, { epoch, position }: FeedPosition): string {
  const body = Buffer.from(`${epoch} ${position}`);
  return Buffer.concat([sealOf(ctx, body), body]).toString('base64url');
}

const BODY = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{1,15})$/;

/**
 * The place that a text names: `end` is after the newest event. One of another tenant and one that was changed are refused as a `page`
 * that is not there. Whether the feed still has the place is seen when it is read from.
 */
export async function placeAt(ctx: Context, text: string): Promise<FeedPosition> {
  if (text === END) return newestPosition(ctx);
  const bytes = Buffer.from(text, 'base64url');
  const body = bytes.subarray(SEAL);
  const told = BODY.exec(body.toString('latin1'));
  if (!told || bytes.toString('base64url') !== text || !bytes.subarray(0, SEAL).equals(sealOf(ctx, body)))
    return refuse({ kind: 'not_found', entity: 'page' });
  return { epoch: told[1]!, position: Number(told[2]) };
}
