import { elevated } from './actor.ts';
import type { Context, Database } from './context.ts';
import type { Instant } from './instant.ts';

interface OfCourse {
  personId: string;
  courseId: string;
}

interface OfEnrollment extends OfCourse {
  enrollmentId: string;
}

interface Membership {
  personId: string;
  groupId: string;
}

interface Work {
  enrollmentId: string;
  /** Facts that got worse may take a completion back, as a corrected result, a reset or a recompute does (rule 9). */
  undo?: boolean;
}

/** Everything that somebody may follow: each change with what is told of each of the things it happened to. */
export interface Changes {
  joined: Membership;
  left: Membership;
  group_moved: { groupId: string };
  group_deleted: { groupId: string };
  activated: { personId: string };
  deleted: { personId: string };
  purged: {
    personId: string;
    /** The address that was erased. */
    email: string | null;
    /** What else said who it is: keys and the full name. */
    names: string[];
  };
  left_unit: { personId: string; unitId: string };
  audience_set: {
    audienceId: string;
    groupId: string;
    /** The groups below count, or did until now. */
    recursive: boolean;
  };
  seats_changed: { offeringId: string };
  offering_opened: { offeringId: string };
  offering_closed: { offeringId: string };
  activities_hidden: { offeringId: string };
  course_deleted: { courseId: string };
  assessment_deleted: { assessmentId: string };
  transferred: {
    enrollmentId: string;
    /** The offering that was left. */
    fromId: string;
  };
  work_moved: {
    assessmentId: string;
    enrollmentId: string;
    toAssessmentId: string;
    /** Null: it ends. */
    toEnrollmentId: string | null;
  };
  work_changed: Work;
  marks_changed: Work;
  weights_changed: { offeringId: string };
  state_changed: OfCourse & { state: string; was: string };
  progressed: OfCourse & {
    /** A completion was taken back, and takes those of collections back. */
    undo: boolean;
  };
  completed: OfEnrollment;
  completed_again: { enrollmentId: string };
  completion_undone: OfEnrollment & {
    /** When it was complete. */
    completedAt: Instant | null;
  };
  completion_moved: OfEnrollment & {
    completedAt: Instant | null;
    /** To an earlier date: that corrects; a later one is a completion anew. */
    back: boolean;
  };
  earnings_changed: { enrollmentId: string };
  enrolled_beside: OfCourse;
  primary_moved: OfCourse;
  superseded: OfCourse;
  withdrawn: OfCourse & {
    offeringId: string;
    ending: 'kept' | 'closed';
    endedAt?: Instant | undefined;
    reason?: string | undefined;
  };
  seat_freed: {
    offeringId: string;
    /** An enrollment that was put on the waitlist just now, and is not the one to come up. */
    except?: string;
  };
  seated: { enrollmentId: string };
  enrolled: {
    enrollmentId: string;
  };
  collection_entered: {
    enrollmentId: string;
    source?: string | undefined;
    reEnroll?: boolean | undefined;
    enrolledAt?: Instant | undefined;
  };
  program_left: { programId: string; personId: string };
  program_audience_set: {
    audienceId: string;
    groupId: string;
    /** The groups below count, or did until now. */
    recursive: boolean;
  };
  program_places_changed: { programId: string };
  certificate_changed: { certificateId: string };
  award_reinstated: { awardId: string };
  award_expiring: { awardId: string };
  award_expired: { awardId: string };
  offering_ended: OfCourse;
}

export type ChangeName = keyof Changes;

