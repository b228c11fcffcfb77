import { createHash } from 'node:crypto';
import { filesOf } from '../../database/file-room.ts';
import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { withoutHalt } from '../kernel/halt.ts';
import { newId } from '../kernel/ids.ts';
import { toInstant } from '../kernel/instant.ts';
import { invalid, refuse } from '../kernel/refusal.ts';
import { isAmong, mediaTypeOf, SAMPLE } from './media-types.ts';
import { rulesOf } from './rules.ts';

export interface Told {
  /** As whoever brings it labels it; absent where they do not know. */
  mediaType?: string | undefined;
  /** Bytes, and SHA-256 in hex, where they say so beforehand: other content is refused. */
  size?: number | undefined;
  sha256?: string | undefined;
}

/** A content that lies in the store and that nobody refers to yet. */
export interface Kept {
  id: string;
  mediaType: string;
  size: number;
  sha256: string;
}

export const keyOf = (tenantId: string, contentId: string): string => `${tenantId}/${contentId}`;

/**
 * Brings a content into the store as it comes: what of it is in memory is a piece. First it is noted that it comes, by a statement of its own, so that
 * whatever becomes of this process somebody knows what may lie in the store. Refuses `invalid` a content that is not what it is said to be,
 * or of a type that the tenant does not take, and `too_large`; then, and when the source breaks off, nothing is left of it.
 */
export async function keepContent(
  ctx: Context,
  content: AsyncIterable<Uint8Array>,
  told: Told,
  signal?: AbortSignal,
): Promise<Kept> {
  const { store } = filesOf(ctx.db);
  const { types, bytes } = rulesOf(ctx);
  const { sample, whole } = await begun(content);
  if (sample.length === 0) invalid([], 'required', 'a file that is not empty');
  const mediaType = await mediaTypeOf(sample, told.mediaType);
  if (types !== null && !isAmong(mediaType, types))
    invalid(['mediaType'], 'unknown_value', `one of ${types.join(', ')}`);

  const id = newId();
  await noteComing(ctx, id);
  const digest = createHash('sha256');
  let size = 0;
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const chunk of whole) {
      size += chunk.length;
      if (bytes !== null && size > bytes) refuse({ kind: 'too_large', limitBytes: bytes });
      if (told.size !== undefined && size > told.size) invalid(['size'], 'format', 'the file is longer');
      digest.update(chunk);
      yield chunk;
    }
    if (told.size !== undefined && size !== told.size) invalid(['size'], 'format', `the file has ${size} bytes`);
  }
  try {
    await store.put(keyOf(ctx.tenant.id, id), measured(), signal);
    const sha256 = digest.digest('hex');
    if (told.sha256 !== undefined && told.sha256.toLowerCase() !== sha256)
      invalid(['digest'], 'format', 'is that of another file');
    return { id, mediaType, size, sha256 };
  } catch (error) {
    await dropContent(ctx, id);
    throw error;
  }
}

/** Leaves nothing of a content that nobody refers to. What cannot be removed now is removed by the job. */
export async function dropContent(ctx: Context, id: string): Promise<void> {
  const { store, db } = filesOf(ctx.db);
  try {
    await store.remove([keyOf(ctx.tenant.id, id)]);
    await withoutHalt(() =>
      run(
        { ...ctx, db },
        sql`delete from file_content where tenant_id = ${TENANT} and id = ${id}::uuid and state = 'uploading'`,
      ),
    );
  } catch {
    // it is noted as coming, and the job looks after those that never arrived
  }
}

/** By the real clock, outside of any transaction; this note is nothing that the request did. */
async function noteComing(ctx: Context, id: string): Promise<void> {
  const at = value(toInstant(Date.now()), 'timestamptz');
  await withoutHalt(() =>
    run(
      { ...ctx, db: filesOf(ctx.db).db },
      sql`insert into file_content (tenant_id, id, state, created_at, updated_at) values (${TENANT}, ${id}::uuid, 'uploading', ${at}, ${at})`,
    ),
  );
}

/** The first bytes of a content, and all of it. */
async function begun(
  content: AsyncIterable<Uint8Array>,
): Promise<{ sample: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  const rest = content[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < SAMPLE) {
    const next = await rest.next();
    if (next.done) break;
    first.push(next.value);
    size += next.value.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* first.splice(0);
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  }
  return { sample: Buffer.concat(first).subarray(0, SAMPLE), whole: whole() };
}

/**
 * Makes the content one that files refer to, in their transaction: the one that the tenant has already, where it is the same, else the new one.
 * What is held here is not removed until the transaction ends. Gives its id.
 */
export async function settleContent(ctx: Context, kept: Kept): Promise<string> {
  const same = await findContent(ctx, kept.sha256);
  if (same !== undefined) {
    await run(
      ctx,
      sql`update file_content set state = 'deleted', updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${kept.id}::uuid and state = 'uploading'`,
    );
    return same;
  }
  const { rows } = await run(
    ctx,
    sql`update file_content set state = 'stored', sha256 = ${kept.sha256}, size = ${kept.size}::bigint, updated_at = ${NOW}
         where tenant_id = ${TENANT} and id = ${kept.id}::uuid and state = 'uploading' returning 1`,
  );
  // it came so slowly that the job took it for lost
  if (rows.length === 0) refuse({ kind: 'unavailable' });
  return kept.id;
}

/** The stored content of this hash, held until the transaction ends. */
export async function findContent(ctx: Context, sha256: string): Promise<string | undefined> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from file_content where tenant_id = ${TENANT} and sha256 = ${sha256} and state = 'stored' for share`,
  );
  return rows[0]?.id;
}
