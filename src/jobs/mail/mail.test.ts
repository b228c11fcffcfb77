import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { domainToASCII } from 'node:url';
import { pino } from 'pino';
import { testTenant } from '../../../test/support/context.ts';
import { connectTo, type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type MailServer, type MailServerOptions, mailServer } from '../../../test/support/mail-server.ts';
import { transaction } from '../../database/transaction.ts';
import { type NewMail, queueMails } from '../../record/delivery/queue-mails.ts';
import type { Context } from '../../record/kernel/context.ts';
import { People } from '../../record/people/index.ts';
import { type OutboxOptions, startOutbox } from '../outbox.ts';
import { mailDestination } from './destination.ts';
import { type MailTransport, smtpTransport } from './transport.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const quiet = pino({ level: 'silent' });
const SENDER = { address: 'learn@matricula.example', site: 'https://learn.example.org' };

async function until(test: () => Promise<boolean> | boolean, what: () => unknown = () => ''): Promise<void> {
  for (let i = 0; i < 2400; i++) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`it did not come about ${JSON.stringify(await what())}`);
}

const mailTo = (address: string, more: Partial<{ name: string; course: string; locale: string }> = {}): NewMail => ({
  template: 'enrolled',
  data: { course: more.course ?? 'Knots', offeringId: '018f0000-0000-7000-8000-000000000001', dueAt: null },
  to: { address, name: more.name ?? 'Ada', ...(more.locale ? { locale: more.locale } : {}) },
});

const queue = (ctx: Context, ...mails: NewMail[]): Promise<string[]> =>
  transaction({ ...ctx, now: new Date().toISOString() }, (ctx) => queueMails(ctx, mails));

/** In the order in which they were queued. */
const rowsOf = async ({ tenant }: Context): Promise<any[]> =>
  (
    await database.pool.query(
      `select m.* from mail m join event e on e.tenant_id = m.tenant_id and e.entity_id = m.id and e.type = 'mail.queued'
        where m.tenant_id = $1 order by e.seq`,
      [tenant.id],
    )
  ).rows;

const eventsOf = async ({ tenant }: Context): Promise<string[]> =>
  (
    await database.pool.query(`select type from event where tenant_id = $1 and type like 'mail.%' order by seq`, [
      tenant.id,
    ])
  ).rows.map((row) => row.type);

const settled = (ctx: Context): Promise<void> =>
  until(
    async () => (await rowsOf(ctx)).every((row) => row.state === 'sent' || row.state === 'failed'),
    () => rowsOf(ctx),
  );

/** Everything that waits is due at once. */
const hurry = async (): Promise<void> => {
  await database.pool.query(
    `update mail set due_at = due_at - interval '3 hours' where state = 'queued' and attempts > 0`,
  );
  await database.pool.query(`update outbox_place set retry_at = now() - interval '1 s' where retry_at is not null`);
};

interface Running {
  server: MailServer;
  transport: MailTransport;
  stop(): Promise<void>;
}

/** Ends with the test, if not before. */
function outboxTo(
  t: TestContext,
  transport: MailTransport | null,
  more: Partial<OutboxOptions> = {},
): () => Promise<void> {
  const destinations = [mailDestination({ sender: SENDER, transport })];
  const outbox = startOutbox({ ...database, destinations, log: quiet, lookMs: 100, ...more });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= outbox.stop().then(() => transport?.close()));
  t.after(stop);
  return stop;
}

async function running(
  t: TestContext,
  options: MailServerOptions = {},
  { silentAfterMs = 60_000, leaseMs = 15_000 } = {},
): Promise<Running> {
  const server = await mailServer(options);
  t.after(server.close);
  const transport = await smtpTransport(server.url, { silentAfterMs });
  return { server, transport, stop: outboxTo(t, transport, { leaseMs }) };
}

