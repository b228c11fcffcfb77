import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';
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
const ids = (answer: Answered): string[] => answer.body.data.map((row: { id: string }) => row.id);

test('a course with everything it can have is kept and shown', async () => {
  const credit = await world.creditType();
  const first = await world.course();
  const unit = await world.unit();
  const author = await world.person();
  const body = {
    kind: 'online',
    name: 'Chemistry',
    externalId: 'ch/1',
    code: 'CH-1',
    texts: { de: { name: 'Chemie' } },
    unitId: unit.id,
    accessAt: '2026-01-01T00:00:00+02:00',
    expireAfter: { years: 1, months: 0, days: 0, hours: 0 },
    credits: 2.5,
    creditsByType: [{ creditTypeId: credit.id, credits: 2.5 }],
    prices: [{ currency: 'EUR', amount: 12.5 }],
    prerequisites: [{ courseId: first.id, enforced: false }],
    followUpCourseIds: [first.id],
    editorIds: [author.id],
    attributes: { level: 3 },
  };
  const made = await app.api('POST', '/courses', { body });
  assert.equal(made.status, 201);
  const path = `/courses/${made.body.id}`;
  assert.ok(String(made.headers.location).endsWith(path));
  const { accessAt, prices, ...rest } = body;
  const shown = Object.fromEntries(Object.keys(rest).map((name) => [name, made.body[name]]));
  assert.deepEqual(shown, rest);
  assert.deepEqual([made.body.accessAt, made.body.prices[0].amount], ['2025-12-31T22:00:00.000Z', 12.5]);
  assert.deepEqual([made.body.state, made.body.currentVersionId], ['draft', null]);
  assert.ok(made.body.draftVersionId && made.body.defaultOfferingId);
  const read = await app.api('GET', path);
  assert.deepEqual([read.body, tag(read)], [made.body, tag(made)]);
  const offering = (await app.api('GET', `/offerings/${made.body.defaultOfferingId}`)).body;
  assert.deepEqual([offering.name, offering.externalId, offering.isDefault], ['Chemistry', 'ch/1', true]);

  const changed = await app.api('PATCH', path, {
    body: { attributes: { level: null, lab: true }, code: null, creditsByType: [] },
    headers: { 'if-match': tag(read), 'content-type': 'application/merge-patch+json' },
  });
  assert.deepEqual([changed.status, changed.body.attributes, changed.body.code], [200, { lab: true }, null]);
  assert.equal(tag(await app.api('PATCH', path, { body: { code: null } })), tag(changed));
  assert.equal((await app.api('DELETE', path, { headers: { 'if-match': tag(read) } })).status, 412);

  assert.deepEqual(ids(await app.api('GET', '/courses?externalId=ch/1')), [made.body.id]);
  assert.deepEqual(ids(await app.api('GET', `/courses?unitId=${unit.id}&kind=online,clip&state=draft`)), [
    made.body.id,
  ]);
  assert.deepEqual(ids(await app.api('GET', '/courses?search=HEMIS')), [made.body.id]);
  const sorted = (await app.api('GET', '/courses?sort=-name&count=true')).body;
  assert.equal(sorted.total, sorted.data.length);
  for (const wrong of [
    { body: { name: 'x' }, at: '/kind' },
    { body: { kind: 'online', name: ' ' }, at: '/name' },
    { body: { ...body, externalId: null, unitId: NOBODY }, at: '/unitId' },
    { body: { ...body, externalId: null, prerequisites: [{ courseId: NOBODY }] }, at: '/prerequisites/0/courseId' },
    { body: { kind: 'online', name: 'x', number: 3 }, at: '/number' },
  ]) {
    const answer = await app.api('POST', '/courses', { body: wrong.body });
    assert.deepEqual([answer.status, answer.body.errors[0].path], [422, wrong.at], JSON.stringify(answer.body));
  }
  const taken = await app.api('POST', '/courses', { body });
  assert.deepEqual([taken.status, taken.body.errors[0].path], [409, '/externalId']);
});

