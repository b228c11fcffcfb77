import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';

/** The how-manieth assessment of its activity one is in its offering. */
const placeOf = (a: Sql): Sql => sql`(select count(*) from assessment o
  where o.tenant_id = ${TENANT} and o.offering_id = ${a}.offering_id and o.activity_id = ${a}.activity_id and o.number < ${a}.number)`;

interface Move {
  enrollmentId: string;
  assessmentId: string;
  toAssessmentId: string;
}

/**
 * Where the work of enrollments that went over to another offering belongs now: to the assessment of the same activity there, which is held.
 * What the learner has there already stands, and what has no counterpart stays where it is. Work left behind by an earlier transfer comes too.
 */
async function counterparts(
  ctx: Context,
  enrollments: readonly { enrollmentId: string; fromId: string }[],
): Promise<Move[]> {
  const { rows } = await run<Move>(
    ctx,
    sql`with e as (
          select e.id, e.offering_id, t.from_id
            from unnest(${enrollments.map((row) => row.enrollmentId)}::uuid[], ${enrollments.map((row) => row.fromId)}::uuid[]) as t (id, from_id)
            join enrollment e on e.tenant_id = ${TENANT} and e.id = t.id
        ), work as (
          select e.id as enrollment_id, s.assessment_id from e join submission s on s.tenant_id = ${TENANT} and s.enrollment_id = e.id
          union select e.id, m.assessment_id from e join mark m on m.tenant_id = ${TENANT} and m.enrollment_id = e.id
          union select e.id, a.id from e join assessment a on a.tenant_id = ${TENANT} and a.offering_id = e.from_id
        )
        select e.id as "enrollmentId", a.id as "assessmentId", t.id as "toAssessmentId"
          from e join work w on w.enrollment_id = e.id
          join assessment a on a.tenant_id = ${TENANT} and a.id = w.assessment_id and a.offering_id <> e.offering_id
          join assessment t on t.tenant_id = ${TENANT} and t.offering_id = e.offering_id and t.activity_id = a.activity_id
           and ${placeOf(sql`t`)} = ${placeOf(sql`a`)}
         where not exists (select 1 from submission s where s.tenant_id = ${TENANT} and s.assessment_id = t.id and s.enrollment_id = e.id)
           and not exists (select 1 from mark m where m.tenant_id = ${TENANT} and m.assessment_id = t.id and m.enrollment_id = e.id)
         order by a.offering_id = e.from_id desc, a.id for key share of t`,
  );
  // of two that meet in one place, that of the offering just left
  const taken = new Map<string, Move>();
  for (const move of rows) {
    const place = move.enrollmentId + move.toAssessmentId;
    if (!taken.has(place)) taken.set(place, move);
  }
  return [...taken.values()];
}

/** Submissions and marks of enrollments that went over go along by activity, scores in the measure of the assessment there (rule 13). */
export async function takeWorkAlong(
  ctx: Context,
  enrollments: readonly { enrollmentId: string; fromId: string }[],
): Promise<void> {
  const moves = await counterparts(ctx, enrollments);
  if (moves.length === 0) return;
  const ids = (name: keyof Move): Sql =>
    value(
      moves.map((move) => move[name]),
      'uuid[]',
    );
  const moving = sql`unnest(${ids('enrollmentId')}, ${ids('assessmentId')}, ${ids('toAssessmentId')}) as t (enrollment_id, from_id, to_id)`;
  const stamp = sql`select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}`;
  await run(
    ctx,
    sql`with moved as (
          update submission s set assessment_id = t.to_id, updated_at = ${NOW} from ${moving}
           where s.tenant_id = ${TENANT} and s.assessment_id = t.from_id and s.enrollment_id = t.enrollment_id
          returning t.*
        )
        insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
        ${stamp}, ${eventSql('submission.moved')}, m.to_id, e.person_id, e.course_id,
               jsonb_build_object('enrollmentId', m.enrollment_id, 'changed', jsonb_build_object('assessmentId', jsonb_build_array(m.from_id, m.to_id)))
          from moved m join enrollment e on e.tenant_id = ${TENANT} and e.id = m.enrollment_id order by m.enrollment_id, m.to_id`,
  );
  await run(
    ctx,
    sql`with moved as (
          update mark k set assessment_id = t.to_id, updated_at = ${NOW},
                 score = case when b.maximum = a.maximum then k.score else least(round(k.score * b.maximum / a.maximum, 4), 999999) end
            from ${moving}
            join assessment a on a.tenant_id = ${TENANT} and a.id = t.from_id
            join assessment b on b.tenant_id = ${TENANT} and b.id = t.to_id
           where k.tenant_id = ${TENANT} and k.assessment_id = t.from_id and k.enrollment_id = t.enrollment_id
          returning t.*, old.score as was, new.score
        )
        insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
        ${stamp}, ${eventSql('mark.moved')}, m.to_id, e.person_id, e.course_id,
               jsonb_build_object('enrollmentId', m.enrollment_id, 'changed', jsonb_build_object('assessmentId', jsonb_build_array(m.from_id, m.to_id))
                 || case when m.was is distinct from m.score then jsonb_build_object('score', jsonb_build_array(m.was, m.score)) else '{}' end)
          from moved m join enrollment e on e.tenant_id = ${TENANT} and e.id = m.enrollment_id order by m.enrollment_id, m.to_id`,
  );
  report(
    ctx,
    'work_moved',
    moves.map((move) => ({ ...move, toEnrollmentId: move.enrollmentId })),
  );
}
