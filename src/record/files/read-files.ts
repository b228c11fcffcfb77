import type { Readable } from 'node:stream';
import { filesOf } from '../../database/file-room.ts';
import { listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound, Refusal } from '../kernel/refusal.ts';
import { readOne } from '../kernel/rows.ts';
import { keyOf } from './contents.ts';
import { type FileOwner, type FileRecord, filesSeen, ownerOf } from './file.ts';
import { placeToRead } from './places.ts';

/** The files of a thing, for whoever may read them. Refuses `not_found` and `forbidden`. */
export async function listFiles(ctx: Context, owner: FileOwner, query: ListQuery): Promise<Page<FileRecord>> {
  const { entity, entityId, enrollmentId } = await placeToRead(ctx, owner);
  const where = sql`f.tenant_id = ${TENANT} and f.entity = ${entity} and f.entity_id = ${entityId}::uuid
    and f.enrollment_id is not distinct from ${enrollmentId}::uuid`;
  return listPage<FileRecord>(ctx, filesSeen(ctx), where, query);
}

/** One file, for whoever may read the files of what it belongs to; to everybody else it is as if absent. */
export async function getFile(ctx: Context, id: string): Promise<FileRecord> {
  const file = await readFile(ctx, id);
  try {
    await placeToRead(ctx, ownerOf(file));
  } catch (error) {
    if (error instanceof Refusal && error.fact.kind === 'not_found') return notFound('file', id);
    throw error;
  }
  return file;
}

/** Without asking who may. */
export async function readFile(ctx: Context, id: string): Promise<FileRecord> {
  if (!isId(id)) return notFound('file', id);
  return (
    (await readOne<FileRecord>(ctx, filesSeen(ctx), sql`f.tenant_id = ${TENANT} and f.id = ${id}::uuid`)) ??
    notFound('file', id)
  );
}

/** The content of a file, or some of its bytes, for whoever may have it by its address or by `getFile`. */
export async function openContent(
  ctx: Context,
  id: string,
  range?: { first: number; last: number },
): Promise<Readable> {
  const { rows } = await run<{ contentId: string }>(
    ctx,
    sql`select content_id as "contentId" from file where tenant_id = ${TENANT} and id = ${id}::uuid`,
  );
  const contentId = rows[0]?.contentId ?? notFound('file', id);
  return filesOf(ctx.db).store.read(keyOf(ctx.tenant.id, contentId), range);
}
