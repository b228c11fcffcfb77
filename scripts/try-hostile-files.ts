// Sends hostile academy files to a server and reports how long others wait meanwhile; then ends it by SIGTERM while one is read.
// node scripts/try-hostile-files.ts

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MOST_MS = 250;
const keys = (n: number, indent = ''): string => Array.from({ length: n }, (_, i) => `${indent}k${i}: 1\n`).join('');
const FILES: [name: string, text: string][] = [
  ['aliases of aliases, 45 kB', `a: &a [${'x, '.repeat(14_000)}]\nb: [${'*a, '.repeat(900)}]\n`],
  ['200,000 members', keys(200_000)],
  ['200,000 members of settings', `academy:\n  settings:\n${keys(200_000, '    ')}`],
  ['99,000 members of settings', `academy:\n  settings:\n${keys(99_000, '    ')}`],
  ['a million lists', `people: [${'[],'.repeat(1_000_000)}]\n`],
  ['a million brackets', '['.repeat(1_000_000)],
  ['300,000 faulty people', `people: [${'{a: 1, b: 2},'.repeat(300_000)}]\n`],
];

const dataDir = await mkdtemp(path.join(tmpdir(), 'matricula-hostile-'));
const server = spawn(process.execPath, [path.join(import.meta.dirname, '../src/main.ts'), 'serve'], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1', DATABASE_URL: '', LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
server.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
try {
  while (!/answers at (\S+)/.test(output)) await sleep(100);
  const url = /answers at (\S+)/.exec(output)![1]!;
  while (!/mk_[\w-]+/.test(output)) await sleep(100);
  const authorization = `Bearer ${/mk_[\w-]+/.exec(output)![0]}`;
  const call = (at: string, init: RequestInit = {}) =>
    fetch(`${url}/matricula/v1${at}`, { ...init, headers: { authorization, ...init.headers } });

  const send = async (text: string): Promise<string> => {
    const sent = await call('/imports', {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/yaml' },
    });
    const run = (await sent.json()) as { id: string; state: string; report: { problem: string | null } };
    if (sent.status !== 202) return String(sent.status);
    for (;;) {
      const now = (await (await call(`/imports/${run.id}`)).json()) as typeof run;
      if (now.state !== 'running') return `${now.state}${now.report.problem ? `: ${now.report.problem}` : ''}`;
      await sleep(100);
    }
  };

  let worst = 0;
  for (const [name, text] of FILES) {
    let longest = 0;
    let ended = false;
    const others = (async () => {
      while (!ended) {
        const began = performance.now();
        await (await call('/people?limit=1')).text();
        longest = Math.max(longest, performance.now() - began);
        await sleep(5);
      }
    })();
    const began = performance.now();
    const outcome = await send(text);
    ended = true;
    await others;
    worst = Math.max(worst, longest);
    const took = Math.round(performance.now() - began);
    process.stdout.write(`${name}: ${took} ms, others waited ${Math.round(longest)} ms at most; ${outcome}\n`);
  }

  void send(FILES[1]![1]).catch(() => {});
  await sleep(1000);
  const began = performance.now();
  server.kill('SIGTERM');
  await once(server, 'exit');
  process.stdout.write(`SIGTERM while a file is read: ended after ${Math.round(performance.now() - began)} ms\n`);
  process.exitCode = worst <= MOST_MS ? 0 : 1;
} finally {
  server.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
}
