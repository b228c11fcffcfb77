import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
before(async () => {
  app = await testApp({ tenant: { timeZone: 'Europe/Berlin' } });
  world = worldOf(app.api);
});
after(() => app.close());

const outcome = ({ status, body }: Answered) => [status, body?.rule ?? body?.entity ?? body?.errors?.[0]?.path ?? null];
const ids = (rows: { id: string }[]): string[] => rows.map((row) => row.id);
const content = (...names: string[]) => ({
  sections: [{ name: 'Section', activities: names.map((name) => ({ kind: 'page', name })) }],
});
const publish = async (courseId: string, ...names: string[]): Promise<string> => {
  const draft = await app.api('PUT', `/courses/${courseId}/draft`, { body: content(...names) });
  assert.ok(draft.status < 300, JSON.stringify(draft.body));
  const published = await app.api('PUT', `/courses/${courseId}/publication`);
  assert.equal(published.status, 200, JSON.stringify(published.body));
  return (await app.api('GET', `/courses/${courseId}`)).body.currentVersionId;
};

describe('a template', () => {
  test('gives each instance the version of that moment, until another one is named', async () => {
    const master = await world.post('/courses', { kind: 'online', name: 'Induction', template: true });
    assert.deepEqual([master.template, master.defaultOfferingId], [true, null]);
    const one = await publish(master.id, 'One');
    const first = await world.offering(master as never);
    assert.deepEqual([first.fromTemplate, first.versionId, first.isDefault], [true, one, false]);
    const ada = await world.enroll(first.id);
    const two = await publish(master.id, 'One', 'Two');
    const second = await world.offering(master as never);
    const show = async (id: string) => (await app.api('GET', `/offerings/${id}`)).body;
    assert.deepEqual([second.versionId, (await show(first.id)).versionId], [two, one]);

    assert.deepEqual(ids((await app.api('GET', '/courses?template=true')).body.data), [master.id]);
    const instances = (await app.api('GET', `/offerings?courseId=${master.id}&fromTemplate=true`)).body.data;
    assert.deepEqual(ids(instances), [first.id, second.id]);
    assert.deepEqual((await app.api('GET', `/offerings?fromTemplate=false&courseId=${master.id}`)).body.data, []);

    // to a later version only when somebody says so, and never to one of another course
    const other = await world.course();
    const move = (versionId: string | null) => app.api('PATCH', `/offerings/${first.id}`, { body: { versionId } });
    assert.deepEqual(outcome(await move(other.versionId)), [422, '/versionId']);
    assert.deepEqual(outcome(await move(null)), [422, '/versionId']);
    assert.equal((await move(two)).body.versionId, two);
    assert.deepEqual(outcome(await move(one)), [422, '/versionId']);
    assert.equal((await app.api('GET', `/enrollments/${ada.id}`)).body.versionId, one);
    const bob = await world.enroll(first.id);
    assert.equal(bob.versionId, two);
  });

  test('counts toward the certificates of the course, whichever instance was completed', async () => {
    const master = await world.post('/courses', {
      kind: 'online',
      name: 'Safety',
      template: true,
      state: 'published',
      content: content('One'),
    });
    const { id: certificateId } = await world.post('/certificates', { name: 'Safe', courseIds: [master.id] });
    const instance = await world.offering(master as never);
    const ada = await world.person();
    const enrollment = await world.enroll(instance.id, ada.id);
    assert.equal((await app.api('PUT', `/enrollments/${enrollment.id}/completion`)).status, 200);
    const { body } = await app.api('GET', `/people/${ada.id}/certificates/${certificateId}`);
    assert.equal(body.state, 'certified');
  });

  test('is instantiated by whoever works in a unit, for that unit', async () => {
    const [mine, other] = [await world.unit(), await world.unit()];
    const clerk = await app.personWith({ unitId: mine.id });
    const [admin] = (await app.api('GET', '/roles?key=admin')).body.data;
    await app.api('PUT', `/people/${clerk.id}/roles/${admin.id}`, { body: { unitIds: [mine.id] } });
    const as = clerk.token;
    const master = await world.post('/courses', { kind: 'online', name: 'Shared', template: true });
    const far = await world.post('/courses', { kind: 'online', name: 'Far', template: true, unitId: other.id });
    await publish(master.id, 'One');
    await publish(far.id, 'One');
    const make = (body: object) => app.api('POST', '/offerings', { as, body: { name: 'x', ...body } });
    const made = await make({ courseId: master.id });
    assert.deepEqual([made.status, made.body.unitId, made.body.fromTemplate], [201, mine.id, true]);
    assert.deepEqual(outcome(await make({ courseId: master.id, unitId: other.id })), [422, '/unitId']);
    assert.deepEqual(outcome(await make({ courseId: far.id })), [422, '/courseId']);
    const list = (await app.api('GET', '/courses?template=true', { as })).body.data;
    assert.deepEqual([ids(list).includes(master.id), ids(list).includes(far.id)], [true, false]);
    const foreign = (await app.tenant()).api;
    assert.deepEqual(outcome(await foreign('POST', '/offerings', { body: { courseId: master.id, name: 'x' } })), [
      422,
      '/courseId',
    ]);
  });
});

