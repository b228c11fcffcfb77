import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { served } from '../test/support/served.ts';

// How much the server's process grows while one file goes up and comes down again: `node scripts/measure-upload.ts --size 1000` (megabytes).

const { values } = parseArgs({ options: { size: { type: 'string', default: '100' } } });
const MB = 1_000_000;
const size = Number(values.size) * MB;

const server = await served({ UPLOAD_LIMIT_MB: '100000' });
try {
  const person = (await (
    await fetch(`${server.url}/matricula/v1/people?limit=1`, { headers: server.headers })
  ).json()) as {
    data: { id: string }[];
  };
  const resident = (): number =>
    existsSync('/proc')
      ? Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))![1]) * 1024
      : 0;
  const piece = randomBytes(MB);
  async function* bytes(): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, Math.min(left, piece.length));
  }
  const before = resident();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, resident());
  }, 20);
  const watched = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    most = resident();
    const from = performance.now();
    const result = await work();
    const seconds = (performance.now() - from) / 1000;
    console.log(
      `${what}: ${seconds.toFixed(1)} s, ${(size / MB / seconds).toFixed(0)} MB/s, ${((most - before) / MB).toFixed(0)} MB more than before at most`,
    );
    return result;
  };
  const made = await watched('up', async () => {
    const answer = await fetch(
      `${server.url}/matricula/v1/files?personId=${person.data[0]!.id}&name=large.bin&size=${size}`,
      {
        method: 'POST',
        headers: { ...server.headers, 'content-length': String(size) },
        body: Readable.toWeb(Readable.from(bytes())) as ReadableStream,
        duplex: 'half',
      } as RequestInit,
    );
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { contentUrl: string };
  });
  await watched('down', async () => {
    const answer = await fetch(made.contentUrl);
    let got = 0;
    for await (const chunk of answer.body!) got += (chunk as Uint8Array).length;
    if (got !== size) throw new Error(`${got} of ${size} bytes came`);
  });
  clearInterval(watch);
} finally {
  await server.end();
}
