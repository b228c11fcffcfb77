import { run } from '../../database/run.ts';
import { type Sql, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import type { Issue, RefusalFact } from '../kernel/refusal.ts';
import { visiblePeople } from '../kernel/visibility.ts';
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
export function outcomeOf(row: EnrollmentRow): Outcome {
  const outcome: Record<string, unknown> = {};
  for (const name of OUTCOME) if (row[name] !== undefined) outcome[name] = row[name];
  return outcome;
}

interface Names {
  enrollments: ReadonlyMap<string, { id: string; personId: string; courseId: string }>;
  people: ReadonlyMap<string, { id: string }>;
  offerings: ReadonlyMap<string, { id: string; courseId: string }>;
  courses: ReadonlyMap<string, { id: string; limited: boolean }>;
}

const mails = (text: string): string => `mail ${text.toLowerCase()}`;
const keyed = (text: string): string => `key ${text}`;

/** What the rows name, each kind in one statement: keys are matched with the whole list at once, whatever statistics say. */
async function readNames(ctx: Context, rows: readonly EnrollmentRow[]): Promise<Names> {
  const all = (name: keyof EnrollmentRow): string[] => [...new Set(rows.flatMap((row) => (row[name] as string) ?? []))];
  const read = async <Row>(statement: Sql): Promise<Row[]> => (await run<Row>(ctx, statement)).rows;
  const enrollments = await read<{ id: string; personId: string; courseId: string }>(
    sql`select id, person_id as "personId", course_id as "courseId" from enrollment where tenant_id = ${TENANT} and id = any(${all('id')}::uuid[])`,
  );
  const people = await read<{ id: string; externalId: string | null; email: string | null }>(
    sql`select p.id, p.external_id as "externalId", p.email from person p
      where p.tenant_id = ${TENANT} and p.status <> 'deleted'
        and (p.id = any(${[...all('personId'), ...enrollments.map((row) => row.personId)]}::uuid[]) or p.external_id = any(${all('personExternalId')}::text[]) or lower(p.email) = any(${all('personEmail').map((email) => email.toLowerCase())}::text[]))${visiblePeople(ctx, 'p')}`,
  );
  const offerings = await read<{ id: string; externalId: string | null; courseId: string }>(
    sql`select id, external_id as "externalId", course_id as "courseId" from offering
      where tenant_id = ${TENANT} and deleted_at is null and (id = any(${all('offeringId')}::uuid[]) or external_id = any(${all('offeringExternalId')}::text[]))`,
  );
  const courses = await read<{ id: string; externalId: string | null; limited: boolean }>(
    sql`select c.id, c.external_id as "externalId",
            c.id in (select course_id from offering where tenant_id = ${TENANT} and seats is not null and deleted_at is null) as limited
       from course c where c.tenant_id = ${TENANT} and c.deleted_at is null and (c.id = any(${[...all('courseId'), ...enrollments.map((row) => row.courseId), ...offerings.map((row) => row.courseId)]}::uuid[]) or c.external_id = any(${all('courseExternalId')}::text[]))`,
  );
  const named = <T extends { id: string; externalId: string | null }>(found: readonly T[]): Map<string, T> => {
    const byName = new Map<string, T>();
    for (const one of found) {
      byName.set(one.id, one);
      if (one.externalId !== null) byName.set(keyed(one.externalId), one);
    }
    return byName;
  };
  const byPerson = named(people);
  for (const one of people) if (one.email !== null) byPerson.set(mails(one.email), one);
  return {
    enrollments: new Map(enrollments.map((one) => [one.id, one])),
    people: byPerson,
    offerings: named(offerings),
    courses: named(courses),
  };
}

/** Looks the rows' names up, all at once. What is not there, or out of sight, is told by the member that names it. */
export async function resolveRows(
  ctx: Context,
  rows: readonly EnrollmentRow[],
): Promise<(Resolved | { fact: RefusalFact } | { issues: Issue[] })[]> {
  if (rows.length === 0) return [];
  const names = await readNames(ctx, rows);
  return rows.map((row) => {
    if (row.id !== undefined) {
      const enrollment = names.enrollments.get(row.id.toLowerCase());
      const course = enrollment && names.courses.get(enrollment.courseId);
      return enrollment && course && names.people.has(enrollment.personId)
        ? { enrollmentId: enrollment.id, personId: enrollment.personId, courseId: course.id, limited: course.limited }
        : { fact: { kind: 'not_found', entity: 'enrollment', id: row.id } };
    }
    const [personName, personKey] = nameIn(row, 'personId', 'personExternalId', 'personEmail');
    const [offeringName, offeringKey] = nameIn(row, 'offeringId', 'offeringExternalId');
    const [courseName, courseKey] = nameIn(row, 'courseId', 'courseExternalId');
    const person = names.people.get(personKey);
    const offering = offeringName ? names.offerings.get(offeringKey) : undefined;
    const course = offeringName ? offering && names.courses.get(offering.courseId) : names.courses.get(courseKey);
    const issues: Issue[] = [];
    if (!person) issues.push({ path: [personName!], fault: 'not_found' });
    if (!course) issues.push({ path: [(offeringName ?? courseName)!], fault: 'not_found' });
    if (!person || !course) return { issues };
    return { personId: person.id, courseId: course.id, offeringId: offering?.id, limited: course.limited };
  });
}

type Reference =
  | 'personId'
  | 'personExternalId'
  | 'personEmail'
  | 'offeringId'
  | 'offeringExternalId'
  | 'courseId'
  | 'courseExternalId';

/** The first of these members that the row has, and what it says as a key of what was read. */
function nameIn(row: EnrollmentRow, ...members: Reference[]): [Reference | undefined, string] {
  const member = members.find((one) => row[one] !== undefined);
  if (!member) return [undefined, ''];
  const value = row[member]!;
  return [
    member,
    member.endsWith('Email') ? mails(value) : member.endsWith('ExternalId') ? keyed(value) : value.toLowerCase(),
  ];
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
    ctx,
    sql`select last.id, last.ending
       from unnest(${entries.map((entry) => entry.enrollmentId ?? null)}::uuid[], ${entries.map((entry) => entry.personId)}::uuid[], ${entries.map((entry) => entry.courseId)}::uuid[], ${entries.map((entry) => entry.offeringId ?? null)}::uuid[]) with ordinality as r (id, person_id, course_id, offering_id, n)
       left join lateral (
         select e.id, e.ending from enrollment e
          where e.tenant_id = ${TENANT} and e.person_id = r.person_id and e.course_id = r.course_id
            and (r.id is null or e.id = r.id) and (r.offering_id is null or e.offering_id = r.offering_id)
          order by e.ending is null desc, e.ended_at desc, e.number desc limit 1) last on true
      order by r.n`,
  );
  return rows.map(({ id, ending }) =>
    id !== null && (ending === 'withdrawn_kept' || ending === 'withdrawn_closed') ? { id, ending } : undefined,
  );
}
