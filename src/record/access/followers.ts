import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';

// What access does when something happened; `record/consequences.ts` says when, and in which order.

/** Answers that are kept for repeated requests go, where they tell of somebody whose data was erased: the request would be made anew. */
export async function forgetAnswers(ctx: Context, { purged }: Told<'purged'>): Promise<void> {
  const said = purged.flatMap(({ personId, email }) => [personId, ...(email === null ? [] : [email])]);
  await run(
    ctx,
    sql`delete from idempotency_key k where k.tenant_id = ${TENANT}
        and exists (select 1 from unnest(${said}::text[]) as w where position(w in k.body::text) > 0)`,
  );
}