/** What each change says, in a sentence. */
export const SAID: Readonly<Record<ChangeName, string>> = {
  joined: 'People became members of a group.',
  left: 'People are members of a group no longer.',
  group_moved: 'A group, with those below it, stands elsewhere in the tree.',
  group_deleted: 'A group is gone.',
  activated: 'People came back from a suspension.',
  deleted: 'People were deleted.',
  purged: 'The personal data of people was erased.',
  left_unit: 'People left a unit, with all that came by it.',
  audience_set: 'A group was tied to an offering, or whether the groups below count was set anew.',
  seats_changed: 'An offering has more seats or fewer.',
  offering_opened: 'An offering was taken up again.',
  offering_closed: 'An offering was retired or taken up again, or is over at another time.',
  activities_hidden: 'Other activities of an offering are hidden.',
  course_deleted: 'A course is gone.',
  assessment_deleted: 'An assessment is gone.',
  transferred: 'Enrollments went over to another offering.',
  work_moved: 'Work belongs to another assessment or enrollment, or ended with its place.',
  work_changed: 'What an enrollment is worked out from is another: attempts, activities, its version, its outcome.',
  marks_changed: 'Marks or submissions of an enrollment are others, also of one that was left (rule 19).',
  weights_changed: 'What weighs how much in an offering is another.',
  state_changed: 'The state of an enrollment is another.',
  progressed: 'State, progress or score of an enrollment is another.',
  completed: 'An enrollment is complete.',
  completed_again: 'A completion that was left behind counts again.',
  completion_undone: 'An enrollment is complete no longer.',
  completion_moved: 'A completion stands, with another date.',
  earnings_changed: 'What an enrollment earned is to be worked out anew.',
  enrolled_beside: 'Somebody has an enrollment beside others in the same course, or in place of one.',
  primary_moved: 'The primary mark of somebody in a course went to another enrollment.',
  superseded: 'An enrollment was started over.',
  withdrawn: 'An enrollment ended.',
  seat_freed: 'A seat, or a place on the waitlist, came free in an offering.',
  seated: 'Somebody came up from a waitlist.',
  enrolled: 'Somebody is enrolled who was not.',
  collection_entered: 'Somebody has a seat in a collection, or in another version of it.',
  program_left: 'People are members of a program no longer.',
  program_audience_set: 'A group was tied to a program, or whether the groups below count was set anew.',
  program_places_changed: 'A program has more seats or fewer, was retired or taken up again.',
  certificate_changed: 'A certificate is defined anew.',
  award_reinstated: 'An award that was taken away stands again.',
  award_expiring: 'An award is about to expire.',
  award_expired: 'An award has expired.',
  offering_ended: 'An offering is over in which somebody has their primary mark.',
};

/** What a step is told: for each of its changes a list, empty where nothing of that kind was reported. */
export type Told<N extends ChangeName> = { readonly [K in N]: readonly Changes[K][] };

interface StepOf<N extends ChangeName> {
  /** What it brings in line, in a word or two. */
  name: string;
  /** What follows, in a sentence. */
  says: string;
  on: readonly N[];
  /** What it may report in its turn. */
  reports: readonly ChangeName[];
  /** Whether anybody wants it of this call. Where nobody does, what would be told costs nothing. */
  wanted?(ctx: Context): boolean;
  /** Steps that have to be done before, because this one reads what they write. */
  after?: readonly string[];
  /** Follows everything that was reported since its last turn, at once; a list is empty where nothing of that kind was. */
  follow(ctx: Context, told: Told<N>): Promise<void>;
}

/** One line of the table. */
export type Step = StepOf<any>;

/** A line with its changes typed. */
export const step = <N extends ChangeName>(line: StepOf<N>): Step => line;

/** Something that becomes due. */
export interface DueItem {
  /** When. */
  at: Instant;
  id: string;
}

/** What the clock reports, once it has passed the moment: a line of the second half of the table. */
interface DueOf<N extends ChangeName> {
  change: N;
  /** When it is due, in a sentence. */
  says: string;
  /** The tenants in which any of it is due, by their own clocks. */
  tenants(db: Database, realNow: Instant): Promise<string[]>;
  /** What is due in the tenant by `ctx.now` after a place, the earliest first, at most so many. */
  find(ctx: Context, after: DueItem, most: number): Promise<DueItem[]>;
  /** In the transaction that reports it: holds what it is about, and gives what is still due of it, and since when. */
  claim(ctx: Context, items: readonly DueItem[]): Promise<{ at: Instant; row: Changes[N] }[]>;
  /** Once everything that was due is done. */
  finish?(ctx: Context): Promise<void>;
}

export type Due = DueOf<any>;

/** A line with its change typed. */
export const due = <N extends ChangeName>(line: DueOf<N>): Due => line;

/** The table: what follows what, in order, and what the clock reports. */
export interface Consequences {
  readonly due: readonly Due[];
  readonly steps: readonly Step[];
  readonly of: ReadonlyMap<ChangeName, readonly Step[]>;
}

