import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { countValues } from '../workers/pieces.ts';
import { turns } from '../workers/turns.ts';
import type { Bodies, Share } from './bodies.ts';
import { type Contract, lookUp, type MediaType, type Operation, resolve, typesOf } from './contract.ts';
import { type Fault, InvalidInput, MalformedRequest, type Reading } from './dialect.ts';
import { faultsOf } from './faults.ts';
import { gathering, letGo } from './gathering.ts';
import type { Row } from './handlers.ts';
import { MOST_VALUES, MOST_VALUES_OF_ROWS, parseJson, parseLargeJson, refuseProto } from './json.ts';
import { namesOf } from './names.ts';
import { putBack, takeOut } from './rows-in-bodies.ts';
import { comeBack, stepAside } from './taking-turns.ts';
import type { Validators } from './validation.ts';
import { pairs, scalar } from './values.ts';

const MOST_ROWS = 10_000;
/** Beyond so many bytes or, in a row, values only the first fault is told: a hostile body must not make a million of them. */
const TELL_ALL_BELOW = 262_144;
const TELL_ALL_VALUES = 2_000;
/** Of a body from somebody who is not known yet: credentials are short. */
const MOST_FROM_STRANGERS = 65_536;

export interface BodyLimits {
  /** Bytes of a body that is read as a whole. */
  bytes: number;
  /** Bytes of a body that is handed on as a stream. */
  uploadBytes: number;
  /** Milliseconds for a whole body to arrive. */
  ms: number;
  /** What the bodies of all requests may take together. */
  bodies: Bodies;
}

/** A body as read: the media type of the contract, the value, and its size. */
export interface ReadBody {
  media: MediaType | null;
  value: unknown;
  bytes: number;
  /** To be called when nobody needs it any more. */
  end(): void;
}

const NOTHING: ReadBody = { media: null, value: undefined, bytes: 0, end: () => {} };
/** Larger JSON is read on a thread of its own, so that nobody waits for it. */
const READ_OUTSIDE_FROM = 1_000_000;

const isJson = (type: string): boolean => type === 'text/json' || /^application\/(.*\+)?json$/.test(type);
const isRows = (type: string): boolean => /ndjson|jsonl/.test(type);

/** Reads and parses a request's body as one of the operation's media types; nothing is checked against schemas yet. */
export async function readBody(
  raw: IncomingMessage,
  operation: Operation,
  reading: Reading,
  limits: BodyLimits,
): Promise<ReadBody> {
  const { body } = operation;
  // an operation without a body ignores whatever is sent along
  if (!body || body.media.length === 0) return NOTHING;
  const length = raw.headers['content-length'];
  const none = length === '0' || (length === undefined && raw.headers['transfer-encoding'] === undefined);
  if (none) {
    if (body.required) throw new MalformedRequest({ kind: 'no_body' });
    return NOTHING;
  }
  const stray = reading.strayBodies === 'ignore' && !body.required;
  if (stray && !fits(raw, body.media, reading)) return NOTHING;
  const media = mediaOf(raw, body.media, reading);
  if (isBytes(media.type)) {
    stepAside(raw);
    return { ...NOTHING, media, value: counted(raw, limits.uploadBytes) };
  }
  const limitBytes = operation.security.length === 0 ? Math.min(limits.bytes, MOST_FROM_STRANGERS) : limits.bytes;
  if (Number(length) > limitBytes) throw new MalformedRequest({ kind: 'too_large', limitBytes });
  const { bytes, share } = await collect(raw, { ...limits, bytes: limitBytes });
  try {
    if (bytes.length === 0) {
      if (body.required) throw new MalformedRequest({ kind: 'no_body' });
      share.end();
      return NOTHING;
    }
    if (!isUtf8(bytes)) throw new MalformedRequest({ kind: 'json', why: 'encoding' });
    return { media, value: await parse(bytes, media), bytes: bytes.length, end: share.end };
  } catch (error) {
    share.end();
    if (stray && bytes.length > 0 && (error instanceof MalformedRequest || error instanceof InvalidInput))
      return NOTHING;
    throw error;
  } finally {
    letGo(bytes);
  }
}

/** Whether the body's label is one that the operation takes. */
function fits(raw: IncomingMessage, accepted: readonly MediaType[], reading: Reading): boolean {
  try {
    return mediaOf(raw, accepted, reading) !== undefined;
  } catch {
    return false;
  }
}

function parse(bytes: Buffer, media: MediaType): unknown {
  const values = media.rows.length > 0 ? MOST_VALUES_OF_ROWS : MOST_VALUES;
  if (bytes.length > READ_OUTSIDE_FROM && isJson(media.type) && !isRows(media.type))
    return parseLargeJson(bytes, values);
  const text = bytes.toString('utf8');
  if (isRows(media.type)) return linesOf(text);
  if (media.type === 'application/x-www-form-urlencoded') return formOf(text);
  return isJson(media.type) ? parseJson(text, values) : text;
}

