import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { ActivityStates } from '../enrollment/index.ts';
import { report } from '../kernel/changes.ts';
import { and, equals } from '../kernel/condition.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, invalid, notFound, Refusal, refuse } from '../kernel/refusal.ts';
import { changesOf, type Precondition } from '../kernel/text.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import { findMarkToWrite, listMarkings, listMarks, type MarkPlace, readMark, readSubmission } from './gradebook.ts';
import { demandSeen, type PlaceOfWork, placeOfWork, putSubmission, setActivity } from './marking.ts';
import type { Assessment, Mark, MarkRole } from './types.ts';

const ONE = { kind: 'rows', offset: 0, limit: 1, total: false } as const;

/** The mark that counts. Refuses `not_found`. */
export async function getMark(ctx: Context, assessmentId: string, enrollmentId: string): Promise<Mark> {
  const { rows } = await listMarks(ctx, {
    where: and(equals('assessmentId', assessmentId), equals('enrollmentId', enrollmentId)),
    page: ONE,
  });
  return rows[0] ?? notFound('mark');
}

export interface MarkInput {
  /** In the assessment's measure. */
  score?: number | null;
  textScore?: string | null;
  carriedOver?: boolean;
  comment?: string | null;
  /** As what the marker marks; as before, or as marker. */
  role?: MarkRole;
  markerId?: string | null;
  markedAt?: Instant;
}

export interface MarkOptions {
  /** Where nothing was handed in, that is made up for as of this moment, instead of refusing. */
  handIn?: boolean;
  /** Tests the mark before: the one that counts, or the marker's own. */
  seen?: Precondition<Mark> | undefined;
  /** A mark that the marker has already stays as it is, and is given. */
  fresh?: boolean;
}

/** A mark as it stands, markers out of sight included. */
type Standing = Pick<
  Mark,
  'id' | 'role' | 'counts' | 'score' | 'textScore' | 'carriedOver' | 'comment' | 'markerId' | 'markedAt'
>;

/** All marks of a piece of work; first the one that counts, then those that would, were it taken back. */
async function standing(ctx: Context, { assessment, enrollment }: PlaceOfWork): Promise<Standing[]> {
  const { rows } = await run<Standing>(
    ctx,
    sql`select id, role, counts, score, text_score as "textScore", carried_over as "carriedOver", comment, marker_id as "markerId", marked_at as "markedAt"
          from mark where tenant_id = ${TENANT} and assessment_id = ${assessment.id}::uuid and enrollment_id = ${enrollment.id}::uuid
         order by counts desc, role = 'moderator' desc, role = 'marker' desc, marked_at desc, id desc`,
  );
  return rows;
}

const COMPARED = ['score', 'textScore', 'carriedOver', 'comment', 'markerId', 'role'] as const;
const UNMARKED = { score: null, textScore: null, carriedOver: false, comment: null, markerId: null, role: 'marker' };

/**
 * Marks a submission, or records a mark carried over from an earlier enrollment, and it counts (rule 12). It is the marker's own: what others
 * gave stands beside it. The mark completes the activity and its score rolls up; the same mark again changes nothing. Refuses `not_found`,
 * `invalid` for a score below the minimum, `rule` `not_enrolled` when there is nothing to mark.
 */
export const saveMark = (
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  input: MarkInput,
  options: MarkOptions = {},
): Promise<{ mark: Mark; created: boolean }> => save(ctx, assessmentId, enrollmentId, input, options, true);

/**
 * The same beside what others gave: it counts where nothing does, from a moderator always, from an evaluator only when it is agreed on.
 */
export const saveMarking = (
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  input: MarkInput,
  options: MarkOptions = {},
): Promise<{ mark: Mark; created: boolean }> => save(ctx, assessmentId, enrollmentId, input, options, false);

