import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import type { Issue, RefusalFact } from '../kernel/refusal.ts';
import { visiblePeopleSql } from '../kernel/visibility.ts';
import type { Outcome } from './outcome-columns.ts';
import type { EnrollmentRow, Entry } from './save-enrollments.ts';
import { WITHOUT_SEAT } from './states.ts';

/** Whom and what a row names, as ids. */
export interface Resolved {
  /** Where the row names one itself. */
  enrollmentId?: string | undefined;
  personId: string;
  courseId: string;
  offeringId?: string | undefined;
  /** Seats are limited in it, or may be: somewhere in its course. */
  limited: boolean;
}

const OUTCOME = [
  'state',
  'score',
  'completedAt',
  'result',
  'credits',
  'rating',
  'accessAt',
  'dueAt',
  'expiresAt',
  'termsAccepted',
] as const satisfies readonly (keyof EnrollmentRow & keyof Outcome)[];

/** The members of a row that are set as by `setOutcome`. */
export const outcomeOf = (row: EnrollmentRow): Outcome =>
  Object.fromEntries(OUTCOME.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));

interface Found {
  enrollmentId: string | null;
  personId: string | null;
  courseId: string | null;
  offeringId: string | null;
  limited: boolean;
}

const RESOLVE_SQL = (visible: string): string => `
select e.id as "enrollmentId", p.id as "personId", c.id as "courseId",
       case when r.offering_id is not null or r.offering_key is not null then o.id end as "offeringId",
       exists (select 1 from offering l where l.tenant_id = $1 and l.course_id = c.id and l.seats is not null and l.deleted_at is null) as limited
  from rows from (jsonb_to_recordset($2::jsonb) as (id uuid, person_id uuid, person_key text, person_email text,
         offering_id uuid, offering_key text, course_id uuid, course_key text))
       with ordinality as r (id, person_id, person_key, person_email, offering_id, offering_key, course_id, course_key, n)
  left join enrollment e on e.tenant_id = $1 and e.id = r.id
  left join person p on p.tenant_id = $1 and p.status <> 'deleted' and p.id = case
       when r.id is not null then e.person_id
       when r.person_id is not null then r.person_id
       when r.person_key is not null then (select k.id from person k where k.tenant_id = $1 and k.status <> 'deleted' and k.external_id = r.person_key)
       else (select k.id from person k where k.tenant_id = $1 and k.status <> 'deleted' and lower(k.email) = lower(r.person_email)) end${visible}
  left join offering o on o.tenant_id = $1 and o.deleted_at is null and o.id = case
       when r.id is not null then e.offering_id
       when r.offering_id is not null then r.offering_id
       else (select k.id from offering k where k.tenant_id = $1 and k.deleted_at is null and k.external_id = r.offering_key) end
  left join course c on c.tenant_id = $1 and c.deleted_at is null and c.id = case
       when r.id is not null then e.course_id
       when r.offering_id is not null or r.offering_key is not null then o.course_id
       when r.course_id is not null then r.course_id
       else (select k.id from course k where k.tenant_id = $1 and k.deleted_at is null and k.external_id = r.course_key) end
 order by r.n`;

/** Looks the rows' names up, all at once. What is not there, or out of sight, is told by the member that names it. */
export async function resolveRows(
  ctx: Context,
  rows: readonly EnrollmentRow[],
): Promise<(Resolved | { fact: RefusalFact } | { issues: Issue[] })[]> {
  if (rows.length === 0) return [];
  const given = rows.map((row) => ({
    id: row.id,
    person_id: row.personId,
    person_key: row.personExternalId,
    person_email: row.personEmail,
    offering_id: row.offeringId,
    offering_key: row.offeringExternalId,
    course_id: row.courseId,
    course_key: row.courseExternalId,
  }));
  const { rows: found } = await run<Found>(ctx.db, RESOLVE_SQL(visiblePeopleSql(ctx, 'p')), [
    ctx.tenant.id,
    JSON.stringify(given),
  ]);
  return found.map(({ enrollmentId, personId, courseId, offeringId, limited }, i) => {
    const row = rows[i]!;
    if (row.id !== undefined)
      return enrollmentId && personId && courseId
        ? { enrollmentId, personId, courseId, limited }
        : { fact: { kind: 'not_found', entity: 'enrollment', id: row.id } };
    const issues: Issue[] = [];
    const absent = (...names: (keyof EnrollmentRow)[]): void => {
      const path = names.find((name) => row[name] !== undefined);
      if (path) issues.push({ path: [path], fault: 'not_found' });
    };
    if (!personId) absent('personId', 'personExternalId', 'personEmail');
    if (!courseId) absent('offeringId', 'offeringExternalId', 'courseId', 'courseExternalId');
    if (!personId || !courseId) return { issues };
    return { personId, courseId, offeringId: offeringId ?? undefined, limited };
  });
}

/**
 * The rows in levels: each sees what the levels before it did. A learner comes once in a level; in a course with limited seats nobody
 * overtakes anybody, and a seat that a row may free is free for the rows after it.
 */
export function levelsOf(entries: readonly Entry[]): Entry[][] {
  const levels: Entry[][] = [];
  const learners = new Map<string, number>();
  const courses = new Map<string, { level: number; frees: boolean }>();
  for (const entry of entries) {
    const { personId, courseId, limited, row } = entry;
    const before = limited ? courses.get(courseId) : undefined;
    const at = Math.max((learners.get(personId) ?? -1) + 1, before ? before.level + (before.frees ? 1 : 0) : 0);
    learners.set(personId, at);
    const frees =
      row.withdrawal !== undefined ||
      (row.state !== undefined && (WITHOUT_SEAT as readonly string[]).includes(row.state));
    if (limited) courses.set(courseId, { level: at, frees: frees || (before?.level === at && before.frees) });
    levels[at] ??= [];
    levels[at].push(entry);
  }
  return levels;
}

interface Left {
  id: string;
  ending: 'withdrawn_kept' | 'withdrawn_closed';
}

/** Which of the rows are about an enrollment that was withdrawn, with none live in its place; in order of the rows. */
export async function withdrawnOf(ctx: Context, entries: readonly Entry[]): Promise<(Left | undefined)[]> {
  if (entries.length === 0) return [];
  const { rows } = await run<{ id: string | null; ending: string | null }>(
    ctx.db,
    `select last.id, last.ending
       from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[]) with ordinality as r (id, person_id, course_id, offering_id, n)
       left join lateral (
         select e.id, e.ending from enrollment e
          where e.tenant_id = $1 and e.person_id = r.person_id and e.course_id = r.course_id
            and (r.id is null or e.id = r.id) and (r.offering_id is null or e.offering_id = r.offering_id)
          order by e.ending is null desc, e.ended_at desc, e.number desc limit 1) last on true
      order by r.n`,
    [
      ctx.tenant.id,
      entries.map((entry) => entry.enrollmentId ?? null),
      entries.map((entry) => entry.personId),
      entries.map((entry) => entry.courseId),
      entries.map((entry) => entry.offeringId ?? null),
    ],
  );
  return rows.map(({ id, ending }) =>
    id !== null && (ending === 'withdrawn_kept' || ending === 'withdrawn_closed') ? { id, ending } : undefined,
  );
}
