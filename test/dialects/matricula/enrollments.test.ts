import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { type Answered, type Api, apiOf, type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
before(async () => {
  app = await testApp();
  world = worldOf(app.api);
});
after(() => app.close());

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const tag = (answer: Answered): string => String(answer.headers.etag);
const rule = (answer: Answered): unknown[] => [answer.status, answer.body.rule];
/** Somebody who is signed in and holds no role, and what they may call. */
async function learner(): Promise<{ id: string; api: Api }> {
  const { id, token } = await app.personWith();
  return { id, api: (method, path, options) => app.api(method, path, { as: token, ...options }) };
}

test('an enrollment is made, shown, changed, withdrawn and resumed', async () => {
  const course = await world.course();
  const { id: personId } = await world.person();
  const body = { personId, offeringId: course.defaultOfferingId, dueAt: '2020-01-01T01:00:00+01:00' };
  const made = await app.api('POST', '/enrollments', { body });
  assert.equal(made.status, 201);
  const path = `/enrollments/${made.body.id}`;
  assert.ok(String(made.headers.location).endsWith(`/matricula/v1${path}`));
  assert.deepEqual(
    [made.body.dueAt, made.body.late, made.body.source, made.body.isPrimary, made.body.offeringName],
    ['2020-01-01T00:00:00.000Z', true, 'admin', true, course.name],
  );
  const same = await app.api('POST', '/enrollments', { body: { ...body, dueAt: null } });
  assert.deepEqual([same.status, same.body, tag(same)], [200, made.body, tag(made)]);
  const read = await app.api('GET', path);
  assert.deepEqual([read.body, tag(read)], [made.body, tag(made)]);

  const changed = await app.api('PATCH', path, {
    body: { state: 'complete', score: 90.5, result: 'Distinction', completedAt: '2019-12-31T12:00:00Z' },
    headers: { 'if-match': tag(read) },
  });
  assert.deepEqual(
    [changed.body.state, changed.body.progress, changed.body.score, changed.body.late, changed.body.result],
    ['complete', 100, 90.5, false, 'Distinction'],
  );
  assert.ok(changed.body.outcomeBy);
  const stale = await app.api('PATCH', path, { body: { rating: 1 }, headers: { 'if-match': tag(read) } });
  assert.deepEqual([stale.status, stale.body.entity], [412, 'enrollment']);
  const nothing = await app.api('PATCH', path, { body: { state: 'complete', score: 90.5 } });
  assert.equal(tag(nothing), tag(changed));

  const left = await app.api('PUT', `${path}/withdrawal`, { body: {} });
  assert.deepEqual([left.status, left.body.ending], [200, 'withdrawn_kept']);
  assert.equal(tag(await app.api('PUT', `${path}/withdrawal`, { body: { kept: true } })), tag(left));
  assert.equal((await app.api('PATCH', path, { body: { rating: 2 } })).status, 404);
  assert.deepEqual((await app.api('GET', `${path}/grants`)).body.data, []);
  const back = await app.api('POST', '/enrollments', { body });
  assert.deepEqual([back.status, back.body.id, back.body.ending], [200, made.body.id, null]);

  const anew = await app.api('POST', `${path}/re-enrollments`);
  assert.deepEqual([anew.status, anew.body.state, anew.body.ending], [201, 'not_started', null]);
  assert.notEqual(anew.body.id, made.body.id);
  assert.equal((await app.api('GET', path)).body.ending, 'superseded');
  assert.deepEqual(rule(await app.api('POST', `${path}/re-enrollments`)), [409, 'enrollment_finished']);
});

test('transfer, force-complete, recompute and reset', async () => {
  const course = await world.course();
  const enrollment = await world.enroll(course.defaultOfferingId);
  const path = `/enrollments/${enrollment.id}`;
  const other = await world.offering(course);
  const moved = await app.api('POST', `${path}/transfers`, { body: { offeringId: other.id } });
  assert.deepEqual([moved.status, moved.body.offeringId], [201, other.id]);
  const foreignCourse = await world.offering();
  const wrong = await app.api('POST', `${path}/transfers`, { body: { offeringId: foreignCourse.id } });
  assert.deepEqual(rule(wrong), [409, 'wrong_course']);
  const forced = await app.api('PUT', `${path}/completion`);
  assert.equal(forced.body.state, 'complete');
  await app.api('PATCH', path, { body: { state: 'failed' } });
  const computed = await app.api('POST', `${path}/recomputations`);
  assert.deepEqual([computed.status, computed.body.state, computed.body.outcomeBy], [201, 'complete', null]);
  const reset = await app.api('POST', `${path}/resets`);
  assert.deepEqual([reset.body.state, reset.body.progress, reset.body.startedAt], ['not_started', 0, null]);
});

test('sections, activities and attempts move together', async () => {
  const course = await world.course();
  const enrollment = await world.enroll(course.defaultOfferingId);
  const path = `/enrollments/${enrollment.id}`;
  const before = (await app.api('GET', `${path}/activities`)).body.data;
  assert.deepEqual(
    before.map((one: any) => [one.kind, one.state]),
    [
      ['quiz', 'not_started'],
      ['page', 'not_started'],
    ],
  );
  const pagePath = `${path}/activities/${course.pageId}`;
  const page = await app.api('GET', pagePath);
  const half = await app.api('PATCH', pagePath, {
    body: { tasksDone: [course.taskIds[0]], addTicks: 20_000_000 },
    headers: { 'if-match': tag(page) },
  });
  assert.deepEqual(
    [half.body.state, half.body.progress, half.body.tasksDone, half.body.timeTicks],
    ['in_progress', 50, [course.taskIds[0]], 20_000_000],
  );
  assert.equal(
    (await app.api('PATCH', pagePath, { body: { progress: 1 }, headers: { 'if-match': tag(page) } })).status,
    412,
  );

  const body = { activityId: course.activityId };
  const started = await app.api('POST', `${path}/attempts`, { body });
  assert.deepEqual([started.status, started.body.ordinal, started.body.state], [201, 1, 'in_progress']);
  const open = await app.api('POST', `${path}/attempts`, { body });
  assert.deepEqual([open.status, open.body.id], [200, started.body.id]);
  const attemptPath = `/attempts/${started.body.id}`;
  const failed = await app.api('PATCH', attemptPath, { body: { state: 'failed', score: 30, feedback: 'Again' } });
  assert.deepEqual([failed.body.state, failed.body.feedback], ['failed', 'Again']);
  const second = (await app.api('POST', `${path}/attempts`, { body })).body;
  const passed = await app.api('PATCH', `/attempts/${second.id}`, {
    body: { state: 'complete', score: 80, timeTicks: 600_000_000 },
  });
  assert.equal(passed.body.timeTicks, 600_000_000);
  assert.deepEqual(
    (await app.api('GET', `${path}/attempts?limit=1`)).body.data.map((one: any) => one.id),
    [started.body.id],
  );
  assert.equal((await app.api('GET', `${path}/attempts?activityId=${course.pageId}`)).body.data.length, 0);
  const done = (await app.api('GET', path)).body;
  assert.deepEqual([done.state, done.progress, done.score], ['complete', 100, 80]);
  const [section] = (await app.api('GET', `${path}/sections`)).body.data;
  assert.deepEqual([section.state, section.progress, section.score], ['complete', 100, 80]);
  // a correction keeps the state that it does not name
  const corrected = await app.api('PATCH', `/attempts/${second.id}`, { body: { score: 85.25 } });
  assert.deepEqual([corrected.body.state, corrected.body.score], ['complete', 85.25]);
  assert.equal((await app.api('GET', path)).body.score, 85.25);
  const unknown = await app.api('POST', `${path}/attempts`, { body: { activityId: NOBODY } });
  assert.deepEqual([unknown.status, unknown.body.errors[0].path], [422, '/activityId']);
});

test('places in sessions are taken, moved and given up', async () => {
  const course = await world.live();
  const meetings = [
    { startsAt: '2030-01-01T09:00:00Z', endsAt: '2030-01-01T10:00:00Z' },
    { startsAt: '2030-01-08T09:00:00Z', endsAt: '2030-01-08T10:00:00Z' },
  ];
  const one = await world.session(course, { seats: 1, meetings });
  const two = await world.session(course);
  const enrollment = await world.enroll(course.defaultOfferingId);
  const late = await world.enroll(course.defaultOfferingId);
  const at = (id: string, session: { id: string }) => `/enrollments/${id}/sessions/${session.id}`;
  const taken = await app.api('PUT', at(enrollment.id, one));
  assert.deepEqual([taken.status, taken.body.sessionId, taken.body.state], [200, one.id, 'not_started']);
  assert.deepEqual((await app.api('PUT', at(enrollment.id, one))).body, taken.body);
  assert.deepEqual(rule(await app.api('PUT', at(late.id, one))), [409, 'session_full']);
  const moved = await app.api('PUT', at(enrollment.id, two));
  assert.equal(moved.body.sessionId, two.id);
  const held = (await app.api('GET', `/enrollments/${enrollment.id}/sessions`)).body.data;
  assert.deepEqual(
    held.map((place: any) => place.sessionId),
    [two.id],
  );
  assert.equal((await app.api('PUT', at(late.id, one))).status, 200);
  const people = (await app.api('GET', `/sessions/${two.id}/enrollments?count=true`)).body;
  assert.deepEqual([people.total, people.data[0].enrollmentId], [1, enrollment.id]);
  const elsewhere = await world.session(await world.live());
  assert.deepEqual(rule(await app.api('PUT', at(enrollment.id, elsewhere))), [409, 'wrong_course']);
  assert.equal((await app.api('DELETE', at(enrollment.id, one))).status, 404);
  assert.equal((await app.api('DELETE', at(enrollment.id, two))).status, 204);
});

test('a join key lets people in, as often as it says', async () => {
  const offering = await world.offering(undefined, { enrollmentType: 'closed' });
  const key = await world.joinKey(offering.id);
  await app.api('PATCH', `/join-keys/${key.id}`, { body: { usesAllowed: 1 } });
  const someone = await learner();
  const own = { personId: someone.id, offeringId: offering.id };
  assert.deepEqual(rule(await someone.api('POST', '/enrollments', { body: own })), [409, 'self_enrollment_closed']);
  const joined = await someone.api('POST', '/enrollments', {
    body: { personId: someone.id, joinKeyCode: key.code.toLowerCase() },
  });
  assert.deepEqual(
    [joined.status, joined.body.joinKeyId, joined.body.source, joined.body.offeringId],
    [201, key.id, 'self', offering.id],
  );
  const again = await someone.api('POST', '/enrollments', { body: { personId: someone.id, joinKeyCode: key.code } });
  assert.equal(again.status, 200);
  const [grant] = (await someone.api('GET', `/enrollments/${joined.body.id}/grants`)).body.data;
  assert.deepEqual([grant.kind, grant.sourceId], ['join_key', key.id]);
  const next = await learner();
  const late = await next.api('POST', '/enrollments', { body: { personId: next.id, joinKeyCode: key.code } });
  assert.deepEqual(rule(late), [409, 'key_used_up']);
  const nonsense = await next.api('POST', '/enrollments', { body: { personId: next.id, joinKeyCode: 'nonsense' } });
  assert.deepEqual([nonsense.status, nonsense.body.errors[0].path], [422, '/joinKeyCode']);
  await app.api('PATCH', `/join-keys/${key.id}`, { body: { usesAllowed: null, status: 'paused' } });
  assert.deepEqual(
    rule(await next.api('POST', '/enrollments', { body: { personId: next.id, joinKeyCode: key.code } })),
    [409, 'closed'],
  );
  assert.equal((await app.api('GET', `/join-keys/${key.id}`)).body.uses, 1);
});

test('learners see and do what is their own, and nothing else', async () => {
  const course = await world.course();
  const me = await learner();
  const offeringId = course.defaultOfferingId;
  const mine = await me.api('POST', '/enrollments', { body: { personId: me.id, offeringId } });
  assert.deepEqual([mine.status, mine.body.source], [201, 'self']);
  const theirs = await world.enroll(offeringId);
  const assigned = await world.enroll((await world.course()).defaultOfferingId, me.id);
  const path = `/enrollments/${mine.body.id}`;
  const other = `/enrollments/${theirs.id}`;

  const seen = (await me.api('GET', '/enrollments')).body.data.map((row: any) => row.id);
  assert.deepEqual(seen, [mine.body.id, assigned.id]);
  for (const rest of [
    '',
    '/grants',
    '/credits',
    '/sections',
    '/activities',
    '/sessions',
    '/attempts',
    '/marks',
    '/submissions',
  ]) {
    assert.equal((await me.api('GET', path + rest)).status, 200, rest);
    assert.equal((await me.api('GET', other + rest)).status, 404, rest);
  }
  assert.equal((await me.api('PATCH', path, { body: { rating: 5, termsAccepted: true } })).body.rating, 5);
  const state = await me.api('PATCH', path, { body: { state: 'complete' } });
  assert.deepEqual([state.status, state.body.permission], [403, 'enrollments.write']);
  assert.equal((await me.api('PATCH', other, { body: { rating: 5 } })).status, 404);
  const dated = { personId: me.id, offeringId, enrolledAt: '2020-01-01T00:00:00Z' };
  assert.equal((await me.api('POST', '/enrollments', { body: dated })).status, 403);
  assert.equal((await me.api('POST', '/enrollments', { body: { personId: theirs.personId, offeringId } })).status, 403);

  const attempt = await me.api('POST', `${path}/attempts`, { body: { activityId: course.activityId } });
  assert.equal(attempt.status, 201);
  const tried = `/attempts/${attempt.body.id}`;
  assert.equal((await me.api('PATCH', tried, { body: { state: 'complete' } })).status, 403);
  assert.equal((await me.api('PATCH', tried, { body: { state: 'ready_for_review' } })).status, 200);
  assert.equal((await me.api('POST', `${other}/attempts`, { body: { activityId: course.activityId } })).status, 404);
  const page = await me.api('PATCH', `${path}/activities/${course.pageId}`, { body: { progress: 100 } });
  assert.equal(page.body.state, 'complete');
  assert.equal((await me.api('PUT', `/enrollments/${assigned.id}/withdrawal`, { body: {} })).status, 403);
  assert.equal((await me.api('PUT', `${path}/withdrawal`, { body: {} })).body.ending, 'withdrawn_kept');
  assert.equal((await me.api('PUT', `${other}/withdrawal`, { body: {} })).status, 404);
  assert.deepEqual(
    (await me.api('GET', '/courses')).body.data.every((one: any) => one.state === 'published'),
    true,
  );
});

test('a thousand enrollments are paged without repetition or gap, at an even cost', async () => {
  const { id: courseId, defaultOfferingId: offeringId } = await world.course();
  const people = Array.from({ length: 1000 }, (_, i) => ({ fullName: `Pupil ${i % 7}`, externalId: `pupil-${i}` }));
  assert.equal((await app.api('POST', '/person-batches', { body: people })).body.created, 1000);
  const rows = people.map(({ externalId }, i) => ({
    personExternalId: externalId,
    offeringId,
    ...(i % 3 ? { dueAt: new Date(Date.UTC(2030, 0, 1 + (i % 5))).toISOString() } : {}),
  }));
  assert.equal((await app.api('POST', '/enrollment-batches', { body: rows })).body.created, 1000);
  for (const sort of ['number', '-number', 'personName', '-dueAt', 'dueAt', '-progress', 'enrolledAt']) {
    const found: any[] = [];
    let cursor = '';
    let pages = 0;
    do {
      const { body } = await app.api('GET', `/enrollments?courseId=${courseId}&sort=${sort}&limit=150${cursor}`);
      found.push(...body.data);
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
      pages += 1;
    } while (cursor !== '');
    assert.deepEqual([new Set(found.map((row) => row.id)).size, found.length, pages], [1000, 1000, 7], sort);
    const dues = (of: readonly { dueAt?: string | null }[]) => of.map(({ dueAt }) => dueAt ?? '').sort();
    assert.deepEqual(dues(found), dues(rows), sort);
    const name = sort.replace('-', '');
    const keys = found.map((row) => row[name] ?? '');
    assert.deepEqual(
      keys,
      keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (sort[0] === '-' ? -1 : 1)),
      sort,
    );
  }
  // a page far in reads no more than the first one
  await app.database.pool.query('vacuum analyze enrollment');
  const far = (await app.api('GET', '/enrollments?limit=200')).body.next;
  const deep = (await app.api('GET', `/enrollments?limit=200&cursor=${far}`)).body.next;
  const [first, later] = [
    await blocksRead('/enrollments?limit=50'),
    await blocksRead(`/enrollments?limit=50&cursor=${deep}`),
  ];
  assert.ok(later <= first * 1.5, `${later} blocks read, ${first} for the first page`);

  const list = `/enrollments?courseId=${courseId}`;
  const { next } = (await app.api('GET', `${list}&limit=10`)).body;
  for (const wrong of [`${list}&sort=-number&cursor=${next}`, `/people?cursor=${next}`, `${list}&cursor=${next}x`])
    assert.equal((await app.api('GET', wrong)).status, 400, wrong);
  for (const limit of ['0', '201', 'x']) assert.equal((await app.api('GET', `${list}&limit=${limit}`)).status, 400);
  const other = await app.tenant();
  assert.equal((await other.api('GET', `${list}&cursor=${next}`)).status, 400);
  assert.deepEqual((await other.api('GET', list)).body.data, []);
  // rows that come and go meanwhile neither repeat nor hide others
  const newest = (await app.api('GET', `${list}&sort=-number&limit=10`)).body;
  await world.enroll(offeringId);
  const second = (await app.api('GET', `${list}&sort=-number&limit=10&cursor=${newest.next}`)).body;
  assert.ok(second.data[0].number < newest.data[9].number);
  assert.equal(new Set([...newest.data, ...second.data].map((row: any) => row.id)).size, 20);
});

