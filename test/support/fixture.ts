import { run } from '../../src/database/run.ts';
import type { NewCourse } from '../../src/record/catalog/create-course.ts';
import { Content, Courses, Offerings } from '../../src/record/catalog/index.ts';
import type { Context, Database } from '../../src/record/kernel/context.ts';
import { newId } from '../../src/record/kernel/ids.ts';
import { type Instant, later } from '../../src/record/kernel/instant.ts';
import { Refusal, type RefusalFact } from '../../src/record/kernel/refusal.ts';
import { at, testTenant } from './context.ts';

/** The moment at which a fixture's context stands. */
export const START: Instant = '2026-03-02T08:00:00.000Z';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const minutes = (n: number): Instant => later(START, n * MINUTE);
export const days = (n: number): Instant => later(START, n * DAY);

export interface TestCourse {
  id: string;
  versionId: string;
  /** The default offering. */
  offeringId: string;
  sectionIds: string[];
  /** In the order of the content. */
  activityIds: string[];
}

/** Activities from names (`required` quizzes), or as the catalog takes them; a list of lists is a list of sections. */
type Activity = string | (Partial<Content.ActivityInput> & { name: string });

export interface CourseOptions extends Partial<Omit<NewCourse, 'content'>> {
  activities?: readonly Activity[] | readonly (readonly Activity[])[];
  /** Of the default offering. */
  offering?: Offerings.Patch;
}

const asActivity = (given: Activity): Content.ActivityInput =>
  typeof given === 'string' ? { kind: 'quiz', name: given } : { kind: 'quiz', ...given };

export type Fixture = Awaited<ReturnType<typeof fixture>>;

