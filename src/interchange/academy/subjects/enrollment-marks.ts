import { Marks, Submissions } from '../../../record/assessment/index.ts';
import { without } from '../subject.ts';
import type { MarkFacts, MarkingFacts } from './enrollment-facts.ts';
import type { Plan } from './enrollment-plan.ts';
import type { MarkEntry, MarkingEntry } from './enrollment-shape.ts';

const isMarked = ({ score, text }: MarkingEntry): boolean =>
  (score !== undefined && score !== null) || (text !== undefined && text !== null);

/** Submissions and marks: what is missing is handed in and marked, what differs is corrected. */
export function planMarks({ world, timeline, of, facts, below, start, touch }: Plan): void {
  const known = new Map((below.marks.get(facts?.id ?? '') ?? []).map((row) => [row.assessmentId, row]));
  const beside = below.markings.get(facts?.id ?? '') ?? [];
  for (const [i, given] of (of.entry.value.marks ?? []).entries()) {
    const path = [...of.entry.path, 'marks', i];
    const assessmentId = world.id('assessment', given.assessment);
    const markerId = world.idOf('person', given.marker);
    const before = known.get(assessmentId);
    const missing = (given.others ?? []).filter((other) => {
      const by = world.idOf('person', other.marker) ?? null;
      const there = beside.find((row) => row.assessmentId === assessmentId && row.markerId === by);
      return !there || !sameGiven(other, by, there);
    });
    if (before && missing.length === 0 && sameMark(given, markerId, before)) continue;
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
    if (!isMarked(given) && missing.length === 0) continue;
    const markedAt = given.markedAt ?? handedIn;
    timeline.add(of, { at: facts ? world.ctx.now : markedAt, path, after: at }, async (ctx, id) => {
      const inputOf = (entry: MarkingEntry) =>
        without({
          score: entry.score,
          textScore: entry.text,
          comment: entry.comment,
          role: entry.role,
          markerId: world.idOf('person', entry.marker),
          markedAt: entry.markedAt ?? markedAt,
          carriedOver: entry.carriedOver,
        });
      for (const other of missing)
        await Marks.saveMarking(ctx, assessmentId, id, { markerId: null, ...inputOf(other) });
      // the last, whatever the others are: it counts
      if (isMarked(given)) await Marks.save(ctx, assessmentId, id, inputOf(given));
      world.count('marks', before ? 'changed' : 'created');
    });
  }
}

/** Whether the record says what the file says; what the file leaves out is not looked at. */
const sameMark = (given: MarkEntry, markerId: string | null | undefined, before: MarkFacts): boolean =>
  isMarked(given)
    ? before.marked && sameGiven(given, markerId, before)
    : before.marked || before.state === (given.state ?? 'submitted');

const sameGiven = (
  given: MarkingEntry,
  markerId: string | null | undefined,
  before: MarkFacts | MarkingFacts,
): boolean =>
  (given.score === undefined || given.score === before.score) &&
  (given.text === undefined || given.text === before.text) &&
  (given.comment === undefined || given.comment === before.comment) &&
  (given.role === undefined || given.role === before.role) &&
  (markerId === undefined || markerId === before.markerId) &&
  (given.markedAt === undefined || given.markedAt === before.markedAt) &&
  (given.carriedOver === undefined || given.carriedOver === before.carriedOver);
