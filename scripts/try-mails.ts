import { fork } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { pino } from 'pino';
import { transaction } from '../src/database/transaction.ts';
import { mailDestination } from '../src/jobs/mail/destination.ts';
import { smtpTransport } from '../src/jobs/mail/transport.ts';
import { startOutbox } from '../src/jobs/outbox.ts';
import { queueMails } from '../src/record/delivery/queue-mails.ts';
import { globalSetup, globalTeardown } from '../test/setup.ts';
import { testTenant } from '../test/support/context.ts';
import { testDatabase } from '../test/support/database.ts';
import { mailServer } from '../test/support/mail-server.ts';

// Measures mails: 10,000 queued in one transaction, then sent to a mail server on this machine, a process of its own; three times.

if (process.argv[2] === 'sink') process.send!((await mailServer({ plain: true })).port);
else await measure();

async function measure(): Promise<void> {
  await globalSetup();
  const database = await testDatabase();
  const server = fork(import.meta.filename, ['sink'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const port = await new Promise<number>((r) => server.once('message', (m) => r(m as number)));
  for (let round = 0; round < 3; round++) {
    const ctx = await testTenant(database.db);
    const mails = Array.from({ length: 10_000 }, (_, i) => ({
      template: 'enrolled' as const,
      data: { course: `Course ${i}`, offeringId: '018f0000-0000-7000-8000-000000000001', dueAt: null },
      to: { address: `m${i}@x.example`, name: `Person ${i}` },
    }));
    let began = performance.now();
    await transaction(ctx, (inner) => queueMails(inner, mails));
    console.log(`queued 10,000 in ${Math.round(performance.now() - began)} ms`);
    const cpu = process.cpuUsage();
    began = performance.now();
    const transport = await smtpTransport(`smtp://127.0.0.1:${port}?ignoreTLS=true`);
    const outbox = startOutbox({
      ...database,
      destinations: [mailDestination({ sender: { address: 'a@b.example', site: 'https://x.example' }, transport })],
      log: pino({ level: 'warn' }),
      lookMs: 100,
    });
    for (;;) {
      const { rows } = await database.pool.query(
        `select count(*)::int as n from mail where tenant_id = $1 and state = 'sent'`,
        [ctx.tenant.id],
      );
      if (rows[0].n === 10_000) break;
      await new Promise((r) => setTimeout(r, 100));
    }
    const s = (performance.now() - began) / 1000;
    const used = process.cpuUsage(cpu);
    console.log(
      `sent 10,000 in ${s.toFixed(1)} s: ${Math.round(10_000 / s)} a second; ${((used.user + used.system) / 1e6).toFixed(1)} s of processor; rss ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
    );
    await outbox.stop();
    transport.close();
  }
  server.kill();
  await database.close();
  await globalTeardown();
  process.exit(0);
}
