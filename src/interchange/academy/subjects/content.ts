import { isDeepStrictEqual } from 'node:util';
import { Content } from '../../../record/catalog/index.ts';
import { newId } from '../../../record/kernel/ids.ts';
import {
  choice,
  flag,
  later,
  list,
  maybe,
  name,
  number,
  object,
  open,
  ref,
  short,
  special,
  type TypeOf,
  text,
  whole,
} from '../shape.ts';
import type { World } from '../world.ts';

const task = short(
  'name',
  object({ name: name() }, { kind: text(100, 'text unless said otherwise.'), content: open('What stands in it.') }),
);

/** Members that go to the record as they are, with what they are when nobody says anything. */
export const ACTIVITY_USUAL = {
  description: null,
  notes: null,
  required: true,
  weight: null,
  maximum: 100,
  passingScore: null,
  attemptsAllowed: null,
  attemptCounts: 'highest',
  url: null,
  width: null,
  height: null,
  popup: false,
  refId: null,
  settings: {},
} as const;

const activity = object(
  { kind: choice(Content.ACTIVITY_KINDS), name: name() },
  {
    key: special<string>({
      $ref: '#/$defs/key',
      description:
        'What attempts and assessments call it; its name unless said otherwise. With a key it may be renamed.',
    }),
    description: maybe(text(100_000)),
    notes: maybe(text(100_000)),
    required: flag('Needed for completion; true unless said otherwise.'),
    weight: maybe(number(0, 999_999, 'Share in the score of the course; 0 is left out.')),
    maximum: number(0.0001, 999_999, 'Most points; 100 unless said otherwise.'),
    passingScore: maybe(number(0, 1000, 'Percent from which an attempt passes.')),
    attemptsAllowed: maybe(whole(1, 100_000)),
    attemptCounts: choice(['highest', 'latest', 'best_passed']),
    url: maybe(text()),
    width: maybe(whole(0, 100_000)),
    height: maybe(whole(0, 100_000)),
    popup: flag(),
    refId: maybe(text(255)),
    settings: open('Settings of its kind.'),
    tasks: list(task, 'Pages, questions or steps, in order.'),
  },
);

const member = short('course', object({ course: ref('course') }, { required: flag() }));

export const section = object(
  { name: name() },
  {
    description: maybe(text(100_000)),
    activities: list(activity, 'In order, before the lessons.'),
    lessons: list(object({ name: name() }, { description: maybe(text(100_000)), activities: list(activity) })),
    members: list(member, 'Of a collection: its courses, in order.'),
  },
);

export type SectionEntry = TypeOf<typeof section>;
/** Told once, under `$defs`. */
export const sections = list(
  later<SectionEntry>('section', () => section),
  'Content, in order.',
);
type ActivityEntry = TypeOf<typeof activity>;
type Known = { id: string };

/** The name by which the file speaks of an activity. */
export const activityName = ({ key, name }: { key?: string | undefined; name: string }): string => key ?? name;

export const activitiesOf = (given: readonly SectionEntry[]): ActivityEntry[] =>
  given.flatMap((section) => [
    ...(section.activities ?? []),
    ...(section.lessons ?? []).flatMap((lesson) => lesson.activities ?? []),
  ]);

/**
 * The file's content with ids: what is there already keeps its own, found by key, else by name, else by place among things without a
 * namesake. Gives the ids of activities that have keys.
 */
