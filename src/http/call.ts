import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** One HTTP request as dialects see it. */
export interface HttpCall {
  /** The request id: the client's `x-request-id` where it is acceptable, else one of ours. */
  readonly id: string;
  readonly method: string;
  /** Path and query as the client sent them, below the dialect's root (`/users?_limit=2`). */
  readonly url: string;
  /** The raw query string, without `?`. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** The client's address; `X-Forwarded-For` counts only where proxies are trusted. */
  readonly ip: string;
  /** Absolute URL of the dialect's root as this client addresses it, without a trailing slash. */
  readonly baseUrl: string;
  /** The same of the server's root, for links to pages that belong to no dialect. */
  readonly siteUrl: string;
  /** The media type that the body was read as, once it was read. */
  readonly bodyType: string | null;
  /** Aborted when the client goes away, when time is up and, for answers that stream, when the server closes. */
  readonly signal: AbortSignal;
}

/** The mount's side of a call. */
export interface OpenCall extends HttpCall {
  /** As an override says, where the dialect takes them. */
  method: string;
  bodyType: string | null;
  /** Aborts `signal`, if anybody looks at it. */
  abort(): void;
}

export interface CallParts {
  id: string;
  raw: IncomingMessage;
  res: ServerResponse;
  /** Path and query below the dialect's root. */
  url: string;
  ip(): string;
  baseUrl(): string;
  siteUrl(): string;
}

export function openCall(parts: CallParts): OpenCall {
  const { raw, res, url } = parts;
  const mark = url.indexOf('?');
  let controller: AbortController | undefined;
  let aborted = false;
  return {
    id: parts.id,
    method: raw.method ?? 'GET',
    url,
    query: mark < 0 ? '' : url.slice(mark + 1),
    bodyType: null,
    get headers() {
      return raw.headers;
    },
    get ip() {
      return parts.ip();
    },
    get baseUrl() {
      return parts.baseUrl();
    },
    get siteUrl() {
      return parts.siteUrl();
    },
    get signal() {
      if (!controller) {
        const made = new AbortController();
        controller = made;
        if (aborted || res.destroyed) made.abort();
        else res.once('close', () => made.abort());
      }
      return controller.signal;
    },
    abort() {
      aborted = true;
      controller?.abort();
    },
  };
}
