import { sql } from '../../database/sql.ts';
import { type Bulk, EVENT, insertHolding, query, type References, type Rows, STAMP } from '../kernel/bulk.ts';
import { report } from '../kernel/changes.ts';
import { eventSql, typeSql } from '../kernel/event-types.ts';
import { NIL_ID } from '../kernel/ids.ts';
import { datesSql } from './dates.ts';

// Enrollments by the hundred thousand, from temporary tables, in the transaction of a caller who has locked the people. Offerings with a limit
// of seats, and people who come back, take `enrollMany`: rules 1 and 2 are kept there.

/**
 * Makes enrollments that an import grants: id, person_id, course_id, offering_id, version_id, enrolled_at, open, ends_at, line. Those that are over
 * (not `open`) are withdrawn on their day (rule 19).
 */
export async function insertEnrollmentRows(bulk: Bulk, matches: string): Promise<void> {
  const references: References = [
    ['person', matches, 'person_id'],
    ['course', matches, 'course_id'],
    ['offering', matches, 'offering_id'],
    ['course_version', matches, 'version_id'],
  ];
  await insertHolding(bulk, references, () =>
    query(
      bulk,
      `with made as (
       insert into enrollment (tenant_id, id, person_id, course_id, offering_id, version_id, state, ending, ended_at, is_primary, source,
                               enrolled_at, access_at, due_at, expires_at, created_at, updated_at)
       select {tenant}, m.id, m.person_id, m.course_id, m.offering_id, m.version_id, 'not_started',
              case when not m.open then 'withdrawn_kept' end, case when not m.open then m.ends_at end,
              -- with one enrollment in the course the mark is clear; otherwise rule 3 settles it
              m.open and not exists (select 1 from enrollment x where x.tenant_id = {tenant} and x.person_id = m.person_id and x.course_id between m.course_id and m.course_id and x.ending is null)
                and count(*) filter (where m.open) over (partition by m.person_id, m.course_id) = 1,
              'import', m.enrolled_at, d."accessAt", d."dueAt", coalesce(d."expiresAt", case when m.open then m.ends_at end), {at}, {at}
         from ${matches} m
         join offering o on o.tenant_id = {tenant} and o.id = m.offering_id
         join course c on c.tenant_id = {tenant} and c.id = m.course_id
        cross join lateral (select ${datesSql('o', 'c', sql`m.enrolled_at`)}) d
        order by m.line
       returning id, person_id, course_id, offering_id, state, ending
     ), granted as (
       insert into enrollment_grant (tenant_id, enrollment_id, kind, source_id, created_at) select {tenant}, id, 'import', {none}::uuid, {at} from made where ending is null
     )
     insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
     select ${STAMP}, n.type, 'enrollment', id, person_id, course_id, n.data from made cross join lateral (values
       (${typeSql('enrollment.created')}, jsonb_build_object('offeringId', offering_id, 'state', state, 'source', 'import'), true),
       (${typeSql('enrollment.withdrawn')}, jsonb_build_object('offeringId', offering_id, 'kept', true), ending is not null)) as n (type, data, said)
      where n.said`,
      { none: NIL_ID },
    ),
  );
  const shared = await query<{ personId: string; courseId: string }>(
    bulk,
    `select distinct m.person_id as "personId", m.course_id as "courseId" from ${matches} m
       join enrollment e on e.tenant_id = {tenant} and e.person_id = m.person_id and e.course_id between m.course_id and m.course_id and e.ending is null and e.id <> m.id
      where m.open`,
  );
  report(bulk.ctx, 'enrolled_beside', shared);
}

/** SQL: until when the enrollment `e` is open: what its class says, else its row (`p`). */
const EXPIRES = `coalesce((select d."expiresAt" from offering o join course c on c.tenant_id = {tenant} and c.id = o.course_id cross join lateral (select ${datesSql('o', 'c', sql`e.enrolled_at`)}) d
                            where o.tenant_id = {tenant} and o.id = e.offering_id), p.ends_at)`;

/** Who came back begins when the row says, and has no result of leaving: rows `id, begins_at, ends_at, end_moves`. */
export async function beginAnewRows(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with p as (${rows.sql})
     update enrollment e set enrolled_at = coalesce(p.begins_at, e.enrolled_at), result = case when lower(e.result) = 'withdrawn' then null else e.result end,
            expires_at = case when p.end_moves then ${EXPIRES} else e.expires_at end
       from p where e.tenant_id = {tenant} and e.id = p.id`,
    rows.values,
  );
}

/**
 * Moves when enrollments begin and end: rows `id, begins_at, ends_at, end_moves, open, gone`. Those that are open end with their offering, else
 * when the row says. Those that are others now go into a temporary table of ids.
 */
export async function changeEnrollmentRows(bulk: Bulk, rows: Rows, into: string): Promise<void> {
  await query(
    bulk,
    `with p as (${rows.sql}), t as (
       update enrollment e set enrolled_at = coalesce(p.begins_at, e.enrolled_at),
              expires_at = case when p.end_moves and p.open then ${EXPIRES} else e.expires_at end,
              ended_at = case when e.ending is not null and not p.open and not p.gone then p.ends_at else e.ended_at end, updated_at = {at}
         from p
        where e.tenant_id = {tenant} and e.id = p.id and (e.ending is null or e.ending = 'withdrawn_kept')
          and (coalesce(p.begins_at, e.enrolled_at) <> e.enrolled_at or (p.end_moves and p.open and e.expires_at is distinct from ${EXPIRES}) or (e.ending is not null and not p.open and p.ends_at <> e.ended_at))
       returning e.id, e.person_id, e.course_id, e.offering_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
       select ${STAMP}, ${eventSql('enrollment.updated')}, id, person_id, course_id, jsonb_build_object('offeringId', offering_id) from t
     )
     insert into ${into} (id) select id from t`,
    rows.values,
  );
}

/** Learners of offerings take up another version (rule 13): rows `offering_id, old_id, id`. */
export async function moveVersionRows(bulk: Bulk, rows: Rows): Promise<void> {
  const learners = await query<{ enrollmentId: string }>(
    bulk,
    `with v as (${rows.sql})
     update enrollment e set version_id = v.id, updated_at = {at} from v
      where e.tenant_id = {tenant} and e.offering_id = v.offering_id and e.version_id = v.old_id and (e.ending is null or e.ending = 'withdrawn_kept') returning e.id as "enrollmentId"`,
    rows.values,
  );
  report(bulk.ctx, 'work_changed', learners);
}
