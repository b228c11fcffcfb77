import type { Context } from '../record/kernel/context.ts';
import type { Issue, RefusalFact } from '../record/kernel/refusal.ts';
import type { About } from './about.ts';
import type { HttpCall } from './call.ts';
import type { Contract, Operation } from './contract.ts';
import type { Headers } from './handlers.ts';
import type { Limit } from './rate.ts';

/** An answer as it goes out. Bodies are sent by JSON.stringify unless the content type is not JSON; then text or bytes. */
export interface WireAnswer {
  status: number;
  body?: unknown;
  headers?: Headers;
}

/** Where something happened: the request, and the operation once it is known. */
export interface At {
  readonly call: HttpCall;
  readonly operation: Operation | null;
  /** The parsed body, from when it was read; not checked yet. */
  readonly body?: unknown;
}

/** A request that cannot be read at all. */
export type Malformed =
  /** Bad percent-encoding, or a path segment beyond 2,000 characters. */
  | { kind: 'url' }
  /** No readable HTTP; the operation is never known. */
  | { kind: 'http' }
  /** Request line and headers beyond 64 KiB, or too many of them: 431. */
  | { kind: 'header_overflow' }
  /** `got` null: no content type although a body came. */
  | { kind: 'media_type'; got: string | null; accepted: readonly string[] }
  /** `time`, `memory`: what reading it took. */
  | { kind: 'json'; why: 'syntax' | 'encoding' | 'depth' | 'time' | 'memory' }
  | { kind: 'too_many_values'; limit: number }
  | { kind: 'too_large'; limitBytes: number }
  | { kind: 'too_many_rows'; limit: number }
  /** The operation requires a body and none came. */
  | { kind: 'no_body' }
  /** Headers or body did not arrive in time: 408. */
  | { kind: 'timeout' };

/** A value that the contract does not allow. `path` starts with the parameter's name as the contract spells it, or with the body's property. */
export interface Fault extends Issue {
  where: 'path' | 'query' | 'header' | 'body';
  /** Ajv's keyword (`format`, `required`, `enum`, …) or one of ours: `repeated`, `unknown`, `nul`. */
  keyword: string;
  /** Ajv's parameters of that keyword. */
  params: Readonly<Record<string, unknown>>;
}

/** How tolerantly a dialect reads. Everything left out is strict. */
export interface Reading {
  /** `tolerant`: literal segments in any case and with or without dashes, and the contract's `x-aliases`. */
  paths?: 'exact' | 'tolerant';
  queryNames?: 'exact' | 'any-case';
  unknownQuery?: 'ignore' | 'refuse';
  /** `absent`: `name=` counts as left out, except for the names in `keepEmpty`. */
  emptyQuery?: 'value' | 'absent';
  keepEmpty?: readonly string[];
  /** What a repeated parameter means where one value is expected. */
  repeated?: 'refuse' | 'first' | 'last';
  /** Arrays also as `a,b`, whatever the contract's `explode` says. */
  commaLists?: boolean;
  /** Arrays also as `name[]=a`; `indexed`: as `name[0]=a&name[1]=b` too, in the order of their numbers. */
  bracketLists?: boolean | 'indexed';
  /** Query booleans in any case. */
  booleans?: 'exact' | 'any-case';
  bodyNames?: 'exact' | 'any-case';
  /**
   * `any`: the body is read as the operation's first media type whatever its label says; `known`: so it is where the label is none of
   * the operation's.
   */
  bodyTypes?: 'declared' | 'any' | 'known';
  /** A POST with `X-HTTP-Method-Override` counts as a request of that method. */
  methodOverride?: boolean;
  /** `ignore`: a body that an operation does not require counts as absent where it cannot be read or does not fit. */
  strayBodies?: 'refuse' | 'ignore';
  /** Formats as this dialect reads them in requests, in place of the usual ones (answers keep those). */
  formats?: Readonly<Record<string, RegExp | ((text: string) => boolean)>>;
}

/** Two operations on one method and path: which one is meant is seen from the query and the parsed body. */
export interface Dispatch {
  operations: readonly [string, string, ...string[]];
  choose(query: URLSearchParams, body: unknown): string;
}