export function withIds(
  world: World,
  courseId: string | undefined,
  given: readonly SectionEntry[],
  present: readonly Content.ContentSection[],
): { content: Content.Input; keyed: Map<string, string> } {
  const keys = courseId === undefined ? new Map<string, string>() : world.activityKeys(courseId);
  const keyed = new Map<string, string>();
  const everywhere = new Map(
    present.flatMap((section) => [
      ...section.activities.map((each) => [each.id, each] as const),
      ...section.lessons.flatMap((lesson) => lesson.activities.map((each) => [each.id, each] as const)),
    ]),
  );
  // an activity with a key is known by it alone
  const named = new Set(keys.values());
  const toActivity = (one: ActivityEntry, known: Content.ContentActivity | undefined): Content.ActivityInput => {
    const { key, tasks = [], ...members } = one;
    const own = key === undefined ? undefined : keys.get(key);
    const before = own === undefined ? known : everywhere.get(own);
    const id = own ?? before?.id ?? newId();
    if (key !== undefined) keyed.set(key, id);
    return {
      ...members,
      id,
      tasks: matched(tasks, before?.tasks ?? [], (each, task) => ({ ...each, id: idOf(task) })),
    };
  };
  const toActivities = (list: readonly ActivityEntry[] = [], before: readonly Content.ContentActivity[] = []) =>
    matched(
      list,
      before.filter((each) => !named.has(each.id)),
      toActivity,
      (each) => each.kind,
    );
  const content: Content.Input = {
    sections: matched(given, present, (section, before) => ({
      id: idOf(before),
      name: section.name,
      description: section.description ?? null,
      activities: toActivities(section.activities, before?.activities),
      lessons: matched(section.lessons ?? [], before?.lessons ?? [], (lesson, known) => ({
        id: idOf(known),
        name: lesson.name,
        description: lesson.description ?? null,
        activities: toActivities(lesson.activities, known?.activities),
      })),
      members: (section.members ?? []).map(({ course, required }) => ({
        courseId: world.id('course', course),
        required: required ?? true,
      })),
    })),
  };
  return { content, keyed };
}

const idOf = (known: Known | undefined): string => known?.id ?? newId();

/** Pairs what is given with what is there: namesakes in order, then, for what has no key, what is left at the same place. */
function matched<
  Given extends { name: string; key?: string | undefined },
  Present extends Known & { name: string },
  Out,
>(
  given: readonly Given[],
  present: readonly Present[],
  make: (given: Given, present: Present | undefined) => Out,
  kind: (thing: Given | Present) => string = () => '',
): Out[] {
  const free = new Set(present);
  const pairs = given.map((each) => {
    const namesake = [...free].find((other) => other.name === each.name && kind(other) === kind(each));
    if (namesake) free.delete(namesake);
    return namesake;
  });
  return given.map((each, i) => {
    const place = present[i];
    if (!pairs[i] && each.key === undefined && place && free.has(place) && kind(place) === kind(each)) {
      free.delete(place);
      return make(each, place);
    }
    return make(each, pairs[i]);
  });
}

/** Whether a version holds exactly this content. */
export function sameContent(content: Content.Input, present: readonly Content.ContentSection[]): boolean {
  const activity = (one: Content.ActivityInput | Content.ContentActivity) => ({
    id: one.id,
    kind: one.kind,
    name: one.name,
    ...Object.fromEntries(
      Object.entries(ACTIVITY_USUAL).map(([member, usual]) => [
        member,
        one[member as keyof typeof ACTIVITY_USUAL] ?? usual,
      ]),
    ),
    tasks: (one.tasks ?? []).map((task) => ({
      id: task.id,
      kind: task.kind ?? 'text',
      name: task.name,
      content: task.content ?? {},
    })),
  });
  const tree = (sections: Content.Input['sections'] | readonly Content.ContentSection[]) =>
    sections.map((section) => ({
      id: section.id,
      name: section.name,
      description: section.description ?? null,
      activities: (section.activities ?? []).map(activity),
      lessons: (section.lessons ?? []).map((lesson) => ({
        id: lesson.id,
        name: lesson.name,
        description: lesson.description ?? null,
        activities: (lesson.activities ?? []).map(activity),
      })),
      members: (section.members ?? []).map(({ courseId, required }) => ({ courseId, required: required ?? true })),
    }));
  return isDeepStrictEqual(tree(content.sections), tree(present));
}
