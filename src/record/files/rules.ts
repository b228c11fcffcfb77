import { Tenants } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';

/** What the tenant takes: types by pattern and bytes, null for what the installation takes. */
export function rulesOf(ctx: Context): { types: readonly string[] | null; bytes: number | null } {
  const { types = null, mostBytes = null } = Tenants.fileSetting(ctx.tenant.settings['files']);
  return { types, bytes: mostBytes };
}
