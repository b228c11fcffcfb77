import type { FastifyReply } from 'fastify';
import type { Operation } from './contract.ts';
import type { Dialect } from './dialect.ts';
import { etagOf, isKnown } from './etags.ts';
import type { AnyAnswer, Visit } from './mount.ts';
import { flow } from './stream.ts';
import { stepAside } from './taking-turns.ts';

interface Type {
  header: string;
  json: boolean;
}

const isJson = (type: string): boolean => /[/+]json\b/i.test(type);

/** Which content type goes out where the answer itself names none: the contract's first for that status. */
function typeChooser(dialect: Dialect): (operation: Operation | null, status: number, streaming: boolean) => Type {
  const known = new Map<Operation, Map<number, Type>>();
  const written = (declared: string): string =>
    dialect.contentType?.(declared) ??
    (isJson(declared) || declared.startsWith('text/') ? `${declared}; charset=utf-8` : declared);
  const plain: Type = { header: written('application/json'), json: true };
  return (operation, status, streaming) => {
    if (!operation) return plain;
    let types = known.get(operation);
    if (!types) {
      types = new Map();
      known.set(operation, types);
    }
    const key = streaming ? -status : status;
    let type = types.get(key);
    if (!type) {
      const { answers } = operation;
      const listed =
        answers.get(String(status)) ?? answers.get(`${String(status)[0]}XX`) ?? answers.get('default') ?? [];
      const declared = (streaming ? listed.find((media) => !isJson(media.type)) : listed[0])?.type;
      type = declared ? { header: written(declared), json: isJson(declared) } : plain;
      types.set(key, type);
    }
    return type;
  };
}

export type Sender = (reply: FastifyReply, visit: Visit, answer: AnyAnswer) => FastifyReply;

/** Sends answers of one dialect: JSON by JSON.stringify, text and bytes as they are, streams until somebody leaves. */
export function senderOf(
  dialect: Dialect,
  streams: Set<Visit>,
  failed: (error: unknown, visit: Visit) => void,
): Sender {
  const choose = typeChooser(dialect);
  return (reply, visit, answer) => {
    const streaming = 'stream' in answer;
    const binary = streaming && !answer.json;
    reply.code(answer.status);
    if (answer.headers) reply.headers(answer.headers);
    if (!streaming && answer.body === undefined) {
      reply.removeHeader('content-type');
      return reply.send();
    }
    const own = reply.getHeader('content-type');
    const type =
      typeof own === 'string' ? { header: own, json: isJson(own) } : choose(visit.operation, answer.status, binary);
    if (own === undefined) reply.header('content-type', type.header);
    if (streaming) {
      const events = type.header.startsWith('text/event-stream');
      if (events) reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      // a length that is told holds for what goes out as it is
      if (reply.hasHeader('content-length')) reply.request.headers['x-no-compression'] = 'yes';
      // each layer that a stream goes through listens for its end
      reply.raw.setMaxListeners(20);
      streams.add(visit);
      stepAside(reply.request.raw);
      reply.raw.once('close', () => streams.delete(visit));
      return reply.send(flow(answer.stream, events, visit.call.signal, (error) => failed(error, visit)));
    }
    const body = type.json ? JSON.stringify(answer.body) : answer.body;
    return dialect.etags && answer.status === 200 && visit.call.method === 'GET'
      ? sendTagged(reply, body, visit)
      : reply.send(body);
  };
}

/** With the tag that the answer brought, or one of what it holds; without that where the client has it. */
function sendTagged(reply: FastifyReply, body: unknown, { call }: Visit): FastifyReply {
  const own = reply.getHeader('etag');
  const tag = typeof own === 'string' ? own : typeof body === 'string' ? etagOf(body) : undefined;
  if (tag === undefined) return reply.send(body);
  reply.header('etag', tag);
  if (!isKnown(tag, call.headers['if-none-match'])) return reply.send(body);
  reply.removeHeader('content-type');
  return reply.code(304).send();
}
