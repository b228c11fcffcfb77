import type { Readable } from 'node:stream';
import { filesOf } from '../../database/file-room.ts';
import { listPage } from '../../database/listing.ts';
import { parameters, run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound, Refusal } from '../kernel/refusal.ts';
import { readOne } from '../kernel/rows.ts';
import { withinSight } from '../kernel/visibility.ts';
import { keyOf } from './contents.ts';
import { type FileOwner, type FileRecord, fileListing, ownerOf } from './file.ts';
import { placeToRead } from './places.ts';

const seen = (ctx: Context) => withinSight(ctx, fileListing, 'f.uploaded_by');

/** The files of a thing, for whoever may read them. Refuses `not_found` and `forbidden`. */
export async function listFiles(ctx: Context, owner: FileOwner, query: ListQuery): Promise<Page<FileRecord>> {
  const { entity, entityId, enrollmentId } = await placeToRead(ctx, owner);
  const p = parameters(ctx.tenant.id, entity, entityId, enrollmentId);
  const where = `f.tenant_id = $1 and f.entity = $2 and f.entity_id = $3::uuid and f.enrollment_id is not distinct from $4::uuid`;
  return listPage<FileRecord>(ctx.db, seen(ctx), where, p, query);
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
  const p = parameters(ctx.tenant.id, id);
  return (await readOne<FileRecord>(ctx, seen(ctx), 'f.tenant_id = $1 and f.id = $2::uuid', p)) ?? notFound('file', id);
}

/** The content of a file, or some of its bytes, for whoever may have it by its address or by `getFile`. */
export async function openContent(
  ctx: Context,
  id: string,
  range?: { first: number; last: number },
): Promise<Readable> {
  const { rows } = await run<{ contentId: string }>(
    ctx.db,
    'select content_id as "contentId" from file where tenant_id = $1 and id = $2::uuid',
    [ctx.tenant.id, id],
  );
  const contentId = rows[0]?.contentId ?? notFound('file', id);
  return filesOf(ctx.db).store.read(keyOf(ctx.tenant.id, contentId), range);
}