/** Puts a table together. A name that stands twice, and an order that contradicts itself, are errors. */
export function consequences(steps: readonly Step[], dues: readonly Due[] = []): Consequences {
  const places = new Map<string, number>();
  for (const [place, { name }] of steps.entries()) {
    if (places.has(name)) throw new Error(`two consequences are called "${name}"`);
    places.set(name, place);
  }
  for (const [place, { name, after = [] }] of steps.entries())
    for (const other of after) {
      const before = places.get(other);
      if (before === undefined) throw new Error(`"${name}" comes after "${other}", which is no consequence`);
      if (steps[before]!.after?.includes(name)) throw new Error(`"${name}" and "${other}" each come after the other`);
      if (before >= place) throw new Error(`"${name}" comes after "${other}", which stands below it`);
    }
  const of = Map.groupBy(
    steps.flatMap((line) => line.on.map((change: ChangeName) => ({ change, line }))),
    ({ change }) => change,
  );
  return { due: dues, steps, of: new Map([...of].map(([change, lines]) => [change, lines.map(({ line }) => line)])) };
}

type Inbox = Map<ChangeName, unknown[]>;

/** What was reported in an open transaction and nobody has followed yet. */
export interface Reported {
  readonly table: Consequences;
  readonly inboxes: Map<Step, Inbox>;
  /** Steps at work, the innermost last. */
  readonly atWork: Step[];
  /** Who reported last: what follows happens in that name, at that moment. */
  by: Context | undefined;
}

export const nothingReported = (table: Consequences): Reported => ({
  table,
  inboxes: new Map(),
  atWork: [],
  by: undefined,
});

/**
 * Tells that something happened to these; what follows is done before the transaction commits, and before the verb at hand returns. What
 * nobody follows costs nothing.
 */
export function report<N extends ChangeName>(ctx: Context, change: N, rows: readonly Changes[N][]): void {
  if (rows.length === 0) return;
  const { reported } = ctx;
  if (!reported) throw new Error(`${change} was reported outside of a transaction`);
  const reporter = reported.atWork.at(-1);
  if (reporter && !reporter.reports.includes(change))
    throw new Error(`"${reporter.name}" reports ${change}, which the table of consequences does not say`);
  for (const line of reported.table.of.get(change) ?? []) {
    if (line.wanted?.(ctx) === false) continue;
    const inbox: Inbox = reported.inboxes.get(line) ?? new Map();
    const told = inbox.get(change) ?? [];
    for (const row of rows) told.push(row);
    reported.inboxes.set(line, inbox.set(change, told));
    reported.by = ctx;
  }
}

/** Whether a change would be followed that is made in the way of this call. */
export const isFollowed = (ctx: Context, { of }: Consequences, change: ChangeName): boolean =>
  (of.get(change) ?? []).some((line) => line.wanted?.(ctx) ?? true);

/** Rounds that no chain of consequences comes near: collections in collections, follow-ups of follow-ups. */
const MOST_ROUNDS = 100;
const DEEPEST = 20;

/**
 * Does what follows from everything reported so far in the transaction. For verbs that read back, or decide on, what others change by
 * the way; every verb has done it when it returns.
 */
export async function settled(ctx: Context): Promise<void> {
  const { reported } = ctx;
  if (!reported || reported.inboxes.size === 0) return;
  const { table, inboxes, atWork } = reported;
  if (atWork.length > DEEPEST) throw new Error(`consequences do not settle: ${namesOf(atWork)}`);
  for (let round = 1; inboxes.size > 0; round++) {
    const done: Step[] = [];
    for (const line of table.steps) {
      const inbox = inboxes.get(line);
      if (!inbox) continue;
      inboxes.delete(line);
      done.push(line);
      const by = reported.by!;
      atWork.push(line);
      try {
        await line.follow(
          { ...by, actor: elevated(by.actor) },
          Object.fromEntries(line.on.map((change: ChangeName) => [change, inbox.get(change) ?? []])),
        );
      } finally {
        atWork.pop();
      }
    }
    if (round === MOST_ROUNDS && inboxes.size > 0)
      throw new Error(`consequences do not settle after ${MOST_ROUNDS} rounds: ${namesOf(done)}`);
  }
}

const namesOf = (steps: readonly Step[]): string => steps.map((line) => `"${line.name}"`).join(' → ');

/** Whether this runs within a consequence: then the table goes on when it is done. */
export const isFollowing = (ctx: Context): boolean => (ctx.reported?.atWork.length ?? 0) > 0;

/** Drops what was reported, where what happened was taken back within the transaction. */
export function forgetReports(ctx: Context): void {
  ctx.reported?.inboxes.clear();
}
