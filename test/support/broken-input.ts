import type { App } from '../../src/app.ts';
import { type Contract, lookUp, type Operation, type Parameter, resolve } from '../../src/http/contract.ts';
import { validatorsOf } from '../../src/http/validation.ts';

/** A request as it goes out; the method is the operation's. */
export interface Sent {
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** In place of `body`. */
  payload?: string | Buffer;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  /** Parsed where it is JSON. */
  body: unknown;
}

export interface Door {
  contract: Contract;
  /** A request that would succeed; called anew after a write that did. */
  good(operation: Operation): Promise<Sent> | Sent;
  send(operation: Operation, sent: Sent): Promise<Answer>;
  /** Bodies beyond this size are refused. */
  bodyBytes: number;
  /** Whether bodies are read whatever their label says. */
  anyLabel?: boolean;
  /** Operations that are not asked. */
  except?: readonly string[];
  told?(operation: Operation, answer: Answer): void;
}

/** Sends to a server below a prefix, always with these headers. */
export const injecting =
  (server: App['server'], prefix: string, always: Record<string, string>): Door['send'] =>
  async ({ method }, { path, headers = {}, body, payload }) => {
    const given = payload ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await server.inject({
      method: method as 'GET',
      url: `${prefix}${path}`,
      headers: { ...always, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(given === undefined ? {} : { payload: given }),
    });
    const json = /json\b/.test(String(answer.headers['content-type'] ?? ''));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.payload === '' ? undefined : json ? answer.json() : answer.payload,
    };
  };

interface Broken extends Sent {
  what: string;
  /** Whether nobody can take it. */
  hopeless?: boolean;
}

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const LONG = 'x'.repeat(2001);
const IN_PATH = ['malformed', '%zz', 'a%00b', LONG, '%27%22%3B--', '%F0%9F%98%80', '%ED%A0%80'];
const IN_QUERY = ['', '%00', 'x', '-1', '99999999999999999999', '%F0%9F%98%80', LONG];
const IN_HEADER = ['a b', '"x, ,', LONG];
const IN_BODY = [null, true, -1, 1e300, '', 'x\u0000', 'é'.repeat(3000), [], [{}], {}];
const AS_BODY = ['null', 'true', '7', '"text"', '[]', '{}', '[null]', '[[[]]]', '{"__proto__":{}}', '{"nonsense":1}'];

let turn = 0;
/** Three of them, each time the next ones: over all operations every one is sent many times. */
const some = <T>(list: readonly T[]): T[] => [0, 1, 2].map(() => list[turn++ % list.length]!);

/**
 * Sends every operation of a contract what is broken in every way its parameters and body can be, and lists the answers that the
 * operation does not name, whose body is not as it says, that take what nobody can take, or that are our own failure.
 */
export async function brokenInput(door: Door): Promise<string[]> {
  const validators = validatorsOf(door.contract);
  const wrong: string[] = [];
  for (const operation of door.contract.operations) {
    if (door.except?.includes(operation.id)) continue;
    let fresh = await door.good(operation);
    for (const broken of breakages(door, operation, fresh)) {
      const { what, hopeless, ...sent } = broken(fresh);
      const answer = await door.send(operation, sent);
      door.told?.(operation, answer);
      const { status } = answer;
      const tell = (fault: string) =>
        wrong.push(`${operation.id} ${status} ${what}: ${fault} ${JSON.stringify(answer.body)?.slice(0, 300)}`);
      if (status >= 500) tell('fails');
      else if (!operation.answers.has(String(status))) tell('no status that the operation names');
      else if (hopeless && status < 400) tell('taken');
      else {
        const type = answer.headers['content-type'];
        const problems = validators.answer(operation, status, typeof type === 'string' ? type : null, answer.body);
        if (problems.length > 0) tell(problems.join('; '));
      }
      if (status < 300 && /^(POST|DELETE)$/.test(operation.method)) fresh = await door.good(operation);
    }
  }
  return wrong;
}

type Breakage = (good: Sent) => Broken;

function* breakages(door: Door, operation: Operation, good: Sent): Generator<Breakage> {
  for (const parameter of operation.parameters) {
    if (parameter.in === 'path') yield* inPath(operation, parameter);
    else if (parameter.in === 'query') yield* inQuery(parameter);
    else if (!/api-key|authorization/i.test(parameter.name))
      for (const value of IN_HEADER) {
        const headers = { [parameter.name.toLowerCase()]: value };
        yield (good) => ({
          ...good,
          headers: { ...good.headers, ...headers },
          what: `header ${parameter.name}: ${cut(value)}`,
        });
      }
  }
  for (const text of ['nonsense=1', '__proto__=1', 'x=%zz', '%zz=x'])
    yield (good) => ({ ...good, path: `${good.path}${good.path.includes('?') ? '&' : '?'}${text}`, what: `?${text}` });
  if (operation.body) yield* inBody(door, operation, good);
}

