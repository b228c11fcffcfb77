import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { ActivityStates, Enrollments } from '../enrollment/index.ts';
import { report } from '../kernel/changes.ts';
import { and, equals } from '../kernel/condition.ts';
import type { Context } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import type { Precondition } from '../kernel/text.ts';
import { readAssessment } from './assessments.ts';
import { listSubmissions, readSubmission } from './gradebook.ts';
import type { Assessment, Submission } from './types.ts';

const ONE = { kind: 'rows', offset: 0, limit: 1, total: false } as const;
const of = (assessmentId: string, enrollmentId: string) => ({
  where: and(equals('assessmentId', assessmentId), equals('enrollmentId', enrollmentId)),
  page: ONE,
});

/** One submission. Refuses `not_found`. */
export async function getSubmission(ctx: Context, assessmentId: string, enrollmentId: string): Promise<Submission> {
  const { rows } = await listSubmissions(ctx, of(assessmentId, enrollmentId));
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'submission' });
  return rows[0];
}

export interface PlaceOfWork {
  assessment: Assessment;
  enrollment: Enrollments.Details;
}

/** The assessment and the enrollment that work is of, for who has the permission, and for the learner. Refuses `not_found`. */
export async function placeOfWork(
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  permission: 'marks.read' | 'marks.write',
): Promise<PlaceOfWork> {
  const enrollment = await Enrollments.getFor(ctx, enrollmentId, permission);
  const assessment = await readAssessment(ctx, assessmentId);
  const belongs = enrollment.offeringId === assessment.offeringId;
  if (!belongs && !(permission === 'marks.read' && (await isLeftBehind(ctx, assessment.id, enrollment.id))))
    throw new Refusal({ kind: 'not_found', entity: 'enrollment', id: enrollmentId });
  return { assessment, enrollment };
}

/** Work that a transfer left behind, for nothing in the other offering is its counterpart, can still be read. */
async function isLeftBehind(ctx: Context, assessmentId: string, enrollmentId: string): Promise<boolean> {
  const its = sql`tenant_id = ${TENANT} and assessment_id = ${value(assessmentId, 'uuid')} and enrollment_id = ${value(enrollmentId, 'uuid')}`;
  const { rows } = await run<{ left: boolean }>(
    ctx,
    sql`select exists (select 1 from submission where ${its}) or exists (select 1 from mark where ${its}) as left`,
  );
  return rows[0]!.left;
}

/** The same for who may write marks, or hands in their own. */
const place = (ctx: Context, assessmentId: string, enrollmentId: string): Promise<PlaceOfWork> =>
  placeOfWork(ctx, assessmentId, enrollmentId, 'marks.write');

/** Refuses learners where nothing may be handed in now: `not_enrolled`, `not_open_yet`, `closed`. */
function demandOpen(ctx: Context, { assessment, enrollment }: PlaceOfWork): void {
  if (ActivityStates.judges(ctx, enrollment.personId)) return;
  if (enrollment.ending !== null) against('not_enrolled', 'enrollment', enrollment.id);
  if (assessment.opensAt !== null && ctx.now < assessment.opensAt) against('not_open_yet', 'assessment', assessment.id);
  if (assessment.closesAt !== null && ctx.now > assessment.closesAt) against('closed', 'assessment', assessment.id);
}

/**
 * The place of work whose parts may be changed: by learners while it may be handed in and was not, by who marks until it is marked. Refuses
 * `not_found`, `rule`: `not_enrolled`, `not_open_yet`, `closed`, `attempt_finished`, `enrollment_finished`.
 */
export async function demandOpenWork(ctx: Context, assessmentId: string, enrollmentId: string): Promise<PlaceOfWork> {
  const work = await place(ctx, assessmentId, enrollmentId);
  demandOpen(ctx, work);
  const before = await readSubmission(ctx, work.assessment.id, work.enrollment.id);
  if (before?.state === 'marked') against('enrollment_finished', 'submission', work.assessment.id);
  if (before?.state === 'submitted' && !ActivityStates.judges(ctx, work.enrollment.personId))
    against('attempt_finished', 'submission', work.assessment.id);
  return work;
}

