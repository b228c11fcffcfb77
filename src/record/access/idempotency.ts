import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { forgetReports } from '../kernel/changes.ts';
import type { Context, Database } from '../kernel/context.ts';
import { toInstant } from '../kernel/instant.ts';
import { tryLock } from '../kernel/locks.ts';

/** An answer as it went out, kept for the same request coming again. */
export interface KeptAnswer {
  status: number;
  headers?: Readonly<Record<string, string | string[]>>;
  body?: unknown;
}

export interface NamedRequest {
  /** The caller's own name for the request. */
  key: string;
  /** What was asked: another request under the same name is told from this. */
  fingerprint: string;
}

export type Answering =
  | { kind: 'answered'; answer: KeptAnswer; replayed: boolean }
  /** The first request of this name is at work this moment. */
  | { kind: 'in_use' }
  /** The name belongs to another request. */
  | { kind: 'reused' };

const KEPT_MS = 86_400_000;

/**
 * Does the work once for each name of a caller: the change and its answer are one transaction, so that neither a crash nor a second
 * request leaves one without the other. Answers are kept for 24 hours by the real clock.
 *
 * `refused` says which errors are answers too: what the work wrote is taken back, and the answer is kept. Other errors keep nothing.
 */
export async function answerOnce(
  ctx: Context,
  { key, fingerprint }: NamedRequest,
  work: (ctx: Context) => Promise<KeptAnswer>,
  refused: (error: unknown) => KeptAnswer | undefined,
): Promise<Answering> {
  const caller = ctx.actor.id ?? ctx.tenant.id;
  return transaction(ctx, async (ctx): Promise<Answering> => {
    if (!(await tryLock(ctx, 'answer', caller, key))) return { kind: 'in_use' };
    const now = Date.now();
    const { rows } = await run<{ fingerprint: string; answer: KeptAnswer }>(
      ctx,
      sql`
      select request_hash as fingerprint, jsonb_build_object('status', status, 'headers', headers, 'body', body) as answer
        from idempotency_key
       where tenant_id = ${TENANT} and client_id = ${caller} and key = ${key} and created_at > ${toInstant(now - KEPT_MS)}`,
    );
    const [found] = rows;
    if (found && found.fingerprint !== fingerprint) return { kind: 'reused' };
    if (found) return { kind: 'answered', answer: readBack(found.answer), replayed: true };
    const answer = await attempt(ctx, work, refused);
    await run(
      ctx,
      sql`
      insert into idempotency_key (tenant_id, client_id, key, request_hash, status, headers, body, created_at)
      values (${TENANT}, ${caller}, ${key}, ${fingerprint}, ${answer.status}, ${JSON.stringify(answer.headers ?? {})}::jsonb,
              ${written(answer.body)}::jsonb, ${toInstant(now)})
      on conflict (tenant_id, client_id, key) do update set request_hash = excluded.request_hash, status = excluded.status,
        headers = excluded.headers, body = excluded.body, created_at = excluded.created_at`,
    );
    return { kind: 'answered', answer, replayed: false };
  });
}

async function attempt(
  ctx: Context,
  work: (ctx: Context) => Promise<KeptAnswer>,
  refused: (error: unknown) => KeptAnswer | undefined,
): Promise<KeptAnswer> {
  await run(ctx, sql`savepoint answer`);
  try {
    return await work(ctx);
  } catch (error) {
    const answer = refused(error);
    if (!answer) throw error;
    await run(ctx, sql`rollback to savepoint answer`);
    forgetReports(ctx);
    return answer;
  }
}

/** Removes answers that nobody is given any more; by the real clock. */
export async function removeOldAnswers(db: Database): Promise<void> {
  await run(db, sql`delete from idempotency_key where created_at < now() - interval '2 days'`);
}

/** Kept as JSON text inside JSON, so that it comes back byte for byte. */
const written = (body: unknown): string | null => (body === undefined ? null : JSON.stringify(JSON.stringify(body)));

const readBack = ({ status, headers, body }: KeptAnswer): KeptAnswer => ({
  status,
  headers: headers ?? {},
  ...(typeof body === 'string' ? { body: JSON.parse(body) as unknown } : {}),
});
