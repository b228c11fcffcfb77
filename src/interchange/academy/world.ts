import type { Context } from '../../record/kernel/context.ts';
import { type Issue, Refusal, type RefusalFact } from '../../record/kernel/refusal.ts';
import { turns } from '../../workers/turns.ts';
import type { Found } from './error.ts';
import { type Kind, type Path, WORDS } from './shape.ts';

/** One thing of the file with its place in it. */
export interface Entry<T> {
  value: T;
  path: Path;
}

export type Outcome = 'created' | 'changed' | 'unchanged';

/** What an import knows while it goes on. */
export interface World {
  /** At the moment of the import. */
  readonly ctx: Context;
  /** At the moment since when the academy exists: what is made new is made then. */
  readonly past: Context;
  /** The id of the thing under this key, made or found; stops the entry that needs it when it could not be made. */
  id(kind: Kind, key: string): string;
  /** The same, passing on what is absent or null. */
  idOf<K extends string | null | undefined>(kind: Kind, key: K): K | string;
  /** The id of the thing under this key, if it is there already. */
  known(kind: Kind, key: string): string | undefined;
  /** Whether there is something under the key by now. */
  has(kind: Kind, key: string): boolean;
  /** What the file says of a subject. */
  entries(subject: string): readonly Entry<any>[];
  /** Remembers what is under a key from now on. */
  remember(kind: Kind, key: string, id: string): void;
  /** Ids of activities that the file gives keys to, by course. */
  activityKeys(courseId: string): Map<string, string>;
  rememberActivity(courseId: string, key: string, id: string): void;
  fault(path: Path, fault: Issue['fault'], message: string): void;
  count(subject: string, outcome: Outcome, by?: number): void;
  /** Runs the work of one entry; a refusal becomes a fault of the file and stops nobody else. */
  attempt<T>(path: Path, work: () => Promise<T>): Promise<T | undefined>;
  readonly faults: readonly Found[];
}

/** Thrown when an entry needs one that was refused: that one is told already. */
class Missing extends Error {}

export interface WorldOptions {
  ctx: Context;
  past: Context;
  /** What is in the record already, by kind and key. */
  ids: ReadonlyMap<Kind, ReadonlyMap<string, string>>;
  activityKeys: ReadonlyMap<string, ReadonlyMap<string, string>>;
  entries: ReadonlyMap<string, readonly Entry<unknown>[]>;
  onRemember(entity: string, key: string, id: string): void;
}

export function createWorld({ ctx, past, ids, activityKeys, entries, onRemember }: WorldOptions): World & {
  counts: Record<string, Record<Outcome, number>>;
} {
  const known = new Map([...ids].map(([kind, keys]) => [kind, new Map(keys)]));
  const made = new Map([...ids].map(([kind, keys]) => [kind, new Map(keys)]));
  const activities = new Map([...activityKeys].map(([course, keys]) => [course, new Map(keys)]));
  const faults: Found[] = [];
  const turn = turns();
  const counts: Record<string, Record<Outcome, number>> = {};
  const id = (kind: Kind, key: string): string => {
    const found = made.get(kind)?.get(key);
    if (found === undefined) throw new Missing(`${WORDS[kind]} ${key}`);
    return found;
  };
  const fault = (path: Path, kind: Issue['fault'], message: string): void => {
    faults.push({ path, fault: kind, message });
  };
  return {
    ctx,
    past,
    faults,
    counts,
    id,
    idOf: (kind, key) => (typeof key === 'string' ? id(kind, key) : key),
    known: (kind, key) => known.get(kind)?.get(key),
    has: (kind, key) => made.get(kind)?.has(key) ?? false,
    entries: (subject) => entries.get(subject) ?? [],
    remember(kind, key, thing) {
      const of = made.get(kind) ?? new Map<string, string>();
      made.set(kind, of.set(key, thing));
      onRemember(kind, key, thing);
    },
    activityKeys: (courseId) => activities.get(courseId) ?? new Map(),
    rememberActivity(courseId, key, thing) {
      const of = activities.get(courseId) ?? new Map<string, string>();
      activities.set(courseId, of.set(key, thing));
      onRemember('activity', `${courseId}/${key}`, thing);
    },
    fault,
    count(subject, outcome, by = 1) {
      counts[subject] ??= { created: 0, changed: 0, unchanged: 0 };
      counts[subject][outcome] += by;
    },
    async attempt(path, work) {
      // whatever walks the entries comes by here
      await turn();
      try {
        return await work();
      } catch (error) {
        if (error instanceof Missing) return undefined;
        if (!(error instanceof Refusal)) throw error;
        blame(error.fact, path, fault);
        return undefined;
      }
    },
  };
}

/** Says in the file's words, at the file's places, why the record refuses an entry. */
export function blame(fact: RefusalFact, path: Path, fault: World['fault']): void {
  if (fact.kind !== 'invalid') {
    fault(path, 'unknown_value', refusalText(fact));
    return;
  }
  for (const issue of fact.issues) {
    const steps = issue.path.map((step) => (typeof step === 'string' ? (MEMBERS[step] ?? step) : step));
    fault([...path, ...steps], issue.fault, `${FAULTS[issue.fault]}${issue.detail ? ` (${issue.detail})` : ''}`);
  }
}

/** What the file calls otherwise than the record. */
const MEMBERS: Record<string, string> = {
  fullName: 'name',
  unitId: 'unit',
  unitExternalId: 'unit',
  managerId: 'manager',
  managerExternalId: 'manager',
  parentId: 'parent',
  roomId: 'room',
  courseId: 'course',
  offeringId: 'offering',
  activityId: 'activity',
  termIds: 'terms',
  followUpCourseIds: 'followUps',
  editorIds: 'editors',
  creditTypeId: 'type',
  hiddenActivityIds: 'hiddenActivities',
  waitlistSeats: 'waitlist',
  markerId: 'marker',
};

const FAULTS: Record<Issue['fault'], string> = {
  required: 'is missing',
  format: 'is not of the right form',
  type: 'is of the wrong type',
  too_long: 'is too long',
  too_many: 'are too many',
  out_of_range: 'is out of range',
  unknown_value: 'is not one of the possible values',
  unknown_field: 'does not belong here',
  not_found: 'is not there',
  taken: 'belongs to another one',
  syntax: 'cannot be read',
  read_only: 'cannot be changed',
};

function refusalText(fact: Exclude<RefusalFact, { kind: 'invalid' }>): string {
  const word = (text: string): string => text.replaceAll('_', ' ');
  switch (fact.kind) {
    case 'not_found':
      return `there is no such ${word(fact.entity)}`;
    case 'taken':
      return `another ${word(fact.entity)} has this ${fact.field}${fact.value ? `: ${fact.value}` : ''}`;
    case 'rule':
      return `the record refuses it: ${word(fact.rule)}${fact.entity ? ` (${word(fact.entity)})` : ''}`;
    case 'forbidden':
      return `it takes the permission ${fact.permission}`;
    default:
      return `the record refuses it: ${word(fact.kind)}`;
  }
}
