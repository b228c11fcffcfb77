// Asks far ahead on many connections without reading, of the whole product with its demo, and watches memory and another caller.
// node scripts/try-unread-answers.ts [seconds of each flood] [names of floods]

import { setTimeout as sleep } from 'node:timers/promises';
import { served } from '../test/support/served.ts';
import { type Flood, flood, residentMegabytes } from '../test/support/unread.ts';

const MOST_MEGABYTES_RESIDENT = 400;
const [, , length = '8', ...wanted] = process.argv;
const seconds = Number(length);

const server = await served();
try {
  const { url, port, headers: key } = server;
  const lists = '/matricula/v1/people?limit=200';
  const floods: (Omit<Flood, 'port'> & { name: string })[] = [
    { name: 'contract', connections: 60, requests: 150, path: '/matricula/v1/openapi.json' },
    { name: 'reference', connections: 300, requests: 500, path: '/docs/matricula' },
    { name: 'nothing', connections: 300, requests: 2000, path: '/x' },
    { name: 'lists', connections: 200, requests: 100, path: lists, headers: key },
    { name: 'lists, br', connections: 200, requests: 100, path: lists, headers: { ...key, 'accept-encoding': 'br' } },
    { name: 'lists, 1000', connections: 1000, requests: 100, path: lists, headers: key },
    { name: 'events', connections: 500, requests: 50, path: '/matricula/v1/events?limit=200', headers: key },
  ];
  for (const one of floods.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const end = await flood({ port, ...one });
    const until = performance.now() + seconds * 1000;
    let slowest = 0;
    let answers = 0;
    while (performance.now() < until) {
      const from = performance.now();
      const answer = await fetch(`${url}/matricula/v1/people?limit=5`, { headers: key });
      await answer.arrayBuffer();
      slowest = Math.max(slowest, performance.now() - from);
      if (answer.ok) answers += 1;
    }
    const { now, most } = residentMegabytes(server.child.pid!);
    end();
    process.stdout.write(
      `${one.name}: ${now} MB resident, ${most} MB at most so far; another caller: ${answers} answers, the slowest after ${Math.round(slowest)} ms\n`,
    );
    if (most > MOST_MEGABYTES_RESIDENT || answers === 0) process.exitCode = 1;
    await sleep(500);
  }
} finally {
  await server.end();
}
