import type { HttpCall } from '../../http/call.ts';
import type { Operation } from '../../http/contract.ts';
import { type At, type Dialect, InvalidInput, invalidQuery } from '../../http/dialect.ts';
import { pairs } from '../../http/values.ts';
import { Requests } from '../../record/access/index.ts';
import { type Issue, Refusal } from '../../record/kernel/refusal.ts';
import { bearerOf } from './authentication.ts';
import type { Caller } from './caller.ts';
import { problem, problemOf } from './envelope.ts';
import { decrypted, encrypted, requestPrint } from './kept-answers.ts';

type Handler = Dialect['handlers'][string];

interface AnyInput {
  path: Record<string, unknown>;
  headers: Record<string, unknown>;
  body: unknown;
}

/** What holds for every operation alike, around its handler. */
export function withRules(handler: Handler, operation: Operation): Handler {
  const named = operation.parameters.some(({ name }) => name.toLowerCase() === 'idempotency-key');
  return async (caller: Caller, input: AnyInput, call: HttpCall) => {
    refuseRepeated(call);
    const work = (who: Caller) => telling(input, () => hiding(who, operation, input, () => handler(who, input, call)));
    const key = named ? input.headers['idempotency-key'] : undefined;
    if (typeof key !== 'string') return work(caller);
    return once(caller, key, input, { call, operation }, work);
  };
}

/** A list parameter that is given twice is as much a slip as any other. */
function refuseRepeated(call: HttpCall): void {
  if (!call.query.includes('&')) return;
  const seen = new Set<string>();
  for (const [name] of pairs(call.query)) {
    if (seen.has(name)) invalidQuery(name, 'must be given once', 'too_many');
    seen.add(name);
  }
}

/** What the body names and is not there is a fault of the body: 422, while 404 is for the path. */
async function telling<T>({ path, body }: AnyInput, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fact = error instanceof Refusal ? error.fact : undefined;
    const key = fact?.kind === 'not_found' ? (fact.id ?? fact.key) : undefined;
    if (fact?.kind !== 'not_found' || key === undefined || isIn(path, key)) throw error;
    const place = placeOf(body, key.toLowerCase());
    if (!place) throw error;
    const detail = `names no ${fact.entity.replaceAll('_', ' ')}`;
    throw new Refusal({ kind: 'invalid', issues: [{ path: place, fault: 'not_found', detail }] });
  }
}

/**
 * Of what people may do for themselves, the same for others does not exist to them. For things other than people the record says so
 * itself, and forbids what is not for learners.
 */
async function hiding<T>(caller: Caller, operation: Operation, { path }: AnyInput, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fact = error instanceof Refusal ? error.fact : undefined;
    const { personId } = path;
    const own = operation.raw['x-own'] === true && caller.actor.kind === 'person' && personId !== undefined;
    if (!own || fact?.kind !== 'forbidden' || fact.permission !== operation.raw['x-permission']) throw error;
    throw new Refusal({ kind: 'not_found', entity: 'person', id: String(personId) });
  }
}

const isIn = (values: Record<string, unknown>, key: string): boolean =>
  Object.values(values).some((value) => typeof value === 'string' && value.toLowerCase() === key.toLowerCase());

/** Where in a body a value stands. */
export function placeOf(body: unknown, key: string): Issue['path'] | undefined {
  if (typeof body === 'string') return body.toLowerCase() === key ? [] : undefined;
  if (body === null || typeof body !== 'object') return undefined;
  const members: [string | number, unknown][] = Array.isArray(body) ? [...body.entries()] : Object.entries(body);
  for (const [name, value] of members) {
    const found = placeOf(value, key);
    if (found) return [name, ...found];
  }
  return undefined;
}

const NAME = /^[\x21-\x7e]{1,255}$/;

/** One request of one name, once: a repeated one gets the first answer. */
async function once(
  caller: Caller,
  key: string,
  input: AnyInput,
  at: At,
  work: (who: Caller) => ReturnType<Handler>,
): ReturnType<Handler> {
  if (!NAME.test(key)) {
    const detail = 'must be 1 to 255 visible characters';
    const fault = {
      where: 'header',
      path: ['Idempotency-Key'],
      fault: 'format',
      keyword: 'custom',
      params: {},
      detail,
    };
    throw new InvalidInput([fault as InvalidInput['faults'][0]]);
  }
  const fingerprint = requestPrint(at.call.method, at.call.url, input.body ?? null);
  const secret = SECRET.has(at.operation?.id ?? '') ? bearerOf(at.call) : undefined;
  const done = await Requests.answerOnce(
    caller,
    { key, fingerprint },
    async (ctx) => sealed(await keepable(await work({ ...caller, ...ctx })), secret),
    (error) => {
      const answer = problemOf(error, at);
      return answer && answer.status !== 429 && answer.status < 500 ? answer : undefined;
    },
  );
  if (done.kind === 'in_use') return problem(at, 'idempotency-key-in-use', 'Repeat the request a little later.');
  if (done.kind === 'reused')
    return problem(at, 'idempotency-key-reused', 'The Idempotency-Key came before with another body or address.');
  const answer = opened(done.answer, secret);
  if (!answer)
    return problem(at, 'idempotency-key-reused', 'The Idempotency-Key came before with another API key or token.');
  const { status, body } = answer;
  const headers: Record<string, string | string[]> = {
    ...done.answer.headers,
    ...(done.replayed ? { 'idempotency-replayed': 'true' } : {}),
  };
  return headers['content-type'] === LINES
    ? { status, headers, stream: inOne(String(body)) }
    : { status, headers, body };
}

const LINES = 'application/x-ndjson';

/** Operations whose answers hold what is shown once. */
const SECRET = new Set(['createClient', 'createClientCredentials']);

const sealed = (answer: Requests.Kept, secret: string | undefined): Requests.Kept =>
  secret === undefined || answer.status >= 400
    ? answer
    : { ...answer, body: { sealed: encrypted(JSON.stringify(answer.body), secret) } };

function opened(answer: Requests.Kept, secret: string | undefined): Requests.Kept | undefined {
  if (secret === undefined || answer.status >= 400) return answer;
  const text = decrypted((answer.body as { sealed: string }).sealed, secret);
  return text === undefined ? undefined : { ...answer, body: JSON.parse(text) as unknown };
}

/** What comes in pieces is kept as one text. */
async function keepable(
  answer: Awaited<ReturnType<Handler>> & { headers?: Requests.Kept['headers'] },
): Promise<Requests.Kept> {
  if (!('stream' in answer)) return answer;
  let body = '';
  for await (const piece of answer.stream as AsyncIterable<string>) body += piece;
  return { status: answer.status, body, ...(answer.headers ? { headers: answer.headers } : {}) };
}

async function* inOne(text: string): AsyncGenerator<string> {
  yield text;
}