function* inPath(operation: Operation, { name, format }: Parameter): Generator<Breakage> {
  const at = operation.path.split('/').indexOf(`{${name}}`);
  for (const value of format === 'uuid' ? [...some(IN_PATH), NOBODY] : some(IN_PATH))
    yield (good) => {
      const [path = '', query] = good.path.split('?');
      const segments = path.split('/').with(at, value);
      const whole = segments.join('/') + (query === undefined ? '' : `?${query}`);
      return { ...good, path: whole, what: `path ${name}: ${cut(value)}` };
    };
}

function* inQuery({ name, required }: Parameter): Generator<Breakage> {
  const forms = [...IN_QUERY, `a&${name}=b`].map((value) => `${name}=${value}`);
  const values: (string | null)[] = some([...forms, `${name}[]=x`, `${name}[x]=y`]);
  if (required) values.push(null);
  for (const value of values)
    yield (good) => {
      const [path = '', query = ''] = good.path.split('?');
      const others = query.split('&').filter((part) => part !== '' && part.split('=')[0] !== name);
      const parts = value === null ? others : [...others, value];
      return {
        ...good,
        path: parts.length > 0 ? `${path}?${parts.join('&')}` : path,
        what: value === null ? `without ${name}` : `?${cut(value)}`,
        hopeless: value === null,
      };
    };
}

function* inBody(door: Door, operation: Operation, good: Sent): Generator<Breakage> {
  const { required, media } = operation.body!;
  const raw = (what: string, payload: string | Buffer, headers: Record<string, string>, hopeless = false): Breakage => {
    return ({ path, headers: others }) => ({
      path,
      payload,
      headers: { ...others, ...headers },
      what: `body: ${what}`,
      hopeless,
    });
  };
  const json = { 'content-type': 'application/json' };
  yield ({ path, headers }) => ({ path, ...(headers ? { headers } : {}), what: 'body: none', hopeless: required });
  // a file may be of any kind
  const anything = media.some(({ type }) => type === '*/*');
  const labelled = required && !door.anyLabel && !anything;
  yield raw('text/plain', 'hello', { 'content-type': 'text/plain' }, required && !anything);
  yield raw('application/xml', '{}', { 'content-type': 'application/xml' }, labelled);
  yield raw('no media type', '{}', { 'content-type': 'nonsense' }, labelled);
  yield raw('another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }, labelled);
  yield raw('packed', '{}', { ...json, 'content-encoding': 'gzip' }, labelled);
  yield raw('too large', JSON.stringify({ filler: 'x'.repeat(door.bodyBytes) }), json, required);
  for (const { type } of media) {
    const label = { 'content-type': type };
    yield raw(`unfinished ${type}`, '{"a":', label);
    yield raw(`${type}, no UTF-8`, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), label);
    yield raw(`${type}, nested`, '['.repeat(20_000) + ']'.repeat(20_000), label);
  }
  const pointer = media.find(({ type }) => /json$/.test(type) && !/ndjson/.test(type))?.pointer;
  if (!pointer || good.payload !== undefined) return;
  yield raw('unfinished', '{"a":', json, required);
  for (const text of AS_BODY) yield raw(text, text, json);
  const { names, needed } = membersOf(door.contract, pointer);
  const changed = (what: string, change: (body: object) => object, hopeless = false): Breakage => {
    return (good) => {
      const body = Array.isArray(good.body)
        ? [changeOf(good.body[0], change), ...good.body.slice(1)]
        : changeOf(good.body, change);
      return { ...good, body, what: `body: ${what}`, hopeless };
    };
  };
  for (const name of names)
    for (const value of some(IN_BODY))
      yield changed(`${name} = ${cut(JSON.stringify(value))}`, (body) => ({ ...body, [name]: value }));
  const whole = !Array.isArray(good.body);
  for (const name of needed)
    yield changed(
      `without ${name}`,
      (body) => Object.fromEntries(Object.entries(body).filter(([own]) => own !== name)),
      whole && required,
    );
}

const changeOf = (body: unknown, change: (body: object) => object): unknown =>
  body === null || body === undefined || (typeof body === 'object' && !Array.isArray(body)) ? change(body ?? {}) : body;

/** The members that a body may have, at its top or in the entries of its list. */
function membersOf({ document }: Contract, pointer: string): { names: string[]; needed: string[] } {
  const names = new Set<string>();
  const needed = new Set<string>();
  const walk = (entry: unknown, sure: boolean): void => {
    const [schema] = resolve(document, entry, '');
    for (const name of Object.keys(schema.properties ?? {})) names.add(name);
    if (sure) for (const name of schema.required ?? []) needed.add(name);
    for (const part of schema.allOf ?? []) walk(part, sure);
    for (const part of [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) walk(part, false);
    if (schema.items) walk(schema.items, sure);
  };
  walk(lookUp(document, pointer), true);
  return { names: [...names], needed: [...needed] };
}

const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
