import { Marks, Submissions } from '../../../record/assessment/index.ts';
import { without } from '../subject.ts';
import type { MarkFacts } from './enrollment-facts.ts';
import type { Plan } from './enrollment-plan.ts';
import type { MarkEntry } from './enrollment-shape.ts';

const isMarked = ({ score, text }: MarkEntry): boolean =>
  (score !== undefined && score !== null) || (text !== undefined && text !== null);

/** Submissions and marks: what is missing is handed in and marked, what differs is corrected. */
export function planMarks({ world, timeline, of, facts, below, start, touch }: Plan): void {
  const known = new Map((below.marks.get(facts?.id ?? '') ?? []).map((row) => [row.assessmentId, row]));
  for (const [i, given] of (of.entry.value.marks ?? []).entries()) {
    const path = [...of.entry.path, 'marks', i];
    const assessmentId = world.id('assessment', given.assessment);
    const markerId = world.idOf('person', given.marker);
    const before = known.get(assessmentId);
    if (before && sameMark(given, markerId, before)) continue;
    touch();
    const handedIn = given.submittedAt ?? given.markedAt ?? start;
    const at = facts ? world.ctx.now : handedIn;
    if (!given.carriedOver && (!before || (before.state === 'draft' && given.state !== 'draft')))
      timeline.add(of, { at, path }, async (ctx, id) => {
        const state = isMarked(given) ? 'submitted' : (given.state ?? 'submitted');
        await Submissions.save(ctx, assessmentId, id, {
          state,
          ...(state === 'submitted' ? { submittedAt: handedIn } : {}),
        });
        if (!isMarked(given)) world.count('marks', before ? 'changed' : 'created');
      });
    if (!isMarked(given)) continue;
    const markedAt = given.markedAt ?? handedIn;
    timeline.add(of, { at: facts ? world.ctx.now : markedAt, path, after: at }, async (ctx, id) => {
      await Marks.save(
        ctx,
        assessmentId,
        id,
        without({
          score: given.score,
          textScore: given.text,
          comment: given.comment,
          markerId,
          markedAt,
          carriedOver: given.carriedOver,
        }),
      );
      world.count('marks', before ? 'changed' : 'created');
    });
  }
}

/** Whether the record says what the file says; what the file leaves out is not looked at. */
const sameMark = (given: MarkEntry, markerId: string | null | undefined, before: MarkFacts): boolean =>
  isMarked(given)
    ? before.marked &&
      (given.score === undefined || given.score === before.score) &&
      (given.text === undefined || given.text === before.text) &&
      (given.comment === undefined || given.comment === before.comment) &&
      (markerId === undefined || markerId === before.markerId) &&
      (given.markedAt === undefined || given.markedAt === before.markedAt) &&
      (given.carriedOver === undefined || given.carriedOver === before.carriedOver)
    : before.marked || before.state === (given.state ?? 'submitted');
