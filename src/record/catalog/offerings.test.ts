import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal, type RefusalFact } from '../kernel/refusal.ts';
import {
  type ContentInput,
  createCourse,
  createCreditType,
  createJoinKey,
  createMeeting,
  createOffering,
  createRoom,
  createSession,
  createTerm,
  deleteCourse,
  deleteCreditType,
  deleteJoinKey,
  deleteMeeting,
  deleteOffering,
  deleteRoom,
  deleteSession,
  deleteTerm,
  findJoinKey,
  findOffering,
  getCourse,
  getMeeting,
  getOffering,
  getSession,
  listJoinKeys,
  listMeetings,
  listOfferings,
  listSessions,
  listTerms,
  publishCourse,
  retireOffering,
  saveContent,
  updateCourse,
  updateMeeting,
  updateOffering,
  updateSession,
  updateTerm,
} from './index.ts';

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

const LIVE: ContentInput = { sections: [{ name: 'Day', activities: [{ kind: 'live_session', name: 'Seminar' }] }] };

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
  const course = await createCourse(ctx, { kind: 'online', name: 'Law', content: LIVE });
  const early = await createOffering(ctx, { courseId: course.id, name: 'Early' });
  assert.equal(early.versionId, null);
  const first = await publishCourse(ctx, course.id);
  assert.equal((await getOffering(ctx, early.id)).versionId, first.id);
  await saveContent(ctx, course.id, { sections: [{ name: 'New', activities: [{ kind: 'page', name: 'x' }] }] });
  const second = await publishCourse(ctx, course.id);
  assert.equal((await getOffering(ctx, early.id)).versionId, first.id);
  assert.equal((await getOffering(ctx, course.defaultOfferingId!)).versionId, second.id);
  const late = await createOffering(ctx, { courseId: course.id, name: 'Late' });
  assert.equal(late.versionId, second.id);
  assert.equal(late.courseName, 'Law');
  assert.deepEqual(await faultsOf(createOffering(ctx, { courseId: course.id, versionId: first.id })), [
    'versionId not_found',
  ]);
  assert.equal((await listOfferings(ctx, { page }, { courseId: course.id })).total, 3);
  assert.equal((await refused(createOffering(ctx, { courseId: newId() }))).kind, 'not_found');
});

