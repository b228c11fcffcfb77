import { Readable } from 'node:stream';
import { AwsClient } from 'aws4fetch';
import { type FileStore, type Stored, StoreFault, type StoreTrouble } from '../record/kernel/file-store.ts';
import { partsOf } from './keys.ts';

/** Contents go up in parts of so many bytes, one held at a time; a store takes 10,000 of them, 80 GB. */
const PART = 8 * 1024 * 1024;
const RETRIES = 2;

export interface S3Options {
  /** How long one request may wait for its answer; 30 seconds by default. */
  patienceMs?: number;
}

/** What a `FILES_URL` says: `https://KEY:SECRET@HOST/BUCKET/PREFIX?region=REGION`, prefix and region optional. Throws words of what is wrong. */
export function placeOfUrl(text: string): { client: AwsClient; base: string; bucket: string; prefix: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('a URL that begins with https: or http:');
  const [bucket = '', ...rest] = decodeURIComponent(url.pathname).split('/').filter(Boolean);
  if (!/^[a-z0-9][a-z0-9._-]{1,62}$/i.test(bucket)) throw new Error('a URL whose path begins with the bucket');
  if (!rest.every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part)))
    throw new Error('a URL whose path is a bucket and a prefix of letters, digits, `-`, `_` and `.`');
  if (url.username === '' || url.password === '')
    throw new Error('a URL with key and secret: https://KEY:SECRET@HOST/BUCKET');
  const region =
    url.searchParams.get('region') ?? /\.([a-z]{2}-[a-z-]+-\d)\.amazonaws\.com$/.exec(url.host)?.[1] ?? 'us-east-1';
  return {
    client: new AwsClient({
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
      service: 's3',
      region,
      retries: RETRIES,
    }),
    base: `${url.protocol}//${url.host}/${bucket}`,
    bucket,
    prefix: rest.map((part) => `${part}/`).join(''),
  };
}

