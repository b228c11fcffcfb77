import { type Kysely, sql } from 'kysely';
import type { Context, Database } from '../record/kernel/context.ts';
import { isId } from '../record/kernel/ids.ts';

export interface Lock {
  /** People whose enrollments change: their rows are locked, in order, before anything is read. */
  learners?: readonly string[];
}

const MOST_TRIES = 6;
/** Serialization failure, deadlock, and the unique keys that two writers of one thing meet at: a second try sees the first one's row. */
const RETRIED = new Set(['40001', '40P01']);
const RETRIED_KEYS = new Set([
  'enrollment_live',
  'enrollment_primary',
  'attempt_open',
  'session_enrollment_tenant_id_enrollment_id_activity_id_key',
]);

/**
 * Runs the work in one transaction, or joins the one that is open. Everything the work writes stands or falls together.
 * A transaction that lost a race is run again, so the work must not have effects outside the database.
 */
export async function transaction<T>(ctx: Context, work: (ctx: Context) => Promise<T>, lock: Lock = {}): Promise<T> {
  const learners = [...new Set(lock.learners ?? [])].filter(isId).sort();
  if (ctx.inTransaction) {
    if (learners.length > 0) await sql.raw(lockLearners(ctx.tenant.id, learners)).execute(ctx.db);
    return work(ctx);
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await ctx.db.connection().execute((connection) => once(ctx, connection, learners, work));
    } catch (error) {
      if (attempt >= MOST_TRIES || !isRace(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt));
    }
  }
}

async function once<T>(
  ctx: Context,
  connection: Kysely<any>,
  learners: string[],
  work: (ctx: Context) => Promise<T>,
): Promise<T> {
  // begin and lock travel together: one round trip less on the hot path
  const opening = learners.length > 0 ? `begin; ${lockLearners(ctx.tenant.id, learners)}` : 'begin';
  try {
    await sql.raw(opening).execute(connection);
    const result = await work({ ...ctx, db: connection as Database, inTransaction: true });
    await sql.raw('commit').execute(connection);
    return result;
  } catch (error) {
    await sql
      .raw('rollback')
      .execute(connection)
      .catch(() => {});
    throw error;
  }
}

/** Ids are checked to be UUIDs before they get here: no other character can reach this text. */
const lockLearners = (tenantId: string, ids: readonly string[]): string =>
  `select 1 from person where tenant_id = '${tenantId}' and id = any('{${ids.join(',')}}'::uuid[]) order by id for no key update`;

function isRace(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return RETRIED.has(code ?? '') || (code === '23505' && RETRIED_KEYS.has(constraint ?? ''));
}

/** The unique key an insert or update ran into, if that is what the error says. */
export function violatedKey(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' ? constraint : undefined;
}
