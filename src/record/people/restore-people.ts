import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';

/**
 * Brings deleted people back with what they earned (rule 20): active, without email, username and external id, which were free meanwhile.
 * What they were part of is for the caller to give back. Purged people stay gone. For imports that have checked who may, in their
 * transaction.
 */
export async function restorePeople(ctx: Context, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`update person set status = 'active', deleted_at = null, email = null, username = null, external_id = null, updated_at = ${NOW}
      where tenant_id = ${TENANT} and id = any(${ids}::uuid[]) and status = 'deleted' and purged_at is null returning id`,
  );
  await append(
    ctx,
    rows.map(({ id }) => ({ type: 'person.activated', entityId: id, personId: id })),
  );
}
