import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { eventStamp } from '../kernel/event.ts';
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
      if ((await removeFiles(ctx, 'f.id = $2::uuid', [file.id])) === 0) notFound('file', id);
    },
    personId === null ? {} : { learners: [personId] },
  );
}

/**
 * Deletes the files of a condition over `f` whose values begin with $2, each with its event, and lets go of contents that no file has any more; a job removes
 * those from the store. What they belong to is held by the caller, so no further ones come meanwhile. Gives how many there were.
 */
export async function removeFiles(ctx: Context, where: string, values: readonly unknown[]): Promise<number> {
  const { rows: held } = await run<{ id: string }>(
    ctx.db,
    `select c.id from file_content c
      where c.tenant_id = $1 and c.id in (select f.content_id from file f where f.tenant_id = $1 and ${where}) order by c.id for update`,
    [ctx.tenant.id, ...values],
  );
  if (held.length === 0) return 0;
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  const next = values.length + 2;
  const { rows } = await run<{ n: number }>(
    ctx.db,
    `with gone as (
       delete from file f where f.tenant_id = $1 and ${where} and f.content_id = any($${next}::uuid[]) returning f.*
     ), noted as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
       select $1, $${next + 1}::timestamptz, $${next + 2}, $${next + 3}::uuid, $${next + 4}, ${eventSql('file.deleted')}, g.id, g.person_id, g.course_id,
              jsonb_build_object('entity', g.entity, 'entityId', g.entity_id, 'enrollmentId', g.enrollment_id)
         from gone g order by g.id
     )
     select count(*) as n from gone`,
    [tenant, ...values, held.map(({ id }) => id), at, kind, actor, dialect],
  );
  await run(
    ctx.db,
    `update file_content c set state = 'deleted', updated_at = $3::timestamptz
      where c.tenant_id = $1 and c.id = any($2::uuid[]) and c.state = 'stored'
        and not exists (select 1 from file f where f.tenant_id = $1 and f.content_id = c.id)`,
    [ctx.tenant.id, held.map(({ id }) => id), ctx.now],
  );
  return rows[0]!.n;
}
