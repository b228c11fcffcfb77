import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { ActivityStates, Enrollments } from '../enrollment/index.ts';
import { report } from '../kernel/changes.ts';
import { and, equals } from '../kernel/condition.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import { changesOf, type Precondition } from '../kernel/text.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import { readAssessment } from './assessments.ts';
import { listMarks, listSubmissions, readMark, readSubmission } from './gradebook.ts';
import type { Assessment, Mark, Submission } from './types.ts';

const ONE = { kind: 'rows', offset: 0, limit: 1, total: false } as const;
const of = (assessmentId: string, enrollmentId: string) => ({
  where: and(equals('assessmentId', assessmentId), equals('enrollmentId', enrollmentId)),
  page: ONE,
});

/** One mark. Refuses `not_found`. */
export async function getMark(ctx: Context, assessmentId: string, enrollmentId: string): Promise<Mark> {
  const { rows } = await listMarks(ctx, of(assessmentId, enrollmentId));
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'mark' });
  return rows[0];
}

/** One submission. Refuses `not_found`. */
export async function getSubmission(ctx: Context, assessmentId: string, enrollmentId: string): Promise<Submission> {
  const { rows } = await listSubmissions(ctx, of(assessmentId, enrollmentId));
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'submission' });
  return rows[0];
}

