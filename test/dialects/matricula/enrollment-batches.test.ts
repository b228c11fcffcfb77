import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { counting } from '../../support/counting.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
before(async () => {
  app = await testApp();
  world = worldOf(app.api);
});
after(() => app.close());

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const send = async (rows: object[], headers: Record<string, string> = {}) => {
  const answer = await app.api('POST', '/enrollment-batches', { body: rows, headers });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};
const statuses = (body: { data: { status: string }[] }): string[] => body.data.map((row) => row.status);
/** Written ones: the feed itself waits for whoever else writes on the server. */
const events = async (): Promise<number> =>
  (await app.database.pool.query('select count(*) as n from event')).rows[0].n;
const show = async (id: string) => (await app.api('GET', `/enrollments/${id}`)).body;

test('rows find people and offerings by every key, and set what they name', async () => {
  const course = await world.course({ externalId: 'course/1' });
  const people = await Promise.all([1, 2, 3].map(() => world.person()));
  await app.api('PATCH', `/people/${people[1]!.id}`, { body: { externalId: 'ext-2' } });
  await app.api('PATCH', `/people/${people[2]!.id}`, { body: { email: 'Three@Example.org' } });
  await app.api('PATCH', `/offerings/${course.defaultOfferingId}`, { body: { externalId: 'offering/1' } });
  const rows = [
    {
      personId: people[0]!.id,
      offeringId: course.defaultOfferingId,
      source: 'import',
      enrolledAt: '2026-01-05T09:00:00+01:00',
    },
    {
      personExternalId: 'ext-2',
      offeringExternalId: 'offering/1',
      state: 'complete',
      score: 87.5,
      completedAt: '2026-02-01T00:00:00Z',
      result: 'Pass',
    },
    {
      personEmail: 'three@example.org',
      courseExternalId: 'course/1',
      dueAt: '2027-01-01T00:00:00Z',
      termsAccepted: true,
      rating: 5,
    },
  ];
  const first = await send(rows);
  assert.deepEqual(statuses(first), ['created', 'created', 'created']);
  assert.deepEqual([first.created, first.refused], [3, 0]);
  const [one, two, three] = await Promise.all(first.data.map((row: { id: string }) => show(row.id)));
  assert.deepEqual([one.source, one.enrolledAt, one.state], ['import', '2026-01-05T08:00:00.000Z', 'not_started']);
  assert.deepEqual(
    [two.state, two.score, two.completedAt, two.result, two.progress],
    ['complete', 87.5, '2026-02-01T00:00:00.000Z', 'Pass', 100],
  );
  assert.deepEqual([three.dueAt, three.rating, three.termsAcceptedAt !== null], ['2027-01-01T00:00:00.000Z', 5, true]);
  // sent again, nothing changes, and nothing is told
  const told = await events();
  const again = await send(rows);
  assert.deepEqual(statuses(again), ['unchanged', 'unchanged', 'unchanged']);
  assert.deepEqual(
    again.data.map((row: { id: string }) => row.id),
    first.data.map((row: { id: string }) => row.id),
  );
  assert.equal(await events(), told);
  const changed = await send([
    { id: three.id, rating: 4 },
    { id: one.id, withdrawal: {} },
  ]);
  assert.deepEqual(statuses(changed), ['changed', 'changed']);
  assert.equal((await show(one.id)).ending, 'withdrawn_kept');
  assert.deepEqual(statuses(await send([{ ...rows[0], withdrawal: { kept: true } }])), ['unchanged']);
  assert.deepEqual(statuses(await send([{ ...rows[0], withdrawal: { kept: false } }])), ['changed']);
  const back = await send([{ ...rows[0], withdrawal: { kept: true } }]);
  assert.deepEqual([back.data[0].status, back.data[0].problem.rule], ['refused', 'enrollment_finished']);
  // who comes back after closing starts afresh
  const fresh = await send([rows[0]!]);
  assert.equal(fresh.data[0].status, 'created');
  assert.notEqual(fresh.data[0].id, one.id);
});

test('bad rows are told one by one and stop nobody', async () => {
  const course = await world.course();
  const { id: personId } = await world.person();
  const offeringId = course.defaultOfferingId;
  const foreign = await app.tenant();
  const theirs = worldOf(foreign.api);
  const theirCourse = await theirs.course();
  const theirPerson = await theirs.person();
  const theirEnrollment = await theirs.enroll(theirCourse.defaultOfferingId);
  const body = await send([
    { personId: NOBODY, offeringId },
    { personId, offeringId: NOBODY },
    { personExternalId: 'nobody', offeringId },
    { personId, courseExternalId: 'nothing' },
    { id: NOBODY, score: 1 },
    { offeringId },
    { personId },
    { personId, offeringId, score: -1 },
    { personId, offeringId, nonsense: true },
    { personId: theirPerson.id, offeringId },
    { personId, offeringId: theirCourse.defaultOfferingId },
    { personId, courseId: theirCourse.id },
    { id: theirEnrollment.id, score: 1 },
    { personId, offeringId },
  ]);
  const told = body.data.map(({ status, problem }: any) =>
    status === 'refused' ? [problem.status, problem.errors[0]?.path, problem.errors[0]?.fault] : status,
  );
  assert.deepEqual(told, [
    [422, '/personId', 'not_found'],
    [422, '/offeringId', 'not_found'],
    [422, '/personExternalId', 'not_found'],
    [422, '/courseExternalId', 'not_found'],
    [422, '/id', 'not_found'],
    [422, '/personId', 'required'],
    [422, '/offeringId', 'required'],
    [422, '/score', 'out_of_range'],
    [422, '/nonsense', 'unknown_field'],
    [422, '/personId', 'not_found'],
    [422, '/offeringId', 'not_found'],
    [422, '/courseId', 'not_found'],
    [422, '/id', 'not_found'],
    'created',
  ]);
});

