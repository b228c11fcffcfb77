import { transaction } from '../database/transaction.ts';
import { Tenants } from '../record/access/index.ts';
import { Contents } from '../record/files/index.ts';
import { elevated } from '../record/kernel/actor.ts';
import type { Context } from '../record/kernel/context.ts';
import { type Instant, toInstant } from '../record/kernel/instant.ts';

/**
 * Takes a sandbox back to the academy file it came from, by the real clock; one without a file is empty then. API clients stay and act
 * for whoever has their person's login now. All or nothing. Refuses other tenants (`not_a_sandbox`).
 */
export async function resetSandbox(ctx: Context): Promise<{ resetAt: Instant }> {
  // loaded when it is needed: serving does without
  const { importRead, readAcademy } = await import('./academy/index.ts');
  const file = await Tenants.keptAcademy(ctx);
  const academy = file === null ? null : await readAcademy(file);
  return transaction(
    ctx,
    async (ctx) => {
      const clients = await Tenants.clear(ctx);
      await Contents.letGo(ctx);
      const tenant = await Tenants.current(ctx);
      const resetAt = toInstant(Date.now());
      // the file holds more than whoever may reset may do by hand
      const anew: Context = { ...ctx, tenant, now: resetAt, actor: elevated(ctx.actor) };
      if (academy) await importRead(anew, academy);
      await Tenants.tieClients(anew, clients);
      return { resetAt };
    },
    { whole: true },
  );
}