interface PlaceOfWork {
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
function demandSeen<T>(
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

const putSubmission = (
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

export interface MarkInput {
  /** In the assessment's measure. */
  score?: number | null;
  textScore?: string | null;
  carriedOver?: boolean;
  comment?: string | null;
  markerId?: string | null;
  markedAt?: Instant;
}

export interface MarkOptions {
  /** Where nothing was handed in, that is made up for as of this moment, instead of refusing. */
  handIn?: boolean;
  /** Tests the mark before. */
  seen?: Precondition<Mark> | undefined;
}

/**
 * Marks a submission, or records a mark carried over from an earlier enrollment (rule 12). The mark completes the activity and its score
 * rolls up; the same mark again changes nothing. Refuses `not_found`, `invalid` for a score below the minimum, `rule` `not_enrolled`
 * when there is nothing to mark.
 */
export async function saveMark(
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  input: MarkInput,
  { handIn = false, seen }: MarkOptions = {},
): Promise<{ mark: Mark; created: boolean }> {
  demandAnywhere(ctx, 'marks.write');
  const { enrollment } = await place(ctx, assessmentId, enrollmentId);
  ActivityStates.demandJudging(ctx, enrollment.personId);
  return transaction(
    ctx,
    async (inner) => {
      const { assessment } = await place(inner, assessmentId, enrollmentId);
      const score = input.score == null ? null : Math.round(input.score * 10_000) / 10_000;
      // more points than the maximum are kept as given, as far as the columns go
      const most = Math.min(999_999, assessment.maximum * 10_000);
      if (score !== null && !(score >= assessment.minimum && score <= most))
        throw new Refusal({
          kind: 'invalid',
          issues: [{ path: ['score'], fault: 'out_of_range', detail: `${assessment.minimum} to ${most}` }],
        });
      const before = await readMark(inner, assessmentId, enrollmentId);
      demandSeen(seen, before, 'mark', assessmentId);
      const mark = {
        score,
        textScore: input.textScore ?? null,
        carriedOver: input.carriedOver ?? false,
        comment: input.comment ?? null,
        markerId:
          input.markerId === undefined
            ? inner.actor.kind === 'person'
              ? inner.actor.id
              : (before?.markerId ?? null)
            : (input.markerId?.toLowerCase() ?? null),
        markedAt: input.markedAt ?? before?.markedAt ?? inner.now,
      };
      const changed = changesOf(
        { score: null, textScore: null, carriedOver: false, comment: null, markerId: null, ...before },
        { ...before, ...mark },
        ['score', 'textScore', 'carriedOver', 'comment', 'markerId'],
      );
      if (before && !changed && mark.markedAt === before.markedAt) return { mark: before, created: false };
      const handedIn = await readSubmission(inner, assessmentId, enrollmentId);
      if (!mark.carriedOver && (!handedIn || handedIn.state === 'draft')) {
        if (!handIn) against('not_enrolled', 'submission', assessmentId);
        await putSubmission(inner, assessmentId, enrollmentId, 'submitted', inner.now);
      }
      await demandMarker(inner, mark.markerId);
      const markedAt = input.markedAt ?? inner.now;
      await run(
        inner,
        sql`insert into mark (tenant_id, assessment_id, enrollment_id, score, text_score, carried_over, comment, marker_id, marked_at, created_at, updated_at)
         values (${TENANT}, ${assessmentId}::uuid, ${enrollmentId}::uuid, ${mark.score}::numeric, ${mark.textScore}, ${mark.carriedOver}, ${mark.comment}, ${mark.markerId}::uuid, ${markedAt}::timestamptz, ${NOW}, ${NOW})
         on conflict (tenant_id, assessment_id, enrollment_id) do update set score = excluded.score, text_score = excluded.text_score, carried_over = excluded.carried_over,
            comment = excluded.comment, marker_id = excluded.marker_id, marked_at = excluded.marked_at, updated_at = excluded.updated_at`,
      );
      await run(
        inner,
        sql`update submission set state = 'marked', updated_at = ${NOW} where tenant_id = ${TENANT} and assessment_id = ${assessmentId}::uuid and enrollment_id = ${enrollmentId}::uuid`,
      );
      await append(inner, [
        {
          type: before ? 'mark.changed' : 'mark.recorded',
          entityId: assessmentId,
          personId: enrollment.personId,
          courseId: enrollment.courseId,
          data: { enrollmentId, changed: changed ?? {}, carriedOver: mark.carriedOver },
        },
      ]);
      await setActivity(inner, assessment, enrollment, {
        state: 'complete',
        score: score === null ? null : percentOf(score, assessment),
      });
      report(inner, 'marks_changed', [{ enrollmentId }]);
      return { mark: (await readMark(inner, assessmentId, enrollmentId))!, created: before === undefined };
    },
    { learners: [enrollment.personId] },
  );
}

/** Takes a mark back; the submission waits for marking again. `seen` tests the mark before. Refuses `not_found`. */
export async function deleteMark(
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  seen?: Precondition<Mark>,
): Promise<void> {
  demandAnywhere(ctx, 'marks.write');
  const { enrollment } = await place(ctx, assessmentId, enrollmentId);
  ActivityStates.demandJudging(ctx, enrollment.personId);
  await transaction(
    ctx,
    async (inner) => {
      const { assessment } = await place(inner, assessmentId, enrollmentId);
      const before = await readMark(inner, assessmentId, enrollmentId);
      if (!before) throw new Refusal({ kind: 'not_found', entity: 'mark' });
      seen?.(before);
      const its = sql`tenant_id = ${TENANT} and assessment_id = ${assessmentId}::uuid and enrollment_id = ${enrollmentId}::uuid`;
      await run(inner, sql`delete from mark where ${its}`);
      const { rows } = await run(
        inner,
        sql`update submission set state = 'submitted', updated_at = ${NOW} where ${its} returning 1`,
      );
      await append(inner, [
        {
          type: 'mark.deleted',
          entityId: assessmentId,
          personId: enrollment.personId,
          courseId: enrollment.courseId,
          data: { enrollmentId, was: { score: before.score, textScore: before.textScore } },
        },
      ]);
      await setActivity(inner, assessment, enrollment, {
        state: rows.length > 0 ? 'ready_for_review' : 'not_started',
        score: null,
      });
      report(inner, 'marks_changed', [{ enrollmentId, undo: true }]);
    },
    { learners: [enrollment.personId] },
  );
}

const percentOf = (score: number, assessment: Assessment): number =>
  Math.round((score * 1_000_000) / assessment.maximum) / 10_000;

/** Whoever is named as marker is in sight of who marks. */
async function demandMarker(ctx: Context, markerId: string | null): Promise<void> {
  if (markerId === null || markerId === ctx.actor.id) return;
  const { rows } = await run(
    ctx,
    sql`select 1 from person p where p.tenant_id = ${TENANT} and p.id = ${markerId}::uuid${visiblePeople(ctx, 'p')}`,
  );
  if (rows.length === 0) throw new Refusal({ kind: 'invalid', issues: [{ path: ['markerId'], fault: 'not_found' }] });
}

async function setActivity(
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
