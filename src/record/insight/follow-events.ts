import { SYSTEM } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { withoutHalt } from '../kernel/halt.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type EventRow, type FeedFilter, readEvents } from './events.ts';
import { FEED_START, type FeedPosition, newestPosition } from './feed-places.ts';

/** What came since the last piece, and the place after it. Pieces without rows say how far was looked. */
export interface FeedPiece {
  rows: readonly EventRow[];
  place: FeedPosition;
}

/** The feed as it grows. All followers of a tenant share one reader. */
export interface Feed {
  /**
   * Everything after a place, then whatever comes, until the signal is aborted or the caller stops. A piece comes at least every two
   * seconds, so that callers can look after themselves. Refuses without `events.read`.
   */
  follow(ctx: Context, from: FeedPosition, filter: FeedFilter, signal: AbortSignal): AsyncGenerator<FeedPiece, void>;
}

const BATCH = 500;
/** Events that are kept for followers who are not quite at the end. */
const MOST_KEPT = 2_000;
const WAIT_MS = 2_000;

/** The end of one tenant's feed, read once for everybody who follows it. */
interface Live {
  /** Events in `kept` are those after `start`, up to `end`; null before the first reading. */
  start: FeedPosition;
  end: FeedPosition | null;
  kept: EventRow[];
  waiting: Set<() => void>;
  followers: number;
  timer: NodeJS.Timeout | undefined;
}

export function createFeed({ pollMs = 500 }: { pollMs?: number } = {}): Feed {
  const tenants = new Map<string, Live>();

  function enter(ctx: Context): Live {
    const { id } = ctx.tenant;
    let live = tenants.get(id);
    if (!live) {
      live = { start: FEED_START, end: null, kept: [], waiting: new Set(), followers: 0, timer: undefined };
      tenants.set(id, live);
      // the reader outlives the request that began it
      const reader = { ...ctx, actor: SYSTEM, inTransaction: false };
      withoutHalt(() => void poll(reader, live!));
    }
    live.followers += 1;
    return live;
  }

  function leave(ctx: Context, live: Live): void {
    live.followers -= 1;
    if (live.followers > 0) return;
    clearTimeout(live.timer);
    tenants.delete(ctx.tenant.id);
  }

  async function poll(ctx: Context, live: Live): Promise<void> {
    let more = false;
    try {
      if (live.end === null) {
        live.end = await newestPosition(ctx);
        live.start = live.end;
      } else {
        const { rows, next } = await readEvents(ctx, live.end, {}, BATCH);
        more = rows.length === BATCH;
        keep(live, rows, next);
      }
    } catch (error) {
      // the feed goes on elsewhere: followers are told at their own next reading
      if (error instanceof Refusal) Object.assign(live, { end: null, kept: [] });
      // otherwise the database is away; whoever follows waits, and goes on where they are
    }
    if (live.followers === 0) return;
    live.timer = setTimeout(() => void poll(ctx, live), more ? 0 : pollMs);
    live.timer.unref();
  }

  return {
    async *follow(ctx, from, filter, signal) {
      demand(ctx, 'events.read');
      const matches = matcher(filter);
      const live = enter(ctx);
      try {
        let place = from;
        while (!signal.aborted) {
          // what is kept for all is not looked through by what one of them sees
          const own =
            ctx.actor.units !== null ||
            live.end === null ||
            place.epoch !== live.end.epoch ||
            place.position < live.start.position;
          if (own) {
            const page = await readEvents(ctx, place, filter, BATCH);
            place = page.next;
            yield { rows: page.rows, place };
            if (page.rows.length === BATCH) continue;
          } else {
            const rows = live.kept.filter((row) => row.position > place.position && matches(row));
            if (live.end!.position > place.position) place = live.end!;
            yield { rows, place };
          }
          await news(live, place, signal);
        }
      } finally {
        leave(ctx, live);
      }
    },
  };
}

function keep(live: Live, rows: readonly EventRow[], end: FeedPosition): void {
  live.end = end;
  if (rows.length === 0) return;
  live.kept.push(...rows);
  const surplus = live.kept.splice(0, Math.max(0, live.kept.length - MOST_KEPT));
  const dropped = surplus.at(-1);
  if (dropped) live.start = { epoch: dropped.epoch, position: dropped.position };
  for (const wake of [...live.waiting]) wake();
}

const isBehind = (place: FeedPosition, { end }: Live): boolean =>
  end !== null && (end.epoch !== place.epoch || end.position > place.position);

/** Until there is something after the place, a while has passed, or nobody wants it any more. */
function news(live: Live, place: FeedPosition, signal: AbortSignal): Promise<void> {
  if (signal.aborted || isBehind(place, live)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      live.waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, WAIT_MS);
    live.waiting.add(done);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** The filter of `readEvents`, for rows that have been read. */
function matcher(filter: FeedFilter): (row: EventRow) => boolean {
  const { types } = filter;
  const whole = new Set(types?.filter((type) => !type.endsWith('.*')));
  const stems = types?.filter((type) => type.endsWith('.*')).map((type) => type.slice(0, -1)) ?? [];
  const fields = (['entity', 'entityId', 'personId', 'courseId'] as const).filter((name) => filter[name]);
  return (row) =>
    (!types || whole.has(row.type) || stems.some((stem) => row.type.startsWith(stem))) &&
    fields.every((name) => row[name] === filter[name]);
}