/** Any store that speaks S3 with addresses by path. */
export function s3Store(filesUrl: string, { patienceMs = 30_000 }: S3Options = {}): FileStore {
  const { client, base, prefix } = placeOfUrl(filesUrl);
  const addressOf = (key: string): string => {
    const { tenant, id } = partsOf(key);
    return `${base}/${prefix}${tenant}/${id}`;
  };

  /** Asks once, gives an answer that says yes. Only the answer's head is waited for so long: its body may take as long as it is read. */
  async function ask(
    method: string,
    address: string,
    {
      body,
      headers,
      signal,
    }: { body?: Uint8Array | string; headers?: Record<string, string>; signal?: AbortSignal | undefined } = {},
  ): Promise<Response> {
    signal?.throwIfAborted();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), patienceMs);
    const cut = () => late.abort();
    signal?.addEventListener('abort', cut, { once: true });
    let answer: Response;
    try {
      answer = await client.fetch(address, {
        method,
        signal: late.signal,
        ...(headers ? { headers } : {}),
        ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> | string }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      const { message, cause } = error as Error;
      throw late.signal.aborted
        ? new StoreFault('slow', `no answer within ${patienceMs} ms`)
        : new StoreFault('unreachable', cause instanceof Error ? cause.message : message);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cut);
    }
    if (answer.ok) return answer;
    throw new StoreFault(
      troubleOf(answer.status),
      `${method}: ${answer.status} ${wordIn(await answer.text(), 'Code') ?? ''}`,
    );
  }

  async function putInParts(
    address: string,
    first: Uint8Array,
    rest: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void> {
    const begun = await text(await ask('POST', `${address}?uploads=`, { signal }));
    const upload = encodeURIComponent(wordIn(begun, 'UploadId') ?? missing('an upload id'));
    const tags: string[] = [];
    const part = async (body: Uint8Array): Promise<void> => {
      const answer = await ask('PUT', `${address}?partNumber=${tags.length + 1}&uploadId=${upload}`, { body, signal });
      await text(answer);
      tags.push(answer.headers.get('etag') ?? missing('an ETag'));
    };
    try {
      await part(first);
      for await (const body of rest) await part(body);
      const list = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join('');
      const done = await ask('POST', `${address}?uploadId=${upload}`, {
        body: `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`,
        headers: { 'content-type': 'application/xml' },
        signal,
      });
      // it says yes first, and what became of it later
      const said = await text(done);
      if (/<Error>/.test(said)) throw new StoreFault('failing', `completing: ${wordIn(said, 'Code') ?? ''}`);
    } catch (error) {
      await ask('DELETE', `${address}?uploadId=${upload}`).then(text, () => {});
      throw error;
    }
  }

  /** Parts of uploads that were never completed, as those of a server that died. */
  async function dropParts(key: string): Promise<void> {
    const name = `${prefix}${key}`;
    const listed = await text(await ask('GET', `${base}?uploads=&prefix=${encodeURIComponent(name)}`));
    for (const [, upload = ''] of listed.matchAll(/<Upload>([\s\S]*?)<\/Upload>/g))
      if (wordIn(upload, 'Key') === name)
        await text(
          await ask('DELETE', `${addressOf(key)}?uploadId=${encodeURIComponent(wordIn(upload, 'UploadId') ?? '')}`),
        );
  }

  return {
    async put(key, content, signal) {
      const parts = inParts(content)[Symbol.asyncIterator]();
      const first = await parts.next();
      const body: Uint8Array = first.done ? new Uint8Array() : first.value;
      if (body.length < PART) {
        await text(await ask('PUT', addressOf(key), { body, signal }));
        if (!signal?.aborted) return;
        await this.remove([key]);
        return signal.throwIfAborted();
      }
      await putInParts(addressOf(key), body, { [Symbol.asyncIterator]: () => parts }, signal);
    },

    async read(key, range) {
      const headers = range && { range: `bytes=${range.first}-${range.last}` };
      const answer = await ask('GET', addressOf(key), headers ? { headers } : {});
      return Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream);
    },

    async remove(keys) {
      for (const key of keys) {
        await ask('DELETE', addressOf(key)).then(text, unlessMissing);
        // a store that cannot list them has rules of its own for what is left unfinished
        await dropParts(key).catch(() => {});
      }
    },

    async *list(wanted) {
      for (let token: string | undefined = ''; token !== undefined; ) {
        const from = token === '' ? '' : `&continuation-token=${encodeURIComponent(token)}`;
        const said: string = await text(
          await ask('GET', `${base}?list-type=2&prefix=${encodeURIComponent(prefix + wanted)}${from}`),
        );
        const page = [...said.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].flatMap(([, one = '']): Stored[] => {
          const name = wordIn(one, 'Key') ?? '';
          return name.startsWith(prefix)
            ? [{ key: name.slice(prefix.length), at: new Date(wordIn(one, 'LastModified') ?? Number.NaN) }]
            : [];
        });
        if (page.length > 0) yield page;
        token = wordIn(said, 'IsTruncated') === 'true' ? wordIn(said, 'NextContinuationToken') : undefined;
      }
    },
  };
}

/** Bytes in pieces of the size of a part; the last one may be smaller, and is empty where there are none. */
async function* inParts(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let part = Buffer.allocUnsafe(PART);
  let filled = 0;
  for await (const chunk of content)
    for (let from = 0; from < chunk.length; ) {
      const taken = Math.min(PART - filled, chunk.length - from);
      part.set(chunk.subarray(from, from + taken), filled);
      filled += taken;
      from += taken;
      if (filled < PART) continue;
      yield part;
      part = Buffer.allocUnsafe(PART);
      filled = 0;
    }
  if (filled > 0) yield part.subarray(0, filled);
}

const text = (answer: Response): Promise<string> =>
  answer.text().catch((error: Error) => {
    throw new StoreFault('unreachable', error.message);
  });

/** What stands in an element of one of its short XML answers; keys of ours and its own ids need no unescaping but that of quotes. */
const wordIn = (xml: string, element: string): string | undefined =>
  new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]?.replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const missing = (what: string): never => {
  throw new StoreFault('failing', `the answer has no ${what}`);
};

function unlessMissing(error: unknown): void {
  if (!(error instanceof StoreFault && error.trouble === 'missing')) throw error;
}

function troubleOf(status: number): StoreTrouble {
  if (status === 404) return 'missing';
  if (status === 507) return 'full';
  if (status === 429 || status === 503) return 'slow';
  return status === 401 || status === 403 ? 'refused' : 'failing';
}