/**
 * One protocol spoken over the record. `http/mount.ts` asks in this order: path -> authenticate -> rate limit ->
 * products -> authorize -> implemented? -> path values -> query -> headers -> body -> handler. The hooks below turn every fact into
 * the dialect's own status, headers and body; they must not throw.
 */
export interface Dialect<Who = any> extends About {
  readonly contract: Contract;
  /** By operationId. Operations without one answer `notImplemented`; names without an operation stop the start. */
  readonly handlers: Readonly<
    Record<string, (who: any, input: any, call: HttpCall) => Promise<WireAnswer | { status: number; stream: unknown }>>
  >;
  readonly reading?: Reading;
  readonly dispatch?: readonly Dispatch[];
  /** Answers to GET carry an ETag of what they hold, and are 304 where `If-None-Match` names it. */
  readonly etags?: boolean;
  readonly cors?: { credentials?: boolean; exposedHeaders?: readonly string[] };

  /** Changes the path below the prefix before it is looked up (doubled slashes, a second prefix). No query in it. */
  rewrite?(path: string): string;
  /** Who is calling: the record's Context, or what open operations get. Refuses by `refuse` or `answerWith`. */
  authenticate(call: HttpCall, operation: Operation): Promise<Who>;
  /**
   * For dialects with API products: those of a caller, and the answer to an operation that is in none of them, given before anything of
   * the request is looked at. Operations that anybody may call need none.
   */
  readonly products?: {
    of(who: Who): readonly string[];
    refused(operation: Operation, at: At): WireAnswer;
  };
  /** May this caller use this operation at all (scopes, roles)? Refuses by throwing. */
  authorize?(who: Who, operation: Operation, call: HttpCall): void | Promise<void>;
  /**
   * Which rate limit counts this request, and under which key; null for none. Without this hook, or when it gives
   * undefined, the configured limit counts for each API client, person or address.
   */
  rate?(
    who: Who,
    operation: Operation,
    call: HttpCall,
    configured: Limit | null,
  ): { key: string; limit: Limit } | null | undefined;

  /** Pages for people beside the contract, such as a login; asked where no operation has the path, or none with this method. Undefined: no such page. */
  page?(call: HttpCall, form: () => Promise<URLSearchParams>): Promise<WireAnswer> | undefined;

  refusal(fact: RefusalFact, at: At): WireAnswer;
  /** Values against the contract: leftmost first, at least one. */
  invalid(faults: readonly [Fault, ...Fault[]], at: At): WireAnswer;
  malformed(problem: Malformed, at: At): WireAnswer;
  /** No such path. */
  notFound(at: At): WireAnswer;
  /** `Allow` is set by the mount. */
  methodNotAllowed(allow: readonly string[], at: At): WireAnswer;
  notImplemented(operation: Operation, at: At): WireAnswer;
  /** An unknown exception; it is logged under `call.id`, and nothing of it may show. */
  crash(at: At): WireAnswer;
  /** The last touch on every answer, such as headers that all of them carry. */
  finish?(answer: WireAnswer, at: At, who: Who | undefined): WireAnswer;
  /** The media type to send for one that the contract names; without it JSON gets `; charset=utf-8`. */
  contentType?(declared: string): string;
}

/** Thrown to end a request with a ready answer (a gateway's bare body, a redirect). */
export class Answered extends Error {
  readonly answer: WireAnswer;
  constructor(answer: WireAnswer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

export function answerWith(answer: WireAnswer): never {
  throw new Answered(answer);
}

/** Thrown where a handler itself finds a value that the contract does not allow (a filter, a cursor). */
export class InvalidInput extends Error {
  readonly faults: readonly [Fault, ...Fault[]];
  constructor(faults: readonly [Fault, ...Fault[]]) {
    super(`invalid ${faults[0].where} ${faults[0].path.join('.')}`);
    this.faults = faults;
  }
}

/** Refuses one query parameter. */
export function invalidQuery(name: string, detail?: string, fault: Issue['fault'] = 'format'): never {
  throw new InvalidInput([
    { where: 'query', path: [name], fault, keyword: 'custom', params: {}, ...(detail === undefined ? {} : { detail }) },
  ]);
}

export class MalformedRequest extends Error {
  readonly problem: Malformed;
  constructor(problem: Malformed) {
    super(`malformed request: ${problem.kind}`);
    this.problem = problem;
  }
}

export type { Context };