test('versions: a draft is written, published for ever, and followed by the next', async () => {
  const { id } = await world.draft();
  const path = `/courses/${id}`;
  const early = await app.api('PUT', `${path}/publication`);
  assert.deepEqual([early.status, early.body.rule], [409, 'nothing_to_publish']);
  const draft = await app.api('GET', `${path}/draft`);
  const content = {
    sections: [
      {
        name: 'One',
        activities: [{ kind: 'quiz', name: 'Quiz', weight: 2, passingScore: 50 }],
        lessons: [{ name: 'Lesson', activities: [{ kind: 'page', name: 'Page', tasks: [{ name: 'Read' }] }] }],
      },
    ],
  };
  const written = await app.api('PUT', `${path}/draft`, { body: content, headers: { 'if-match': tag(draft) } });
  assert.equal(written.status, 200);
  const stale = await app.api('PUT', `${path}/draft`, {
    body: { sections: [{ name: 'x' }] },
    headers: { 'if-match': tag(draft) },
  });
  assert.equal(stale.status, 412);
  const published = await app.api('PUT', `${path}/publication`);
  assert.deepEqual([published.body.state, published.body.ordinal], ['published', 1]);
  assert.equal((await app.api('GET', `${path}/draft`)).status, 404);
  const version = await app.api('GET', `${path}/versions/${published.body.id}`);
  assert.deepEqual(version.body.sections, written.body.sections);
  const [section] = version.body.sections;

  const next = await app.api('POST', `${path}/versions`);
  assert.deepEqual([next.status, next.body.ordinal, next.body.sections], [201, 2, version.body.sections]);
  assert.equal((await app.api('POST', `${path}/versions`)).status, 200);
  const again = {
    sections: [
      {
        id: section.id,
        name: 'Renamed',
        activities: [{ ...content.sections[0]!.activities[0], id: section.activities[0].id, name: 'Harder' }],
      },
    ],
  };
  const second = (await app.api('PUT', `${path}/draft`, { body: again })).body;
  assert.deepEqual(
    [second.sections[0].number, second.sections[0].activities[0].number, second.sections[0].activities[0].ordinal],
    [section.number, section.activities[0].number, 2],
  );
  assert.equal((await app.api('PUT', `${path}/publication`)).body.ordinal, 2);
  assert.deepEqual(
    (await app.api('GET', `${path}/versions`)).body.data.map((one: any) => [one.ordinal, one.state]),
    [
      [2, 'published'],
      [1, 'retired'],
    ],
  );
  assert.deepEqual((await app.api('GET', `${path}/versions?state=retired`)).body.data.length, 1);
  assert.deepEqual(
    (await app.api('GET', `${path}/versions/${published.body.id}`)).body.sections,
    version.body.sections,
  );
  const other = await world.course();
  assert.equal((await app.api('GET', `/courses/${other.id}/versions/${published.body.id}`)).status, 404);
  assert.equal((await app.api('PATCH', path, { body: { state: 'retired' } })).body.state, 'retired');
});

