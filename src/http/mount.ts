import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { StoreFault } from '../record/kernel/file-store.ts';
import { endWork, type Halt, newHalt, underHalt } from '../record/kernel/halt.ts';
import { Refusal } from '../record/kernel/refusal.ts';
import { type BodyLimits, ClientGone, checkBody, type ReadBody, readBody, readForm } from './body.ts';
import type { OpenCall } from './call.ts';
import type { Operation } from './contract.ts';
import {
  Answered,
  type At,
  type Context,
  type Dialect,
  InvalidInput,
  MalformedRequest,
  type WireAnswer,
} from './dialect.ts';
import type { Chunks } from './handlers.ts';
import { seldom } from './outages.ts';
import { productsOf } from './products.ts';
import type { Limit, RateLimiter } from './rate.ts';
import { type Routes, routesOf, type Target } from './routes.ts';
import { isOneTooMany } from './taking-turns.ts';
import { isUnavailable, isUnstorable, reasonOf } from './trouble.ts';
import { type Validators, validatorsOf } from './validation.ts';
import { type ParameterReader, parameterReader } from './values.ts';

/** What mounts share. */
export interface Surroundings {
  limits: BodyLimits;
  /** Milliseconds that a request may take, unless its operation says otherwise (`x-time-limit`, in seconds). */
  requestMs: number;
  rate: Limit | null;
  limiter: RateLimiter;
  /** Every answer is checked strictly against the contract; drift becomes a 500 that tells it. For tests. */
  checkAnswers: boolean;
  log: { warn(facts: object, text: string): void; error(facts: object, text: string): void };
}

/** What is known about a request while it is served; read by the log and the metrics afterwards. */
export interface Visit {
  readonly call: OpenCall;
  operation: Operation | null;
  who: unknown;
  body?: unknown;
}

type StreamAnswer = {
  status: number;
  stream: Chunks;
  headers?: WireAnswer['headers'];
  /** The text of one JSON value. */
  json?: boolean;
};
export type AnyAnswer = WireAnswer | StreamAnswer;

/** A dialect made ready: its route table, its checks, and the one function that serves a request. */
export interface Mount {
  dialect: Dialect;
  /** Never throws; null when the client is gone. */
  serve(visit: Visit, raw: IncomingMessage): Promise<AnyAnswer | null>;
  /** The answer to something that went wrong outside of `serve`. */
  trouble(error: unknown, visit: Visit): AnyAnswer | null;
  validators: Validators;
}

