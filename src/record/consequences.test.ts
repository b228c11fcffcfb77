import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { counting } from '../../test/support/counting.ts';
import { type TestDatabase, testDatabase } from '../../test/support/database.ts';
import { type Fixture, fixture } from '../../test/support/fixture.ts';
import { connect } from '../database/client.ts';
import { transaction } from '../database/transaction.ts';
import { CONSEQUENCES } from './consequences.ts';
import { Awards, Certificates } from './credentials/index.ts';
import { Audiences, Enrollments } from './enrollment/index.ts';
import { type ChangeName, consequences, report, SAID, step } from './kernel/changes.ts';
import { Groups } from './people/index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const stateOf = async (id: string) => (await Enrollments.get(f.ctx, id, 'all')).state;

test('every change is followed by somebody, and what the clock reports too', () => {
  const idle = (Object.keys(SAID) as ChangeName[]).filter((change) => !CONSEQUENCES.of.has(change));
  assert.deepEqual(idle, []);
  for (const { change } of CONSEQUENCES.due) assert.ok(CONSEQUENCES.of.has(change), change);
});

test('a first enrollment is one read and one write, and nobody who could follow it costs a third', async () => {
  const course = await f.course({ activities: ['One'] });
  const [ada, ben] = await f.people(2);
  await Enrollments.enroll(f.ctx, { personId: ada!, courseId: course.id });
  const statements = await counting(database, () => Enrollments.enroll(f.ctx, { personId: ben!, courseId: course.id }));
  assert.equal(statements, 2);
});

test('a completion is followed through all subjects, in the transaction that made it', async () => {
  const [course, next] = [await f.course({ activities: ['One'] }), await f.course({ activities: ['One'] })];
  const collection = await f.collection([course]);
  await f.rows(
    'insert into course_follow_up (tenant_id, course_id, follow_up_id) values ($1, $2, $3)',
    course.id,
    next.id,
  );
  const { id: certificateId } = await Certificates.create(f.ctx, { name: 'Of one', courseIds: [course.id] });
  const personId = await f.person();
  const whole = await Enrollments.enroll(f.after(0), { personId, courseId: collection.id });
  const [member] = await f.rows<{ id: string }>(
    'select id from enrollment where tenant_id = $1 and person_id = $2 and course_id = $3',
    personId,
    course.id,
  );
  await assert.rejects(
    transaction(f.after(1), async (inner) => {
      await Enrollments.setOutcome(inner, member!.id, { state: 'complete' });
      // read back where it was written: the verb has settled when it returns
      assert.equal((await Enrollments.get(inner, whole.enrollmentId)).state, 'complete');
      assert.equal((await Awards.find(inner, { personId, certificateId }))!.state, 'certified');
      throw new Error('after all not');
    }),
    /after all not/,
  );
  assert.equal(await stateOf(whole.enrollmentId), 'not_started');
  await Enrollments.setOutcome(f.after(2), member!.id, { state: 'complete' });
  assert.equal(await stateOf(whole.enrollmentId), 'complete');
  const followed = () =>
    f.rows(
      'select 1 from enrollment where tenant_id = $1 and person_id = $2 and course_id = $3 and ending is null',
      personId,
      next.id,
    );
  assert.equal((await followed()).length, 1);
  await Enrollments.recompute(f.after(3), member!.id);
  assert.equal(await stateOf(whole.enrollmentId), 'not_started');
  assert.equal((await followed()).length, 0);
  assert.equal((await Awards.find(f.after(3), { personId, certificateId }))!.revocation, 'withdrawn');
});

test('a seat that a change frees goes to who waits for it, before who comes in by the same change', async () => {
  const course = await f.course({ activities: ['One'] });
  const offeringId = await f.offering(course, { seats: 1, waitlistSeats: 5 });
  const [from, to] = [
    await Groups.create(f.ctx, { name: 'From', kind: 'custom' }),
    await Groups.create(f.ctx, { name: 'To', kind: 'custom' }),
  ];
  const moving = await Groups.create(f.ctx, { name: 'Moving', kind: 'custom', parentId: from.id });
  const [inside, waiting] = await f.people(2);
  await Groups.join(f.ctx, inside!, moving.id);
  await Audiences.set(f.after(0), from.id, offeringId, { recursive: true });
  await Audiences.set(f.after(0), to.id, offeringId, { recursive: true });
  const queued = await Enrollments.enroll(f.after(1), { personId: waiting!, offeringId });
  assert.equal(queued.state, 'on_waitlist');
  // what the one group gave ends, what the other one gives begins
  await Groups.update(f.after(2), moving.id, { parentId: to.id });
  assert.equal(await stateOf(queued.enrollmentId), 'not_started');
  const [again] = await f.rows<{ state: string }>(
    'select state from enrollment where tenant_id = $1 and person_id = $2 and offering_id = $3 and ending is null',
    inside,
    offeringId,
  );
  assert.equal(again?.state, 'on_waitlist');
});

test('what cannot be followed is not done', async () => {
  const course = await f.course({ activities: ['One'] });
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  const seen: number[] = [];
  const breaking = connect({
    connection: database.connection,
    poolSize: 2,
    namedStatements: true,
    consequences: consequences([
      step({
        name: 'fuse',
        says: '',
        on: ['withdrawn'],
        reports: [],
        follow: async (_, { withdrawn }) => {
          seen.push(withdrawn.length);
          throw new Error('blown');
        },
      }),
    ]),
  });
  const looping = connect({
    connection: database.connection,
    poolSize: 2,
    namedStatements: true,
    consequences: consequences([
      step({
        name: 'echo',
        says: '',
        on: ['withdrawn'],
        reports: ['withdrawn'],
        follow: async (ctx, { withdrawn }) => report(ctx, 'withdrawn', withdrawn),
      }),
    ]),
  });
  const bare = connect({ connection: database.connection, poolSize: 1, namedStatements: true });
  try {
    const leave = (db: typeof breaking.db) =>
      Enrollments.withdraw({ ...f.ctx, db }, [enrollmentId], { ending: 'kept' });
    await assert.rejects(leave(breaking.db), /blown/);
    assert.deepEqual(seen, [1]);
    await assert.rejects(leave(looping.db), /do not settle after 100 rounds: "echo"/);
    await assert.rejects(leave(bare.db), /no table of consequences/);
    assert.equal((await Enrollments.get(f.ctx, enrollmentId)).ending, null);
  } finally {
    await Promise.all([breaking.close(), looping.close(), bare.close()]);
  }
});