describe('training events', () => {
  const meeting = (day: number, from = '09:00', until = '10:00') => ({
    startsAt: `2027-03-0${day}T${from}:00+01:00`,
    endsAt: `2027-03-0${day}T${until}:00+01:00`,
  });

  test('are the meetings of an offering, in order, by page', async () => {
    const course = await world.live();
    const room = await world.room();
    await app.api('PATCH', `/offerings/${course.defaultOfferingId}`, { body: { location: 'Berlin' } });
    const session = await world.session(course, {
      meetings: [meeting(3), { ...meeting(1), roomId: room.id }],
      description: 'Bring a pen',
    });
    const allDay = { startsAt: '2027-03-01T23:00:00Z', endsAt: '2027-03-02T23:00:00Z' };
    await world.session(course, { meetings: [allDay] });
    const path = `/offerings/${course.defaultOfferingId}/training-events`;
    const first = (await app.api('GET', `${path}?limit=2&count=true`)).body;
    const rest = (await app.api('GET', `${path}?limit=2&cursor=${first.next}`)).body;
    const events = [...first.data, ...rest.data];
    assert.deepEqual([first.total, rest.next], [3, null]);
    assert.deepEqual(
      events.map((event) => [event.startsAt, event.location, event.allDay, event.published]),
      [
        ['2027-03-01T08:00:00.000Z', room.name, false, true],
        ['2027-03-01T23:00:00.000Z', 'Berlin', true, true],
        ['2027-03-03T08:00:00.000Z', 'Berlin', false, true],
      ],
    );
    assert.deepEqual([events[0].sessionId, events[0].description], [session.id, 'Bring a pen']);
    const foreign = (await app.tenant()).api;
    assert.deepEqual(outcome(await foreign('GET', path)), [404, 'offering']);
  });

  test('are shown to learners as far as they are published', async () => {
    const course = await world.live();
    await world.session(course, { meetings: [meeting(1)] });
    const path = `/offerings/${course.defaultOfferingId}/training-events`;
    const { token: as } = await app.personWith();
    assert.equal((await app.api('GET', path, { as })).body.data.length, 1);
    const hide = { hiddenActivityIds: [course.activityId] };
    assert.equal((await app.api('PATCH', `/offerings/${course.defaultOfferingId}`, { body: hide })).status, 200);
    assert.deepEqual((await app.api('GET', path, { as })).body.data, []);
    assert.deepEqual(
      (await app.api('GET', path)).body.data.map((event: any) => event.published),
      [false],
    );
    await app.api('PATCH', `/offerings/${course.defaultOfferingId}`, { body: { state: 'retired' } });
    assert.equal((await app.api('GET', path, { as })).status, 404);
  });

  test('are complete with whoever is force-completed', async () => {
    const body = {
      sections: [
        {
          name: 'Section',
          activities: [
            { kind: 'page', name: 'Before' },
            { kind: 'live_session', name: 'Class', required: false },
            { kind: 'page', name: 'More to read', required: false },
          ],
        },
      ],
    };
    const made = await world.post('/courses', { kind: 'online', name: 'Blended', state: 'published', content: body });
    await world.session(made as never, { meetings: [meeting(1), meeting(2)] });
    const enrollment = await world.enroll(made.defaultOfferingId);
    const path = `/enrollments/${enrollment.id}`;
    const first = await app.api('PUT', `${path}/completion`);
    assert.deepEqual(
      [first.status, first.body.state, first.body.progress, first.body.score],
      [200, 'complete', 100, null],
    );
    const again = await app.api('PUT', `${path}/completion`);
    assert.deepEqual([again.body, again.headers.etag], [first.body, first.headers.etag]);
    const states = (await app.api('GET', `${path}/activities`)).body.data;
    assert.deepEqual(
      states.map((row: any) => row.state),
      ['complete', 'complete', 'not_started'],
    );
  });
});