/** Mounts a dialect: every operation of its contract a route. Throws when handlers and contract do not fit together. */
export function mount(dialect: Dialect, around: Surroundings): Mount {
  const { contract } = dialect;
  const reading = dialect.reading ?? {};
  const surplus = Object.keys(dialect.handlers).filter((name) => !contract.byId.has(name));
  if (surplus.length > 0) throw new Error(`${dialect.name} has handlers without an operation: ${surplus.join(', ')}`);
  const warn = seldom((facts, text) => around.log.warn(facts, text));
  const validators = validatorsOf(contract, reading.formats);
  const routes: Routes = routesOf(contract.operations, dialect.dispatch ?? [], reading.paths === 'tolerant');
  const owns = productsOf(dialect);
  const readers = new Map<Operation, ParameterReader>();
  const readerOf = (operation: Operation): ParameterReader => {
    let reader = readers.get(operation);
    if (!reader) {
      reader = parameterReader(operation, validators, reading);
      readers.set(operation, reader);
    }
    return reader;
  };

  async function answer(visit: Visit, raw: IncomingMessage): Promise<AnyAnswer> {
    const { call } = visit;
    if (isOneTooMany(raw)) throw new Refusal({ kind: 'unavailable' });
    if (hasLargeHead(raw)) throw new MalformedRequest({ kind: 'header_overflow' });
    const end = call.url.indexOf('?');
    const sent = end < 0 ? call.url : call.url.slice(0, end);
    const halt = newHalt();
    if (reading.methodOverride) override(call);
    const found = routes.find(call.method, dialect.rewrite ? dialect.rewrite(sent) : sent);
    if (!found?.target) {
      const asked = !(found && call.method === 'OPTIONS');
      const page = asked && underHalt(halt, () => dialect.page?.(call, () => readForm(raw, around.limits)));
      if (page) return within(around.requestMs, halt, page, visit);
      return found ? refuseMethod(visit, found.allow) : dialect.notFound(visit);
    }
    const seconds = found.target.operations[0].raw['x-time-limit'];
    const { target, path } = found;
    const work = underHalt(halt, () => perform(visit, raw, target, path));
    return within(seconds ? seconds * 1000 : around.requestMs, halt, work, visit);
  }

  function refuseMethod(visit: Visit, methods: string[]): WireAnswer {
    const allow = [...new Set([...methods, 'OPTIONS'])];
    if (visit.call.method === 'OPTIONS') return { status: 204, headers: { allow: allow.join(', ') } };
    const refused = dialect.methodNotAllowed(methods, visit);
    return { ...refused, headers: { ...refused.headers, allow: allow.join(', ') } };
  }

  async function perform(
    visit: Visit,
    raw: IncomingMessage,
    target: Target,
    inPath: Record<string, string>,
  ): Promise<AnyAnswer> {
    const { call } = visit;
    let operation: Operation = target.operations[0];
    visit.operation = operation;
    const who = await authenticate(call, operation);
    visit.who = who;
    limit(visit, operation);
    const refused = (one: Operation) => dialect.products!.refused(one, visit);
    if (owns && !target.operations.some((one) => owns(who, one))) return refused(operation);
    let body: ReadBody | undefined;
    try {
      if (target.dispatch) {
        body = await readBody(raw, operation, reading, around.limits);
        const chosen = target.dispatch.choose(new URLSearchParams(call.query), body.value);
        operation = target.operations.find(({ id }) => id === chosen) ?? operation;
        visit.operation = operation;
        const type = body.media?.type;
        body.media = operation.body?.media.find((media) => media.type === type) ?? body.media;
        if (owns && !owns(who, operation)) return refused(operation);
      }
      if (dialect.authorize) await dialect.authorize(who, operation, call);
      const handler = dialect.handlers[operation.id];
      if (!handler) return dialect.notImplemented(operation, visit);
      const reader = readerOf(operation);
      const path = reader.path(inPath);
      const query = reader.query(call.query);
      const headers = reader.headers(raw.headers);
      body ??= await readBody(raw, operation, reading, around.limits);
      if (body.value instanceof Readable) cutOff(body.value, call);
      call.bodyType = body.media?.type ?? null;
      visit.body = body.value;
      const input = {
        path,
        query,
        headers,
        body: await checkBody(body, contract, validators, reading, operation.body?.required),
      };
      return (await handler(who, input, call)) as AnyAnswer;
    } finally {
      body?.end();
    }
  }

  /** Failed attempts count against the address, so that nobody tries keys by the thousand. */
  async function authenticate(call: OpenCall, operation: Operation): Promise<unknown> {
    try {
      return await dialect.authenticate(call, operation);
    } catch (error) {
      const known = error instanceof Refusal || error instanceof Answered;
      const wait = known && around.rate ? around.limiter.take(`${dialect.name} failed ${call.ip}`, around.rate) : 0;
      throw wait > 0 ? new Refusal({ kind: 'too_many_requests', retryAfterSeconds: wait }) : error;
    }
  }

  function limit(visit: Visit, operation: Operation): void {
    const { call, who } = visit;
    const own = dialect.rate?.(who, operation, call, around.rate);
    const counted = own === undefined ? around.rate && { key: clientOf(who, call), limit: around.rate } : own;
    if (!counted) return;
    const wait = around.limiter.take(`${dialect.name} ${counted.key}`, counted.limit);
    if (wait > 0) throw new Refusal({ kind: 'too_many_requests', retryAfterSeconds: wait });
  }

  /**
   * Gives what the work gives, or refuses `unavailable` when time is up and it is certain that nothing was done. Work that kept something
   * already, or is about to, goes on to its end: its own answer is the only true one. So does the work for a client that left after its
   * request was read: somebody who lost the connection asks again, and finds it done or not, never half.
   */
  function within<T>(ms: number, halt: Halt, work: Promise<T>, visit: Visit): Promise<T> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        warn({ ...factsOf(visit), limitMs: ms }, 'time limit reached');
        visit.call.abort();
        endWork(halt, () => fail(new Refusal({ kind: 'unavailable' })));
      }, ms);
      work.then(
        (answer) => {
          clearTimeout(timer);
          done(answer);
        },
        (error) => {
          clearTimeout(timer);
          fail(halt.kept && isUnavailable(error) ? unknownOutcome(error, visit) : error);
        },
      );
    });
  }

  function unknownOutcome(error: unknown, visit: Visit): Refusal {
    warn({ ...factsOf(visit), ...reasonOf(error) }, 'database not available; something may have been done');
    return new Refusal({ kind: 'unavailable', outcome: 'unknown' });
  }

  const factsOf = (visit: Visit) => ({
    requestId: visit.call.id,
    dialect: dialect.name,
    operation: visit.operation?.id,
  });

  function trouble(error: unknown, visit: Visit): AnyAnswer | null {
    const at: At = visit;
    if (error instanceof Answered) return error.answer;
    if (error instanceof Refusal) {
      const { fact } = error;
      const refused = dialect.refusal(fact, at);
      if (fact.kind !== 'too_many_requests' || hasHeader(refused, 'retry-after')) return refused;
      return { ...refused, headers: { ...refused.headers, 'retry-after': String(fact.retryAfterSeconds) } };
    }
    if (error instanceof InvalidInput) return dialect.invalid(error.faults, at);
    if (error instanceof MalformedRequest) return dialect.malformed(error.problem, at);
    if (error instanceof ClientGone) return null;
    if (error instanceof StoreFault) {
      warn({ ...factsOf(visit), trouble: error.trouble, reason: error.message }, 'store of files not available');
      return dialect.refusal({ kind: 'unavailable' }, at);
    }
    if (isUnavailable(error)) {
      warn({ ...factsOf(visit), ...reasonOf(error) }, 'database not available');
      return dialect.refusal({ kind: 'unavailable' }, at);
    }
    if (isUnstorable(error)) {
      return dialect.refusal(
        { kind: 'invalid', issues: [{ path: [], fault: 'format', detail: 'holds a character that cannot be stored' }] },
        at,
      );
    }
    around.log.error({ ...factsOf(visit), err: error }, 'request failed');
    return dialect.crash(at);
  }

  function drift(given: AnyAnswer, visit: Visit): AnyAnswer {
    if (!visit.operation || 'stream' in given) return given;
    const type = given.headers?.['content-type'];
    const problems = validators.answer(
      visit.operation,
      given.status,
      typeof type === 'string' ? type : null,
      given.body,
    );
    if (problems.length === 0) return given;
    around.log.error({ ...factsOf(visit), status: given.status, problems }, 'answer is not as the contract says');
    return {
      status: 500,
      body: { contractDrift: visit.operation.id, status: given.status, problems, answer: given.body },
    };
  }

  async function serve(visit: Visit, raw: IncomingMessage): Promise<AnyAnswer | null> {
    let given: AnyAnswer | null;
    try {
      given = await answer(visit, raw);
    } catch (error) {
      given = trouble(error, visit);
    }
    if (given && !('stream' in given) && !raw.complete) readAway(raw, around.limits.ms);
    if (given && dialect.finish && (!('stream' in given) || given.json))
      given = dialect.finish(given as WireAnswer, visit, visit.who);
    return given && around.checkAnswers ? drift(given, visit) : given;
  }

  return { dialect, serve, trouble, validators };
}

