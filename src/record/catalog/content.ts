import type { Listing } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, name, type Sql, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { fieldsOf, select } from '../kernel/rows.ts';
import type { Rules } from '../kernel/rules.ts';
import { choice, decimal, flag, label, maybe, object, text, whole } from '../kernel/rules.ts';

export const ACTIVITY_KINDS = [
  'page',
  'video',
  'document',
  'package',
  'quiz',
  'assignment',
  'open_response',
  'poll',
  'live_session',
  'checklist',
  'survey',
  'link',
] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** Which attempt stands for the activity. */
type AttemptCounts = 'highest' | 'latest' | 'best_passed';

/** What an author sets on an activity; its place in the tree is not part of it. */
export interface ActivityFields {
  kind: ActivityKind;
  name: string;
  description: string | null;
  notes: string | null;
  required: boolean;
  /** Share in the course's score, relative to the others; null and 0 are left out. */
  weight: number | null;
  /** Most points; scores are kept as percent of it. */
  maximum: number;
  /** Percent from which an attempt passes. */
  passingScore: number | null;
  attemptsAllowed: number | null;
  attemptCounts: AttemptCounts;
  url: string | null;
  width: number | null;
  height: number | null;
  popup: boolean;
  refId: string | null;
  settings: Record<string, unknown>;
}

/** One page or question of an activity. */
export interface Task {
  id: string;
  kind: string;
  name: string;
  content: Record<string, unknown>;
}

export interface ContentActivity extends ActivityFields {
  id: string;
  number: number;
  /** Counts the activity's own versions: it grows when its settings or tasks change. */
  ordinal: number;
  createdAt: Instant;
  tasks: Task[];
}

interface ContentLesson {
  id: string;
  number: number;
  name: string;
  description: string | null;
  activities: ContentActivity[];
}

export interface CollectionMember {
  courseId: string;
  required: boolean;
}

/** A section's own activities stand before its lessons. Members only in collections. */
export interface ContentSection {
  id: string;
  number: number;
  name: string;
  description: string | null;
  activities: ContentActivity[];
  lessons: ContentLesson[];
  members: CollectionMember[];
}

type Optional<T> = { [K in keyof T]?: T[K] | undefined };

export interface TaskInput extends Optional<Task> {
  name: string;
}

export interface ActivityInput extends Optional<ActivityFields> {
  id?: string | undefined;
  kind: ActivityKind;
  name: string;
  tasks?: readonly TaskInput[] | undefined;
}

export interface LessonInput {
  id?: string | undefined;
  name: string;
  description?: string | null | undefined;
  activities?: readonly ActivityInput[] | undefined;
}

export interface MemberInput {
  courseId: string;
  required?: boolean | undefined;
}

export interface SectionInput {
  id?: string | undefined;
  name: string;
  description?: string | null | undefined;
  activities?: readonly ActivityInput[] | undefined;
  lessons?: readonly LessonInput[] | undefined;
  members?: readonly MemberInput[] | undefined;
}

/** The whole content of a version. Ids given keep a thing's identity; without one it is new. */
export interface ContentInput {
  sections: readonly SectionInput[];
}

export const ACTIVITY_RULES: Rules<ActivityFields> = {
  kind: choice(ACTIVITY_KINDS),
  name: label(500),
  description: maybe(text(100_000)),
  notes: maybe(text(100_000)),
  required: flag,
  weight: maybe(decimal(0, 999_999)),
  maximum: decimal(0.0001, 999_999),
  passingScore: maybe(decimal(0, 1000)),
  attemptsAllowed: maybe(whole(1, 100_000)),
  attemptCounts: choice(['highest', 'latest', 'best_passed']),
  url: maybe(text(4000)),
  width: maybe(whole(0, 100_000)),
  height: maybe(whole(0, 100_000)),
  popup: flag,
  refId: maybe(text(255)),
  settings: object,
};

export const ACTIVITY_DEFAULTS: Omit<ActivityFields, 'kind' | 'name'> = {
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
};

/** A section of a course's current version. */
export interface Section {
  id: string;
  number: number;
  courseId: string;
  versionId: string;
  position: number;
  name: string;
  description: string | null;
  /** In order, those of lessons included. */
  activityIds: string[];
  lessonIds: string[];
  memberCourseIds: string[];
}

/** An activity of a course's current version. */
export interface Activity extends ActivityFields {
  id: string;
  number: number;
  courseId: string;
  versionId: string;
  sectionId: string;
  lessonId: string | null;
  /** Within its section. */
  position: number;
  ordinal: number;
  createdAt: Instant;
}

const CURRENT = sql`c on c.tenant_id = x.tenant_id and c.current_version_id = x.version_id`;
const children = (alias: string, from: string): Sql =>
  sql`array(select ${name(alias)} from ${name(from)} y where y.tenant_id = x.tenant_id and y.version_id = x.version_id and y.section_id = x.id order by y.position, ${name(alias)})`;