test('offerings, terms, sessions, rooms and keys fit together', async () => {
  const year = await world.post('/terms', {
    name: 'Year',
    kind: 'schoolYear',
    startsOn: '2026-09-01',
    endsOn: '2027-06-30',
  });
  const term = await world.post('/terms', { name: 'Autumn', parentId: year.id, startsOn: '2026-09-01' });
  assert.deepEqual(ids(await app.api('GET', `/terms?parentId=${year.id}`)), [term.id]);
  const ring = await app.api('PATCH', `/terms/${year.id}`, { body: { parentId: term.id } });
  assert.deepEqual([ring.status, ring.body.rule], [409, 'cycle']);

  const course = await world.live();
  const made = await app.api('POST', '/offerings', {
    body: {
      courseId: course.id,
      name: 'Evening',
      code: 'E',
      seats: 2,
      startsAt: '2026-10-01T18:00:00Z',
      termIds: [term.id],
    },
  });
  assert.deepEqual([made.status, made.body.versionId, made.body.courseName], [201, course.versionId, course.name]);
  assert.deepEqual(ids(await app.api('GET', `/offerings?termId=${term.id}`)), [made.body.id]);
  assert.deepEqual(
    ids(await app.api('GET', '/offerings?startsAfter=2026-10-01T18:00:00Z&startsBefore=2026-10-02T00:00:00Z')),
    [made.body.id],
  );
  assert.deepEqual(ids(await app.api('GET', '/offerings?startsBefore=2026-10-01T18:00:00Z')), []);
  const both = await app.api('PATCH', `/offerings/${made.body.id}`, {
    body: { dueAt: '2027-01-01T00:00:00Z', dueAfterDays: 3 },
  });
  assert.deepEqual([both.status, both.body.errors[0].path], [422, '/dueAfterDays']);

  const room = await world.room();
  const meetings = [{ startsAt: '2026-10-01T18:00:00Z', endsAt: '2026-10-01T20:00:00Z', roomId: room.id }];
  const session = await app.api('POST', '/sessions', { body: { offeringId: made.body.id, name: 'First', meetings } });
  assert.equal(session.status, 201);
  const [meeting] = session.body.meetings;
  assert.equal(meeting.roomId, room.id);
  const moved = await app.api('PATCH', `/sessions/${session.body.id}`, {
    body: { meetings: [{ ...meeting, endsAt: '2026-10-01T21:00:00Z' }] },
    headers: { 'if-match': tag(session) },
  });
  assert.deepEqual(
    [moved.body.meetings[0].id, moved.body.meetings[0].endsAt],
    [meeting.id, '2026-10-01T21:00:00.000Z'],
  );
  assert.deepEqual(ids(await app.api('GET', `/sessions?courseId=${course.id}&startsAfter=2026-10-01T00:00:00Z`)), [
    session.body.id,
  ]);
  const noLive = await app.api('POST', '/sessions', {
    body: { offeringId: (await world.course()).defaultOfferingId, name: 'x' },
  });
  assert.deepEqual([noLive.status, noLive.body.rule], [409, 'not_instructor_led']);
  const nowhere = await app.api('POST', '/sessions', { body: { offeringId: NOBODY, name: 'x' } });
  assert.deepEqual([nowhere.status, nowhere.body.errors[0].path], [422, '/offeringId']);

  const key = await app.api('POST', '/join-keys', {
    body: { name: 'Key', offeringId: made.body.id, code: 'Open-Sesame' },
  });
  assert.deepEqual([key.status, key.body.uses, key.body.code], [201, 0, 'Open-Sesame']);
  assert.deepEqual(ids(await app.api('GET', '/join-keys?code=OPEN-sesame')), [key.body.id]);
  const same = await app.api('POST', '/join-keys', { body: { name: 'Other', code: 'open-SESAME' } });
  assert.deepEqual([same.status, same.body.errors[0].path], [409, '/code']);
});

test('marks: handed in, marked, changed and taken back, up to the gradebook', async () => {
  const course = await world.course();
  const { body: assessment } = await app.api('POST', '/assessments', {
    body: {
      offeringId: course.defaultOfferingId,
      activityId: course.activityId,
      name: 'Essay',
      maximum: 20,
      dueAt: '2026-01-01T00:00:00Z',
    },
  });
  const enrollment = await world.enroll(course.defaultOfferingId);
  const at = (what: string) => `/assessments/${assessment.id}/${what}/${enrollment.id}`;
  assert.equal((await app.api('GET', at('submissions'))).status, 404);
  const handed = await app.api('PUT', at('submissions'), { body: { submittedAt: '2026-01-02T00:00:00Z' } });
  assert.deepEqual([handed.status, handed.body.state, handed.body.late], [201, 'submitted', true]);
  assert.equal((await app.api('GET', `/enrollments/${enrollment.id}`)).body.state, 'ready_for_review');
  const marked = await app.api('PUT', at('marks'), { body: { score: 15, comment: 'Good' } });
  assert.deepEqual([marked.status, marked.body.percent, marked.body.personId], [201, 75, enrollment.personId]);
  const same = await app.api('PUT', at('marks'), { body: { score: 15, comment: 'Good' } });
  assert.deepEqual([same.status, tag(same)], [200, tag(marked)]);
  assert.deepEqual((await app.api('GET', at('submissions'))).body.state, 'marked');
  const done = (await app.api('GET', `/enrollments/${enrollment.id}`)).body;
  assert.deepEqual([done.state, done.score], ['complete', 75]);
  const out = await app.api('PUT', at('marks'), { body: { score: 1_000_000 } });
  assert.deepEqual([out.status, out.body.errors[0].path], [422, '/score']);
  const stale = await app.api('PUT', at('marks'), { body: { score: 1 }, headers: { 'if-match': '"x"' } });
  assert.equal(stale.status, 412);
  const better = await app.api('PUT', at('marks'), { body: { score: 18 }, headers: { 'if-match': tag(same) } });
  assert.deepEqual([better.status, better.body.comment, better.body.percent], [200, null, 90]);
  assert.equal((await app.api('GET', `/enrollments/${enrollment.id}`)).body.score, 90);

  const half = await app.api('PATCH', `/assessments/${assessment.id}`, { body: { maximum: 36 } });
  assert.equal(half.status, 200);
  assert.equal((await app.api('GET', at('marks'))).body.percent, 50);
  assert.equal((await app.api('GET', `/enrollments/${enrollment.id}`)).body.score, 50);
  for (const path of [
    `/assessments/${assessment.id}/marks`,
    `/enrollments/${enrollment.id}/marks?sort=-markedAt`,
    `/offerings/${course.defaultOfferingId}/marks?assessmentId=${assessment.id}&personId=${enrollment.personId}`,
  ])
    assert.deepEqual(
      (await app.api('GET', path)).body.data.map((one: any) => one.score),
      [18],
      path,
    );
  assert.deepEqual(
    ids(await app.api('GET', `/assessments?offeringId=${course.defaultOfferingId}&dueBefore=2026-01-02T00:00:00Z`)),
    [assessment.id],
  );

  assert.equal((await app.api('DELETE', at('marks'), { headers: { 'if-match': tag(better) } })).status, 412);
  assert.equal((await app.api('DELETE', at('marks'))).status, 204);
  assert.equal((await app.api('DELETE', at('marks'))).status, 404);
  assert.equal((await app.api('GET', at('submissions'))).body.state, 'submitted');
  const elsewhere = await world.enroll((await world.course()).defaultOfferingId);
  const wrong = await app.api('PUT', `/assessments/${assessment.id}/marks/${elsewhere.id}`, { body: { score: 1 } });
  assert.deepEqual([wrong.status, wrong.body.entity], [404, 'enrollment']);
});

