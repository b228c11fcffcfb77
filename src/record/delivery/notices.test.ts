import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rightNow, testTenant } from '../../../test/support/context.ts';
import { counting } from '../../../test/support/counting.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { refused } from '../../../test/support/refused.ts';
import { run } from '../../database/run.ts';
import { Clock, Tenants } from '../access/index.ts';
import { Courses } from '../catalog/index.ts';
import { Certificates } from '../credentials/index.ts';
import { Enrollments } from '../enrollment/index.ts';
import type { Context } from '../kernel/context.ts';
import { People } from '../people/index.ts';

const DAY = 86_400_000;
let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const withMail = async (mail: object, sandbox = false): Promise<Context> =>
  testTenant(database.db, { sandbox, settings: { mail } });

const courseIn = async (ctx: Context, name = 'Ladders'): Promise<string> => {
  const activities = [{ kind: 'page' as const, name: 'P' }];
  const course = await Courses.create(ctx, {
    kind: 'online',
    name,
    content: { sections: [{ name: 'S', activities }] },
  });
  await Courses.publish(ctx, course.id);
  return course.id;
};

const mailsIn = async ({ db, tenant }: Context): Promise<{ template: string; personId: string; data: any }[]> =>
  (
    await run<{ template: string; personId: string; data: any }>(
      db,
      'select template, person_id as "personId", data from mail where tenant_id = $1 order by queued_at, id',
      [tenant.id],
    )
  ).rows;

test('whoever is enrolled is told by mail where the tenant wants it, and only then', async () => {
  const ctx = await withMail({ notices: ['enrolled'] });
  const silent = await withMail({});
  for (const one of [ctx, silent]) {
    const courseId = await courseIn(one);
    const [ada, bare] = [
      await People.create(one, { fullName: 'Ada', email: 'ada@x.example' }),
      await People.create(one, { fullName: 'Bare' }),
    ];
    await Enrollments.enroll(one, { personId: ada.id, courseId });
    await Enrollments.enroll(one, { personId: bare.id, courseId });
    // once more is no news
    await Enrollments.enroll(one, { personId: ada.id, courseId });
    const mails = await mailsIn(one);
    assert.deepEqual(
      mails.map(({ template, personId, data }) => [template, personId, data.course]),
      one === ctx ? [['enrolled', ada.id, 'Ladders']] : [],
    );
  }
});

test('many are told in one statement, and what takes over the past tells nobody', async () => {
  const ctx = await withMail({ notices: ['enrolled'] });
  const courseId = await courseIn(ctx);
  const people: string[] = [];
  for (let i = 0; i < 30; i++)
    people.push((await People.create(ctx, { fullName: `P${i}`, email: `p${i}@x.example` })).id);
  const requests = (from: number, to: number) => people.slice(from, to).map((personId) => ({ personId, courseId }));
  const few = await counting(database, () => Enrollments.enrollMany(ctx, requests(0, 5)));
  const many = await counting(database, () => Enrollments.enrollMany(ctx, requests(5, 25)));
  assert.equal(many, few);
  await Enrollments.enrollMany({ ...ctx, quiet: true }, requests(25, 30));
  assert.equal((await mailsIn(ctx)).length, 25);
});

test('a certificate that expires soon is told by the clock, once', async () => {
  const ctx = await withMail({ notices: ['award_expiring'] }, true);
  const courseId = await courseIn(ctx);
  const certificate = await Certificates.create(ctx, {
    name: 'Working at height',
    courseIds: [courseId],
    validity: { count: 60, unit: 'day' },
  });
  const ada = await People.create(ctx, { fullName: 'Ada', email: 'ada@x.example' });
  const { enrollmentId } = await Enrollments.enroll(ctx, { personId: ada.id, courseId });
  await Enrollments.setOutcome(ctx, enrollmentId, { state: 'complete' });
  await Clock.advance(rightNow(ctx), 29 * DAY);
  assert.deepEqual(await mailsIn(ctx), []);
  await Clock.advance(rightNow(ctx), 2 * DAY);
  await Clock.advance(rightNow(ctx), DAY);
  const [mail, ...others] = await mailsIn(ctx);
  assert.deepEqual(others, []);
  assert.partialDeepStrictEqual(mail, {
    template: 'award_expiring',
    personId: ada.id,
    data: { certificate: certificate.name },
  });
});

test('the setting says what it may, and is refused where it does not', async () => {
  const ctx = await testTenant(database.db);
  const set = (mail: unknown) => Tenants.update(ctx, { settings: { mail } });
  const good = {
    notices: ['enrolled'],
    locale: 'pt-BR',
    colour: '#00aa77',
    senderName: 'Us',
    replyTo: 'help@x.example',
    templates: { enrolled: { de: { subject: 'Hallo', text: 'Hallo {name}' } } },
  };
  assert.deepEqual((await set(good)).settings.mail, good);
  for (const [bad, path] of [
    ['x', ['mail']],
    [{ notices: ['birthdays'] }, ['mail', 'notices', 0]],
    [{ notices: 'enrolled' }, ['mail', 'notices']],
    [{ colour: 'red;background:url(x)' }, ['mail', 'colour']],
    [{ senderName: 'A\r\nBcc: b@x.example' }, ['mail', 'senderName']],
    [{ replyTo: 'a@x.example\r\nBcc: b@x.example' }, ['mail', 'replyTo']],
    [{ other: 1 }, ['mail', 'other']],
    [{ templates: { enrolled: { de: { subject: 'A\nB' } } } }, ['mail', 'templates', 'enrolled', 'de', 'subject']],
    [{ templates: { enrolled: { de: { html: 'x' } } } }, ['mail', 'templates', 'enrolled', 'de', 'html']],
  ] as const)
    await refused(set(bad), { kind: 'invalid', issues: [{ path: ['settings', ...path] }] });
  assert.equal('mail' in (await Tenants.update(ctx, { settings: { mail: null } })).settings, false);
});
