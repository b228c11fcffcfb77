import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpCall } from './call.ts';
import type { Dialect, Malformed, WireAnswer } from './dialect.ts';

export type ClientError = Error & { code?: string; rawPacket?: Buffer };

/** What Node refuses before Fastify sees it, answered in the shape of the dialect that the request line names. */
export function answerClientError(
  error: ClientError,
  socket: Socket,
  dialectOf: (url: string, host: string | undefined) => Dialect | undefined,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const problem = problemOf(error.code);
  const head = error.rawPacket?.subarray(0, 4096).toString('latin1') ?? '';
  const [, method = 'GET', url = '/'] = /^([A-Z]{3,10}) (\S{1,2000})/.exec(head) ?? [];
  const dialect = dialectOf(url, /^host:[ \t]*([^\r\n]+)/im.exec(head)?.[1]);
  const answer = dialect?.malformed(problem, { call: unread(method, url, socket), operation: null }) ?? plain(problem);
  const type = dialect?.contentType?.('application/json') ?? 'application/json; charset=utf-8';
  socket.end(rawAnswer(answer, type));
  // a client that goes on sending may still read why; one that never leaves is cut off
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

const LINGER_MS = 1000;

function problemOf(code: string | undefined): Malformed {
  if (code === 'HPE_HEADER_OVERFLOW') return { kind: 'header_overflow' };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { kind: 'timeout' };
  return { kind: 'http' };
}

const STATUS: Partial<Record<Malformed['kind'], number>> = { header_overflow: 431, timeout: 408 };

/** The neutral shape, where no dialect is known: RFC 9457. */
function plain(problem: Malformed): WireAnswer {
  const status = STATUS[problem.kind] ?? 400;
  return { status, body: { type: 'about:blank', status, title: STATUS_CODES[status] } };
}

function rawAnswer(answer: WireAnswer, type: string): string {
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const headers = {
    'content-type': type,
    ...answer.headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
  return `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** A call of which no more than the request line is known. */
const unread = (method: string, url: string, socket: Socket): HttpCall => ({
  id: 'unread',
  method,
  url,
  query: '',
  headers: {},
  ip: socket.remoteAddress ?? '',
  baseUrl: '',
  siteUrl: '',
  bodyType: null,
  signal: AbortSignal.abort(),
});