test('rows see the rows before them, seats too', async () => {
  const offering = await world.offering(undefined, { seats: 1 });
  const [a, b, c] = await Promise.all([1, 2, 3].map(async () => (await world.person()).id));
  const offeringId = offering.id;
  const body = await send([
    { personId: a, offeringId },
    { personId: b, offeringId },
    { personId: a, offeringId, score: 50 },
    { personId: a, offeringId, withdrawal: {} },
    { personId: b, offeringId },
    { personId: c, offeringId, state: 'complete' },
    { personId: b, offeringId, state: 'declined' },
    { personId: c, offeringId, state: 'complete' },
  ]);
  assert.deepEqual(statuses(body), [
    'created',
    'refused',
    'changed',
    'changed',
    'created',
    'refused',
    'changed',
    'created',
  ]);
  assert.equal(body.data[1].problem.rule, 'offering_full');
  assert.equal((await show(body.data[7].id)).state, 'complete');
  assert.equal((await app.api('GET', `/offerings/${offeringId}`)).body.seatsTaken, 1);
});

test('a complete one enrolls in what follows, and a collection in its members', async () => {
  const follow = await world.course();
  const course = await world.course({ followUpCourseIds: [follow.id] });
  const sections = [{ name: 'Members', members: [{ courseId: course.id }] }];
  const curriculum = await world.post('/courses', {
    kind: 'curriculum',
    name: 'Curriculum',
    state: 'published',
    content: { sections },
  });
  const { id: personId } = await world.person();
  const body = await send([
    { personId, courseId: curriculum.id },
    { personId, courseId: course.id, state: 'complete' },
    { personId, courseId: curriculum.id },
  ]);
  assert.deepEqual(statuses(body), ['created', 'changed', 'unchanged']);
  const all = (await app.api('GET', `/enrollments?personId=${personId}&live=true`)).body.data;
  const states = Object.fromEntries(all.map((row: any) => [row.courseId, row.state]));
  assert.deepEqual(states, { [curriculum.id]: 'complete', [course.id]: 'complete', [follow.id]: 'not_started' });
  const member = all.find((row: any) => row.courseId === course.id);
  assert.equal(member.collectionId, curriculum.id);
});

test('NDJSON in, NDJSON out; a line that is no JSON is a refused row', async () => {
  const { defaultOfferingId: offeringId } = await world.course();
  const { id: personId } = await world.person();
  const answer = await app.api('POST', '/enrollment-batches', {
    payload: `${JSON.stringify({ personId, offeringId })}\n\nnot json\n`,
    headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
  });
  assert.equal(answer.status, 200);
  const lines = answer.body
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  assert.deepEqual(
    lines.map((line: any) => [line.index, line.status, line.problem?.status ?? null]),
    [
      [0, 'created', null],
      [1, 'refused', 422],
    ],
  );
});

test('ten thousand rows go in within seconds, and one more is too many', async () => {
  const { defaultOfferingId: offeringId } = await world.course();
  const people = Array.from({ length: 10_000 }, (_, i) => ({ fullName: `Row ${i}`, externalId: `row-${i}` }));
  const made = await app.api('POST', '/person-batches', { body: people });
  assert.equal(made.body.created, 10_000);
  const rows = people.map(({ externalId }, i) => ({
    personExternalId: externalId,
    offeringId,
    enrolledAt: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
    ...(i % 2 ? { state: 'complete', score: i % 100 } : {}),
  }));
  const statements = await counting(app.database, async () => {
    const body = await send(rows);
    assert.deepEqual([body.created, body.refused], [10_000, 0]);
  });
  assert.ok(statements < 150, `${statements} statements`);
  assert.equal((await send(rows.slice(0, 10))).unchanged, 10);
  const complete = await app.api('GET', `/enrollments?offeringId=${offeringId}&state=complete&count=true&limit=1`);
  assert.equal(complete.body.total, 5000);
  const events = await app.database.pool.query(
    `select count(*)::int as n from event where type in ('enrollment.created', 'enrollment.completed') and data->>'offeringId' = $1`,
    [offeringId],
  );
  assert.equal(events.rows[0].n, 15_000);

  const tooMany = await app.api('POST', '/enrollment-batches', { body: [...rows, rows[0]] });
  assert.equal(tooMany.status, 422);
  assert.equal(tooMany.body.errors[0].fault, 'too_many');
});
