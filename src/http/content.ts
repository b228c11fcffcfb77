import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A content that is sent to be saved. */
export interface Content {
  /** Offered as the name. */
  name: string;
  /** What it goes out as; the caller has seen to it that nothing is run by being looked at. */
  type: string;
  size: number;
  /** Strong, in quotes. */
  etag: string;
  open(range?: Range): Promise<Readable>;
}

export interface Range {
  first: number;
  last: number;
}

type Answer =
  | { status: 200; stream: Readable; headers: Record<string, string> }
  | { status: 206; stream: Readable; headers: Record<string, string> }
  | { status: 304; headers: Record<string, string> }
  | { status: 416; headers: Record<string, string> };

/**
 * Sends a content, or the part that was asked for (RFC 9110: `Range`, `If-Range`, `If-None-Match`). It is offered to be saved, is never taken for
 * another type than it is sent as, and where it is shown all the same it may do nothing.
 */
export async function sendContent(content: Content, headers: IncomingHttpHeaders): Promise<Answer> {
  const { etag, size } = content;
  const common = { etag, 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' };
  if (headers['if-none-match']?.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim())))
    return { status: 304, headers: common };
  const ifRange = headers['if-range'];
  const range = ifRange === undefined || ifRange === etag ? rangeOf(headers.range, size) : undefined;
  if (range === 'none')
    return { status: 416, headers: { 'accept-ranges': 'bytes', 'content-range': `bytes */${size}` } };
  const stream = await content.open(range);
  const all = {
    ...common,
    'content-type': content.type,
    'content-length': String(range ? range.last - range.first + 1 : size),
    'content-disposition': disposition(content.name),
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  };
  return range
    ? { status: 206, stream, headers: { ...all, 'content-range': `bytes ${range.first}-${range.last}/${size}` } }
    : { status: 200, stream, headers: all };
}

/** The one range that was asked for; undefined for the whole, also where several or none that can be read were; `none` where it lies beyond the end. */
export function rangeOf(header: string | undefined, size: number): Range | 'none' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.replace(/\s/g, '') ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') return Number(to) === 0 ? 'none' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return undefined;
  return first >= size ? 'none' : { first, last };
}

/** `Content-Disposition` (RFC 6266) with the name in any alphabet, and a plain one for who reads only that. */
export function disposition(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}
