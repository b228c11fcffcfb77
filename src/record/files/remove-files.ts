import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';
import { notFound } from '../kernel/refusal.ts';
import type { Precondition } from '../kernel/text.ts';
import { type FileRecord, ownerOf } from './file.ts';
import { demandBrought, placeToWrite } from './places.ts';
import { getFile, readFile } from './read-files.ts';

/**
 * Deletes a file; its content goes when no other file has it. Refuses `not_found`, `forbidden`, and the rules of what it belongs to. Who acts
 * on their own deletes only what they brought themselves.
 */
export async function deleteFile(ctx: Context, id: string, seen?: Precondition<FileRecord>): Promise<void> {
  const file = await getFile(ctx, id);
  const { personId } = await placeToWrite(ctx, ownerOf(file));
  await transaction(
    ctx,
    async (ctx) => {
      const place = await placeToWrite(ctx, ownerOf(file));
      const now = await readFile(ctx, file.id);
      demandBrought(ctx, place, now);
      seen?.(now);
      if ((await removeFiles(ctx, sql`f.id = ${file.id}::uuid`)) === 0) notFound('file', id);
    },
    personId === null ? {} : { learners: [personId] },
  );
}

/**
 * Deletes the files of a condition over `f`, each with its event, and lets go of contents that no file has any more; a job removes those
 * from the store. What they belong to is held by the caller, so no further ones come meanwhile. Gives how many there were.
 */
export async function removeFiles(ctx: Context, where: Sql): Promise<number> {
  const { rows: held } = await run<{ id: string }>(
    ctx,
    sql`select c.id from file_content c
         where c.tenant_id = ${TENANT} and c.id in (select f.content_id from file f where f.tenant_id = ${TENANT} and ${where})
         order by c.id for update`,
  );
  if (held.length === 0) return 0;
  const contents = value(
    held.map(({ id }) => id),
    'uuid[]',
  );
  const { rows } = await run<{ n: number }>(
    ctx,
    sql`with gone as (
          delete from file f where f.tenant_id = ${TENANT} and ${where} and f.content_id = any(${contents}) returning f.*
        ), noted as (
          insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
          select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('file.deleted')}, g.id, g.person_id, g.course_id,
                 jsonb_build_object('entity', g.entity, 'entityId', g.entity_id, 'enrollmentId', g.enrollment_id)
            from gone g order by g.id
        )
        select count(*) as n from gone`,
  );
  await run(
    ctx,
    sql`update file_content c set state = 'deleted', updated_at = ${NOW}
         where c.tenant_id = ${TENANT} and c.id = any(${contents}) and c.state = 'stored'
           and not exists (select 1 from file f where f.tenant_id = ${TENANT} and f.content_id = c.id)`,
  );
  return rows[0]!.n;
}
