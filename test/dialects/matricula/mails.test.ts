import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { worldOf } from './world.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

test('a mail is read in the mailbox by who manages the tenant, and by nobody else', async () => {
  const world = worldOf(app.api);
  const mail = { notices: ['enrolled'], locale: 'de', senderName: 'Lernen' };
  assert.equal((await app.api('PATCH', '/tenant', { body: { settings: { mail } } })).status, 200);
  const course = await world.course({ name: 'Knots & bends' });
  const people = [];
  for (const name of ['Ada', 'Bo', 'Cy'])
    people.push(
      await world.post('/people', { fullName: name, email: `${name}@x.example`, locale: name === 'Bo' ? 'fr' : null }),
    );
  for (const { id } of people) await world.enroll(course.defaultOfferingId, id);

  let list: any;
  do list = (await app.api('GET', '/mails?count=true')).body;
  while (!list.data.every((one: any) => one.state === 'sent'));
  assert.equal(list.total, 3);
  assert.deepEqual(
    list.data.map((one: any) => [one.to.name, one.to.address, one.sentTo, one.template]),
    ['Cy', 'Bo', 'Ada'].map((name) => [name, `${name}@x.example`, 'mailbox', 'enrolled']),
  );
  const first = (await app.api('GET', '/mails?limit=2')).body;
  const rest = (await app.api('GET', `/mails?limit=2&cursor=${first.next}`)).body;
  assert.deepEqual([...first.data, ...rest.data], list.data);
  assert.equal(rest.next, null);
  for (const [query, count] of [
    [`personId=${people[1]!.id}`, 1],
    ['address=ADA@X.example', 1],
    ['state=failed', 0],
    ['template=enrolled', 3],
    [`queuedFrom=${list.data[0].queuedAt}`, 1],
    [`queuedBefore=${list.data[2].queuedAt}`, 0],
  ] as const)
    assert.equal((await app.api('GET', `/mails?${query}`)).body.data.length, count, query);

  const [, bo] = list.data;
  const { body } = await app.api('GET', `/mails/${bo.id}`);
  const { headers, text, html, ...head } = body;
  assert.deepEqual(head, bo);
  assert.equal(bo.subject, 'Vous êtes inscrit(e) : Knots & bends');
  assert.deepEqual(headers, {
    messageId: `<${bo.id}@localhost>`,
    from: { name: 'Lernen', address: 'no-reply@localhost' },
    to: { name: 'Bo', address: 'Bo@x.example' },
    replyTo: null,
    subject: bo.subject,
    language: 'fr',
  });
  assert.match(text, /inscrit\(e\) à Knots & bends/);
  assert.match(text, new RegExp(`http://localhost/learn/offerings/${course.defaultOfferingId}`));
  assert.match(html, /Knots &amp; bends/);

  for (const as of [await app.keyFor(['people.read', 'events.read']), (await app.personWith()).token]) {
    assert.equal((await app.api('GET', '/mails', { as })).status, 403);
    assert.equal((await app.api('GET', `/mails/${bo.id}`, { as })).status, 403);
  }
  const stranger = await app.tenant();
  assert.equal((await stranger.api('GET', `/mails/${bo.id}`)).status, 404);
  assert.deepEqual((await stranger.api('GET', '/mails')).body.data, []);
});

test('what happens to a mail is told in the feed, without address or text', async () => {
  const { body } = await app.api('GET', '/events?type=mail.*');
  const told = body.data.map(({ type, data }: any) => [type, data]);
  assert.equal(told.length, 6);
  assert.deepEqual(told[0], ['mail.queued', { template: 'enrolled' }]);
  assert.deepEqual(told.at(-1), ['mail.sent', { template: 'enrolled', to: 'mailbox' }]);
  assert.doesNotMatch(JSON.stringify(body), /x\.example|Knots/);
});

test('the mailbox has a page, which tells nobody anything by itself', async () => {
  const page = await app.app.server.inject({ method: 'GET', url: '/mails' });
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers['content-security-policy']), /script-src 'self'/);
  assert.match(page.body, /<h1>Mails<\/h1>/);
  const script = /src="([^"]*mails\.js)"/.exec(page.body)![1]!;
  assert.equal((await app.app.server.inject({ method: 'GET', url: script })).statusCode, 200);
});
