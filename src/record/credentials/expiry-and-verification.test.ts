import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rightNow, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture } from '../../../test/support/fixture.ts';
import { refused } from '../../../test/support/refused.ts';
import { run } from '../../database/run.ts';
import { Clock, Tenants } from '../access/index.ts';
import { Courses } from '../catalog/index.ts';
import { Enrollments } from '../enrollment/index.ts';
import type { Context } from '../kernel/context.ts';
import { later } from '../kernel/instant.ts';
import { People } from '../people/index.ts';
import { Awards, Certificates } from './index.ts';
import type { CertificateInput } from './save-certificate.ts';
import { getAwardFacts } from './verify-award.ts';

const DAY = 86_400_000;
let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

/** Somebody certified in a tenant, by its own clock. */
const certified = async (ctx: Context, name: string, input: CertificateInput = {}) => {
  const course = await Courses.create(ctx, {
    kind: 'online',
    name: 'Ladders',
    content: { sections: [{ name: 'S', activities: [{ kind: 'page', name: 'P' }] }] },
  });
  await Courses.publish(ctx, course.id);
  const certificate = await Certificates.create(ctx, { name: 'Working at height', courseIds: [course.id], ...input });
  const person = await People.create(ctx, { fullName: name });
  const { enrollmentId } = await Enrollments.enroll(ctx, { personId: person.id, courseId: course.id });
  await Enrollments.setOutcome(ctx, enrollmentId, { state: 'complete' });
  const award = (await Awards.find(ctx, { personId: person.id, certificateId: certificate.id }))!;
  return { award, personId: person.id, enrollmentId };
};

const told = async (ctx: Context, id: string): Promise<{ type: string; at: string; data: any }[]> =>
  (
    await run<{ type: string; at: string; data: any }>(
      ctx.db,
      `select type, at, data from event where tenant_id = $1 and entity_id = $2 and actor_kind = 'system' and dialect = 'job' order by seq`,
      [ctx.tenant.id, id],
    )
  ).rows;

const noteExpiries = async (by = Tenants.operator(database.db, 'job')) => {
  const { award_expiring: aboutToExpire = 0, award_expired: expired = 0 } = await Clock.runDueEverywhere(by);
  return { aboutToExpire, expired };
};

/** Lets time pass for a tenant, with nobody who moves its clock. */
const pass = (ctx: Context, ms: number) =>
  run(ctx.db, 'update tenant set clock_offset_ms = clock_offset_ms + $2 where id = $1', [ctx.tenant.id, ms]);

test('each expiry is told once, by the clock of its own tenant', async () => {
  const real = rightNow(await testTenant(database.db));
  const sandbox = rightNow(await testTenant(database.db, { sandbox: true }));
  const validity = { count: 60, unit: 'day' } as const;
  const [slow, fast, jumping] = [
    await certified(real, 'Slow', { validity }),
    await certified(sandbox, 'Fast', { validity }),
    await certified(sandbox, 'Jumping', { validity: { count: 61, unit: 'day' } }),
  ];
  await certified(sandbox, 'Forever');
  assert.deepEqual(await noteExpiries(), { aboutToExpire: 0, expired: 0 });
  await pass(sandbox, 30.5 * DAY);
  assert.deepEqual(await noteExpiries(), { aboutToExpire: 1, expired: 0 });
  assert.deepEqual(await noteExpiries(), { aboutToExpire: 0, expired: 0 });
  await pass(sandbox, 31 * DAY);
  assert.deepEqual(await noteExpiries(), { aboutToExpire: 0, expired: 2 });
  assert.deepEqual(
    (await told(sandbox, fast.award.id)).map((event) => event.type),
    ['award.about_to_expire', 'award.expired'],
  );
  // the clock carried this one past both
  const [event, ...more] = await told(sandbox, jumping.award.id);
  assert.deepEqual([event?.type, more.length], ['award.expired', 0]);
  assert.equal(event?.data.expiresAt, jumping.award.expiresAt);
  assert.ok(event!.at > jumping.award.expiresAt!, 'dated by the sandbox clock');
  assert.deepEqual(await told(real, slow.award.id), []);
  // renewed, it can be told anew
  await Enrollments.setOutcome(rightNow({ ...sandbox }), fast.enrollmentId, {
    state: 'complete',
    completedAt: later(sandbox.now, 61.5 * DAY),
  });
  await pass(sandbox, 40 * DAY);
  assert.deepEqual(await noteExpiries(), { aboutToExpire: 1, expired: 0 });
});