const OVERRIDES = new Set(['GET', 'PUT', 'PATCH', 'DELETE']);

/** For clients that can send GET and POST alone. What is no such method is left to be refused as one that nobody serves. */
function override(call: OpenCall): void {
  const wanted = call.headers['x-http-method-override'];
  if (call.method !== 'POST' || typeof wanted !== 'string') return;
  const method = wanted.trim().toUpperCase();
  if (method !== 'POST') call.method = OVERRIDES.has(method) ? method : 'UNKNOWN';
}

/** What is left of a body that nobody wanted is read, so that the client can take in the answer; but not for ever. */
function readAway(raw: IncomingMessage, ms: number): void {
  const late = setTimeout(() => raw.destroy(), ms).unref();
  // a reader that gave up is let go of first: doing so afterwards would stop it again
  raw.unpipe();
  raw.once('close', () => clearTimeout(late)).resume();
}

/** An upload ends with the time of its request: what came so far is not taken for the whole. */
function cutOff(upload: Readable, call: OpenCall): void {
  const cut = () => upload.destroy(new ClientGone());
  if (call.signal.aborted) cut();
  else call.signal.addEventListener('abort', cut, { once: true });
}

/** Request line and headers together. */
const MOST_HEAD = 65_536;
const MOST_HEADERS = 200;

/** Node itself reads no more than this, so that a head that never ends holds little; it refuses in no dialect's shape. */
export const HEAD_LIMITS = { bytes: 2 * MOST_HEAD, headers: MOST_HEADERS + 1 };

function hasLargeHead(raw: IncomingMessage): boolean {
  if (raw.rawHeaders.length > 2 * MOST_HEADERS) return true;
  let size = raw.url?.length ?? 0;
  for (const part of raw.rawHeaders) size += part.length;
  return size > MOST_HEAD;
}

const hasHeader = (answer: WireAnswer, name: string): boolean =>
  answer.headers !== undefined && Object.keys(answer.headers).some((header) => header.toLowerCase() === name);

/** Whom a rate limit counts: the API client, else the person, else the address. */
function clientOf(who: unknown, call: OpenCall): string {
  const actor = (who as Partial<Context> | null | undefined)?.actor;
  if (actor?.kind === 'client') return actor.id;
  if (actor?.kind === 'person') return actor.clientId ?? actor.id;
  return call.ip;
}
