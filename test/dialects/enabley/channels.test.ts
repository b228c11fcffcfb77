import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Content, Courses, Deliveries, Offerings, Rooms, Sessions } from '../../../src/record/catalog/index.ts';
import { ActivityStates, Attempts, Enrollments } from '../../../src/record/enrollment/index.ts';
import { People } from '../../../src/record/people/index.ts';
import { type Company, company, NOWHERE } from './company.ts';

let c: Company;
before(async () => {
  c = await company();
});
after(() => c.close());

const put = (body: Record<string, unknown>) => c.put('/api/v1/channels', body);
const read = async (channel: string, query = '') =>
  (await c.get(`/api/v1/channels/${encodeURIComponent(channel)}${query}`)).body;
const offeringOf = async (channel: string) => (await Deliveries.find(c.ctx(), channel))!;
const performance = async (user: string, channel: string) =>
  (await c.get(`/api/v1/performance?externalUserId=${user}&externalChannelId=${channel}`)).body[0];

describe('channels', () => {
  it('are course and offering in one, made and changed by identifier', async () => {
    const made = await put({ identifier: 'k/1 ü', name: 'First aid', type: 'COURSE', subAccountName: 'North' });
    assert.equal(made.status, 201);
    const { created, directLink, ...channel } = await read('k/1 ü');
    assert.deepEqual(channel, {
      identifier: 'k/1 ü',
      name: 'First aid',
      type: 'COURSE',
      subAccountName: 'North',
      availability: { status: 'ACTIVE' },
      masterChannelInstance: false,
      masterChannelId: null,
    });
    assert.match(created, /Z$/);
    assert.ok(URL.canParse(directLink));
    const changed = await put({ identifier: 'k/1 ü', name: 'First aid II', status: 'INACTIVE', subAccountName: null });
    assert.deepEqual([changed.status, changed.body.id], [200, made.body.id]);
    const now = await read('k/1 ü');
    assert.deepEqual([now.name, now.availability.status, now.subAccountName], ['First aid II', 'NONACTIVE', undefined]);
    const offering = await offeringOf('k/1 ü');
    assert.deepEqual([offering.isDefault, offering.courseKey, offering.courseState], [true, 'k/1 ü', 'retired']);
    assert.equal((await put({ identifier: 'k/1 ü', type: 'STREAM' })).body.error, 'invalid_request');
    assert.equal((await put({ identifier: 'k/1 ü', status: 'ACTIVE' })).status, 200);
    assert.equal((await read('k/1 ü')).availability.status, 'ACTIVE');
    assert.equal((await put({ identifier: 'stream', name: 'News', type: 'STREAM' })).status, 201);
    assert.equal((await read('stream')).type, 'STREAM');
    await Courses.update(c.ctx(), offering.courseId, { learnerTime: 30.5 });
    assert.equal((await read('k/1 ü')).duration, 31);
    await Courses.update(c.ctx(), offering.courseId, { durationMinutes: 90 });
    assert.equal((await read('k/1 ü')).duration, 90);
  });

  it('refuse what is missing, unknown or taken', async () => {
    await c.master({ externalId: 'a-master' });
    const cases: [Record<string, unknown>, string][] = [
      [{ identifier: 'x', type: 'COURSE' }, 'invalid_request'],
      [{ identifier: 'x', name: 'x' }, 'invalid_request'],
      [{ name: 'x', type: 'COURSE' }, 'invalid_request'],
      [{ identifier: 'x', name: 'x', type: 'BOOK' }, 'invalid_request'],
      [{ identifier: 'x', name: 'x', type: 'COURSE', status: 'FINISHED' }, 'invalid_request'],
      [{ identifier: 'x', name: 'x', type: 'COURSE', subAccountName: NOWHERE }, 'item_not_exists'],
      [{ identifier: 'a-master', name: 'x', type: 'COURSE' }, 'item_exists'],
    ];
    for (const [body, error] of cases) {
      const answer = await put(body);
      assert.deepEqual([answer.status, answer.body.error], [400, error], JSON.stringify(body));
    }
    const finished = await put({ identifier: 'x', name: 'x', type: 'COURSE', status: 'FINISHED' });
    assert.match(finished.body.message, /^Invalid input: status has an unknown value/);
    assert.equal((await c.get('/api/v1/channels/x')).body.message, 'Channel not found');
  });

  it('two creates of one identifier at once are one channel', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => put({ identifier: 'race', name: `C${i}`, type: 'COURSE' })),
    );
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [...Array(7).fill(200), 201]);
    assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1);
  });

  it('have a status by state and dates', async () => {
    const channel = await c.channel();
    const { id, courseId } = await offeringOf(channel);
    const past = '2020-01-01T00:00:00.000Z';
    const future = '2099-01-01T00:00:00.000Z';
    const status = async () => (await read(channel)).availability;
    await Offerings.update(c.ctx(), id, { startsAt: future });
    assert.deepEqual(await status(), { status: 'SCHEDULED', schedule: { startDate: future } });
    await Offerings.update(c.ctx(), id, { startsAt: past, endsAt: future });
    assert.deepEqual(await status(), { status: 'STARTED', schedule: { startDate: past, endDate: future } });
    await Offerings.update(c.ctx(), id, { endsAt: '2020-02-01T00:00:00.000Z' });
    assert.equal((await status()).status, 'FINISHED');
    await Courses.update(c.ctx(), courseId, { state: 'retired' });
    assert.equal((await status()).status, 'NONACTIVE');
    await Courses.create(c.ctx(), { kind: 'online', name: 'Draft', externalId: 'draft' });
    assert.equal((await read('draft')).availability.status, 'DRAFT');
  });

  it('are listed whole or by page, since a moment, with categories, of one sub-account', async () => {
    const many = await company({ beside: c });
    try {
      const first = await many.course({ attributes: { categories: ['Safety', 'Health'] }, unitId: many.units.north });
      await many.course({ kind: 'curriculum', content: undefined });
      await many.master();
      const list = async (query = '') => (await many.get(`/api/v1/channels${query}`)).body;
      const second = await many.course();
      const ids = (body: any[]) => body.map((channel) => channel.identifier);
      assert.deepEqual(ids(await list()), [first.externalId, second.externalId]);
      assert.deepEqual((await list('?includeCategories=true'))[0].categories, ['Safety', 'Health']);
      assert.equal('categories' in (await list())[0], false);
      assert.deepEqual(ids(await list('?subAccountName=North')), [first.externalId]);
      assert.deepEqual(await list('?subAccountName=Nowhere'), []);
      assert.deepEqual(ids(await list(`?createdSince=${second.createdAt}`)), [second.externalId]);
      assert.deepEqual(await list('?createdSince=2099-01-01'), []);
      assert.equal((await many.get('/api/v1/channels?createdSince=yesterday')).body.error, 'invalid_request');
      await many.db.pool.query(
        `insert into offering (tenant_id, id, external_id, course_id, name, created_at, updated_at)
         select tenant_id, uuidv7(), 'o' || n, course_id, 'O' || n, '2030-01-01', '2030-01-01' from offering, generate_series(1, 200) n where id = $1`,
        [second.defaultOfferingId],
      );
      const page = (await many.get('/api/v3/channels?includeCategories=true')).body;
      assert.deepEqual([page.items.length, page.totalPages, page.items[0].categories.length], [200, 2, 2]);
      const next = (await many.get(`/api/v3/channels?paginationKey=${page.paginationKey}`)).body;
      assert.deepEqual([next.items.length, next.currentPage, next.paginationKey], [2, 2, null]);
      assert.deepEqual(next.items[0].categories, []);
      const none = (await many.get('/api/v3/channels?subAccountName=Nowhere&paginationKey=')).body;
      assert.deepEqual(none, { items: [], pageSize: 200, currentPage: 1, totalPages: 0, paginationKey: null });
    } finally {
      await many.close();
    }
  });

  it('masters stand apart; an instance stays on the version of its moment', async () => {
    const master = await c.course({ template: true, externalId: 'safety', attributes: { categories: ['S'] } });
    await Courses.create(c.ctx(), { kind: 'online', name: 'Unready', externalId: 'unready', template: true });
    const masters = async (path: string) => (await c.get(path)).body;
    const listed = await masters('/api/v2/channels/channels/masters');
    assert.partialDeepStrictEqual(
      listed.filter((one: any) => ['safety', 'unready'].includes(one.identifier)),
      [
        { identifier: 'safety', published: true, categories: ['S'] },
        { identifier: 'unready', published: false },
      ],
    );
    const published = (await masters('/api/v3/channels/masters?onlyPublished=true')).items;
    assert.ok(published.every((one: any) => one.published));
    assert.deepEqual(await masters('/api/v2/channels/channels/masters?subAccountName=Nowhere'), []);
    const make = (body: Record<string, unknown>) => c.put('/api/v2/channels/master/instance', body);
    const made = await make({ identifier: 'safety-1', masterCourseIdentifier: 'safety', subAccountName: 'North' });
    assert.deepEqual([made.status, made.body.message], [200, 'Channel was created']);
    const channel = await read('safety-1');
    assert.deepEqual(
      [channel.masterChannelInstance, channel.masterChannelId, channel.availability.status, channel.subAccountName],
      [true, 'safety', 'ACTIVE', 'North'],
    );
    const { id } = await offeringOf('safety-1');
    const { versionId } = await Offerings.get(c.ctx(), id);
    await Content.save(c.ctx(), master.id, {
      sections: [{ name: 'New', activities: [{ kind: 'page', name: 'New' }] }],
    });
    await Courses.publish(c.ctx(), master.id);
    assert.equal((await Offerings.get(c.ctx(), id)).versionId, versionId);
    await make({ identifier: 'safety-2', masterCourseIdentifier: 'safety', name: 'Second' });
    assert.notEqual((await Offerings.get(c.ctx(), (await offeringOf('safety-2')).id)).versionId, versionId);
    const again = await make({ identifier: 'safety-1', masterCourseIdentifier: 'safety', name: 'Renamed' });
    assert.deepEqual([again.status, again.body.id], [200, made.body.id]);
    assert.equal((await read('safety-1')).name, 'Renamed');
    const plain = await c.channel();
    const cases: [Record<string, unknown>, string][] = [
      [{ identifier: 'x', masterCourseIdentifier: NOWHERE }, 'item_not_exists'],
      [{ identifier: 'x', masterCourseIdentifier: plain }, 'item_not_exists'],
      [{ identifier: 'x', masterCourseIdentifier: 'unready' }, 'invalid_request'],
      [{ identifier: 'x' }, 'invalid_request'],
      [{ identifier: 'safety-1', masterCourseIdentifier: 'unready' }, 'invalid_request'],
      [{ identifier: plain, masterCourseIdentifier: 'safety' }, 'item_exists'],
    ];
    for (const [body, error] of cases) {
      const answer = await make(body);
      assert.deepEqual([answer.status, answer.body.error], [400, error], JSON.stringify(body));
    }
    const races = await Promise.all(
      Array.from({ length: 6 }, () => make({ identifier: 'safety-race', masterCourseIdentifier: 'safety' })),
    );
    assert.equal(new Set(races.map((answer) => `${answer.status} ${answer.body.id}`)).size, 1);
  });

  it('have learners and instructors, by a list of roles that replaces the old one', async () => {
    const [user, channel] = [await c.user(), await c.channel()];
    const url = `/api/v2/channels/${channel}/users/${user}`;
    const count = async () => (await c.get(`/api/v2/channels/channels/${channel}/members/count`)).body.learners;
    assert.equal(await count(), 0);
    assert.equal((await c.post(url)).status, 200);
    assert.equal((await c.post(url)).status, 200);
    assert.equal(await count(), 1);
    await c.post(`${url}?roles=LEARNER&roles=INSTRUCTOR`);
    assert.deepEqual((await c.get(`/api/v2/users/${user}`)).body.possibleRoles, ['LEARNER', 'INSTRUCTOR']);
    await c.post(`${url}?roles=INSTRUCTOR`);
    assert.equal(await count(), 0, 'staff are no learners');
    await c.post(`${url}?roles=LEARNER,INSTRUCTOR`);
    assert.equal(await count(), 1);
    assert.equal((await c.post(`${url}?roles=KING`)).body.error, 'invalid_request');
    const leave = `/api/v1/channels/${channel}/users/${user}`;
    assert.deepEqual([(await c.del(leave)).status, (await c.del(leave)).status], [200, 200]);
    assert.equal(await count(), 0);
    assert.deepEqual((await c.get(`/api/v2/users/${user}`)).body.possibleRoles, ['LEARNER']);
    await c.put(`/api/v2/users/${user}?isActive=false`);
    assert.equal((await c.post(url)).body.error, 'invalid_request');
  });

  it('show performance at once, and are force-completed for all that is not optional', async () => {
    const [user, outsider, channel] = [await c.user(), await c.user(), await c.channel()];
    await c.post(`/api/v2/channels/${channel}/users/${user}`);
    const name = (await read(channel)).name;
    assert.deepEqual(await performance(user, channel), {
      externalUserId: user,
      externalChannelId: channel,
      channelName: name,
      progress: 0,
    });
    const offering = await offeringOf(channel);
    const person = await People.find(c.ctx(), user);
    const enrollment = await Enrollments.getInOffering(c.ctx(), person!.id, offering.id);
    const { rows } = await c.db.pool.query(
      `select id from activity where tenant_id = $1 and version_id = $2 and name = 'First quiz'`,
      [c.ctx().tenant.id, enrollment.versionId],
    );
    const { id } = (await Attempts.start(c.ctx(), enrollment, rows[0].id)).attempt;
    await Attempts.record(c.ctx(), id, { state: 'complete', score: 66.5 });
    assert.partialDeepStrictEqual(await performance(user, channel), { progress: 50, score: 67 });
    const force = (who: string) => c.post(`/api/v4/channels/forceComplete/channel/${channel}/user/${who}`);
    assert.equal((await force(user)).status, 200);
    const done = await performance(user, channel);
    assert.deepEqual([done.progress, done.score], [100, 67]);
    assert.match(done.completionDate, /Z$/);
    assert.equal((await force(user)).status, 200);
    assert.deepEqual(await performance(user, channel), done, 'repeated, the date is kept');
    const refused = await force(outsider);
    assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_request']);
    assert.equal((await force(NOWHERE)).status, 404);
    const taught = await c.taught(2);
    await c.post(`/api/v2/channels/${taught}/users/${user}`);
    await c.post(`/api/v4/channels/forceComplete/channel/${taught}/user/${user}`);
    assert.equal((await performance(user, taught)).progress, 100, 'training events included');
    const empty = 'nothing-in-it';
    await put({ identifier: empty, name: 'Empty', type: 'COURSE' });
    await c.post(`/api/v2/channels/${empty}/users/${user}`);
    await c.post(`/api/v4/channels/forceComplete/channel/${empty}/user/${user}`);
    assert.equal((await performance(user, empty)).progress, 100);
    const optional = await c.channel({
      content: { sections: [{ name: 'All', activities: [{ kind: 'quiz', name: 'If you like', required: false }] }] },
    });
    await c.post(`/api/v2/channels/${optional}/users/${user}`);
    await c.post(`/api/v4/channels/forceComplete/channel/${optional}/user/${user}`);
    assert.equal((await performance(user, optional)).progress, 100);
    const found = await Enrollments.getInOffering(c.ctx(), person!.id, (await offeringOf(optional)).id);
    const states = await ActivityStates.list(c.ctx(), found);
    assert.deepEqual(
      states.map((one) => one.state),
      ['not_started'],
    );
  });

  it('that are inactive are retired courses for everybody, until they are active again', async () => {
    const key = await c.channel();
    const state = async () => {
      const { state, courseId } = await offeringOf(key);
      return [state, (await Courses.get(c.ctx(), courseId)).state];
    };
    const told = await put({ identifier: key, status: 'INACTIVE' });
    assert.deepEqual([told.status, told.body.message], [200, 'Channel was updated']);
    assert.deepEqual(await state(), ['retired', 'retired']);
    await put({ identifier: key, status: 'ACTIVE' });
    assert.deepEqual(await state(), ['active', 'published']);
    const made = await put({ identifier: `${key}-off`, name: 'Off', type: 'COURSE', status: 'INACTIVE' });
    assert.deepEqual([made.status, made.body.message], [201, 'Channel was created']);
    const { courseId } = await offeringOf(`${key}-off`);
    assert.equal((await Courses.get(c.ctx(), courseId)).state, 'retired');
  });

  it('have training events in order, and streams none', async () => {
    const channel = await c.taught(2);
    const { body } = await c.get(`/api/v1/channels/${channel}/courses/events`);
    assert.deepEqual(body, [
      {
        name: 'Class of spring',
        description: 'Bring a pen',
        fromDate: '2030-01-01T09:00:00.000Z',
        untilDate: '2030-01-01T10:00:00.000Z',
        allDayEvent: false,
        includeGrade: false,
        isPublished: true,
        liveSession: true,
      },
      { ...body[0], fromDate: '2030-01-02T09:00:00.000Z', untilDate: '2030-01-02T10:00:00.000Z' },
    ]);
    const offering = await offeringOf(channel);
    const page = { page: { kind: 'rows', offset: 0, limit: 9, total: false } } as const;
    const [session] = (await Sessions.list(c.ctx(), page, { offeringId: offering.id })).rows;
    await Sessions.update(c.ctx(), session!.id, {
      meetings: [{ startsAt: '2030-03-01T00:00:00.000Z', endsAt: '2030-03-02T00:00:00.000Z' }],
    });
    const [whole] = (await c.get(`/api/v1/channels/${channel}/courses/events`)).body;
    assert.equal(whole.allDayEvent, true);

    const rooms = [
      await Rooms.create(c.ctx(), { name: 'Hall', location: 'Main building' }),
      await Rooms.create(c.ctx(), { name: 'Online', url: 'https://meet.example.org/class' }),
    ];
    await Sessions.update(c.ctx(), session!.id, {
      meetings: rooms.map((room, i) => ({
        startsAt: `2030-03-0${i + 1}T09:00:00.000Z`,
        endsAt: `2030-03-0${i + 1}T10:00:00.000Z`,
        roomId: room.id,
      })),
    });
    const held = (await c.get(`/api/v1/channels/${channel}/courses/events`)).body;
    assert.deepEqual(
      held.map((event: any) => [event.location, event.liveSession]),
      [
        ['Hall', false],
        ['Online', true],
      ],
    );
    await put({ identifier: 'quiet', name: 'Quiet', type: 'STREAM' });
    assert.deepEqual((await c.get('/api/v1/channels/quiet/courses/events')).body, []);
  });

  it('have a catalogue entry while they can be joined', async () => {
    const channel = await c.channel({ unitId: c.units.north });
    const find = (query: string) => c.get(`/api/v1/catalog/catalogItem?${query}`);
    const { status, body } = await find(`externalChannelId=${channel}&subAccountName=North`);
    assert.equal(status, 200);
    assert.match(body.catalogItemId, /^\d+$/);
    assert.ok(URL.canParse(body.link));
    assert.equal((await find(`externalChannelId=${channel}&subAccountName=South`)).status, 404);
    assert.equal((await find('subAccountName=North')).status, 400);
    await put({ identifier: channel, status: 'INACTIVE' });
    assert.equal((await find(`externalChannelId=${channel}`)).status, 404);
  });
});