async function save(
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  input: MarkInput,
  { handIn = false, fresh = false, seen }: MarkOptions,
  theMark: boolean,
): Promise<{ mark: Mark; created: boolean }> {
  return withWork(ctx, assessmentId, enrollmentId, async (inner, work) => {
    const { assessment, enrollment } = work;
    const score = input.score == null ? null : scoreIn(assessment, input.score);
    const all = await standing(inner, work);
    const counting = all.find((mark) => mark.counts);
    const markerId = markerOf(inner, input, counting);
    const before = all.find((mark) => mark.markerId === markerId);
    const tested = theMark ? counting : before;
    if (seen) demandSeen(seen, tested && (await readMark(inner, tested.id)), 'mark', assessmentId);
    if (fresh && before) return { mark: (await readMark(inner, before.id))!, created: false };
    const role = input.role ?? before?.role ?? 'marker';
    if (markerId === null && role !== 'marker') invalid(['markerId'], 'required');
    const mark = {
      score,
      textScore: input.textScore ?? null,
      carriedOver: input.carriedOver ?? false,
      comment: input.comment ?? null,
      role,
      markerId,
      markedAt: input.markedAt ?? before?.markedAt ?? inner.now,
    };
    const counts = theMark || (before?.counts ?? false) || role === 'moderator' || (!counting && role !== 'evaluator');
    const changed = changesOf({ ...UNMARKED, ...before }, { ...UNMARKED, ...before, ...mark }, [...COMPARED]);
    if (before && !changed && mark.markedAt === before.markedAt && counts === before.counts)
      return { mark: (await readMark(inner, before.id))!, created: false };
    const handedIn = await readSubmission(inner, assessmentId, enrollmentId);
    if (!mark.carriedOver && (!handedIn || handedIn.state === 'draft')) {
      if (!handIn) against('not_enrolled', 'submission', assessmentId);
      await putSubmission(inner, assessmentId, enrollmentId, 'submitted', inner.now);
    }
    await demandMarker(inner, markerId, enrollment.personId);
    if (counts && counting && counting.id !== before?.id) await setCounts(inner, counting.id, false);
    const markedAt = input.markedAt ?? inner.now;
    const { rows } = await run<{ id: string }>(
      inner,
      sql`insert into mark (tenant_id, id, assessment_id, enrollment_id, score, text_score, carried_over, comment, role, marker_id, counts, marked_at, created_at, updated_at)
         values (${TENANT}, ${newId()}::uuid, ${assessmentId}::uuid, ${enrollmentId}::uuid, ${score}::numeric, ${mark.textScore}, ${mark.carriedOver}, ${mark.comment},
                 ${role}, ${markerId}::uuid, ${counts}, ${markedAt}::timestamptz, ${NOW}, ${NOW})
         on conflict (tenant_id, assessment_id, enrollment_id, marker_id) do update set score = excluded.score, text_score = excluded.text_score, carried_over = excluded.carried_over,
            comment = excluded.comment, role = excluded.role, counts = excluded.counts, marked_at = excluded.marked_at, updated_at = excluded.updated_at
         returning id`,
    );
    await append(inner, [
      {
        type: before ? 'mark.changed' : 'mark.recorded',
        entityId: assessmentId,
        personId: enrollment.personId,
        courseId: enrollment.courseId,
        data: {
          enrollmentId,
          changed: changed ?? {},
          carriedOver: mark.carriedOver,
          ...(counts ? {} : { counts }),
        },
      },
    ]);
    if (counts) await count(inner, work, score);
    return { mark: (await readMark(inner, rows[0]!.id))!, created: theMark ? !counting : !before };
  });
}

/** A mark that a marker gives beside what others gave (`saveMarking`). Refuses `taken` where the marker has one already. */
export async function createMarking(
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  input: MarkInput,
): Promise<Mark> {
  if (!input.markerId && ctx.actor.kind !== 'person') invalid(['markerId'], 'required');
  const options = { handIn: true, fresh: true };
  const { mark, created } = await saveMarking(ctx, assessmentId, enrollmentId, input, options).catch(asInput);
  return created ? mark : refuse({ kind: 'taken', entity: 'mark', field: 'markerId' });
}

/** What is named and not there is a fault of what was sent. */
function asInput(error: unknown): never {
  if (error instanceof Refusal && error.fact.kind === 'not_found')
    invalid([error.fact.entity === 'assessment' ? 'assessmentId' : 'enrollmentId'], 'not_found');
  throw error;
}

