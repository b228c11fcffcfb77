import type { Context, Database } from '../record/kernel/context.ts';
import { lockName, takeLock, tryShareLock } from '../record/kernel/locks.ts';
import { run } from './parameters.ts';

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
      await run(db, 'savepoint alone', []);
      await run(db, `select set_config('lock_timeout', $1, true)`, [PATIENCE]);
      await takeLock({ db, tenant }, 'sandbox');
      await run(db, `select set_config('lock_timeout', '0', true)`, []);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03' || tries === MOST_TRIES) throw error;
      await run(db, 'rollback to savepoint alone', []);
      await endAll(db, name, atWork);
    }
  }
}

const MOST_TRIES = 5;

interface Holder {
  pid: number;
  transaction: string;
}

const HOLDERS = `
  select l.pid, l.virtualtransaction as transaction from pg_locks l, (select hashtextextended($1, 0) as key) k
   where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.pid <> pg_backend_pid()
     and l.database = (select oid from pg_database where datname = current_database())
     and l.classid::bigint = (k.key >> 32) & 4294967295 and l.objid::bigint = k.key & 4294967295`;

async function holdersOf(db: Database, name: string): Promise<Holder[]> {
  return (await run<Holder>(db, HOLDERS, [name])).rows;
}

/** Ends the connections of those who still hold it in the transaction they had then: others only just came to their turn. */
async function endAll(db: Database, name: string, atWork: readonly Holder[]): Promise<void> {
  await run(
    db,
    `select pg_terminate_backend(h.pid) from (${HOLDERS}) h
       join unnest($2::int[], $3::text[]) as w (pid, transaction) on w.pid = h.pid and w.transaction = h.transaction`,
    [name, atWork.map(({ pid }) => pid), atWork.map(({ transaction }) => transaction)],
  );
}
