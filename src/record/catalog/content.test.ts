import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/run.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal, type RefusalFact } from '../kernel/refusal.ts';
import { Content, Courses, Offerings, Versions } from './index.ts';
import { saveMembers } from './save-members.ts';
import { deleteVersionCourse, listVersionCourses, putVersionCourse } from './version-courses.ts';
import { createVersion, deleteVersion, getVersion } from './versions.ts';

let database: TestDatabase;
let ctx: Context;
const page = { kind: 'rows', offset: 0, limit: 100, total: true } as const;

before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db, { now: '2026-03-01T08:00:00.000Z' });
});
after(() => database.close());

const refused = async (work: Promise<unknown>): Promise<RefusalFact> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.fact;
    throw error;
  }
  throw new Error('not refused');
};

const TREE: Content.Input = {
  sections: [
    { name: 'Start', activities: [{ kind: 'page', name: 'Welcome', tasks: [{ name: 'Read' }, { name: 'Think' }] }] },
    {
      name: 'Work',
      activities: [{ kind: 'video', name: 'Film' }],
      lessons: [
        {
          name: 'First',
          activities: [{ kind: 'quiz', name: 'Test', weight: 30, passingScore: 60, settings: { a: [1] } }],
        },
        { name: 'Second', activities: [{ kind: 'assignment', name: 'Essay', weight: 70, attemptCounts: 'latest' }] },
      ],
    },
  ],
};

test('content is saved whole, published, and read as sections and activities', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Whole', content: TREE });
  const draft = await Content.get(ctx, course.draftVersionId!);
  assert.equal(draft.sections.length, 2);
  const [start, work] = draft.sections;
  assert.deepEqual(
    start!.activities[0]!.tasks.map((task) => [task.kind, task.name, task.content]),
    [
      ['text', 'Read', {}],
      ['text', 'Think', {}],
    ],
  );
  const quiz = work!.lessons[0]!.activities[0]!;
  assert.equal(quiz.weight, 30);
  assert.equal(quiz.ordinal, 1);
  assert.deepEqual(quiz.settings, { a: [1] });
  assert.equal((await Content.listSections(ctx, { page }, { courseId: course.id })).total, 0);
  assert.equal((await refused(Content.getActivity(ctx, quiz.id))).kind, 'not_found');
  assert.equal((await Courses.get(ctx, course.id)).currentVersionId, null);

  const version = await Courses.publish(ctx, course.id);
  assert.equal(version.state, 'published');
  const published = await Courses.get(ctx, course.id);
  assert.equal(published.state, 'published');
  assert.equal(published.currentVersionId, version.id);
  assert.equal(published.draftVersionId, null);
  assert.deepEqual(published.sectionIds, [start!.id, work!.id]);
  assert.equal((await Offerings.get(ctx, course.defaultOfferingId!)).versionId, version.id);

  const sections = await Content.listSections(
    ctx,
    { page, sort: [{ field: 'position', descending: false }] },
    { courseId: course.id },
  );
  assert.deepEqual(
    sections.rows.map((section) => [section.name, section.activityIds.length, section.lessonIds.length]),
    [
      ['Start', 1, 0],
      ['Work', 3, 2],
    ],
  );
  assert.deepEqual((await Content.getSection(ctx, work!.id)).activityIds[1], quiz.id);
  const activities = await Content.listActivities(
    ctx,
    {
      page,
      sort: [
        { field: 'sectionPosition', descending: false },
        { field: 'position', descending: false },
      ],
    },
    { courseId: course.id },
  );
  assert.deepEqual(
    activities.rows.map((activity) => activity.name),
    ['Welcome', 'Film', 'Test', 'Essay'],
  );
  assert.equal((await Content.listActivities(ctx, { page }, { sectionId: start!.id })).total, 1);
  const read = await Content.getActivity(ctx, quiz.id, course.id);
  assert.equal(read.lessonId, work!.lessons[0]!.id);
  assert.equal(read.sectionId, work!.id);
  assert.equal(read.number, quiz.number);
  const other = await Courses.create(ctx, { kind: 'online', name: 'Other' });
  assert.equal((await refused(Content.getActivity(ctx, quiz.id, other.id))).kind, 'not_found');
});

