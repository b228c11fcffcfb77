import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, at, byExternalId, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/run.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal, type RefusalFact } from '../kernel/refusal.ts';
import { Content, Courses, CreditTypes, JoinKeys, Offerings, Rooms, Sessions, Terms } from './index.ts';
import { getMeeting, listMeetings } from './read-sessions.ts';
import { createMeeting, deleteMeeting, updateMeeting } from './save-meeting.ts';

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
const ruleOf = async (work: Promise<unknown>): Promise<string> => {
  const fact = await refused(work);
  assert.ok(fact.kind === 'rule', JSON.stringify(fact));
  return fact.rule;
};
const faultsOf = async (work: Promise<unknown>): Promise<string[]> => {
  const fact = await refused(work);
  assert.ok(fact.kind === 'invalid', JSON.stringify(fact));
  return fact.issues.map((issue) => `${issue.path.join('.')} ${issue.fault}`);
};

const LIVE: Content.Input = { sections: [{ name: 'Day', activities: [{ kind: 'live_session', name: 'Seminar' }] }] };

/** Somebody enrolled, written straight into the tables: who may enroll is not the catalog's subject. */
async function enrolled(offeringId: string, state = 'not_started', joinKeyId: string | null = null): Promise<string> {
  const [person, enrollment] = [newId(), newId()];
  await run(
    ctx.db,
    `insert into person (tenant_id, id, full_name, given_name, family_name, unit_id, created_at, updated_at)
     select $1::uuid, $2::uuid, 'A B', 'A', 'B', id, $3::timestamptz, $3::timestamptz from unit where tenant_id = $1::uuid and parent_id is null`,
    [ctx.tenant.id, person, ctx.now],
  );
  await run(
    ctx.db,
    `insert into enrollment (tenant_id, id, person_id, course_id, offering_id, version_id, state, join_key_id, enrolled_at, created_at, updated_at)
     select $1::uuid, $2::uuid, $3::uuid, course_id, id, version_id, $5, $6::uuid, $7::timestamptz, $7::timestamptz, $7::timestamptz from offering where tenant_id = $1::uuid and id = $4::uuid`,
    [ctx.tenant.id, enrollment, person, offeringId, state, joinKeyId, ctx.now],
  );
  return enrollment;
}

test('an offering takes the current version and keeps it; the default one follows', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Law', content: LIVE });
  const early = await Offerings.create(ctx, { courseId: course.id, name: 'Early' });
  assert.equal(early.versionId, null);
  const first = await Courses.publish(ctx, course.id);
  assert.equal((await Offerings.get(ctx, early.id)).versionId, first.id);
  await Content.save(ctx, course.id, { sections: [{ name: 'New', activities: [{ kind: 'page', name: 'x' }] }] });
  const second = await Courses.publish(ctx, course.id);
  assert.equal((await Offerings.get(ctx, early.id)).versionId, first.id);
  assert.equal((await Offerings.get(ctx, course.defaultOfferingId!)).versionId, second.id);
  const late = await Offerings.create(ctx, { courseId: course.id, name: 'Late' });
  assert.equal(late.versionId, second.id);
  assert.equal(late.courseName, 'Law');
  assert.deepEqual(await faultsOf(Offerings.create(ctx, { courseId: course.id, versionId: first.id })), [
    'versionId not_found',
  ]);
  assert.equal((await Offerings.list(ctx, { page }, { courseId: course.id })).total, 3);
  assert.equal((await refused(Offerings.create(ctx, { courseId: newId() }))).kind, 'not_found');
});

