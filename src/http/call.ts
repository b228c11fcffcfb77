import type { IncomingHttpHeaders } from 'node:http';

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
  /** The media type that the body was read as, once it was read. */
  readonly bodyType: string | null;
  /** Aborted when the client goes away, time is up or the server closes. */
  readonly signal: AbortSignal;
}