/** Sections of every course's current version; `courseKind` and `courseState` narrow to kinds and states. */
export const sectionListing: Listing = {
  select: sql`${constant(select('x', ['id', 'number', 'versionId', 'position', 'name', 'description']))}, c.id as "courseId",
    ${children('y.id', 'activity')} as "activityIds", ${children('y.id', 'lesson')} as "lessonIds",
    ${children('y.course_id', 'collection_member')} as "memberCourseIds"`,
  from: sql`section x join course ${CURRENT}`,
  fields: {
    named: {
      ...fieldsOf('x', {
        id: 'id',
        number: 'number',
        versionId: 'id',
        position: 'number',
        name: 'text',
        description: 'text?',
      }),
      courseId: { sql: 'c.id', type: 'id' },
      courseName: { sql: 'c.name', type: 'text' },
      courseKind: { sql: 'c.kind', type: 'text', exact: true },
      courseState: { sql: 'c.state', type: 'text', exact: true },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

/** Activities of every course's current version. */
export const activityListing: Listing = {
  select: sql`${constant(select('x', ['id', 'number', 'versionId', 'sectionId', 'lessonId', 'position', 'ordinal', ...Object.keys(ACTIVITY_RULES), 'createdAt']))}, c.id as "courseId"`,
  from: sql`activity x join course ${CURRENT} join section s on s.tenant_id = x.tenant_id and s.version_id = x.version_id and s.id = x.section_id`,
  fields: {
    named: {
      ...fieldsOf('x', {
        id: 'id',
        number: 'number',
        versionId: 'id',
        sectionId: 'id',
        lessonId: 'id?',
        position: 'number',
        ordinal: 'number',
        kind: 'text!',
        name: 'text',
        description: 'text?',
        notes: 'text?',
        required: 'boolean',
        weight: 'number?',
        maximum: 'number',
        passingScore: 'number?',
        attemptsAllowed: 'number?',
        attemptCounts: 'text!',
        url: 'text?',
        width: 'number?',
        height: 'number?',
        popup: 'boolean',
        refId: 'text?',
        createdAt: 'instant',
      }),
      sectionPosition: { sql: 's.position', type: 'number' },
      courseId: { sql: 'c.id', type: 'id' },
      courseName: { sql: 'c.name', type: 'text' },
      courseKind: { sql: 'c.kind', type: 'text', exact: true },
      courseState: { sql: 'c.state', type: 'text', exact: true },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

/** The content tree of a version, in five statements whatever its size. */
export async function readContent(ctx: Context, versionId: string): Promise<ContentSection[]> {
  const rows = async <Row>(what: Sql, table: string): Promise<Row[]> =>
    (
      await run<Row>(
        ctx,
        sql`select ${what} from ${name(table)} x where x.tenant_id = ${TENANT} and x.version_id = ${versionId}::uuid order by x.position, 1`,
      )
    ).rows;
  const place = sql`x.section_id as "#section"`;
  const own = (...names: string[]): Sql => constant(select('x', names));
  const named = own('id', 'number', 'name', 'description');
  const sections = await rows<ContentSection>(named, 'section');
  const lessons = await rows<ContentLesson & { '#section': string }>(sql`${named}, ${place}`, 'lesson');
  const activities = await rows<ContentActivity & { '#section': string; '#lesson': string | null }>(
    sql`${own('id', 'number', 'ordinal', ...Object.keys(ACTIVITY_RULES), 'createdAt')}, ${place}, x.lesson_id as "#lesson"`,
    'activity',
  );
  const tasks = await rows<Task & { '#activity': string }>(
    sql`${own('id', 'kind', 'name', 'content')}, x.activity_id as "#activity"`,
    'task',
  );
  const members = await rows<CollectionMember & { '#section': string }>(
    sql`${own('courseId', 'required')}, ${place}`,
    'collection_member',
  );

  const tasksOf = Map.groupBy(tasks, (task) => task['#activity']);
  const activitiesOf = Map.groupBy(activities, (activity) => activity['#lesson'] ?? activity['#section']);
  const lessonsOf = Map.groupBy(lessons, (lesson) => lesson['#section']);
  const membersOf = Map.groupBy(members, (member) => member['#section']);
  const within = (id: string): ContentActivity[] =>
    (activitiesOf.get(id) ?? []).map(({ '#section': _s, '#lesson': _l, ...activity }) => ({
      ...activity,
      tasks: (tasksOf.get(activity.id) ?? []).map(({ '#activity': _a, ...task }) => task),
    }));
  return sections.map((section) => ({
    ...section,
    activities: within(section.id),
    lessons: (lessonsOf.get(section.id) ?? []).map(({ '#section': _s, ...lesson }) => ({
      ...lesson,
      activities: within(lesson.id),
    })),
    members: (membersOf.get(section.id) ?? []).map(({ '#section': _s, ...member }) => member),
  }));
}