/** A tenant of its own and makers of what stands in it; all by the record's own verbs where the catalog has them. */
export async function fixture(db: Database) {
  const ctx = await testTenant(db, { now: START });
  const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
    (await run<Row>(db, text, [ctx.tenant.id, ...values])).rows;
  const [root] = await rows<{ id: string }>('select id from unit where tenant_id = $1 and parent_id is null');
  let counter = 0;

  const course = async ({ activities = [], offering, ...input }: CourseOptions = {}): Promise<TestCourse> => {
    const name = input.name ?? `Course ${++counter}`;
    const lists = (
      activities.length > 0 && activities.every(Array.isArray) ? activities : [activities]
    ) as Activity[][];
    const sections = lists.map((list, i) => ({ name: `Section ${i + 1}`, activities: list.map(asActivity) }));
    const content = { sections };
    const made = await Courses.create(ctx, { kind: 'online', state: 'published', ...input, name, content });
    return known(made.id, offering);
  };

  /** A published curriculum of these courses, all required unless said. */
  const collection = async (
    members: readonly (TestCourse | { course: TestCourse; required: boolean })[],
    input: Partial<NewCourse> = {},
  ): Promise<TestCourse> => {
    const made = await Courses.create(ctx, {
      kind: 'curriculum',
      state: 'published',
      name: `Curriculum ${++counter}`,
      ...input,
      content: {
        sections: [
          {
            name: 'Courses',
            members: members.map((m) =>
              'course' in m ? { courseId: m.course.id, required: m.required } : { courseId: m.id },
            ),
          },
        ],
      },
    });
    return known(made.id);
  };

  const known = async (courseId: string, offering: Offerings.Patch = {}): Promise<TestCourse> => {
    const [found] = await rows<{ versionId: string; offeringId: string }>(
      `select coalesce(c.current_version_id, v.id) as "versionId", o.id as "offeringId" from course c
         join course_version v on v.tenant_id = c.tenant_id and v.course_id = c.id
         left join offering o on o.tenant_id = c.tenant_id and o.course_id = c.id and o.is_default
        where c.tenant_id = $1 and c.id = $2 order by v.ordinal desc limit 1`,
      courseId,
    );
    await set('offering', found!.offeringId, offering);
    const { sections } = await Content.get(ctx, found!.versionId);
    return {
      id: courseId,
      ...found!,
      sectionIds: sections.map((section) => section.id),
      activityIds: sections.flatMap((section) => section.activities.map((activity) => activity.id)),
    };
  };

  /** A draft of the course's next version, of one section. Activities that name an `id` are those of earlier versions. */
  const draft = async (of: TestCourse, activities: readonly Activity[]): Promise<string> =>
    (await Content.save(ctx, of.id, { sections: [{ name: 'Next', activities: activities.map(asActivity) }] })).id;

  /** Changes columns of one row, by their names here (`dueAfterDays`), past all rules. */
  const set = async (table: string, id: string, values: object): Promise<void> => {
    const entries = Object.entries(values);
    if (entries.length === 0) return;
    const columns = entries.map(([name], i) => `${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)} = $${i + 3}`);
    await rows(
      `update ${table} set ${columns.join(', ')} where tenant_id = $1 and id = $2`,
      id,
      ...entries.map(([, value]) => value),
    );
  };

  const unit = async (name: string, parentId: string = root!.id): Promise<string> => {
    const id = newId();
    await rows(
      'insert into unit (tenant_id, id, name, parent_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)',
      id,
      name,
      parentId,
      START,
    );
    return id;
  };

  const person = async (
    values: { unitId?: string; status?: 'active' | 'suspended' | 'deleted' } = {},
  ): Promise<string> => {
    const id = newId();
    await rows(
      `insert into person (tenant_id, id, full_name, given_name, family_name, unit_id, status, created_at, updated_at)
       values ($1, $2, $3, $3, '', $4, $5, $6, $6)`,
      id,
      `Person ${++counter}`,
      values.unitId ?? root!.id,
      values.status ?? 'active',
      START,
    );
    return id;
  };

  return {
    ctx,
    rootUnitId: root!.id,
    rows,
    set,
    unit,
    person,
    people: async (n: number): Promise<string[]> => {
      const ids: string[] = [];
      for (let i = 0; i < n; i++) ids.push(await person());
      return ids;
    },
    course,
    draft,
    collection,
    offering: async (of: TestCourse, values: Offerings.Patch = {}): Promise<string> =>
      (await Offerings.create(ctx, { courseId: of.id, ...values })).id,
    /** A session of a live session, with meetings an hour each. */
    session: async (offeringId: string, activityId: string, { seats = null as number | null, meetings = 1 } = {}) => {
      const id = newId();
      await rows(
        `insert into session (tenant_id, id, offering_id, activity_id, name, seats, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)`,
        id,
        offeringId,
        activityId,
        `Session ${++counter}`,
        seats,
        START,
      );
      for (let i = 0; i < meetings; i++)
        await rows(
          'insert into meeting (tenant_id, id, session_id, starts_at, ends_at) values ($1, $2, $3, $4, $5)',
          newId(),
          id,
          days(i + 1),
          later(days(i + 1), 60 * MINUTE),
        );
      return id;
    },
    creditType: async (name: string): Promise<string> => {
      const id = newId();
      await rows(
        'insert into credit_type (tenant_id, id, name, created_at, updated_at) values ($1, $2, $3, $4, $4)',
        id,
        name,
        START,
      );
      return id;
    },
    /** The same call so many minutes after the start. */
    after: (n: number): Context => at(ctx, minutes(n)),
    /** The same call made by a person who holds no role. */
    learner: (personId: string, n = 0): Context => ({
      ...at(ctx, minutes(n)),
      actor: { kind: 'person', id: personId, clientId: null, permissions: new Set(), units: [] },
    }),
    /** Types of the events about one thing, or of all, in order. */
    events: async (entityId?: string): Promise<string[]> =>
      (
        await rows<{ type: string }>(
          'select type from event where tenant_id = $1 and ($2::uuid is null or entity_id = $2) order by seq',
          entityId ?? null,
        )
      ).map((row) => row.type),
    /** The data of the latest event of a type about a thing. */
    eventData: async (type: string, entityId: string): Promise<Record<string, any> | undefined> =>
      (
        await rows<{ data: Record<string, unknown> }>(
          'select data from event where tenant_id = $1 and type = $2 and entity_id = $3 order by seq desc limit 1',
          type,
          entityId,
        )
      )[0]?.data,
  };
}

/** The fact of the refusal that a call must end in. */
export async function refusal(work: Promise<unknown>): Promise<RefusalFact> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.fact;
    throw error;
  }
  throw new Error('It was not refused.');
}

/** The rule that a call must be refused by. */
export async function rule(work: Promise<unknown>): Promise<string> {
  const fact = await refusal(work);
  return fact.kind === 'rule' ? fact.rule : JSON.stringify(fact);
}