function mediaOf(raw: IncomingMessage, accepted: readonly MediaType[], reading: Reading): MediaType {
  const label = raw.headers['content-type'];
  const first = accepted[0]!;
  const { bodyTypes = 'declared' } = reading;
  if (bodyTypes === 'any') return first;
  const refused = () =>
    new MalformedRequest({ kind: 'media_type', got: label ?? null, accepted: accepted.map((media) => media.type) });
  const packed = raw.headers['content-encoding'];
  if (packed !== undefined && packed.toLowerCase() !== 'identity') throw refused();
  // whoever takes anything looks at its label by itself
  const any = accepted.find((media) => media.type === '*/*');
  if (any) return any;
  // a body without a label is read as what the operation expects
  if (label === undefined || label.trim() === '') return first;
  const [type = '', ...parameters] = label
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((part) => part.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/.test(charset)) throw refused();
  const found =
    accepted.find((media) => media.type === type) ?? (isJson(type) ? accepted.find((m) => isJson(m.type)) : undefined);
  if (!found && bodyTypes === 'declared') throw refused();
  return found ?? first;
}

const isBytes = (type: string): boolean =>
  !isJson(type) && !isRows(type) && !type.startsWith('text/') && type !== 'application/x-www-form-urlencoded';

interface Collected {
  bytes: Buffer;
  share: Share;
}

/** All bytes of a body; others are served while they are on their way. */
async function collect(raw: IncomingMessage, limits: BodyLimits): Promise<Collected> {
  const late = !raw.complete;
  if (late) stepAside(raw);
  const collected = await collectNow(raw, limits);
  await collected.share.complete();
  if (late) await comeBack(raw);
  return collected;
}

function collectNow(raw: IncomingMessage, limits: BodyLimits): Promise<Collected> {
  // who left while the key was looked up sends nothing more, and nothing tells so a second time
  if (raw.destroyed && !raw.complete) return Promise.reject(new ClientGone());
  return new Promise((done, fail) => {
    const gathered = gathering();
    let size = 0;
    const timer = setTimeout(() => stop(new MalformedRequest({ kind: 'timeout' })), limits.ms);
    const stop = (error: Error | null) => {
      clearTimeout(timer);
      raw.off('data', onData).off('end', onEnd).off('error', stop).off('close', onClose);
      if (!error) return done({ bytes: gathered.all(), share });
      gathered.drop();
      share.end();
      fail(error);
    };
    const share = limits.bodies.begin(stop);
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.bytes) return stop(new MalformedRequest({ kind: 'too_large', limitBytes: limits.bytes }));
      share.add(gathered.add(chunk));
    };
    const onEnd = () => stop(null);
    const onClose = () => stop(new ClientGone());
    raw.on('data', onData).on('end', onEnd).on('error', stop).on('close', onClose);
  });
}

/** A form that a page of ours posted. */
export async function readForm(raw: IncomingMessage, limits: BodyLimits): Promise<URLSearchParams> {
  const { bytes, share } = await collect(raw, { ...limits, bytes: Math.min(limits.bytes, 65_536) });
  share.end();
  return new URLSearchParams(bytes.toString('utf8'));
}

/** The client left before its request was complete; there is nobody to answer. */
export class ClientGone extends Error {}

function counted(raw: IncomingMessage, limitBytes: number): Readable {
  let size = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      size += chunk.length;
      if (size > limitBytes) next(new MalformedRequest({ kind: 'too_large', limitBytes }));
      else next(null, chunk);
    },
  });
  // what goes wrong before anybody reads, or when nobody does, must not end the process; readers hear of it themselves
  counter.on('error', () => {});
  raw.on('error', (error) => counter.destroy(error));
  raw.on('close', () => {
    if (!raw.complete) counter.destroy(new ClientGone());
  });
  if (raw.destroyed && !raw.complete) counter.destroy(new ClientGone());
  return raw.pipe(counter);
}

function formOf(text: string): Record<string, unknown> {
  const form: Record<string, unknown> = {};
  for (const [name, value] of pairs(text.trim())) {
    if (name === '__proto__') refuseProto();
    form[name] = value;
  }
  return form;
}

/** A form's texts as the numbers and booleans that the schema asks for. */
function typedForm(contract: Contract, pointer: string, form: Record<string, string>, reading: Reading): unknown {
  const [schema] = resolve(contract.document, lookUp(contract.document, pointer), pointer);
  return Object.fromEntries(
    Object.entries(form).map(([name, text]) => {
      const member = schema.properties?.[name];
      return [name, member ? scalar(text, typesOf(contract.document, member), null, reading) : text];
    }),
  );
}