test('terms, dates, keys and seats of an offering', async () => {
  const year = await Terms.create(ctx, {
    name: '2026',
    externalId: 'Y26',
    startsOn: '2026-01-01',
    endsOn: '2026-12-31',
  });
  const spring = await Terms.create(ctx, { name: 'Spring', parentId: year.id, kind: 'semester' });
  assert.equal(await ruleOf(Terms.update(ctx, year.id, { parentId: spring.id })), 'cycle');
  assert.equal(await ruleOf(Terms.delete(ctx, year.id)), 'in_use');
  assert.deepEqual(await faultsOf(Terms.create(ctx, { name: 'x', startsOn: '2026-02-30' })), ['startsOn format']);
  assert.equal((await refused(Terms.create(ctx, { name: 'x', externalId: 'Y26' }))).kind, 'taken');
  assert.deepEqual(
    (await Terms.list(ctx, { page, sort: [{ field: 'startsOn', descending: true }] })).rows.map((term) => term.name),
    ['2026', 'Spring'],
  );

  const course = await Courses.create(ctx, { kind: 'online', name: 'Terms', content: LIVE, state: 'published' });
  const offering = await Offerings.create(ctx, {
    courseId: course.id,
    externalId: 'O-1',
    termIds: [spring.id, year.id],
    seats: 1,
    waitlistSeats: 5,
    dueAfterDays: 10,
    startsAt: '2026-03-01T00:00:00+01:00',
  });
  assert.equal(offering.name, 'Terms');
  assert.equal(offering.startsAt, '2026-02-28T23:00:00.000Z');
  assert.deepEqual(offering.termIds, [spring.id, year.id].sort());
  assert.equal((await Offerings.list(ctx, { page }, { termId: spring.id })).total, 1);
  assert.equal((await refused(Offerings.create(ctx, { courseId: course.id, externalId: 'O-1' }))).kind, 'taken');
  assert.deepEqual(await faultsOf(Offerings.update(ctx, offering.id, { dueAt: '2026-05-01T00:00:00.000Z' })), [
    'dueAfterDays out_of_range',
  ]);
  assert.deepEqual(await faultsOf(Offerings.update(ctx, offering.id, { endsAt: '2026-01-01T00:00:00.000Z' })), [
    'endsAt out_of_range',
  ]);
  assert.deepEqual(await faultsOf(Offerings.update(ctx, offering.id, { termIds: [newId()] })), ['termIds.0 not_found']);
  assert.deepEqual(await Offerings.update(at(ctx, '2026-04-01T00:00:00.000Z'), offering.id, { ...offering }), offering);
  await Terms.delete(ctx, spring.id);
  assert.deepEqual((await Offerings.get(ctx, offering.id)).termIds, [year.id]);

  await enrolled(offering.id);
  await enrolled(offering.id, 'on_waitlist');
  await enrolled(offering.id, 'on_waitlist');
  const full = await Offerings.get(ctx, offering.id);
  assert.deepEqual([full.seatsTaken, full.waitlistTaken], [1, 2]);
  const wider = await Offerings.update(ctx, offering.id, { seats: 2 });
  assert.deepEqual([wider.seatsTaken, wider.waitlistTaken], [2, 1]);
  assert.equal(await ruleOf(Offerings.delete(ctx, offering.id)), 'in_use');
  assert.equal(await ruleOf(Courses.delete(ctx, course.id)), 'in_use');
  assert.equal((await Offerings.update(ctx, offering.id, { state: 'retired' })).state, 'retired');
  await run(ctx.db, `update enrollment set ending = 'withdrawn_kept' where offering_id = $1`, [offering.id]);
  await Offerings.delete(ctx, offering.id);
  assert.equal(await byExternalId(ctx, Offerings.list, 'O-1'), undefined);
  await Offerings.create(ctx, { courseId: course.id, externalId: 'O-1' });
});

test('sessions and their meetings', async () => {
  const room = await Rooms.create(ctx, { name: 'Hall', seats: 40 });
  const course = await Courses.create(ctx, {
    kind: 'instructor_led',
    name: 'Seminar',
    content: LIVE,
    state: 'published',
  });
  const session = await Sessions.create(ctx, {
    courseId: course.id,
    name: 'Monday',
    seats: 1,
    meetings: [
      { startsAt: '2026-03-10T10:00:00.000Z', endsAt: '2026-03-10T12:00:00.000Z', roomId: room.id },
      { startsAt: '2026-03-09T10:00:00.000Z', endsAt: '2026-03-09T12:00:00.000Z' },
    ],
  });
  assert.equal(session.offeringId, course.defaultOfferingId);
  assert.equal(session.courseId, course.id);
  assert.deepEqual(
    session.meetings.map((meeting) => meeting.startsAt),
    ['2026-03-09T10:00:00.000Z', '2026-03-10T10:00:00.000Z'],
  );
  assert.deepEqual(
    session.meetingIds,
    session.meetings.map((meeting) => meeting.id),
  );
  assert.equal(session.startsAt, '2026-03-09T10:00:00.000Z');
  assert.equal(session.endsAt, '2026-03-10T12:00:00.000Z');
  assert.deepEqual((await Courses.get(ctx, course.id)).sessionIds, [session.id]);
  assert.deepEqual(await Sessions.update(at(ctx, '2026-04-01T00:00:00.000Z'), session.id, { ...session }), session);
  assert.equal(
    (await Sessions.list(ctx, { page, sort: [{ field: 'startsAt', descending: true }] }, { courseId: course.id }))
      .total,
    1,
  );
  assert.equal((await refused(Sessions.get(ctx, session.id, newId()))).kind, 'not_found');

  assert.equal(await ruleOf(Rooms.delete(ctx, room.id)), 'in_use');
  const third = await createMeeting(ctx, session.id, {
    startsAt: '2026-03-11T10:00:00.000Z',
    endsAt: '2026-03-11T11:00:00.000Z',
  });
  assert.equal(third.sessionId, session.id);
  assert.deepEqual(await faultsOf(updateMeeting(ctx, third.id, { endsAt: third.startsAt })), ['endsAt out_of_range']);
  assert.equal((await updateMeeting(ctx, third.id, { roomId: room.id })).roomId, room.id);
  assert.equal((await listMeetings(ctx, { page }, { sessionId: session.id })).total, 3);
  await deleteMeeting(ctx, third.id);
  assert.equal((await refused(getMeeting(ctx, third.id))).kind, 'not_found');
  await Rooms.delete(at(ctx, '2027-01-01T00:00:00.000Z'), room.id);
  assert.equal((await Sessions.get(ctx, session.id)).meetings[1]!.roomId, null);

  const enrollment = await enrolled(session.offeringId);
  await run(
    ctx.db,
    `insert into session_enrollment (tenant_id, id, enrollment_id, session_id, activity_id, enrolled_at, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6, $6)`,
    [ctx.tenant.id, newId(), enrollment, session.id, session.activityId, ctx.now],
  );
  assert.equal((await Sessions.get(ctx, session.id)).seatsTaken, 1);
  assert.equal(await ruleOf(Sessions.delete(ctx, session.id)), 'session_held');
  await run(ctx.db, `update enrollment set ending = 'withdrawn_kept' where id = $1`, [enrollment]);
  await Sessions.delete(ctx, session.id);
  assert.equal((await refused(Sessions.get(ctx, session.id))).kind, 'not_found');
  assert.equal((await listMeetings(ctx, { page }, {})).total, 0);
});

