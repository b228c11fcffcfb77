import { buffer } from 'node:stream/consumers';
import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import { Files } from '../../../record/files/index.ts';
import type { Instant } from '../../../record/kernel/instant.ts';
import { type Library, without } from '../subject.ts';

/** The most bytes of a file whose content is in the academy file, and of all those together: the rest is named. */
export const SMALL = 65_536;
const ALL_OF_THEM = 2_000_000;
const PAGE = 1000;

interface Row
  extends Pick<Files.File, 'id' | 'entity' | 'entityId' | 'name' | 'mediaType' | 'size' | 'sha256' | 'uploadedBy'> {
  personId: string | null;
  at: Instant;
  /** Of work for an enrollment that is not the last one. */
  enrolledAt: Instant | null;
}

/** Files in the order in which they came. */
export async function* readFiles(library: Library): AsyncGenerator<object> {
  const { ctx, key, keyOf, has } = library;
  let left = ALL_OF_THEM;
  for await (const row of all(library)) {
    const kind = row.entity === 'submission' ? 'assessment' : row.entity;
    if (!has(kind, row.entityId) || (row.entity === 'submission' && !has('person', row.personId!))) continue;
    const carried = row.size <= Math.min(SMALL, left);
    if (carried) left -= row.size;
    yield without({
      name: row.name,
      person: row.entity === 'course' ? undefined : key('person', row.personId!),
      course: row.entity === 'course' ? key('course', row.entityId) : undefined,
      assessment: row.entity === 'submission' ? key('assessment', row.entityId) : undefined,
      enrolledAt: row.enrolledAt ?? undefined,
      mediaType: row.mediaType,
      size: row.size,
      sha256: row.sha256,
      content: carried ? (await buffer(await Files.open(ctx, row.id))).toString('base64') : undefined,
      uploadedBy: keyOf('person', row.uploadedBy),
      at: row.at,
    });
  }
}

async function* all({ ctx }: Library): AsyncGenerator<Row> {
  for (let after: Row | undefined; ; ) {
    const since = after ? sql`and (f.created_at, f.id) > (${after.at}::timestamptz, ${after.id}::uuid)` : sql``;
    const { rows } = await run<Row>(
      ctx,
      sql`select f.id, f.entity, f.entity_id as "entityId", f.name, f.media_type as "mediaType", c.size, c.sha256, f.uploaded_by as "uploadedBy",
              f.person_id as "personId", f.created_at as at,
              case when exists (select 1 from submission s join enrollment n on n.tenant_id = s.tenant_id and n.id = s.enrollment_id
                where s.tenant_id = ${TENANT} and s.assessment_id = f.entity_id and n.person_id = e.person_id and n.enrolled_at > e.enrolled_at)
                then e.enrolled_at end as "enrolledAt"
         from file f join file_content c on c.tenant_id = f.tenant_id and c.id = f.content_id
         left join enrollment e on e.tenant_id = f.tenant_id and e.id = f.enrollment_id
        where f.tenant_id = ${TENANT} ${since} order by f.created_at, f.id limit ${PAGE}`,
    );
    yield* rows;
    after = rows.at(-1);
    if (rows.length < PAGE) return;
  }
}
