import { newId } from '../kernel/ids.ts';
import type { Issue } from '../kernel/refusal.ts';
import { check, id, label, maybe, object, type Path, refuseIfAny, text } from '../kernel/rules.ts';
import {
  ACTIVITY_DEFAULTS,
  ACTIVITY_RULES,
  type ActivityFields,
  type ActivityInput,
  type CollectionMember,
  type ContentInput,
  type ContentSection,
  type LessonInput,
  type SectionInput,
  type Task,
  type TaskInput,
} from './content.ts';

const MOST = { sections: 1000, lessons: 1000, activities: 1000, tasks: 10_000, members: 1000 } as const;

export interface Tree {
  sections: TreeSection[];
}
export interface TreeActivity extends ActivityFields {
  id: string;
  tasks: Task[];
}
interface TreeLesson {
  id: string;
  name: string;
  description: string | null;
  activities: TreeActivity[];
}
interface TreeSection extends TreeLesson {
  lessons: TreeLesson[];
  members: CollectionMember[];
}

/** Where each id given stands in the input, with what it names. */
export type Named = Map<string, { kind: 'section' | 'lesson' | 'activity' | 'task'; path: Path }>;

const HEAD = { name: label(500), description: maybe(text(100_000)) };
const TASK = { kind: label(100), name: label(500), content: object };

/**
 * The tree with everything spelled out and an id on everything. A collection has members and no activities, any other course
 * the reverse. Refuses with all faults at once.
 */
export function checkContent(input: ContentInput, collection: boolean): { tree: Tree; named: Named } {
  const issues: Issue[] = [];
  const named: Named = new Map();
  const counts = { sections: 0, lessons: 0, activities: 0, tasks: 0, members: 0 };
  const members = new Set<string>();

  const idOf = (given: unknown, kind: 'section' | 'lesson' | 'activity' | 'task', path: Path): string => {
    if (given === undefined || given === null) return newId();
    const own = id().check(given, [...path, 'id'], issues);
    if (own === undefined) return newId();
    if (named.has(own)) issues.push({ path: [...path, 'id'], fault: 'taken', detail: 'twice in this content' });
    named.set(own, { kind, path: [...path, 'id'] });
    return own;
  };
  /** Walks a list of objects; anything else in it is a fault. */
  const each = <In extends object, Out>(
    given: readonly In[] | undefined,
    what: keyof typeof counts,
    path: Path,
    make: (item: In, path: Path) => Out,
  ): Out[] => {
    if (given === undefined || given === null) return [];
    if (!Array.isArray(given)) {
      issues.push({ path, fault: 'type', detail: 'a list' });
      return [];
    }
    counts[what] += given.length;
    if (counts[what] > MOST[what]) {
      issues.push({ path, fault: 'too_many', detail: `at most ${MOST[what]} ${what}` });
      return [];
    }
    return given.flatMap((item, i) => {
      if (typeof item === 'object' && item !== null) return [make(item, [...path, i])];
      issues.push({ path: [...path, i], fault: 'type', detail: 'an object' });
      return [];
    });
  };
  const head = (item: { name?: unknown; description?: unknown }, path: Path) => {
    if (item.name === undefined) issues.push({ path: [...path, 'name'], fault: 'required' });
    const own = check<{ name: string; description: string | null }>(item, HEAD, path, issues);
    return { name: own.name ?? '', description: own.description ?? null };
  };
  const task = (item: TaskInput, path: Path): Task => {
    const own = check<Omit<Task, 'id'>>(item, TASK, path, issues);
    if (item.name === undefined) issues.push({ path: [...path, 'name'], fault: 'required' });
    return {
      id: idOf(item.id, 'task', path),
      kind: own.kind ?? 'text',
      name: own.name ?? '',
      content: own.content ?? {},
    };
  };
  const activity = (item: ActivityInput, path: Path): TreeActivity => {
    for (const name of ['kind', 'name'] as const)
      if (item[name] === undefined) issues.push({ path: [...path, name], fault: 'required' });
    const own = check<ActivityFields>(item, ACTIVITY_RULES, path, issues);
    const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    return {
      ...ACTIVITY_DEFAULTS,
      ...(given as unknown as Pick<ActivityFields, 'kind' | 'name'>),
      id: idOf(item.id, 'activity', path),
      tasks: each(item.tasks, 'tasks', [...path, 'tasks'], task),
    };
  };
  const activities = (given: readonly ActivityInput[] | undefined, path: Path): TreeActivity[] =>
    each(given, 'activities', path, activity);
  const lesson = (item: LessonInput, path: Path): TreeLesson => ({
    id: idOf(item.id, 'lesson', path),
    ...head(item, path),
    activities: activities(item.activities, [...path, 'activities']),
  });
  const section = (item: SectionInput, path: Path): TreeSection => {
    for (const wrong of collection ? (['activities', 'lessons'] as const) : (['members'] as const))
      if ((item[wrong]?.length ?? 0) > 0) issues.push({ path: [...path, wrong], fault: 'unknown_field' });
    return {
      id: idOf(item.id, 'section', path),
      ...head(item, path),
      activities: activities(item.activities, [...path, 'activities']),
      lessons: each(item.lessons, 'lessons', [...path, 'lessons'], lesson),
      members: each(item.members, 'members', [...path, 'members'], (member, at): CollectionMember => {
        const courseId = id('course').check(member.courseId, [...at, 'courseId'], issues);
        if (courseId && members.has(courseId)) issues.push({ path: [...at, 'courseId'], fault: 'taken' });
        members.add(courseId ?? '');
        return { courseId: courseId ?? '', required: member.required ?? true };
      }),
    };
  };

  const sections = each(input.sections, 'sections', ['sections'], section);
  if (sections.length === 0 && issues.length === 0)
    issues.push({ path: ['sections'], fault: 'required', detail: 'at least one section' });
  refuseIfAny(issues);
  return { tree: { sections }, named };
}

/** What of kept content an author can write: the same form as a checked tree, for comparing. */
export function asTree(sections: readonly ContentSection[]): Tree {
  const activity = ({ number: _n, ordinal: _o, createdAt: _c, ...rest }: ContentSection['activities'][number]) => rest;
  return {
    sections: sections.map(({ number: _, ...section }) => ({
      ...section,
      activities: section.activities.map(activity),
      lessons: section.lessons.map(({ number: _n, ...lesson }) => ({
        ...lesson,
        activities: lesson.activities.map(activity),
      })),
    })),
  };
}