test('things keep id and number over versions, and an activity counts its own changes', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Versions', content: TREE, state: 'published' });
  const first = await Content.get(ctx, (await Courses.get(ctx, course.id)).currentVersionId!);
  const later = at(ctx, '2026-04-01T08:00:00.000Z');

  const same = await Content.save(later, course.id, { sections: first.sections });
  assert.equal(same.id, first.id);
  assert.equal((await Versions.list(ctx, course.id, { page })).total, 1);

  const edited = structuredClone(first.sections);
  edited[1]!.lessons[0]!.activities[0]!.passingScore = 50;
  edited[0]!.activities[0]!.tasks.pop();
  // moving is not changing
  edited[0]!.activities.push(edited[1]!.activities.pop()!);
  edited[1]!.lessons.reverse();
  const draft = await Content.save(later, course.id, { sections: [...edited, { name: 'End' }] });
  assert.equal(draft.ordinal, 2);
  assert.equal(draft.state, 'draft');
  const ordinals = new Map(
    draft.sections
      .flatMap((section) => [...section.activities, ...section.lessons.flatMap((lesson) => lesson.activities)])
      .map((activity) => [activity.name, activity]),
  );
  assert.deepEqual(
    ['Welcome', 'Film', 'Test', 'Essay'].map((name) => ordinals.get(name)!.ordinal),
    [2, 1, 2, 1],
  );
  assert.equal(ordinals.get('Test')!.number, first.sections[1]!.lessons[0]!.activities[0]!.number);
  assert.equal(ordinals.get('Test')!.createdAt, first.sections[1]!.lessons[0]!.activities[0]!.createdAt);
  assert.equal(draft.sections[0]!.number, first.sections[0]!.number);
  assert.deepEqual((await Content.get(ctx, first.id)).sections, first.sections);

  // a second save of the same draft counts from the published version, not from the draft
  edited[1]!.lessons[1]!.activities[0]!.passingScore = 40;
  const again = await Content.save(later, course.id, { sections: edited });
  assert.equal(again.id, draft.id);
  assert.equal(again.sections[1]!.lessons[1]!.activities[0]!.ordinal, 2);
  assert.equal(again.sections.length, 2);

  await Courses.publish(later, course.id);
  assert.equal((await getVersion(ctx, first.id)).state, 'retired');
  assert.equal((await Offerings.get(ctx, course.defaultOfferingId!)).versionId, draft.id);
});

test('a draft is opened as a copy and thrown away', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Drafts', content: TREE, state: 'published' });
  const draft = await createVersion(ctx, course.id);
  assert.deepEqual(
    (await Content.get(ctx, draft.id)).sections,
    (await Content.get(ctx, course.currentVersionId!)).sections,
  );
  assert.equal((await refused(createVersion(ctx, course.id))).kind, 'taken');
  await deleteVersion(ctx, draft.id);
  assert.equal((await refused(getVersion(ctx, draft.id))).kind, 'not_found');
  assert.equal((await refused(deleteVersion(ctx, course.currentVersionId!))).kind, 'rule');
  const fresh = await Courses.create(ctx, { kind: 'online', name: 'Fresh' });
  const only = await refused(deleteVersion(ctx, fresh.draftVersionId!));
  assert.ok(only.kind === 'rule' && only.rule === 'last_of_its_kind');
  const empty = await refused(Courses.publish(ctx, fresh.id));
  assert.ok(empty.kind === 'rule' && empty.rule === 'nothing_to_publish');
});

test('of many who publish at once, one publishes', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Rush', content: TREE });
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => Courses.publish(ctx, course.id)));
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  for (const result of results)
    if (result.status === 'rejected') assert.equal(result.reason.fact.rule, 'nothing_to_publish');
  const { rows } = await run<{ n: number }>(
    ctx.db,
    `select count(*) as n from event where entity_id = $1 and type = 'course.published'`,
    [course.id],
  );
  assert.equal(rows[0]!.n, 1);
});

test('many who save at once leave one whole tree', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Race', content: TREE, state: 'published' });
  await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      Content.save(ctx, course.id, {
        sections: [1, 2, 3].map((n) => ({ name: `${i}-${n}`, activities: [{ kind: 'page' as const, name: `${i}` }] })),
      }),
    ),
  );
  const drafts = (await Versions.list(ctx, course.id, { page })).rows.filter((version) => version.state === 'draft');
  assert.equal(drafts.length, 1);
  const { sections } = await Content.get(ctx, drafts[0]!.id);
  assert.equal(sections.length, 3);
  assert.equal(new Set(sections.map((section) => section.name[0])).size, 1);
});

