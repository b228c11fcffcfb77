import { hkdfSync } from 'node:crypto';
import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { notFound } from '../kernel/refusal.ts';

const MOST_KNOWN = 10_000;
/** A tenant's secret never changes, so each key is made once. */
const known = new Map<string, Uint8Array>();

/** 256 bits that only this installation knows, one key for each tenant and purpose: to sign what goes out and comes back. */
export async function signingKey(ctx: Context, purpose: string): Promise<Uint8Array> {
  const name = `${ctx.tenant.id} ${purpose}`;
  const made = known.get(name);
  if (made) return made;
  const { rows } = await run<{ secret: string }>(ctx, sql`select secret from tenant where id = ${TENANT}`);
  const secret = rows[0]?.secret ?? notFound('tenant', ctx.tenant.id);
  const key = new Uint8Array(hkdfSync('sha256', secret, ctx.tenant.id, purpose, 32));
  if (known.size > MOST_KNOWN) known.clear();
  known.set(name, key);
  return key;
}