test('a mail goes out, as it stands in the record and with its id in the message id', async (t) => {
  const { server, stop } = await running(t);
  const ctx = await testTenant(database.db, {
    name: 'Hafen & Söhne',
    settings: { mail: { colour: '#ff0000', replyTo: 'help@hafen.example' } },
  });
  const person = await People.create(ctx, {
    fullName: 'Jörg <b>Müller</b>',
    email: 'joerg@hafen.example',
    locale: 'de-AT',
  });
  const [id] = await queue(ctx, {
    template: 'enrolled',
    data: { course: 'Knoten & <i>Stiche</i>', offeringId: 'a b', dueAt: '2027-03-01T00:00:00.000Z' },
    to: { personId: person.id },
  });
  await settled(ctx);
  const [mail] = server.mails;
  assert.equal(server.mails.length, 1);
  assert.equal(mail!.messageId, `<${id}@matricula.example>`);
  assert.equal(mail!.subject, 'Sie sind eingeschrieben: Knoten & <i>Stiche</i>');
  assert.deepEqual(mail!.from!.value, [{ name: 'Hafen & Söhne', address: 'learn@matricula.example' }]);
  assert.deepEqual((mail!.to as any).value, [{ name: 'Jörg <b>Müller</b>', address: 'joerg@hafen.example' }]);
  assert.equal(mail!.replyTo!.value[0]!.address, 'help@hafen.example');
  assert.equal(mail!.headers.get('auto-submitted'), 'auto-generated');
  assert.match(
    mail!.text!,
    /Guten Tag Jörg <b>Müller<\/b>,\n\nSie sind ab jetzt in Knoten & <i>Stiche<\/i> eingeschrieben\.\n\nAbzuschließen ist der Kurs bis zum 1\. März 2027\.\n\nZum Kurs:\nhttps:\/\/learn\.example\.org\/learn\/offerings\/a%20b\n/,
  );
  assert.match(mail!.html as string, /Knoten &amp; &lt;i&gt;Stiche&lt;\/i&gt;/);
  assert.match(mail!.html as string, /border-top:4px solid #ff0000/);
  assert.doesNotMatch(mail!.html as string, /<b>|<i>/);
  const [row] = await rowsOf(ctx);
  assert.partialDeepStrictEqual(row, {
    state: 'sent',
    sent_to: 'server',
    attempts: 1,
    address: 'joerg@hafen.example',
  });
  assert.equal(row.body_text.trim(), mail!.text!.trim());
  assert.deepEqual(await eventsOf(ctx), ['mail.queued', 'mail.sent']);
  await stop();
});

test('what people and courses are called adds no header, line or recipient', async (t) => {
  const { server, stop } = await running(t);
  const ctx = await testTenant(database.db, { name: 'T\r\nBcc: evil@x.example' });
  const evil = 'Ada\r\nBcc: evil@x.example\r\n\r\nBuy\u2028now\u202e';
  await queue(ctx, mailTo('ada@x.example', { name: evil, course: evil }));
  await settled(ctx);
  const [mail] = server.mails;
  assert.deepEqual(server.asked, ['ada@x.example']);
  assert.equal(mail!.headers.has('bcc'), false);
  assert.equal(mail!.bcc, undefined);
  assert.match(mail!.subject!, /^You are enrolled: Ada Bcc: evil@x\.example Buy now$/);
  assert.match(mail!.text!, /^Hello Ada Bcc: evil@x\.example Buy now,$/m);
  await stop();
});

test('addresses beyond ASCII are reached', async (t) => {
  const { server } = await running(t);
  const ctx = await testTenant(database.db);
  await queue(ctx, mailTo('ada@bücher.example'), mailTo('jörg@bücher.example'));
  await settled(ctx);
  assert.deepEqual(
    (await rowsOf(ctx)).map((row) => row.state),
    ['sent', 'sent'],
  );
  const domain = (address: string) => domainToASCII(address.split('@')[1]!);
  assert.deepEqual(server.asked.map(domain), ['xn--bcher-kva.example', 'xn--bcher-kva.example']);
});

test('what is refused for good has failed, what is put off comes again later and holds up no other', async (t) => {
  const seen = new Map<string, number>();
  const { server, stop } = await running(t, {
    recipient: (address) => {
      const times = (seen.get(address) ?? 0) + 1;
      seen.set(address, times);
      if (address.startsWith('gone')) return { code: 550, text: 'no such user' };
      return address.startsWith('later') && times < 3 ? { code: 451, text: 'greylisted' } : undefined;
    },
    text: (address) => (address.startsWith('large') ? { code: 552, text: 'too large' } : undefined),
  });
  const ctx = await testTenant(database.db);
  await queue(
    ctx,
    mailTo('gone@x.example'),
    mailTo('later@x.example'),
    mailTo('large@x.example'),
    mailTo('fine@x.example'),
  );
  await until(
    async () =>
      (await rowsOf(ctx)).filter((row) => row.state === 'queued' && row.attempts > 0).length === 1 &&
      server.mails.some((mail) => mail.recipient === 'fine@x.example'),
  );
  await until(async () => (await rowsOf(ctx))[3].state === 'sent');
  const [gone, put, large] = await rowsOf(ctx);
  assert.partialDeepStrictEqual(gone, { state: 'failed', reason: 'refused' });
  assert.match(gone.reply, /550 no such user/);
  assert.partialDeepStrictEqual(large, { state: 'failed', reason: 'refused' });
  assert.partialDeepStrictEqual(put, { state: 'queued', reason: 'put_off', attempts: 1 });
  // half a minute at least, and growing
  const pause = async () =>
    (
      await database.pool.query(`select extract(epoch from due_at - now())::float8 as s from mail where id = $1`, [
        put.id,
      ])
    ).rows[0].s;
  const first = await pause();
  assert.ok(first > 30, String(first));
  await hurry();
  await until(async () => (await rowsOf(ctx))[1].attempts === 2 && (await rowsOf(ctx))[1].state === 'queued');
  assert.ok((await pause()) > first);
  await hurry();
  await settled(ctx);
  assert.partialDeepStrictEqual((await rowsOf(ctx))[1], { state: 'sent', attempts: 3 });
  assert.deepEqual((await eventsOf(ctx)).sort(), [
    'mail.failed',
    'mail.failed',
    ...Array(4).fill('mail.queued'),
    'mail.sent',
    'mail.sent',
  ]);
  await stop();
});

test('after a day it is given up and told', async (t) => {
  const { stop } = await running(t, { recipient: () => ({ code: 450 }) });
  const ctx = await testTenant(database.db);
  const [id] = await queue(ctx, mailTo('full@x.example'));
  await until(async () => (await rowsOf(ctx))[0].attempts === 1 && (await rowsOf(ctx))[0].state === 'queued');
  await database.pool.query(`update mail set give_up_at = now() where id = $1`, [id]);
  await hurry();
  await settled(ctx);
  assert.partialDeepStrictEqual((await rowsOf(ctx))[0], { state: 'failed', reason: 'gave_up', attempts: 2 });
  assert.deepEqual(await eventsOf(ctx), ['mail.queued', 'mail.failed']);
  await stop();
});

test('while the server is away nothing is lost or counted against a mail; the pause grows and is kept', async (t) => {
  const first = await mailServer();
  await first.close();
  const ctx = await testTenant(database.db);
  const transport = await smtpTransport(first.url);
  const place = async () =>
    (
      await database.pool.query(`select failures, retry_at, problem, position from outbox_place where tenant_id = $1`, [
        ctx.tenant.id,
      ])
    ).rows[0];
  const stop = outboxTo(t, transport);
  await queue(ctx, mailTo('a@x.example'), mailTo('b@x.example'));
  await until(async () => (await place())?.failures === 1);
  await stop();
  assert.match((await place()).problem, /ECONNREFUSED/);
  assert.deepEqual(
    (await rowsOf(ctx)).map((row) => [row.state, row.attempts]),
    [
      ['queued', 0],
      ['queued', 0],
    ],
  );
  // another process goes on where this one stopped
  const stopOther = outboxTo(t, await smtpTransport(first.url));
  await hurry();
  await until(async () => (await place()).failures === 2);
  const back = await mailServer({ port: first.port });
  t.after(back.close);
  await hurry();
  await settled(ctx);
  assert.deepEqual(back.mails.map((mail) => mail.recipient).sort(), ['a@x.example', 'b@x.example']);
  await until(async () => (await place()).failures === 0);
  await stopOther();
});

test('a server that is away for a day: the mails have failed', async (t) => {
  const server = await mailServer();
  await server.close();
  const ctx = await testTenant(database.db);
  outboxTo(t, await smtpTransport(server.url));
  await queue(ctx, mailTo('a@x.example'));
  await database.pool.query(`update mail set give_up_at = now() - interval '1 s' where tenant_id = $1`, [
    ctx.tenant.id,
  ]);
  await hurry();
  await settled(ctx);
  assert.equal((await rowsOf(ctx))[0].reason, 'gave_up');
});

test('a server that takes a mail and dies gets it again, under the same message id', async (t) => {
  let died = false;
  const { server, stop } = await running(t, {
    text: () => {
      if (died) return undefined;
      died = true;
      return 'die';
    },
  });
  const ctx = await testTenant(database.db);
  const [id] = await queue(ctx, mailTo('a@x.example'));
  await until(async () => (await rowsOf(ctx))[0].reason === 'put_off');
  await hurry();
  await settled(ctx);
  assert.deepEqual(
    server.mails.map((mail) => mail.messageId),
    [`<${id}@matricula.example>`, `<${id}@matricula.example>`],
  );
  await stop();
});

test('a server that says nothing more is left after a while, and others are not held up', async (t) => {
  const { server, stop } = await running(
    t,
    { text: (address) => (address.startsWith('slow') ? 'hang' : undefined) },
    { silentAfterMs: 500 },
  );
  const ctx = await testTenant(database.db);
  await queue(ctx, mailTo('slow@x.example'), mailTo('a@x.example'), mailTo('b@x.example'));
  await until(async () => (await rowsOf(ctx)).filter((row) => row.state === 'sent').length === 2);
  await until(async () => (await rowsOf(ctx))[0].reason === 'put_off');
  assert.deepEqual(server.mails.map((mail) => mail.recipient).sort(), ['a@x.example', 'b@x.example']);
  await stop();
});

test('whoever stops while a server says nothing does not wait for it; the mail goes out after the next start', async (t) => {
  let hanging = true;
  const { server, transport, stop } = await running(t, { text: () => (hanging ? 'hang' : undefined) });
  const ctx = await testTenant(database.db);
  await queue(ctx, mailTo('a@x.example'));
  await until(() => server.asked.length === 1);
  await stop();
  transport.close();
  hanging = false;
  await database.pool.query(`update outbox_place set held_until = now() where tenant_id = $1`, [ctx.tenant.id]);
  outboxTo(t, await smtpTransport(server.url));
  await until(async () => {
    await hurry();
    return (await rowsOf(ctx))[0].state === 'sent';
  });
});

test('nothing is sent to people who are suspended, deleted or without an address; purging takes their mails', async (t) => {
  const ctx = await testTenant(database.db);
  const person = (fullName: string, email?: string) => People.create(ctx, { fullName, ...(email ? { email } : {}) });
  const [suspended, deleted, bare, moved] = [
    await person('Suspended', 's@x.example'),
    await person('Deleted', 'd@x.example'),
    await person('Bare'),
    await person('Moved', 'old@x.example'),
  ];
  const to = (personId: string): NewMail => ({ ...mailTo('x@x.example'), to: { personId } }) as NewMail;
  await queue(ctx, to(suspended.id), to(deleted.id), to(bare.id), to(moved.id), mailTo('5@none.invalid'));
  await queue(ctx, mailTo('d@x.example'));
  await People.update(ctx, suspended.id, { status: 'suspended' });
  await People.delete(ctx, deleted.id);
  await database.pool.query(`update person set email = 'new@x.example' where id = $1`, [moved.id]);
  const { server, stop } = await running(t);
  await settled(ctx);
  assert.deepEqual(
    (await rowsOf(ctx)).map((row) => row.reason),
    ['recipient_inactive', 'recipient_inactive', 'no_address', null, 'no_address', null],
  );
  assert.deepEqual(server.asked.sort(), ['d@x.example', 'new@x.example']);
  await stop();
  await People.purge(ctx, deleted.id);
  assert.deepEqual(
    (await rowsOf(ctx)).map((row) => row.name),
    ['Suspended', 'Bare', 'Moved', 'Ada'],
  );
});

test('without a mail server, and in a sandbox, mails stay in the mailbox', async (t) => {
  const { server, stop } = await running(t);
  const ctx = await testTenant(database.db, { sandbox: true });
  await queue(ctx, mailTo('a@x.example'));
  await settled(ctx);
  assert.equal((await rowsOf(ctx))[0].sent_to, 'mailbox');
  assert.equal(server.asked.length, 0);
  await stop();
  outboxTo(t, null);
  const other = await testTenant(database.db);
  await queue(other, mailTo('a@x.example'));
  await settled(other);
  assert.equal((await rowsOf(other))[0].sent_to, 'mailbox');
});

test('of two processes one sends: each mail goes out once', async (t) => {
  const { server, transport } = await running(t);
  const beside = connectTo(database, 4);
  t.after(() => beside.close());
  const stop = outboxTo(t, transport, beside);
  const ctx = await testTenant(database.db);
  await queue(ctx, ...Array.from({ length: 200 }, (_, i) => mailTo(`m${i}@x.example`)));
  await settled(ctx);
  assert.deepEqual([server.asked.length, new Set(server.asked).size], [200, 200]);
  await stop();
});

test('when a process dies between the server’s yes and its note, another one goes on, under the same message id', async (t) => {
  const server = await mailServer();
  t.after(server.close);
  const taking = await smtpTransport(server.url);
  const dead = Promise.withResolvers<void>();
  let taken = 0;
  const dying: MailTransport = {
    ...taking,
    send: async (headers, body) => {
      const answer = await taking.send(headers, body);
      taken++;
      await dead.promise;
      return answer;
    },
  };
  const beside = connectTo(database, 4);
  const destinations = [mailDestination({ sender: SENDER, transport: dying })];
  const outbox = startOutbox({ ...beside, destinations, log: quiet, lookMs: 100, leaseMs: 1_000 });
  const ctx = await testTenant(database.db);
  const ids = await queue(ctx, mailTo('a@x.example'), mailTo('b@x.example'));
  await until(() => taken === 2);
  outboxTo(t, await smtpTransport(server.url));
  assert.deepEqual(
    (await rowsOf(ctx)).map((row) => row.state),
    ['sending', 'sending'],
  );
  await beside.close();
  await settled(ctx);
  const both = ids.map((id) => `<${id}@matricula.example>`).flatMap((id) => [id, id]);
  assert.deepEqual(server.mails.map((mail) => mail.messageId).sort(), both.sort());
  assert.deepEqual(
    (await rowsOf(ctx)).map((row) => [row.state, row.attempts]),
    [
      ['sent', 2],
      ['sent', 2],
    ],
  );
  dead.resolve();
  await outbox.stop();
  taking.close();
});

test('mails are queued with what they tell of, or not at all', async () => {
  const ctx = await testTenant(database.db);
  await assert.rejects(
    transaction(ctx, async (ctx) => {
      await queueMails(ctx, [mailTo('a@x.example')]);
      throw new Error('taken back');
    }),
    /taken back/,
  );
  assert.deepEqual(await rowsOf(ctx), []);
  await assert.rejects(queueMails(ctx, [mailTo('a@x.example')]), /in the transaction/);
});
