import { filesOf } from '../../database/file-room.ts';
import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Context, Database } from '../kernel/context.ts';
import { later, toInstant } from '../kernel/instant.ts';
import { keyOf } from './contents.ts';

/** An upload takes ten minutes at most: what came no further in an hour was lost with its server. */
const LOST_AFTER_MS = 3_600_000;
/** What lies in the store and is known to nobody may come from a database that was put back: it stays for a day. */
const STRANGE_AFTER_MS = 86_400_000;
const AT_ONCE = 500;

/**
 * Removes contents that no file has any more, and those of uploads that were lost, from the store and then from the record; by the real
 * clock. What is cut off is done by the next run. Gives how many there were.
 */
export async function clearContents(db: Database, signal?: AbortSignal): Promise<number> {
  const { store } = filesOf(db);
  const now = toInstant(Date.now());
  // from then on an upload that is alive after all cannot be completed
  await run(
    db,
    sql`update file_content c set state = 'deleted', updated_at = ${now}::timestamptz
       from (select tenant_id, id from file_content where state = 'uploading' and updated_at < ${later(now, -LOST_AFTER_MS)}::timestamptz for update skip locked) lost
      where c.tenant_id = lost.tenant_id and c.id = lost.id`,
  );
  for (let done = 0; ; ) {
    const { rows } = await run<{ tenantId: string; id: string }>(
      db,
      sql`select tenant_id as "tenantId", id from file_content where state = 'deleted' order by updated_at limit ${AT_ONCE}`,
    );
    if (rows.length === 0 || signal?.aborted) return done;
    await store.remove(rows.map(({ tenantId, id }) => keyOf(tenantId, id)));
    await run(
      db,
      sql`delete from file_content c using unnest(${rows.map((row) => row.tenantId)}::uuid[], ${rows.map((row) => row.id)}::uuid[]) g (tenant_id, id)
        where c.tenant_id = g.tenant_id and c.id = g.id and c.state = 'deleted'`,
    );
    done += rows.length;
  }
}

/** Removes what lies in the store under tenants of this database, and is known to no row of it since a day. Gives how much that was. */
export async function sweepContents(db: Database, signal?: AbortSignal): Promise<number> {
  const { store } = filesOf(db);
  const before = new Date(Date.now() - STRANGE_AFTER_MS);
  let done = 0;
  const { rows: tenants } = await run<{ id: string }>(db, sql`select id from tenant order by id`);
  for (const { id } of tenants)
    for await (const page of store.list(`${id}/`)) {
      if (signal?.aborted) return done;
      const ids = page.filter(({ at }) => at < before).map(({ key }) => key.slice(id.length + 1));
      const { rows: strange } = await run<{ id: string }>(
        db,
        sql`select s.id from unnest(${ids}::text[]) s (id)
          where not exists (select 1 from file_content c where c.tenant_id = ${id}::uuid and c.id::text = s.id)`,
      );
      await store.remove(strange.map((row) => keyOf(id, row.id)));
      done += strange.length;
    }
  return done;
}

/** In the transaction that empties a tenant: none of its contents is anybody's any more. */
export async function letGoOfContents(ctx: Context): Promise<void> {
  await run(
    ctx,
    sql`update file_content set state = 'deleted', updated_at = ${toInstant(Date.now())}::timestamptz where tenant_id = ${TENANT} and state = 'stored'`,
  );
}