test('learners hand in their own work and read their own marks', async () => {
  const course = await world.course();
  const assessment = await world.assessment(course);
  const me = await app.personWith();
  const api = (method: string, path: string, body?: object) =>
    app.api(method, path, { as: me.token, ...(body ? { body } : {}) });
  const mine = await world.enroll(course.defaultOfferingId, me.id);
  const theirs = await world.enroll(course.defaultOfferingId);
  const at = (what: string, id: string) => `/assessments/${assessment.id}/${what}/${id}`;
  assert.deepEqual((await api('GET', '/assessments')).body.data.length, 1);
  assert.equal((await api('PUT', at('submissions', mine.id), { state: 'draft' })).status, 201);
  assert.equal((await api('PUT', at('submissions', mine.id), {})).body.state, 'submitted');
  assert.equal((await api('PUT', at('submissions', theirs.id), {})).status, 404);
  assert.equal((await api('PUT', at('submissions', mine.id), { submittedAt: '2020-01-01T00:00:00Z' })).status, 403);
  assert.equal((await api('PUT', at('marks', mine.id), { score: 10 })).status, 403);
  await app.api('PUT', at('marks', mine.id), { body: { score: 9 } });
  assert.equal((await api('GET', at('marks', mine.id))).body.percent, 90);
  assert.equal((await api('GET', at('marks', theirs.id))).status, 404);
  assert.equal((await api('GET', `/assessments/${assessment.id}/marks`)).status, 403);
});

