import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { newId } from '../kernel/ids.ts';
import { dropContent, keepContent, settleContent, type Told } from './contents.ts';
import type { FileOwner, FileRecord } from './file.ts';
import { cleanName } from './names.ts';
import { holdPlace, type Place, placeToWrite } from './places.ts';
import { readFile } from './read-files.ts';

export interface NewFile extends Told {
  /** As it came; kept cleaned, and only to be shown. */
  name: string;
}

/**
 * Takes a file in as it comes. The same content under the same name at the same thing is the same file: then nothing is made. Refuses
 * `not_found`, `forbidden`, `invalid` what is not what it is said to be, `too_large`, and the rules of the thing.
 */
export async function uploadFile(
  ctx: Context,
  owner: FileOwner,
  content: AsyncIterable<Uint8Array>,
  told: NewFile,
  signal?: AbortSignal,
): Promise<{ file: FileRecord; created: boolean }> {
  const { personId } = await placeToWrite(ctx, owner);
  const kept = await keepContent(ctx, content, told, signal);
  try {
    return await transaction(
      ctx,
      async (inner) => {
        const place = await holdPlace(inner, owner);
        return addFile(inner, place, {
          name: told.name,
          mediaType: kept.mediaType,
          contentId: await settleContent(inner, kept),
        });
      },
      personId === null ? {} : { learners: [personId] },
    );
  } catch (error) {
    await dropContent(ctx, kept.id);
    throw error;
  }
}

interface Named {
  name: string;
  mediaType: string;
  contentId: string;
  /** Who brought it; who acts, unless told otherwise. */
  by?: string | null;
}

/** The file of a content that is held, at a place that is held, with its event. */
export async function addFile(
  ctx: Context,
  place: Pick<Place, 'entity' | 'entityId' | 'enrollmentId' | 'personId' | 'courseId'>,
  { name, mediaType, contentId, by = ctx.actor.kind === 'person' ? ctx.actor.id : null }: Named,
): Promise<{ file: FileRecord; created: boolean }> {
  const kept = cleanName(name);
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`insert into file (tenant_id, id, content_id, entity, entity_id, enrollment_id, person_id, course_id, name, media_type, uploaded_by, created_at)
        values (${TENANT}, ${newId()}::uuid, ${contentId}::uuid, ${place.entity}, ${place.entityId}::uuid, ${place.enrollmentId}::uuid,
                ${place.personId}::uuid, ${place.courseId}::uuid, ${kept}, ${mediaType}, ${by}::uuid, ${NOW})
        on conflict (tenant_id, entity, entity_id, enrollment_id, name, content_id) do nothing returning id`,
  );
  if (!rows[0]) {
    const { rows: there } = await run<{ id: string }>(
      ctx,
      sql`select id from file where tenant_id = ${TENANT} and entity = ${place.entity} and entity_id = ${place.entityId}::uuid and enrollment_id is not distinct from ${place.enrollmentId}::uuid
          and name = ${kept} and content_id = ${contentId}::uuid`,
    );
    return { file: await readFile(ctx, there[0]!.id), created: false };
  }
  const file = await readFile(ctx, rows[0].id);
  await append(ctx, [
    {
      type: 'file.stored',
      entityId: file.id,
      personId: place.personId,
      courseId: place.courseId,
      data: {
        entity: file.entity,
        entityId: file.entityId,
        enrollmentId: file.enrollmentId,
        mediaType: file.mediaType,
        size: file.size,
        sha256: file.sha256,
      },
    },
  ]);
  return { file, created: true };
}