test('two servers at once tell each expiry once', async () => {
  const sandbox = rightNow(await testTenant(database.db, { sandbox: true }));
  const awards = [];
  for (let i = 0; i < 6; i++)
    awards.push((await certified(sandbox, `P${i}`, { validity: { count: 1, unit: 'day' } })).award);
  await pass(sandbox, 2 * DAY);
  await Promise.all(Array.from({ length: 4 }, () => noteExpiries()));
  await noteExpiries();
  for (const { id } of awards) assert.equal((await told(sandbox, id)).length, 1);
});

test('a code tells the public what it may know, and nothing else', async () => {
  const ctx = rightNow(
    await testTenant(database.db, { name: 'Höhenschule', sandbox: true, timeZone: 'Europe/Berlin' }),
  );
  const { award } = await certified(ctx, 'Zoë Müller', { validity: { count: 1, unit: 'year' } });
  const facts = await Awards.verify(database.db, award.code!);
  assert.deepEqual(facts, {
    code: award.code,
    tenantName: 'Höhenschule',
    timeZone: 'Europe/Berlin',
    holder: 'Zoë Müller',
    certificateName: 'Working at height',
    courses: ['Ladders'],
    state: 'valid',
    certifiedAt: award.certifiedAt,
    expiresAt: award.expiresAt,
    revokedAt: null,
  });
  assert.deepEqual(await getAwardFacts(ctx, award.id), facts);
  assert.match(Awards.shownCode(award.code!), /^(\w{4}-){3}\w{4}$/);
  for (const typed of [
    Awards.shownCode(award.code!),
    ` ${award.code!.toLowerCase()} `,
    award.code!.replace(/..../g, '$& '),
  ])
    assert.deepEqual(await Awards.verify(database.db, typed), facts);
  for (const wrong of [
    '',
    'x',
    award.id,
    `${award.code}2`,
    award.code!.replace(/.$/, '\u0000'),
    'O'.repeat(16),
    '%'.repeat(16),
    'A'.repeat(1e6),
  ])
    assert.equal(await Awards.verify(database.db, wrong), undefined);
  await Clock.advance(ctx, 366 * DAY);
  assert.equal((await Awards.verify(database.db, award.code!))?.state, 'expired');
  await Awards.revoke({ ...rightNow(ctx), now: later(ctx.now, 366 * DAY) }, award.id, 'Private reasons');
  const revoked = await Awards.verify(database.db, award.code!);
  assert.equal(revoked?.state, 'revoked');
  assert.ok(!JSON.stringify(revoked).includes('Private'));
});

test('no code opens what was not earned, is gone, or is closed', async () => {
  const ctx = rightNow(await testTenant(database.db));
  const waiting = await certified(ctx, 'Waiting', { confirmation: true });
  assert.equal(waiting.award.state, 'awaits_confirmation');
  assert.equal(await Awards.verify(database.db, waiting.award.code!), undefined);
  await refused(getAwardFacts(ctx, waiting.award.id), { kind: 'rule', rule: 'not_earned' });
  const { award, personId } = await certified(ctx, 'Leaving');
  const stays = await certified(ctx, 'Staying');
  await refused(getAwardFacts(f.ctx, award.id), { kind: 'not_found' });
  await People.delete(ctx, personId);
  assert.equal(await Awards.verify(database.db, award.code!), undefined);
  assert.equal((await Awards.verify(database.db, stays.award.code!))?.state, 'valid');
  await Tenants.update(ctx, { status: 'disabled' });
  assert.equal(await Awards.verify(database.db, stays.award.code!), undefined);
});

test('codes do not repeat', async () => {
  const { rows } = await run<{ n: number; of: number }>(
    database.db,
    'select count(distinct code) as n, count(*) as of from (select new_certificate_code() as code from generate_series(1, 20000)) c',
    [],
  );
  assert.deepEqual([rows[0]?.n, rows[0]?.of], [20_000, 20_000]);
});
