// Sends hostile academy files and bodies to a server and reports how long others wait meanwhile; then ends it by SIGTERM while a file is read.
// node scripts/try-hostile-files.ts [part of a name]

import { setTimeout as sleep } from 'node:timers/promises';
import { served } from '../test/support/served.ts';

const MOST_MS = 250;
const lines = (n: number, indent = ''): string => Array.from({ length: n }, (_, i) => `${indent}k${i}: 1\n`).join('');
const FILES: [name: string, text: string][] = [
  ['aliases of aliases, 45 kB', `a: &a [${'x, '.repeat(14_000)}]\nb: [${'*a, '.repeat(900)}]\n`],
  ['200,000 members', lines(200_000)],
  ['200,000 members of settings', `academy:\n  settings:\n${lines(200_000, '    ')}`],
  ['99,000 members of settings', `academy:\n  settings:\n${lines(99_000, '    ')}`],
  ['a million lists', `people: [${'[],'.repeat(1_000_000)}]\n`],
  ['a million brackets', '['.repeat(1_000_000)],
  ['300,000 faulty people', `people: [${'{a: 1, b: 2},'.repeat(300_000)}]\n`],
];

const list = (n: number, one: (i: number) => string, between = ','): string =>
  Array.from({ length: n }, (_, i) => one(i)).join(between);
const members = (n: number, value = '1'): string => list(n, (i) => `"k${i}":${value}`);
const person = (i: number, more: string): string => `{"username":"h${i}","givenName":"H","familyName":"H"${more}}`;
const BODIES: [name: string, path: string, type: string, body: string][] = [
  ...(
    [
      ['90,000 attributes', `{"givenName":"A","familyName":"B","attributes":{${members(90_000)}}}`],
      ['90,000 faulty attributes', `{"givenName":"A","familyName":"B","attributes":{${members(45_000, '{}')}}}`],
      ['400,000 attributes', `{"givenName":"A","familyName":"B","attributes":{${members(400_000)}}}`],
      ['90,000 members', `{${members(90_000)}}`],
      ['one text of 9 MB', `{"givenName":"${'a'.repeat(9_000_000)}","familyName":"B"}`],
      ['a text of escapes, 9 MB', `{"givenName":"${'\\u0001'.repeat(1_500_000)}","familyName":"B"}`],
      ['300,000 lists', `[${'[],'.repeat(300_000)}[]]`],
    ] as const
  ).map(([name, body]): [string, string, string, string] => [name, '/people', 'application/json', body]),
  [
    '90,000 permissions',
    '/roles',
    'application/json',
    `{"name":"R","permissions":[${list(90_000, (i) => `"p${i}"`)}]}`,
  ],
  [
    '20,000 permissions',
    '/roles',
    'application/json',
    `{"name":"R","permissions":[${list(20_000, (i) => `"p${i}"`)}]}`,
  ],
  ['10 MB of lines', '/person-batches', 'application/x-ndjson', '\n'.repeat(9_990_000)],
  [
    '10,000 lines of 40 attributes, 5 MB',
    '/person-batches',
    'application/x-ndjson',
    list(10_000, (i) => person(i, `,"attributes":{${members(40)}}`), '\n'),
  ],
  [
    '10,000 good lines of 900 bytes',
    '/person-batches',
    'application/x-ndjson',
    list(10_000, (i) => person(i, `,"notes":"${'n'.repeat(800)}"`), '\n'),
  ],
  [
    '200 lines of 4,000 members',
    '/person-batches',
    'application/x-ndjson',
    list(200, () => `{${members(4000)}}`, '\n'),
  ],
  ['9 lines of 90,000 members', '/person-batches', 'application/x-ndjson', list(9, () => `{${members(90_000)}}`, '\n')],
  [
    '10,000 rows, 900,000 values',
    '/person-batches',
    'application/json',
    `[${list(10_000, (i) => person(i, `,"attributes":{${members(80)}}`))}]`,
  ],
  ['10,000 faulty rows', '/enrollment-batches', 'application/json', `[${list(10_000, () => `{${members(40)}}`)}]`],
];

const only = process.argv[2] ?? '';
const server = await served();
let ended = false;
try {
  const call = (at: string, init: RequestInit = {}) =>
    fetch(`${server.url}/matricula/v1${at}`, { ...init, headers: { ...server.headers, ...init.headers } });

  const sendFile = async (text: string): Promise<string> => {
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

  const sendBody = async (path: string, type: string, body: string): Promise<string> => {
    const sent = await call(path, { method: 'POST', body, headers: { 'content-type': type } });
    return `${sent.status} ${(await sent.text()).slice(0, 160)}`;
  };

  const works: [name: string, work: () => Promise<string>][] = [
    ...FILES.map(([name, text]): [string, () => Promise<string>] => [name, () => sendFile(text)]),
    ...BODIES.map(([name, ...body]): [string, () => Promise<string>] => [name, () => sendBody(...body)]),
  ];
  let worst = 0;
  for (const [name, work] of works.filter(([name]) => name.includes(only))) {
    let longest = 0;
    let done = false;
    const others = (async () => {
      while (!done) {
        const began = performance.now();
        await (await call('/people?limit=1')).text();
        longest = Math.max(longest, performance.now() - began);
        await sleep(5);
      }
    })();
    const began = performance.now();
    const outcome = await work();
    done = true;
    await others;
    worst = Math.max(worst, longest);
    const took = Math.round(performance.now() - began);
    process.stdout.write(`${name}: ${took} ms, others waited ${Math.round(longest)} ms at most; ${outcome}\n`);
  }

  void sendFile(FILES[1]![1]).catch(() => {});
  await sleep(1000);
  const began = performance.now();
  ended = true;
  await server.end();
  process.stdout.write(`SIGTERM while a file is read: ended after ${Math.round(performance.now() - began)} ms\n`);
  process.exitCode = worst <= MOST_MS ? 0 : 1;
} finally {
  if (!ended) await server.end();
}
