import { answerWith } from '../../http/dialect.ts';
import type { Handlers } from '../../http/handlers.ts';
import { ActivityStates, Attempts, type Enrollments } from '../../record/enrollment/index.ts';
import { notFound, Refusal } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { attemptStateOf } from './codes.ts';
import { envelopeWriter } from './envelope.ts';
import { currentEnrollment, demandThere } from './existence.ts';
import { instantOf } from './formats.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { notFoundText } from './texts.ts';
import { toAttempt } from './wire/parts.ts';

export const attemptHandlers = {
  async listLessonAttempts(caller, { path }) {
    const { enrollment, lesson } = await lessonOf(caller, path);
    const attempts = await Attempts.list(caller, enrollment, lesson.activityId);
    return { status: 200, body: attempts.map((row) => toAttempt(row, caller.date)) };
  },

  async startLessonAttempt(caller, { path }) {
    const { enrollment, lesson } = await lessonOf(caller, path);
    const attempt = (await Attempts.start(caller, enrollment, lesson.activityId)).attempt;
    return {
      status: 200,
      body: { attemptId: attempt.id, courseId: attempt.courseId, userId: attempt.personId },
    };
  },

  async finishAttempt(caller, { path, body }) {
    return finished(caller, path.attemptId, body);
  },

  /** Attempt and path have to belong together. */
  async finishLessonAttempt(caller, { path, body }) {
    await demandThere(caller, path);
    const attempt = await Attempts.get(caller, path.attemptId);
    const together =
      attempt.personId === path.userId && attempt.courseId === path.courseId && attempt.activityId === path.lessonId;
    if (!together) return notFound('attempt', path.attemptId);
    return finished(caller, path.attemptId, body);
  },
} satisfies Partial<Handlers<Operations, Caller>>;

async function finished(
  caller: Caller,
  attemptId: string,
  body: Schemas['FinishAttemptRequest'],
): Promise<{ status: 200; body: Schemas['FinishAttemptResult'] }> {
  const state = attemptStateOf(body.status);
  // clients post a whole attempt with its nulls: those say nothing; an attempt that is only saved has no end
  const finishedAt = state === 'in_progress' ? undefined : (body.completionDate ?? undefined);
  const attempt = await Attempts.record(caller, attemptId, {
    state,
    score: body.score,
    startedAt: body.startDate == null ? undefined : instantOf(body.startDate),
    finishedAt: finishedAt === undefined ? undefined : instantOf(finishedAt),
  });
  return { status: 200, body: { attemptId: attempt.id } };
}

async function lessonOf(
  caller: Caller,
  path: { userId: string; courseId: string; lessonId: string },
): Promise<{ enrollment: Enrollments.Enrollment; lesson: ActivityStates.ActivityState }> {
  const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
  try {
    return { enrollment, lesson: await ActivityStates.get(caller, enrollment, path.lessonId) };
  } catch (error) {
    if (!(error instanceof Refusal && error.fact.kind === 'not_found')) throw error;
    return tellWhichId(caller, enrollment, path.lessonId, error);
  }
}

/** The usual mistake here is the id of the lesson enrollment instead of the lesson's: the text says so. */
async function tellWhichId(
  caller: Caller,
  enrollment: Enrollments.Enrollment,
  sent: string,
  error: Refusal,
): Promise<never> {
  const states = await ActivityStates.list(caller, enrollment);
  const meant = states.find((state) => state.id === sent);
  if (!meant) throw error;
  const text = `${notFoundText('activity', false)} ${sent} is the id of a lesson enrollment; its lessonId is ${meant.activityId}.`;
  return answerWith(envelopeWriter({ nestedValidations: false })(404, text));
}