/** One mark, whether it counts or not. Refuses `not_found`. */
export async function getMarking(ctx: Context, id: string): Promise<Mark> {
  const { rows } = await listMarkings(ctx, { where: equals('id', id), page: ONE });
  return rows[0] ?? notFound('mark', id);
}

/** Where a mark is, and whose, as far as the actor may mark there. Refuses `not_found`. */
async function locate(ctx: Context, id: string): Promise<MarkPlace> {
  demandAnywhere(ctx, 'marks.write');
  return (isId(id) ? await findMarkToWrite(ctx, id) : undefined) ?? notFound('mark', id);
}

/** Changes a mark, whose marker stays. Refuses `not_found`, `invalid`. */
export async function updateMarking(
  ctx: Context,
  id: string,
  input: Omit<MarkInput, 'markerId'>,
  seen?: Precondition<Mark>,
): Promise<Mark> {
  const { assessmentId, enrollmentId, markerId } = await locate(ctx, id);
  // what went meanwhile is not made anew
  const still: Precondition<Mark> = (mark) => (mark.id === id.toLowerCase() ? seen?.(mark) : notFound('mark', id));
  const options = { handIn: true, seen: still };
  return (await saveMarking(ctx, assessmentId, enrollmentId, { ...input, markerId }, options)).mark;
}

/** A marker's own mark is the one that counts from now on: markers and moderators agreed on it. Refuses `not_found`. */
export async function agreeOnMark(ctx: Context, id: string): Promise<Mark> {
  const { assessmentId, enrollmentId } = await locate(ctx, id);
  return withWork(ctx, assessmentId, enrollmentId, async (inner, work) => {
    const all = await standing(inner, work);
    const agreed = all.find((mark) => mark.id === id.toLowerCase()) ?? notFound('mark', id);
    if (!agreed.counts) {
      const counting = all.find((mark) => mark.counts);
      if (counting) await setCounts(inner, counting.id, false);
      await takeAsCounting(inner, work, agreed, counting?.id ?? null);
    }
    return (await readMark(inner, agreed.id))!;
  });
}

/**
 * Takes the mark back that counts. A moderator's counts in its place, else a marker's, the latest; where there is none, the submission waits
 * for marking again. `seen` tests the mark before. Refuses `not_found`.
 */
export const deleteMark = (
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  seen?: Precondition<Mark>,
): Promise<void> =>
  withWork(ctx, assessmentId, enrollmentId, async (inner, work) => takeBack(inner, work, (mark) => mark.counts, seen));

/** The same of any mark. */
export async function deleteMarking(ctx: Context, id: string, seen?: Precondition<Mark>): Promise<void> {
  const { assessmentId, enrollmentId } = await locate(ctx, id);
  await withWork(ctx, assessmentId, enrollmentId, async (inner, work) =>
    takeBack(inner, work, (mark) => mark.id === id.toLowerCase(), seen),
  );
}

async function takeBack(
  ctx: Context,
  work: PlaceOfWork,
  which: (mark: Standing) => boolean,
  seen: Precondition<Mark> | undefined,
): Promise<void> {
  const { assessment, enrollment } = work;
  const enrollmentId = enrollment.id;
  const all = await standing(ctx, work);
  const before = all.find(which) ?? notFound('mark');
  seen?.((await readMark(ctx, before.id))!);
  await run(ctx, sql`delete from mark where tenant_id = ${TENANT} and id = ${before.id}::uuid`);
  await append(ctx, [
    {
      type: 'mark.deleted',
      entityId: assessment.id,
      personId: enrollment.personId,
      courseId: enrollment.courseId,
      data: {
        enrollmentId,
        was: { score: before.score, textScore: before.textScore },
        ...(before.counts ? {} : { counts: false }),
      },
    },
  ]);
  if (!before.counts) return;
  const next = all.find((mark) => mark.id !== before.id && mark.role !== 'evaluator');
  if (next) {
    await takeAsCounting(ctx, work, next, null);
  } else {
    const { rows } = await run(
      ctx,
      sql`update submission set state = 'submitted', updated_at = ${NOW}
             where tenant_id = ${TENANT} and assessment_id = ${assessment.id}::uuid and enrollment_id = ${enrollmentId}::uuid returning 1`,
    );
    await setActivity(ctx, assessment, enrollment, {
      state: rows.length > 0 ? 'ready_for_review' : 'not_started',
      score: null,
    });
  }
  report(ctx, 'marks_changed', [{ enrollmentId, undo: true }]);
}