/** What the statement behind a list reads, in blocks of the database. */
async function blocksRead(path: string): Promise<number> {
  const { pool } = app.database;
  const { query } = pg.Client.prototype;
  let statement: { text: string; values: unknown[] } | undefined;
  pg.Client.prototype.query = function (this: pg.Client, ...args: any[]) {
    const { text, values } = typeof args[0] === 'string' ? { text: args[0], values: args[1] } : args[0];
    if (text?.includes('from enrollment e')) statement = { text, values };
    return (query as any).apply(this, args);
  } as typeof query;
  try {
    assert.equal((await app.api('GET', path)).status, 200);
  } finally {
    pg.Client.prototype.query = query;
  }
  const { rows } = await pool.query(`explain (analyze, buffers, format json) ${statement!.text}`, statement!.values);
  const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

test('filters of the list', async () => {
  const course = await world.course({ name: 'Unusual name' });
  const kept = await world.enroll(course.defaultOfferingId);
  const ended = await world.enroll(course.defaultOfferingId);
  await app.api('PUT', `/enrollments/${ended.id}/withdrawal`, { body: {} });
  await app.api('PATCH', `/enrollments/${kept.id}`, { body: { state: 'failed', dueAt: '2031-05-05T00:00:00Z' } });
  const ids = async (query: string): Promise<string[]> =>
    (await app.api('GET', `/enrollments?courseId=${course.id}&${query}`)).body.data.map((row: any) => row.id);
  assert.deepEqual(await ids('live=true'), [kept.id]);
  assert.deepEqual(await ids('live=false'), [ended.id]);
  assert.deepEqual(await ids('ending=withdrawn_kept,superseded'), [ended.id]);
  assert.deepEqual(await ids('state=failed,complete'), [kept.id]);
  assert.deepEqual(await ids('search=USUAL'), [kept.id, ended.id]);
  assert.deepEqual(await ids('search=%25'), []);
  assert.deepEqual(await ids('dueBefore=2031-05-05T00:00:00Z'), []);
  assert.deepEqual(await ids('dueBefore=2031-05-05T00:00:00.001Z'), [kept.id]);
  assert.deepEqual(await ids(`number=${kept.number}&source=admin&isPrimary=true`), [kept.id]);
  assert.deepEqual(await ids(`enrolledAfter=${kept.enrolledAt}&personId=${kept.personId}`), [kept.id]);
  for (const bad of [
    'live=perhaps',
    'state=',
    'state=nonsense',
    'personId=x',
    'live=true&live=true',
    'enrolledAfter=now',
  ])
    assert.equal((await app.api('GET', `/enrollments?${bad}`)).status, 400, bad);
});

test('of many writers with one ETag, one wins', async () => {
  const course = await world.course();
  const enrollment = await world.enroll(course.defaultOfferingId);
  const paths: [string, (i: number) => object][] = [
    [`/enrollments/${enrollment.id}`, (i) => ({ score: i + 1 })],
    [`/offerings/${course.defaultOfferingId}`, (i) => ({ location: `Place ${i}` })],
    [`/courses/${course.id}`, (i) => ({ notes: `Note ${i}` })],
    [`/enrollments/${enrollment.id}/activities/${course.pageId}`, (i) => ({ progress: i + 1 })],
  ];
  for (const [path, body] of paths) {
    const etag = tag(await app.api('GET', path));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        apiOf(app.app, app.key)('PATCH', path, { body: body(i), headers: { 'if-match': `"other", ${etag}` } }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(412)], path);
    const winner = answers.find(({ status }) => status === 200)!;
    assert.equal(tag(await app.api('GET', path)), tag(winner), path);
    const any = await app.api('PATCH', path, { body: body(20), headers: { 'if-match': '*' } });
    assert.equal(any.status, 200);
    const weak = await app.api('PATCH', path, { body: body(21), headers: { 'if-match': `W/${tag(any)}` } });
    assert.equal(weak.status, 412);
  }
});

test('the last seat goes to one of fifty, the others wait in order', async () => {
  const offering = await world.offering(undefined, { seats: 1, waitlistSeats: 10 });
  const people = await Promise.all(Array.from({ length: 50 }, () => world.person()));
  const answers = await Promise.all(
    people.map(({ id }) => app.api('POST', '/enrollments', { body: { personId: id, offeringId: offering.id } })),
  );
  const states = answers.map(({ status, body }) => (status === 201 ? body.state : body.rule));
  const count = (word: string) => states.filter((state) => state === word).length;
  assert.deepEqual([count('not_started'), count('on_waitlist'), count('offering_full')], [1, 10, 39]);
  const shown = (await app.api('GET', `/offerings/${offering.id}`)).body;
  assert.deepEqual([shown.seatsTaken, shown.waitlistTaken], [1, 10]);
  const more = await app.api('PATCH', `/offerings/${offering.id}`, { body: { seats: 3 } });
  assert.deepEqual([more.body.seatsTaken, more.body.waitlistTaken], [3, 8]);
});
