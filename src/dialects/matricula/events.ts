import type { HttpCall } from '../../http/call.ts';
import { InvalidInput } from '../../http/dialect.ts';
import type { Handlers } from '../../http/handlers.ts';
import { Feed } from '../../record/insight/index.ts';
import { may } from '../../record/kernel/actor.ts';
import { Refusal } from '../../record/kernel/refusal.ts';
import { callerOf } from './authentication.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';
import type { Needs } from './needs.ts';
import { type Places, placesOf } from './places.ts';
import { toEvent } from './wire/events.ts';

const PAGE = 50;
const RETRY_MS = 2000;
/** How often a follower who sees nothing is told how far the feed has been looked through. */
const MARK_MS = 15_000;

/** The change feed, page by page and as it grows. */
export function eventHandlers({ access }: Needs) {
  const feed = Feed.follow();

  /** Whether key or token, and what they allow and show, still stand. Losing the database says nothing about that. */
  async function stands(caller: Caller, call: HttpCall): Promise<boolean> {
    try {
      const { actor } = await callerOf(access, call);
      return may(actor, 'events.read') && String(actor.units?.toSorted()) === String(caller.actor.units?.toSorted());
    } catch (error) {
      return !(error instanceof Refusal);
    }
  }

  async function* stream(
    caller: Caller,
    places: Places,
    call: HttpCall,
    pieces: AsyncIterable<Feed.Piece>,
    from: string,
  ) {
    let told = from;
    let toldAt = performance.now();
    yield `retry: ${RETRY_MS}\nid: ${from}\n\n`;
    for await (const { rows, place } of pieces) {
      if (!(await stands(caller, call))) return;
      const ids = places.textsOf(rows);
      for (const [i, row] of rows.entries()) {
        const event = toEvent(ids[i]!, row);
        yield `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
      }
      const here = places.textOf(place);
      if (rows.length > 0) toldAt = performance.now();
      else if (here !== told && performance.now() - toldAt > MARK_MS) {
        toldAt = performance.now();
        yield `id: ${here}\n\n`;
      } else continue;
      told = here;
    }
  }

  return {
    listEvents: async (caller, { query }) => {
      const places = await placesOf(caller);
      const after = query.cursor === undefined ? Feed.START : await places.at(query.cursor);
      const { rows, next } = await Feed.read(caller, after, filterOf(query), query.limit ?? PAGE);
      const ids = places.textsOf(rows);
      return {
        status: 200,
        body: { data: rows.map((row, i) => toEvent(ids[i]!, row)), next: places.textOf(next) },
      };
    },

    getEventStream: async (caller, { query, headers }, call) => {
      const places = await placesOf(caller);
      const last = headers['last-event-id'];
      const from = last === undefined ? await places.at(query.cursor ?? 'end') : await lastPlace(() => places.at(last));
      // before the answer begins
      await Feed.demandPlace(caller, from);
      const pieces = feed.follow(caller, from, filterOf(query), call.signal);
      return { status: 200, stream: stream(caller, places, call, pieces, places.textOf(from)) };
    },
  } satisfies Partial<Handlers<Operations, Caller>>;
}

type FilterQuery = Omit<Operations['listEvents']['query'], 'cursor' | 'limit'>;

const filterOf = ({ type, entity, entityId, personId, courseId }: FilterQuery): Feed.Filter => ({
  types: type,
  entity,
  entityId,
  personId,
  courseId,
});

/** A wrong place in the header is told as the header's. */
async function lastPlace<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Refusal) || error.fact.kind !== 'not_found') throw error;
    const detail = 'is not a place in this feed';
    throw new InvalidInput([
      { where: 'header', path: ['Last-Event-ID'], fault: 'unknown_value', keyword: 'custom', params: {}, detail },
    ]);
  }
}