test('what belongs to another tenant is absent wherever a body or a filter can name it', async () => {
  const other = worldOf((await app.tenant()).api);
  const theirs = await other.course();
  const live = await other.live();
  const foreign = {
    unit: (await other.unit()).id,
    person: (await other.person()).id,
    term: (await other.term()).id,
    room: (await other.room()).id,
    key: (await other.joinKey(theirs.defaultOfferingId)).id,
    credit: (await other.creditType()).id,
    session: (await other.session(live)).id,
  };
  const course = await world.course();
  const enrollment = await world.enroll(course.defaultOfferingId);
  const person = await world.person();
  const session = await world.session(await world.live());
  const meeting = { startsAt: '2030-01-01T00:00:00Z', endsAt: '2030-01-01T01:00:00Z', roomId: foreign.room };
  const bodies: [method: string, path: string, body: object, at: string][] = [
    ['POST', '/courses', { kind: 'online', name: 'x', unitId: foreign.unit }, '/unitId'],
    ['PATCH', `/courses/${course.id}`, { followUpCourseIds: [theirs.id] }, '/followUpCourseIds/0'],
    ['PATCH', `/courses/${course.id}`, { prerequisites: [{ courseId: theirs.id }] }, '/prerequisites/0/courseId'],
    [
      'PATCH',
      `/courses/${course.id}`,
      { creditsByType: [{ creditTypeId: foreign.credit, credits: 1 }] },
      '/creditsByType/0/creditTypeId',
    ],
    ['PATCH', `/courses/${course.id}`, { prices: [{ amount: 1, unitId: foreign.unit }] }, '/prices/0/unitId'],
    ['PATCH', `/courses/${course.id}`, { editorIds: [foreign.person] }, '/editorIds/0'],
    ['POST', '/offerings', { courseId: theirs.id, name: 'x' }, '/courseId'],
    ['POST', '/offerings', { courseId: course.id, name: 'x', versionId: theirs.versionId }, '/versionId'],
    ['POST', '/offerings', { courseId: course.id, name: 'x', termIds: [foreign.term] }, '/termIds/0'],
    ['POST', '/offerings', { courseId: course.id, name: 'x', unitId: foreign.unit }, '/unitId'],
    ['POST', '/sessions', { offeringId: live.defaultOfferingId, name: 'x' }, '/offeringId'],
    ['PATCH', `/sessions/${session.id}`, { meetings: [meeting] }, '/meetings/0/roomId'],
    ['POST', '/terms', { name: 'x', parentId: foreign.term }, '/parentId'],
    ['POST', '/join-keys', { name: 'x', offeringId: theirs.defaultOfferingId }, '/offeringId'],
    ['POST', '/join-keys', { name: 'x', unitId: foreign.unit }, '/unitId'],
    ['POST', '/enrollments', { personId: foreign.person, offeringId: course.defaultOfferingId }, '/personId'],
    ['POST', '/enrollments', { personId: person.id, offeringId: theirs.defaultOfferingId }, '/offeringId'],
    ['POST', '/enrollments', { personId: person.id, courseId: theirs.id }, '/courseId'],
    [
      'POST',
      '/enrollments',
      { personId: person.id, offeringId: course.defaultOfferingId, versionId: theirs.versionId },
      '/versionId',
    ],
    ['PATCH', `/enrollments/${enrollment.id}`, { versionId: theirs.versionId }, '/versionId'],
    ['PATCH', `/enrollments/${enrollment.id}`, { joinKeyId: foreign.key }, '/joinKeyId'],
    [
      'PATCH',
      `/enrollments/${enrollment.id}`,
      { creditsByType: [{ creditTypeId: foreign.credit, credits: 1 }] },
      '/creditsByType/0/creditTypeId',
    ],
    ['POST', `/enrollments/${enrollment.id}/transfers`, { offeringId: theirs.defaultOfferingId }, '/offeringId'],
    ['POST', `/enrollments/${enrollment.id}/attempts`, { activityId: theirs.activityId }, '/activityId'],
    [
      'POST',
      '/assessments',
      { offeringId: theirs.defaultOfferingId, activityId: theirs.activityId, name: 'x' },
      '/offeringId',
    ],
    [
      'POST',
      '/assessments',
      { offeringId: course.defaultOfferingId, activityId: theirs.activityId, name: 'x' },
      '/activityId',
    ],
  ];
  const wrong: string[] = [];
  for (const [method, path, body, at] of bodies) {
    const answer = await app.api(method, path, { body });
    const told = answer.body.errors?.[0];
    if (answer.status !== 422 || told?.path !== at || told?.fault !== 'not_found')
      wrong.push(`${method} ${path} ${at}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  }
  for (const [method, path] of [
    ['PUT', `/enrollments/${enrollment.id}/sessions/${foreign.session}`],
    ['GET', `/enrollments/${enrollment.id}/activities/${theirs.activityId}`],
    ['GET', `/courses/${course.id}/versions/${theirs.versionId}`],
  ] as const) {
    const answer = await app.api(method, path);
    if (answer.status !== 404) wrong.push(`${method} ${path}: ${answer.status}`);
  }
  for (const path of [
    `/courses?unitId=${foreign.unit}`,
    `/offerings?termId=${foreign.term}`,
    `/offerings?courseId=${theirs.id}`,
    `/sessions?courseId=${live.id}`,
    `/sessions?offeringId=${live.defaultOfferingId}`,
    `/join-keys?offeringId=${theirs.defaultOfferingId}`,
    `/enrollments?personId=${foreign.person}`,
    `/enrollments?joinKeyId=${foreign.key}`,
    `/assessments?offeringId=${theirs.defaultOfferingId}`,
    `/events?personId=${foreign.person}`,
    `/events?courseId=${theirs.id}`,
  ]) {
    const answer = await app.api('GET', path);
    if (answer.status !== 200 || answer.body.data.length > 0) wrong.push(`${path}: ${answer.status}`);
  }
  assert.deepEqual(wrong, []);
});