/** What was seen is tested against what is there; nothing is there: then it is no longer what was seen. */
export function demandSeen<T>(
  seen: Precondition<T> | undefined,
  before: T | undefined,
  entity: 'mark' | 'submission',
  id: string,
): void {
  if (!seen) return;
  if (before === undefined) throw new Refusal({ kind: 'stale', entity, id });
  seen(before);
}

/**
 * Hands work in, or saves a draft. What is submitted makes the activity ready for review; after marking it is closed. Learners hand in
 * their own while the assessment is open; who may write marks does so for others and at another moment. `seen` tests what was handed
 * in before. Refuses `not_found`, `rule`: `not_open_yet`, `closed`, `enrollment_finished`.
 */
export async function saveSubmission(
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  input: { state?: 'draft' | 'submitted'; submittedAt?: Instant },
  seen?: Precondition<Submission>,
): Promise<{ submission: Submission; created: boolean }> {
  const { enrollment } = await place(ctx, assessmentId, enrollmentId);
  const marker = ActivityStates.judges(ctx, enrollment.personId);
  if (!marker && input.submittedAt !== undefined && input.submittedAt !== ctx.now)
    ActivityStates.demandJudging(ctx, enrollment.personId);
  return transaction(
    ctx,
    async (inner) => {
      const work = await place(inner, assessmentId, enrollmentId);
      const { assessment, enrollment } = work;
      const before = await readSubmission(inner, assessmentId, enrollmentId);
      demandSeen(seen, before, 'submission', assessmentId);
      demandOpen(inner, work);
      // a marked one is marked anew, or its mark taken back first
      if (before?.state === 'marked') against('enrollment_finished', 'submission', assessmentId);
      const state = input.state ?? 'submitted';
      const submittedAt = state === 'submitted' ? (input.submittedAt ?? inner.now) : null;
      if (before?.state === state && before.submittedAt === submittedAt) return { submission: before, created: false };
      await putSubmission(inner, assessmentId, enrollmentId, state, submittedAt);
      await append(inner, [
        {
          type: state === 'submitted' ? 'submission.submitted' : 'submission.saved',
          entityId: assessmentId,
          personId: enrollment.personId,
          courseId: enrollment.courseId,
          data: { enrollmentId, submittedAt },
        },
      ]);
      if (state === 'submitted')
        await setActivity(inner, assessment, enrollment, { state: 'ready_for_review', score: null });
      report(inner, 'work_changed', [{ enrollmentId }]);
      return {
        submission: (await readSubmission(inner, assessmentId, enrollmentId))!,
        created: before === undefined,
      };
    },
    { learners: [enrollment.personId] },
  );
}

export const putSubmission = (
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  state: Submission['state'],
  submittedAt: Instant | null,
) =>
  run(
    ctx,
    sql`insert into submission (tenant_id, assessment_id, enrollment_id, state, submitted_at, created_at, updated_at)
     values (${TENANT}, ${assessmentId}::uuid, ${enrollmentId}::uuid, ${state}, ${submittedAt}::timestamptz, ${NOW}, ${NOW})
     on conflict (tenant_id, assessment_id, enrollment_id) do update set state = excluded.state, submitted_at = excluded.submitted_at, updated_at = excluded.updated_at`,
  );

/** How the activity of an assessment stands. */
export async function setActivity(
  ctx: Context,
  assessment: Assessment,
  enrollment: Enrollments.Details,
  to: { state: 'complete' | 'ready_for_review' | 'not_started'; score: number | null },
): Promise<void> {
  const stateSql = value(to.state);
  await run(
    ctx,
    sql`insert into activity_enrollment as x (tenant_id, enrollment_id, activity_id, state, progress, score, started_at, completed_at, created_at, updated_at)
     values (${TENANT}, ${enrollment.id}::uuid, ${assessment.activityId}::uuid, ${stateSql}, case when ${stateSql} = 'complete' then 100 else 0 end, ${to.score}::numeric, case when ${stateSql} <> 'not_started' then ${NOW} end,
             case when ${stateSql} = 'complete' then ${NOW} end, ${NOW}, ${NOW})
     on conflict (tenant_id, enrollment_id, activity_id) do update
        set state = excluded.state, progress = excluded.progress, score = excluded.score, started_at = coalesce(x.started_at, excluded.started_at),
            completed_at = case when excluded.state = 'complete' then coalesce(x.completed_at, excluded.completed_at) end, updated_at = excluded.updated_at`,
  );
}