/** With the learner held: whoever may say how their work turned out, and nobody for themselves. */
async function withWork<T>(
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
  change: (inner: Context, work: PlaceOfWork) => Promise<T>,
): Promise<T> {
  demandAnywhere(ctx, 'marks.write');
  const { enrollment } = await placeOfWork(ctx, assessmentId, enrollmentId, 'marks.write');
  ActivityStates.demandJudging(ctx, enrollment.personId);
  return transaction(
    ctx,
    async (inner) => change(inner, await placeOfWork(inner, assessmentId, enrollmentId, 'marks.write')),
    { learners: [enrollment.personId] },
  );
}

/** More points than the maximum are kept as given, as far as the columns go. */
function scoreIn({ minimum, maximum }: Assessment, given: number): number {
  const score = Math.round(given * 10_000) / 10_000;
  const most = Math.min(999_999, maximum * 10_000);
  if (!(score >= minimum && score <= most)) invalid(['score'], 'out_of_range', `${minimum} to ${most}`);
  return score;
}

/** Who marks: as named, or the person who acts; a client leaves the marker as it is. */
function markerOf({ actor }: Context, { markerId }: MarkInput, counting: Standing | undefined): string | null {
  if (markerId !== undefined) return markerId?.toLowerCase() ?? null;
  return actor.kind === 'person' ? actor.id : (counting?.markerId ?? null);
}

const setCounts = (ctx: Context, id: string, counts: boolean) =>
  run(
    ctx,
    sql`update mark set counts = ${counts}, updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${id}::uuid`,
  );

/** A mark that was there counts in place of another one. */
async function takeAsCounting(ctx: Context, work: PlaceOfWork, mark: Standing, was: string | null): Promise<void> {
  const { assessment, enrollment } = work;
  await setCounts(ctx, mark.id, true);
  await append(ctx, [
    {
      type: 'mark.counted',
      entityId: assessment.id,
      personId: enrollment.personId,
      courseId: enrollment.courseId,
      data: { enrollmentId: enrollment.id, changed: { markId: [was, mark.id] }, score: mark.score },
    },
  ]);
  await count(ctx, work, mark.score);
}

/** Submission, activity and roll-up follow the mark that counts. */
async function count(ctx: Context, { assessment, enrollment }: PlaceOfWork, score: number | null): Promise<void> {
  await run(
    ctx,
    sql`update submission set state = 'marked', updated_at = ${NOW} where tenant_id = ${TENANT} and assessment_id = ${assessment.id}::uuid and enrollment_id = ${enrollment.id}::uuid`,
  );
  await setActivity(ctx, assessment, enrollment, {
    state: 'complete',
    score: score === null ? null : Math.round((score * 1_000_000) / assessment.maximum) / 10_000,
  });
  report(ctx, 'marks_changed', [{ enrollmentId: enrollment.id }]);
}

/** Whoever is named as marker is in sight of who marks, and somebody else than the learner. */
async function demandMarker(ctx: Context, markerId: string | null, learnerId: string): Promise<void> {
  if (markerId === null || markerId === ctx.actor.id) return;
  if (markerId === learnerId) invalid(['markerId'], 'unknown_value', 'somebody else than the learner');
  const { rows } = await run(
    ctx,
    sql`select 1 from person p where p.tenant_id = ${TENANT} and p.id = ${value(isId(markerId) ? markerId : null, 'uuid')}${visiblePeople(ctx, 'p')}`,
  );
  if (rows.length === 0) invalid(['markerId'], 'not_found');
}
