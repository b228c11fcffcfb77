import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { elevated } from '../kernel/actor.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { enrollAll } from './enroll.ts';
import { COLLECTIONS_SQL, WITHOUT_SEAT_SQL } from './states.ts';
import type { EnrollOptions } from './types.ts';

interface Pair {
  personId: string;
  courseId: string;
}

/**
 * Enrolls in the members of collections (rule 4), those of the given enrollments that are collections and have a seat. A member that
 * cannot be enrolled in stays out. Starting a collection over starts its members over. Its progress counts what was earned there.
 */
export async function enrollInMembers(
  ctx: Context,
  enrollmentIds: readonly string[],
  options: Pick<EnrollOptions, 'source' | 'reEnroll' | 'enrolledAt'> = {},
): Promise<void> {
  if (enrollmentIds.length === 0) return;
  const { rows } = await run<{ id: string; personId: string; collectionId: string; courseId: string | null }>(
    ctx,
    sql`select e.id, e.person_id as "personId", e.course_id as "collectionId", case when m.state = 'published' then m.id end as "courseId"
       from enrollment e
       join course c on c.tenant_id = ${TENANT} and c.id = e.course_id and c.kind in (${COLLECTIONS_SQL})
       left join collection_member cm on cm.tenant_id = ${TENANT} and cm.version_id = e.version_id
       left join course m on m.tenant_id = ${TENANT} and m.id = cm.course_id and m.deleted_at is null
      where e.tenant_id = ${TENANT} and e.id = any(${enrollmentIds}::uuid[]) and e.ending is null and e.state not in (${WITHOUT_SEAT_SQL})
      order by e.number, cm.position`,
  );
  if (rows.length === 0) return;
  for (const collectionId of new Set(rows.map((row) => row.collectionId)))
    await enrollAll(
      { ...ctx, actor: elevated(ctx.actor) },
      rows.flatMap(({ personId, courseId, collectionId: of }) =>
        of === collectionId && courseId !== null ? [{ personId, courseId }] : [],
      ),
      {
        source: options.source ?? 'automatic',
        ...(options.reEnroll ? { reEnroll: true } : {}),
        enrolledAt: options.enrolledAt,
        self: false,
        grant: { kind: 'collection', sourceId: collectionId },
      },
    );
  report(
    ctx,
    'work_changed',
    [...new Set(rows.map((row) => row.id))].map((enrollmentId) => ({ enrollmentId })),
  );
}

/** Reports the collections that hold these courses, for the people named, as to be worked out anew: depth is bounded, for none contains itself. */
export async function reportCollections(ctx: Context, pairs: readonly Pair[], undo = false): Promise<void> {
  if (pairs.length === 0) return;
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`with held as materialized (
       select r.person_id, m.version_id from unnest(${pairs.map((pair) => pair.personId)}::uuid[], ${pairs.map((pair) => pair.courseId)}::uuid[]) as r (person_id, course_id)
         join collection_member m on m.tenant_id = ${TENANT} and m.course_id = r.course_id
     )
     select distinct e.id from held h
       join enrollment e on e.tenant_id = ${TENANT} and e.person_id = h.person_id and e.version_id is not distinct from h.version_id and e.ending is null`,
  );
  report(
    ctx,
    'work_changed',
    rows.map((row) => ({ enrollmentId: row.id, undo })),
  );
}