test('terms, dates, keys and seats of an offering', async () => {
  const year = await createTerm(ctx, { name: '2026', externalId: 'Y26', startsOn: '2026-01-01', endsOn: '2026-12-31' });
  const spring = await createTerm(ctx, { name: 'Spring', parentId: year.id, kind: 'semester' });
  assert.equal(await ruleOf(updateTerm(ctx, year.id, { parentId: spring.id })), 'cycle');
  assert.equal(await ruleOf(deleteTerm(ctx, year.id)), 'in_use');
  assert.deepEqual(await faultsOf(createTerm(ctx, { name: 'x', startsOn: '2026-02-30' })), ['startsOn format']);
  assert.equal((await refused(createTerm(ctx, { name: 'x', externalId: 'Y26' }))).kind, 'taken');
  assert.deepEqual(
    (await listTerms(ctx, { page, sort: [{ field: 'startsOn', descending: true }] })).rows.map((term) => term.name),
    ['2026', 'Spring'],
  );

  const course = await createCourse(ctx, { kind: 'online', name: 'Terms', content: LIVE, state: 'published' });
  const offering = await createOffering(ctx, {
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
  assert.equal((await listOfferings(ctx, { page }, { termId: spring.id })).total, 1);
  assert.equal((await refused(createOffering(ctx, { courseId: course.id, externalId: 'O-1' }))).kind, 'taken');
  assert.deepEqual(await faultsOf(updateOffering(ctx, offering.id, { dueAt: '2026-05-01T00:00:00.000Z' })), [
    'dueAfterDays out_of_range',
  ]);
  assert.deepEqual(await faultsOf(updateOffering(ctx, offering.id, { endsAt: '2026-01-01T00:00:00.000Z' })), [
    'endsAt out_of_range',
  ]);
  assert.deepEqual(await faultsOf(updateOffering(ctx, offering.id, { termIds: [newId()] })), ['termIds.0 not_found']);
  assert.deepEqual(await updateOffering(at(ctx, '2026-04-01T00:00:00.000Z'), offering.id, { ...offering }), offering);
  await deleteTerm(ctx, spring.id);
  assert.deepEqual((await getOffering(ctx, offering.id)).termIds, [year.id]);

  await enrolled(offering.id);
  await enrolled(offering.id, 'on_waitlist');
  await enrolled(offering.id, 'on_waitlist');
  const full = await getOffering(ctx, offering.id);
  assert.deepEqual([full.seatsTaken, full.waitlistTaken], [1, 2]);
  const wider = await updateOffering(ctx, offering.id, { seats: 2 });
  assert.deepEqual([wider.seatsTaken, wider.waitlistTaken], [2, 1]);
  assert.equal(await ruleOf(deleteOffering(ctx, offering.id)), 'in_use');
  assert.equal(await ruleOf(deleteCourse(ctx, course.id)), 'in_use');
  assert.equal((await retireOffering(ctx, offering.id)).state, 'retired');
  await run(ctx.db, `update enrollment set ending = 'withdrawn_kept' where offering_id = $1`, [offering.id]);
  await deleteOffering(ctx, offering.id);
  assert.equal(await findOffering(ctx, { externalId: 'O-1' }), undefined);
  await createOffering(ctx, { courseId: course.id, externalId: 'O-1' });
});

test('sessions and their meetings', async () => {
  const room = await createRoom(ctx, { name: 'Hall', seats: 40 });
  const course = await createCourse(ctx, {
    kind: 'instructor_led',
    name: 'Seminar',
    content: LIVE,
    state: 'published',
  });
  const session = await createSession(ctx, {
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
  assert.deepEqual((await getCourse(ctx, course.id)).sessionIds, [session.id]);
  assert.deepEqual(await updateSession(at(ctx, '2026-04-01T00:00:00.000Z'), session.id, { ...session }), session);
  assert.equal(
    (await listSessions(ctx, { page, sort: [{ field: 'startsAt', descending: true }] }, { courseId: course.id })).total,
    1,
  );
  assert.equal((await refused(getSession(ctx, session.id, newId()))).kind, 'not_found');

  assert.equal(await ruleOf(deleteRoom(ctx, room.id)), 'in_use');
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
  await deleteRoom(at(ctx, '2027-01-01T00:00:00.000Z'), room.id);
  assert.equal((await getSession(ctx, session.id)).meetings[1]!.roomId, null);

  const enrollment = await enrolled(session.offeringId);
  await run(
    ctx.db,
    `insert into session_enrollment (tenant_id, id, enrollment_id, session_id, activity_id, enrolled_at, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6, $6)`,
    [ctx.tenant.id, newId(), enrollment, session.id, session.activityId, ctx.now],
  );
  assert.equal((await getSession(ctx, session.id)).seatsTaken, 1);
  assert.equal(await ruleOf(deleteSession(ctx, session.id)), 'session_held');
  await run(ctx.db, `update enrollment set ending = 'withdrawn_kept' where id = $1`, [enrollment]);
  await deleteSession(ctx, session.id);
  assert.equal((await refused(getSession(ctx, session.id))).kind, 'not_found');
  assert.equal((await listMeetings(ctx, { page }, {})).total, 0);
});

test('a session needs a live_session activity, and names it where there are several', async () => {
  const online = await createCourse(ctx, { kind: 'online', name: 'None', state: 'published' });
  assert.equal(await ruleOf(createSession(ctx, { courseId: online.id, name: 'x' })), 'not_instructor_led');
  assert.deepEqual(await faultsOf(createSession(ctx, { name: 'x' })), ['offeringId required']);
  const two = await createCourse(ctx, {
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
  assert.deepEqual(await faultsOf(createSession(ctx, { courseId: two.id, name: 'x' })), ['activityId required']);
  assert.deepEqual(await faultsOf(createSession(ctx, { courseId: two.id, name: 'x', activityId: newId() })), [
    'activityId not_found',
  ]);
});

test('join keys are found by code in any case and by external id', async () => {
  const course = await createCourse(ctx, { kind: 'online', name: 'Keys', content: LIVE, state: 'published' });
  const key = await createJoinKey(ctx, {
    name: 'Spring',
    code: 'Spring-26',
    externalId: 'K1',
    offeringId: course.defaultOfferingId,
  });
  assert.equal((await findJoinKey(ctx, { code: 'SPRING-26' }))?.id, key.id);
  assert.equal((await findJoinKey(ctx, { externalId: 'K1' }))?.courseId, course.id);
  assert.deepEqual(await refused(createJoinKey(ctx, { name: 'x', code: 'spring-26' })), {
    kind: 'taken',
    entity: 'join_key',
    field: 'code',
    value: 'spring-26',
  });
  const made = await createJoinKey(ctx, { name: 'Free' });
  assert.match(made.code, /^[A-Z2-9]{10}$/);
  assert.equal((await listJoinKeys(ctx, { page })).total, 2);
  await enrolled(course.defaultOfferingId!, 'not_started', key.id);
  assert.equal((await findJoinKey(ctx, { externalId: 'K1' }))?.uses, 1);
  assert.equal(await ruleOf(deleteJoinKey(ctx, key.id)), 'in_use');
  await deleteJoinKey(ctx, made.id);
  assert.equal((await refused(createJoinKey(actingWith(ctx, ['courses.write']), { name: 'x' }))).kind, 'forbidden');
});

test('a credit type in use stays', async () => {
  const type = await createCreditType(ctx, { name: 'ECTS', externalId: 'ECTS' });
  const course = await createCourse(ctx, {
    kind: 'online',
    name: 'Worth',
    creditAwards: [{ creditTypeId: type.id, credits: 5 }],
  });
  assert.equal(await ruleOf(deleteCreditType(ctx, type.id)), 'in_use');
  await updateCourse(ctx, course.id, { creditAwards: [] });
  await deleteCreditType(ctx, type.id);
});
