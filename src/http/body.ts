import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import type { Bodies, Share } from './bodies.ts';
import { type Contract, lookUp, type MediaType, type Operation, resolve, typesOf } from './contract.ts';
import { type Fault, InvalidInput, MalformedRequest, type Reading } from './dialect.ts';
import { faultsOf } from './faults.ts';
import type { Row } from './handlers.ts';
import { parseJson, parseLargeJson, refuseProto } from './json.ts';
import { namesOf } from './names.ts';
import { comeBack, stepAside } from './taking-turns.ts';
import type { Validators } from './validation.ts';
import { pairs, scalar } from './values.ts';

export const MOST_ROWS = 10_000;
/** Beyond this size only the first fault is told: a hostile body must not make a million of them. */
const TELL_ALL_BELOW = 262_144;

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

export const isJson = (type: string): boolean => type === 'text/json' || /^application\/(.*\+)?json$/.test(type);
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
  if (Number(length) > limits.bytes) throw new MalformedRequest({ kind: 'too_large', limitBytes: limits.bytes });
  const { bytes, share } = await collect(raw, limits);
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
  if (bytes.length > READ_OUTSIDE_FROM && isJson(media.type) && !isRows(media.type)) return parseLargeJson(bytes);
  const text = bytes.toString('utf8');
  if (isRows(media.type)) return linesOf(text);
  if (media.type === 'application/x-www-form-urlencoded') return formOf(text);
  return isJson(media.type) ? parseJson(text) : text;
}

function mediaOf(raw: IncomingMessage, accepted: readonly MediaType[], reading: Reading): MediaType {
  const label = raw.headers['content-type'];
  const first = accepted[0]!;
  if (reading.bodyTypes === 'any') return first;
  const refused = () =>
    new MalformedRequest({ kind: 'media_type', got: label ?? null, accepted: accepted.map((media) => media.type) });
  const packed = raw.headers['content-encoding'];
  if (packed !== undefined && packed.toLowerCase() !== 'identity') throw refused();
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
  if (!found) throw refused();
  return found;
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
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => stop(new MalformedRequest({ kind: 'timeout' })), limits.ms);
    const stop = (error: Error | null) => {
      clearTimeout(timer);
      raw.off('data', onData).off('end', onEnd).off('error', stop).off('close', onClose);
      if (!error) return done({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), share });
      share.end();
      fail(error);
    };
    const share = limits.bodies.begin(stop);
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.bytes) return stop(new MalformedRequest({ kind: 'too_large', limitBytes: limits.bytes }));
      chunks.push(chunk);
      share.add(chunk.length);
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

function linesOf(text: string): Row<unknown>[] {
  const rows: Row<unknown>[] = [];
  let line = 0;
  for (const part of text.split('\n')) {
    line += 1;
    if (part.trim() === '') continue;
    if (rows.length === MOST_ROWS) throw new MalformedRequest({ kind: 'too_many_rows', limit: MOST_ROWS });
    try {
      rows.push({ line, value: parseJson(part) });
    } catch (error) {
      if (!(error instanceof MalformedRequest || error instanceof InvalidInput)) throw error;
      rows.push({ line, issues: [{ path: [], fault: 'syntax', detail: 'is not readable JSON' }] });
    }
  }
  return rows;
}

/** Brings a parsed body into the contract's spelling and checks it; rows are checked one by one. Refuses by InvalidInput. */
export function checkBody(
  read: ReadBody,
  contract: Contract,
  validators: Validators,
  reading: Reading,
  required = true,
): unknown {
  const { media, value } = read;
  if (!media?.pointer || value === undefined || isBytes(media.type) || media.type.startsWith('text/')) return value;
  const anyCase = reading.bodyNames === 'any-case';
  const spelled = (pointer: string, part: unknown) => (anyCase ? namesOf(contract.document, pointer, part) : part);
  if (isRows(media.type)) {
    return (value as Row<unknown>[]).map((row) =>
      'issues' in row ? row : checkRow(row.line, spelled(media.pointer!, row.value), media.pointer!, validators),
    );
  }
  if (media.rows && Array.isArray(value)) {
    if (value.length > MOST_ROWS) throw new MalformedRequest({ kind: 'too_many_rows', limit: MOST_ROWS });
    const pointer = `${media.pointer}/items`;
    return value.map((part, index) => checkRow(index + 1, spelled(pointer, part), pointer, validators));
  }
  const body = spelled(media.pointer, value);
  const form = media.type === 'application/x-www-form-urlencoded';
  const checked = form ? typedForm(contract, media.pointer, body as Record<string, string>, reading) : body;
  if (validators.at(media.pointer)(checked).length === 0) return checked;
  if (reading.strayBodies === 'ignore' && !required) return undefined;
  const errors = validators.at(media.pointer, read.bytes < TELL_ALL_BELOW)(checked);
  throw new InvalidInput(faultsOf(errors, 'body') as [Fault, ...Fault[]]);
}

function checkRow(line: number, value: unknown, pointer: string, validators: Validators): Row<unknown> {
  if (validators.at(pointer)(value).length === 0) return { line, value };
  return { line, issues: faultsOf(validators.at(pointer, true)(value), 'body').slice(0, 10) };
}
