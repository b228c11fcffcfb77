import { isFollowing, nothingReported, settled } from '../record/kernel/changes.ts';
import type { Context, Database } from '../record/kernel/context.ts';
import { currentHalt, demandTime, enter, type Halt, leave } from '../record/kernel/halt.ts';
import { isId } from '../record/kernel/ids.ts';
import { refuse } from '../record/kernel/refusal.ts';
import { consequencesOf } from './consequences-of.ts';
import { inheritFiles } from './file-room.ts';
import { bare, boundTo, isRefusedByServer, poolOf } from './lines.ts';
import { run } from './run.ts';
import { lockSandbox, SandboxTaken, takeSandbox } from './sandbox-lock.ts';
import { type Sql, sql, TENANT } from './sql.ts';

export interface Lock {
  /** People whose enrollments change: their rows are locked, in order, before anything is read. */
  learners?: readonly string[];
  /** The sandbox as a whole: nobody else changes anything in it meanwhile. */
  whole?: boolean;
}

const MOST_TRIES = 6;
/** A reset is through by then; whoever waits longer is asked to come again. */
const SANDBOX_PATIENCE_MS = 5000;
/**
 * Serialization failure, deadlock, a reference to what somebody deletes (or deleting what somebody refers to) at the same time, and the
 * unique keys that two writers of one thing meet at: a second try sees what the first one did, and says no in its own words.
 */
const RETRIED = new Set(['40001', '40P01', '23503']);
const RETRIED_KEYS = new Set([
  'file_content_stored',
  'enrollment_live',
  'enrollment_primary',
  'attempt_open',
  'session_enrollment_tenant_id_enrollment_id_activity_id_key',
]);

/**
 * Runs the work in one transaction, or joins the one that is open. Everything the work writes stands or falls together, with everything
 * that follows from what it reported: that is done when this returns. A transaction that lost a race is run again, so the work must not have effects outside the database.
 */
export async function transaction<T>(ctx: Context, work: (ctx: Context) => Promise<T>, lock: Lock = {}): Promise<T> {
  const learners = [...new Set(lock.learners ?? [])].filter(isId).sort();
  if (ctx.inTransaction) {
    await lockLearners(ctx.db, ctx.tenant.id, learners);
    const result = await work(ctx);
    if (!isFollowing(ctx)) await settled(ctx);
    return result;
  }
  const began = performance.now();
  for (let lost = 0; ; ) {
    try {
      return await onOneConnection(ctx.db, (db) => attemptOnce(within(ctx, db), work, learners, lock.whole ?? false));
    } catch (error) {
      if (error instanceof SandboxTaken) {
        if (performance.now() - began > SANDBOX_PATIENCE_MS) refuse({ kind: 'unavailable' });
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      if (ctx.actor.readOnly && isWriteOfReader(error)) refuse({ kind: 'forbidden', permission: 'write' });
      lost++;
      if (lost >= MOST_TRIES || !isRace(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * lost));
    }
  }
}

/** The same call inside a transaction that was opened over `db`. */
export const within = (ctx: Context, db: Database = ctx.db): Context => ({
  ...ctx,
  db,
  inTransaction: true,
  reported: nothingReported(consequencesOf(ctx.db)),
});

async function attemptOnce<T>(
  ctx: Context,
  work: (ctx: Context) => Promise<T>,
  learners: readonly string[],
  whole: boolean,
): Promise<T> {
  const halt = currentHalt();
  if (halt) enter(halt);
  try {
    // the database itself holds a key that changes nothing to that
    await bare(ctx.db, ctx.actor.readOnly ? 'begin read only' : 'begin');
    try {
      await (whole ? takeSandbox(ctx) : lockSandbox(ctx));
      await lockLearners(ctx.db, ctx.tenant.id, learners);
      const result = await work(ctx);
      await settled(ctx);
      // whoever was told that time is up must find nothing done
      if (halt) demandTime(halt);
      await commit(ctx.db, halt);
      return result;
    } catch (error) {
      await bare(ctx.db, 'rollback').catch(() => {
        throw new Lost(error);
      });
      // a request to end a statement may still be on its way: it must not meet the next one
      throw halt?.over ? new Lost(error) : error;
    }
  } finally {
    if (halt) leave(halt);
  }
}

async function commit(db: Database, halt: Halt | undefined): Promise<void> {
  let done: string | undefined;
  try {
    done = await bare(db, 'commit');
    // the server takes back what holds a failed statement, and calls that no error
    if (done === 'ROLLBACK') throw new Error('a statement failed in this transaction and was passed over');
    if (halt) halt.kept = true;
  } catch (error) {
    // a connection lost on the way leaves open whether it came about
    if (halt && done === undefined && !isRefusedByServer(error)) halt.kept = true;
    throw error;
  }
}

/** A connection that could not even roll back: not to be used again. */
class Lost {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

async function onOneConnection<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  const pool = poolOf(db);
  if (!pool)
    return db
      .connection()
      .execute((connection) => {
        inheritFiles(connection, db);
        return work(connection as Database);
      })
      .catch((error) => {
        throw error instanceof Lost ? error.cause : error;
      });
  const client = await pool.connect();
  try {
    const bound = boundTo(client);
    inheritFiles(bound, db);
    const result = await work(bound);
    client.release();
    return result;
  } catch (error) {
    client.release(error instanceof Lost);
    throw error instanceof Lost ? error.cause : error;
  }
}

/** Holds people from within a transaction, as `learners` does from its beginning: before what belongs to them is touched. */
export const lockPeople = (ctx: Context, ids: readonly string[]): Promise<void> =>
  lockLearners(ctx.db, ctx.tenant.id, [...new Set(ids)].filter(isId).sort());

/** From so many learners on, statements touch many rows. */
const MANY = 100;

async function lockLearners(db: Database, tenantId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  if (ids.length === 1)
    await run(db, sql`select 1 from person where tenant_id = ${tenantId} and id = ${ids[0]} for no key update`);
  else await lockWhere(db, 'id = any($2::uuid[])', [tenantId, ids], ids.length > MANY);
}

/** Holds the people whose ids the statement gives, as `lockPeople` does. */
export async function lockPeopleFound(ctx: Context, found: Sql): Promise<void> {
  await run(ctx, sql`discard plans`);
  await run(
    ctx,
    sql`with held as materialized (select 1 from person where tenant_id = ${TENANT} and id in (${found}) order by id for no key update)
     select count(*) from held`,
  );
}

async function lockWhere(db: Database, where: string, values: readonly unknown[], many: boolean): Promise<void> {
  // plans kept from when tables were small might read them whole for each of the learners
  if (many) await run(db, sql`discard plans`);
  // counted there: rows of a hundred thousand learners need not come here
  await run(
    db,
    `with held as materialized (select 1 from person where tenant_id = $1 and ${where} order by id for no key update)
     select count(*) from held`,
    values,
  );
}

/** Whether another writer was quicker, so that the same work may succeed when it is done again. */
export function isRace(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return RETRIED.has(code ?? '') || (code === '23505' && RETRIED_KEYS.has(constraint ?? ''));
}

const isWriteOfReader = (error: unknown): boolean => (error as { code?: string }).code === '25006';

/** The unique key an insert or update ran into, if that is what the error says. */
export function violatedKey(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' ? constraint : undefined;
}
