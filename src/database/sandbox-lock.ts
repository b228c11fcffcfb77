import type { Context, Database } from '../record/kernel/context.ts';
import { lockName, takeLock, tryShareLock } from '../record/kernel/locks.ts';
import { run } from './run.ts';
import { type Sql, sql } from './sql.ts';

/**
 * Somebody takes the sandbox as a whole, or waits to. Changes of a sandbox go on beside each other; a reset waits for those at work for a
 * moment, then for nobody.
 */
export class SandboxTaken extends Error {}

/**
 * Taken at the start of every transaction in a sandbox. Whoever comes after a reset is told so at once, to wait without a connection: those
 * of all tenants come from one pool.
 */
export async function lockSandbox({ db, tenant }: Context): Promise<void> {
  if (!tenant.sandbox) return;
  if (!(await tryShareLock({ db, tenant }, 'sandbox'))) throw new SandboxTaken();
}

const PATIENCE = '1s';

/** Takes a sandbox for this transaction alone. Who is at work may finish within a moment; who does not is cut off and finds nothing done. */
export async function takeSandbox({ db, tenant }: Context): Promise<void> {
  const name = lockName('sandbox', tenant.id);
  for (let tries = 1; ; tries++) {
    const atWork = await holdersOf(db, name);
    try {
      await run(db, sql`savepoint alone`);
      await run(db, sql`select set_config('lock_timeout', ${PATIENCE}, true)`);
      await takeLock({ db, tenant }, 'sandbox');
      await run(db, sql`select set_config('lock_timeout', '0', true)`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03' || tries === MOST_TRIES) throw error;
      await run(db, sql`rollback to savepoint alone`);
      await endAll(db, name, atWork);
    }
  }
}

const MOST_TRIES = 5;

interface Holder {
  pid: number;
  transaction: string;
}

const holders = (name: string): Sql => sql`
  select l.pid, l.virtualtransaction as transaction from pg_locks l, (select hashtextextended(${name}, 0) as key) k
   where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.pid <> pg_backend_pid()
     and l.database = (select oid from pg_database where datname = current_database())
     and l.classid::bigint = (k.key >> 32) & 4294967295 and l.objid::bigint = k.key & 4294967295`;

async function holdersOf(db: Database, name: string): Promise<Holder[]> {
  return (await run<Holder>(db, holders(name))).rows;
}

/** Ends the connections of those who still hold it in the transaction they had then: others only just came to their turn. */
async function endAll(db: Database, name: string, atWork: readonly Holder[]): Promise<void> {
  await run(
    db,
    sql`select pg_terminate_backend(h.pid) from (${holders(name)}) h
       join unnest(${atWork.map(({ pid }) => pid)}::int[], ${atWork.map(({ transaction }) => transaction)}::text[]) as w (pid, transaction) on w.pid = h.pid and w.transaction = h.transaction`,
  );
}
