import { run } from '../../../database/run.ts';
import { join, name, sql } from '../../../database/sql.ts';
import { Enrollments } from '../../../record/enrollment/index.ts';
import type { Context } from '../../../record/kernel/context.ts';
import type { Instant } from '../../../record/kernel/instant.ts';
import { blame, type Entry, type World } from '../world.ts';

/** What becomes of one entry. */
export interface Course<T> {
  entry: Entry<T>;
  /** Place among the entries: what happens at one moment happens in their order. */
  index: number;
  personId: string;
  offeringId: string;
  courseId: string;
  /** Known from the start, or once the person is enrolled. */
  enrollmentId?: string;
  /** Refused: what comes later of it is left out. */
  stopped: boolean;
}

type Work = (ctx: Context, enrollmentId: string) => Promise<void>;

type Step<T> = { at: Instant; due: Instant; place: number; order: number; path: Entry<T>['path'] } & (
  | { of: Course<T>; enroll: Enrollments.Options }
  | { of: Course<T>; work: Work }
  | { act: (ctx: Context) => Promise<void> }
);

const timelines = new WeakMap<World, Timeline<any>>();

/** What is to happen in an import, once everything that it happens to is there. */
export function timelineOf(world: World): Timeline<any> {
  const timeline = timelines.get(world) ?? new Timeline<any>();
  timelines.set(world, timeline);
  return timeline;
}

/**
 * Everything that happened in the enrollments of a file and around them, to be done again in the order of time, each at its own moment, by the verbs
 * that did it first: so rules, roll-up, waitlists and follow-ups play as they did, and the history reads as it was.
 */
export class Timeline<T> {
  readonly #steps: Step<T>[] = [];
  readonly #starts = new Map<Course<T>, Instant>();
  readonly #last = new Map<Course<T>, Instant>();

  /** Nothing of the entry is done before this moment. */
  startsAt(of: Course<T>, at: Instant): void {
    this.#starts.set(of, at);
  }

  enroll(of: Course<T>, at: Instant, options: Enrollments.Options): void {
    this.#put({ of, at, due: at, ...this.#place(of.index), path: of.entry.path, enroll: options });
  }

  /** What is not a matter of one enrollment; of one moment, before or after what happens in those. */
  act(
    { at, path, first }: { at: Instant; path: Entry<T>['path']; first: boolean },
    act: (ctx: Context) => Promise<void>,
  ): void {
    this.#steps.push({ at, due: at, ...this.#place(first ? -1 : Number.MAX_SAFE_INTEGER), path, act });
  }

  /** Work as of a moment, done then or, where its turn comes later, `after` that; `before` the end comes in any case. */
  add(
    of: Course<T>,
    {
      at,
      path,
      after,
      before,
    }: { at: Instant; path: Entry<T>['path']; after?: Instant | undefined; before?: Instant | undefined },
    work: Work,
  ): void {
    const late = later(at, after ?? at);
    const due = later(before !== undefined && before < late ? before : late, this.#starts.get(of) ?? at);
    this.#put({ of, at, due, ...this.#place(of.index), path, work });
  }

  /** The moment of the last thing that an entry has on its way. */
  lastOf(of: Course<T>): Instant | undefined {
    return this.#last.get(of);
  }

  #place(place: number): { place: number; order: number } {
    return { place, order: this.#steps.length };
  }

  #put(step: Extract<Step<T>, { of: Course<T> }>): void {
    this.#steps.push(step);
    const last = this.#last.get(step.of);
    if (last === undefined || step.due > last) this.#last.set(step.of, step.due);
  }

  async run(world: World): Promise<void> {
    const steps = this.#steps.sort(
      (a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0) || a.place - b.place || a.order - b.order,
    );
    let look = FIRST_LOOK;
    for (let i = 0; i < steps.length; ) {
      const step = steps[i]!;
      if (i >= look) {
        // plans are kept, and those made while the tables were empty would read all of them at every step
        await lookAgain(world.ctx);
        look = Math.ceil(look * GROWTH);
      }
      if ('enroll' in step) {
        const batch = [step];
        const people = new Set([step.of.personId]);
        for (let next = steps[++i]; next && 'enroll' in next && sameCall(step, next); next = steps[++i]) {
          // what somebody's first enrollment brings with it is there for the next
          if (people.has(next.of.personId)) break;
          people.add(next.of.personId);
          batch.push(next);
        }
        await enrollBatch(world, batch);
        continue;
      }
      i++;
      if ('act' in step) {
        await world.attempt(step.path, () => step.act({ ...world.ctx, now: step.at }));
        continue;
      }
      const { of } = step;
      if (of.stopped || of.enrollmentId === undefined) continue;
      const told = world.faults.length;
      await world.attempt(step.path, () => step.work({ ...world.ctx, now: step.at }, of.enrollmentId!));
      if (world.faults.length > told) of.stopped = true;
    }
  }
}

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

const FIRST_LOOK = 250;
const GROWTH = 1.3;
const GROWING = [
  'person',
  'enrollment',
  'enrollment_grant',
  'activity_enrollment',
  'attempt',
  'session_enrollment',
  'submission',
  'mark',
  'activity',
  'collection_member',
  'group_member',
  'certificate_award',
];

/** Of an empty table the planner would learn that it need not look for an index, and believe it while the table grows. */
async function lookAgain({ db }: Context): Promise<void> {
  const { rows } = await run<{ name: string }>(
    db,
    join(
      GROWING.map((table) => sql`select ${table}::text as name where exists (select 1 from ${name(table)})`),
      sql` union all `,
    ),
  );
  await run(db, sql`analyze ${join(rows.map((row) => name(row.name)))}`);
}

type EnrollStep<T> = Extract<Step<T>, { enroll: Enrollments.Options }>;

/** One call enrolls many, as long as it says the same of all. */
const sameCall = <T>(a: EnrollStep<T>, b: EnrollStep<T>): boolean =>
  a.at === b.at && a.due === b.due && JSON.stringify(a.enroll) === JSON.stringify(b.enroll) && !b.enroll.reEnroll;

async function enrollBatch<T>(world: World, batch: readonly EnrollStep<T>[]): Promise<void> {
  const ctx = { ...world.ctx, now: batch[0]!.at };
  const results = await world.attempt(batch[0]!.path, () =>
    Enrollments.enrollMany(
      ctx,
      batch.map(({ of }) => ({ personId: of.personId, offeringId: of.offeringId })),
      batch[0]!.enroll,
    ),
  );
  batch.forEach(({ of, path }, i) => {
    const result = results?.[i];
    if (!result || result.outcome === 'refused') {
      of.stopped = true;
      if (result) blame(result.fact, path, world.fault);
      return;
    }
    of.enrollmentId = result.enrollmentId;
  });
}
