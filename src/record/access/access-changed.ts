import { run } from '../../database/run.ts';
import { sql } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';

/** The channel on which every server hears which tenant's cached access is out of date. */
export const CHANNEL = 'matricula_access';

const listeners = new Set<(tenantId: string) => void>();

/** Called inside the transaction of a change to clients, tokens, roles, people's status or a tenant: other servers hear it at commit. */
export async function accessChanged(ctx: Context): Promise<void> {
  await run(ctx, sql`select pg_notify(${CHANNEL}, ${ctx.tenant.id})`);
}

/** Called after the transaction: this process does not wait for the database to tell it what it did itself. */
export function announced(ctx: Context): void {
  for (const listener of listeners) listener(ctx.tenant.id);
}

/** Hears of changes made in this process; gives the way to stop. */
export function onAnnounced(listener: (tenantId: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
