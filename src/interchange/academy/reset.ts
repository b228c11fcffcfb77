import { transaction } from '../../database/transaction.ts';
import { announced, clearTenant, currentTenant, nowOf, tieClients } from '../../record/access/index.ts';
import { SYSTEM } from '../../record/kernel/actor.ts';
import type { Context } from '../../record/kernel/context.ts';
import type { Instant } from '../../record/kernel/instant.ts';
import { importAcademy } from './import.ts';

/**
 * Takes a sandbox back to the academy file it came from, and its clock to the real time. API clients and the people they sign in as
 * stay, with keys and passwords; tokens end. Refuses ordinary tenants (`not_a_sandbox`).
 */
export async function resetSandbox(ctx: Context): Promise<{ resetAt: Instant }> {
  const done = await transaction(ctx, async (inner) => {
    const clients = await clearTenant(inner);
    const tenant = await currentTenant(inner);
    const anew = { ...inner, tenant, now: nowOf(tenant) };
    if (tenant.academy !== null) await importAcademy({ ...anew, actor: SYSTEM }, tenant.academy);
    await tieClients(anew, clients);
    return { resetAt: anew.now };
  });
  announced(ctx);
  return done;
}