async function linesOf(text: string): Promise<Row<unknown>[]> {
  const rows: Row<unknown>[] = [];
  const turn = turns();
  let line = 0;
  for (let from = 0, to = 0; from <= text.length; from = to + 1) {
    to = text.indexOf('\n', from);
    if (to < 0) to = text.length;
    line += 1;
    const part = text.slice(from, to);
    if (part.trim() === '') {
      if (line % 1000 === 0) await turn();
      continue;
    }
    if (rows.length === MOST_ROWS) throw new MalformedRequest({ kind: 'too_many_rows', limit: MOST_ROWS });
    rows.push(rowOf(line, part));
    await turn();
  }
  return rows;
}

function rowOf(line: number, text: string): Row<unknown> {
  try {
    return { line, value: parseJson(text) };
  } catch (error) {
    if (error instanceof MalformedRequest && error.problem.kind === 'too_many_values') return tooManyValues(line);
    if (!(error instanceof MalformedRequest || error instanceof InvalidInput)) throw error;
    return { line, issues: [{ path: [], fault: 'syntax', detail: 'is not readable JSON' }] };
  }
}

const tooManyValues = (line: number): Row<unknown> => ({
  line,
  issues: [{ path: [], fault: 'too_many', detail: `holds more than ${MOST_VALUES} values` }],
});

/** Brings a parsed body into the contract's spelling and checks it; rows are checked one by one. Refuses by InvalidInput. */
export async function checkBody(
  read: ReadBody,
  contract: Contract,
  validators: Validators,
  reading: Reading,
  required = true,
): Promise<unknown> {
  const { media, value } = read;
  if (!media?.pointer || value === undefined || isBytes(media.type) || media.type.startsWith('text/')) return value;
  const anyCase = reading.bodyNames === 'any-case';
  const spelled = (pointer: string, part: unknown) => (anyCase ? namesOf(contract.document, pointer, part) : part);
  const checkRow = (pointer: string, line: number, value: unknown): Row<unknown> => {
    if (countValues(value, MOST_VALUES) > MOST_VALUES) return tooManyValues(line);
    const part = spelled(pointer, value);
    if (validators.at(pointer)(part).length === 0) return { line, value: part };
    const all = countValues(part, TELL_ALL_VALUES) <= TELL_ALL_VALUES;
    return { line, issues: faultsOf(validators.at(pointer, all)(part), 'body').slice(0, 10) };
  };
  if (isRows(media.type))
    return inTurns(value as Row<unknown>[], (row) =>
      'issues' in row ? row : checkRow(media.pointer!, row.line, row.value),
    );
  let rest: unknown = value;
  const taken = media.rows.flatMap(({ path, items }) => {
    const found = takeOut(rest, path, anyCase);
    if (found) rest = found.rest;
    return found ? [{ path, items, rows: found.rows }] : [];
  });
  if (taken.reduce((sum, { rows }) => sum + rows.length, 0) > MOST_ROWS)
    throw new MalformedRequest({ kind: 'too_many_rows', limit: MOST_ROWS });
  // what stands around rows has the bounds of a body
  if (taken.length > 0 && countValues(rest, MOST_VALUES) > MOST_VALUES)
    throw new MalformedRequest({ kind: 'too_many_values', limit: MOST_VALUES });
  const withRows = async (around: unknown): Promise<unknown> => {
    let whole = around;
    for (const { path, items, rows } of taken)
      whole = putBack(whole, path, await inTurns(rows, (part, index) => checkRow(items, index + 1, part)));
    return whole;
  };
  if (taken[0]?.path.length === 0) return withRows(rest);
  const body = spelled(media.pointer, rest);
  const form = media.type === 'application/x-www-form-urlencoded';
  const checked = form ? typedForm(contract, media.pointer, body as Record<string, string>, reading) : body;
  if (validators.at(media.pointer)(checked).length === 0) return withRows(checked);
  if (reading.strayBodies === 'ignore' && !required) return undefined;
  const errors = validators.at(media.pointer, read.bytes < TELL_ALL_BELOW)(checked);
  throw new InvalidInput(faultsOf(errors, 'body') as [Fault, ...Fault[]]);
}

/** As `map`, while others have their turns. */
async function inTurns<T, R>(list: readonly T[], work: (one: T, index: number) => R): Promise<R[]> {
  const turn = turns();
  const results: R[] = [];
  for (const [index, one] of list.entries()) {
    results.push(work(one, index));
    await turn();
  }
  return results;
}