test('a session needs a live_session activity, and names it where there are several', async () => {
  const online = await Courses.create(ctx, { kind: 'online', name: 'None', state: 'published' });
  assert.equal(await ruleOf(Sessions.create(ctx, { courseId: online.id, name: 'x' })), 'not_instructor_led');
  assert.deepEqual(await faultsOf(Sessions.create(ctx, { name: 'x' })), ['offeringId required']);
  const two = await Courses.create(ctx, {
    kind: 'instructor_led',
    name: 'Two',
    content: {
      sections: [
        {
          name: 'S',
          activities: [
            { kind: 'live_session', name: 'a' },
            { kind: 'live_session', name: 'b' },
            { kind: 'page', name: 'c' },
          ],
        },
      ],
    },
  });
  assert.deepEqual(await faultsOf(Sessions.create(ctx, { courseId: two.id, name: 'x' })), ['activityId required']);
  assert.deepEqual(await faultsOf(Sessions.create(ctx, { courseId: two.id, name: 'x', activityId: newId() })), [
    'activityId not_found',
  ]);
});

test('join keys are found by code in any case and by external id', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Keys', content: LIVE, state: 'published' });
  const key = await JoinKeys.create(ctx, {
    name: 'Spring',
    code: 'Spring-26',
    externalId: 'K1',
    offeringId: course.defaultOfferingId,
  });
  assert.equal((await byExternalId(ctx, JoinKeys.list, 'K1'))?.courseId, course.id);
  assert.deepEqual(await refused(JoinKeys.create(ctx, { name: 'x', code: 'spring-26' })), {
    kind: 'taken',
    entity: 'join_key',
    field: 'code',
    value: 'spring-26',
  });
  const made = await JoinKeys.create(ctx, { name: 'Free' });
  assert.match(made.code, /^[A-Z2-9]{10}$/);
  assert.equal((await JoinKeys.list(ctx, { page })).total, 2);
  await enrolled(course.defaultOfferingId!, 'not_started', key.id);
  assert.equal((await byExternalId(ctx, JoinKeys.list, 'K1'))?.uses, 1);
  assert.equal(await ruleOf(JoinKeys.delete(ctx, key.id)), 'in_use');
  await JoinKeys.delete(ctx, made.id);
  assert.equal((await refused(JoinKeys.create(actingWith(ctx, ['courses.write']), { name: 'x' }))).kind, 'forbidden');
});

test('a credit type in use stays', async () => {
  const type = await CreditTypes.create(ctx, { name: 'ECTS', externalId: 'ECTS' });
  const course = await Courses.create(ctx, {
    kind: 'online',
    name: 'Worth',
    creditAwards: [{ creditTypeId: type.id, credits: 5 }],
  });
  assert.equal(await ruleOf(CreditTypes.delete(ctx, type.id)), 'in_use');
  await Courses.update(ctx, course.id, { creditAwards: [] });
  await CreditTypes.delete(ctx, type.id);
});