test('faulty trees are refused with the place of each fault', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Faults', content: TREE });
  const own = (await Content.get(ctx, course.draftVersionId!)).sections[0]!;
  const faults = async (input: unknown): Promise<string[]> => {
    const fact = await refused(Content.save(ctx, course.id, input as Content.Input));
    assert.ok(fact.kind === 'invalid', JSON.stringify(fact));
    return fact.issues.map((issue) => `${issue.path.join('.')} ${issue.fault}`);
  };
  assert.deepEqual(await faults({ sections: [] }), ['sections required']);
  assert.deepEqual(await faults({ sections: 'x' }), ['sections type']);
  assert.deepEqual(await faults({ sections: [{ name: 'S', members: [{ courseId: newId() }] }] }), [
    'sections.0.members unknown_field',
  ]);
  assert.deepEqual(
    await faults({
      sections: [
        {
          name: '',
          activities: [
            { kind: 'dance', name: 'x', weight: -1 },
            { kind: 'quiz', id: 'no' },
          ],
        },
      ],
    }),
    [
      'sections.0.name required',
      'sections.0.activities.0.kind unknown_value',
      'sections.0.activities.0.weight out_of_range',
      'sections.0.activities.1.name required',
      'sections.0.activities.1.id format',
    ],
  );
  const many = Array.from({ length: 1001 }, () => ({ kind: 'page', name: 'x' }));
  assert.deepEqual(await faults({ sections: [{ name: 'S', activities: many }] }), ['sections.0.activities too_many']);
  const twice = newId();
  assert.deepEqual(
    await faults({
      sections: [
        { id: twice, name: 'a' },
        { id: twice, name: 'b' },
      ],
    }),
    ['sections.1.id taken'],
  );
  // the id of a section cannot become an activity's, nor another course's thing be taken over
  assert.deepEqual(await faults({ sections: [{ name: 'a', activities: [{ id: own.id, kind: 'page', name: 'x' }] }] }), [
    'sections.0.activities.0.id taken',
  ]);
  const other = await Courses.create(ctx, { kind: 'online', name: 'Not mine', content: TREE });
  const foreign = (await Content.get(ctx, other.draftVersionId!)).sections[1]!;
  assert.deepEqual(await faults({ sections: [{ id: foreign.lessons[0]!.id, name: 'a' }] }), ['sections.0.id taken']);
  assert.equal((await Content.get(ctx, course.draftVersionId!)).sections.length, 2);
});

test('a thousand activities are saved in a moment', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Long' });
  const sections = Array.from({ length: 20 }, (_, s) => ({
    name: `S${s}`,
    activities: Array.from({ length: 50 }, (_, a) => ({
      kind: 'page' as const,
      name: `A${a}`,
      tasks: [{ name: 't' }],
    })),
  }));
  const saved = await Content.save(ctx, course.id, { sections });
  await Courses.publish(ctx, course.id);
  await Content.save(ctx, course.id, { sections: saved.sections.slice(1) });
});

test('collections hold courses, never themselves at any depth', async () => {
  const [basic, more] = await Promise.all(
    ['Basic', 'More'].map((name) => Courses.create(ctx, { kind: 'online', name, state: 'published' })),
  );
  const inner = await Courses.create(ctx, { kind: 'bundle', name: 'Inner' });
  const outer = await Courses.create(ctx, { kind: 'curriculum', name: 'Outer' });
  await saveMembers(ctx, inner.id, { sections: [{ name: 'All', members: [{ courseId: basic!.id }] }] });
  const draft = await saveMembers(ctx, outer.id, {
    sections: [
      { name: 'First', members: [{ courseId: inner.id }] },
      { name: 'Then', members: [{ courseId: more!.id, required: false }] },
    ],
  });
  assert.deepEqual(draft.sections[1]!.members, [{ courseId: more!.id, required: false }]);
  const cycle = await refused(
    saveMembers(ctx, inner.id, { sections: [{ name: 'x', members: [{ courseId: outer.id }] }] }),
  );
  assert.deepEqual(cycle, { kind: 'rule', rule: 'cycle', entity: 'course', id: inner.id });
  assert.equal(
    (await refused(saveMembers(ctx, inner.id, { sections: [{ name: 'x', members: [{ courseId: inner.id }] }] }))).kind,
    'rule',
  );
  assert.equal((await refused(saveMembers(ctx, basic!.id, { sections: [{ name: 'x', members: [] }] }))).kind, 'rule');
  assert.equal(
    (await refused(saveMembers(ctx, inner.id, { sections: [{ name: 'x', members: [{ courseId: newId() }] }] }))).kind,
    'invalid',
  );

  await putVersionCourse(ctx, draft.id, basic!.id, { position: 1 });
  const put = await putVersionCourse(ctx, draft.id, basic!.id, { sectionId: draft.sections[1]!.id, required: false });
  assert.equal(put.position, 2);
  assert.equal(put.required, false);
  assert.deepEqual(
    (await listVersionCourses(ctx, draft.id, { page })).rows.map((row) => [row.name, row.position]),
    [
      ['Inner', 1],
      ['More', 1],
      ['Basic', 2],
    ],
  );
  await deleteVersionCourse(ctx, draft.id, basic!.id);
  assert.equal((await refused(deleteVersionCourse(ctx, draft.id, basic!.id))).kind, 'not_found');

  await Courses.publish(ctx, outer.id);
  assert.deepEqual(
    (await Courses.list(ctx, { page }, { collectionId: outer.id })).rows.map((course) => course.name),
    ['Inner', 'More'],
  );
  const held = await refused(Courses.delete(ctx, more!.id));
  assert.ok(held.kind === 'rule' && held.rule === 'in_use');

  const [left, right] = await Promise.all(['L', 'R'].map((name) => Courses.create(ctx, { kind: 'bundle', name })));
  const halves = await Promise.allSettled([
    saveMembers(ctx, left!.id, { sections: [{ name: 'x', members: [{ courseId: right!.id }] }] }),
    saveMembers(ctx, right!.id, { sections: [{ name: 'x', members: [{ courseId: left!.id }] }] }),
  ]);
  assert.equal(halves.filter((half) => half.status === 'fulfilled').length, 1);
});
