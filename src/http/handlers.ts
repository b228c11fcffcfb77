import type { Readable } from 'node:stream';
import type { HttpCall } from './call.ts';

/** What the generated `Operations` say of one operation; `answers` by status. */
interface Shape {
  path: object;
  query: object;
  headers: object;
  body: unknown;
  answers: object;
}

/** What a handler reads: values already validated and coerced; header names in lower case. */
type Input<O extends Shape> = Pick<O, 'path' | 'query' | 'headers' | 'body'>;

export type Headers = Readonly<Record<string, string | string[]>>;

export type Chunks = AsyncIterable<string | Uint8Array> | Readable;

declare const streamed: unique symbol;

/** Stands in generated answers for server-sent events and binary content. */
export interface Streamed {
  readonly [streamed]: true;
}

/** One row of a bulk body (NDJSON, or a JSON array marked `x-rows`): a bad row does not refuse the others. */
export type Row<T> = { line: number; value: T } | { line: number; issues: readonly RowIssue[] };

interface RowIssue {
  path: readonly (string | number)[];
  fault: string;
  detail?: string;
}

interface StreamAnswer<S> {
  status: S;
  /** Sent as it comes; ended when the client goes away or the server closes (`call.signal` says so too). */
  stream: Chunks;
  headers?: Headers;
}

type PlainAnswer<S, B> = [B] extends [undefined]
  ? { status: S; body?: undefined; headers?: Headers }
  : { status: S; body: B; headers?: Headers };

type OneAnswer<S, B> =
  | ([Extract<B, Streamed>] extends [never] ? never : StreamAnswer<S>)
  | ([Exclude<B, Streamed>] extends [never] ? never : PlainAnswer<S, Exclude<B, Streamed>>);

/** What a handler gives: a status that the contract lists, with the body of that status. */
type Answer<O extends Shape> = {
  [S in keyof O['answers'] & number]: OneAnswer<S, O['answers'][S]>;
}[keyof O['answers'] & number];

/** One handler for each operation. `Who` is what the dialect's `authenticate` gives, usually the record's Context. */
export type Handlers<Ops extends { [K in keyof Ops]: Shape }, Who> = {
  [K in keyof Ops]: (who: Who, input: Input<Ops[K]>, call: HttpCall) => Promise<Answer<Ops[K]>>;
};

type Sum<U> = (U extends unknown ? (part: U) => void : never) extends (all: infer I) => void ? I : never;

/** The handlers of several files as one object; a name that stands twice stops the start. */
export function combine<Parts extends readonly object[]>(...parts: Parts): Sum<Parts[number]> {
  const all: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [name, handler] of Object.entries(part)) {
      if (Object.hasOwn(all, name)) throw new Error(`operation ${name} has two handlers`);
      all[name] = handler;
    }
  }
  return all as Sum<Parts[number]>;
}
