import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { listen } from '../database/listener.ts';
import { Tenants } from '../record/access/index.ts';
import { Outbox as Places } from '../record/delivery/index.ts';
import { Feed } from '../record/insight/index.ts';
import type { Context, Database } from '../record/kernel/context.ts';
import { newId } from '../record/kernel/ids.ts';
import { Refusal } from '../record/kernel/refusal.ts';

/** Somewhere that is told of what happens in a tenant: in the order of the feed, at least once. */
export interface Destination {
  name: string;
  /** Types of events that it is told of. */
  types: readonly string[];
  /** Tenants in which something waits for it now. */
  due(db: Database): Promise<string[]>;
  /** At the beginning of each turn: what a worker left that died. */
  begin(ctx: Context, hold: Places.Hold): Promise<void>;
  /** What was set aside and is due again; whether there may be more. */
  again(ctx: Context, hold: Places.Hold, signal: AbortSignal): Promise<boolean>;
  /** Is done with these events when it resolves; where it rejects, they come again after a while, and nothing after them meanwhile. */
  deliver(ctx: Context, hold: Places.Hold, events: readonly Feed.Event[], signal: AbortSignal): Promise<void>;
  /** After each failure. */
  failed(ctx: Context): Promise<void>;
}

export interface Outbox {
  /** Begins nothing new, and waits a moment for what is under way. */
  stop(): Promise<void>;
}

export interface OutboxOptions {
  db: Database;
  pool: pg.Pool;
  destinations: readonly Destination[];
  log: Pick<Logger, 'warn' | 'error'>;
  /** A worker that gives no sign of life for so long has lost its place. */
  leaseMs?: number;
  /** How often it is looked for what nobody told of: what is to be tried again, what a dead worker left. */
  lookMs?: number;
}

/** Events that are read at once, and handed on before the place moves. */
const BATCH = 500;
/** A place that has nothing to hand on moves in steps of so many: looking on from there is cheap. */
const STEP = 1_000;
/** Tenants that are worked for at once by a process. */
const AT_ONCE = 4;
const LONGEST_STOP_MS = 1_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;

/** Pauses grow with the number of failures in a row. */
const pauseAfter = (failures: number): number => Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);

/**
 * Hands what happens on to destinations, each from its own place in the feed of each tenant. One worker at a time is at a place, of
 * however many processes; what fails holds up its own place alone and is tried again after growing pauses, which are kept in the
 * database. Woken by whoever queues something; what was missed is found by looking.
 */
export function startOutbox({ db, pool, destinations, log, leaseMs = 15_000, lookMs = 1_000 }: OutboxOptions): Outbox {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Turns that wait, by name: each once, however often it is asked for. */
  const waiting = new Map<string, { destination: Destination; tenantId: string }>();
  const running = new Map<string, Promise<void>>();

  function wake(destination: Destination, tenantId: string): void {
    if (signal.aborted) return;
    waiting.set(`${destination.name} ${tenantId}`, { destination, tenantId });
    begin();
  }

  function begin(): void {
    for (const [key, turn] of waiting) {
      if (running.size >= AT_ONCE) return;
      // it looks again when it is through
      if (running.has(key)) continue;
      waiting.delete(key);
      const work = takeTurn(turn.destination, turn.tenantId)
        // a database that is away is told of elsewhere, and looked for again
        .catch((error) => void (signal.aborted || log.error({ err: error }, 'the outbox failed')))
        .finally(() => {
          running.delete(key);
          begin();
        });
      running.set(key, work);
    }
  }

  async function takeTurn(destination: Destination, tenantId: string): Promise<void> {
    const by = Tenants.operator(db, 'job');
    const tenant = await Tenants.find(by, tenantId);
    if (tenant?.status !== 'active') return;
    const now = (): Context => Tenants.contextOf(by, tenant);
    const hold: Places.Hold = { destination: destination.name, holder: newId() };
    const place = await Places.hold(now(), hold, leaseMs);
    if (!place) return;
    const lost = new AbortController();
    const either = AbortSignal.any([signal, lost.signal]);
    const lease = setInterval(
      () =>
        void Places.hold(now(), hold, leaseMs).then(
          (held) => held || lost.abort(),
          () => {},
        ),
      leaseMs / 3,
    );
    try {
      await workThrough(destination, now, hold, place, either);
      await Places.leave(now(), hold);
    } catch (error) {
      if (either.aborted) return await Places.leave(now(), hold);
      const problem = error instanceof Error ? error.message : String(error);
      const pauseMs = pauseAfter(place.failures);
      log.warn({ destination: destination.name, tenant: tenant.slug, problem, pauseMs }, 'a destination failed');
      await Places.pause(now(), hold, pauseMs, problem.slice(0, 1_000));
      await destination.failed(now());
    } finally {
      clearInterval(lease);
    }
  }

  const look = setInterval(() => {
    for (const destination of destinations)
      destination.due(db).then(
        (tenants) => {
          for (const id of tenants) wake(destination, id);
        },
        () => {},
      );
  }, lookMs);
  look.unref();
  const listener = listen(pool, {
    name: 'matricula-outbox',
    channel: Places.CHANNEL,
    onMessage: (tenantId) => {
      for (const destination of destinations) wake(destination, tenantId);
    },
    onLost: () => {},
  });

  return {
    async stop() {
      stopping.abort();
      clearInterval(look);
      waiting.clear();
      // what a destination is still at then comes again
      await Promise.race([Promise.all(running.values()), sleep(LONGEST_STOP_MS, undefined, { ref: false })]);
      await listener.close();
    },
  };
}

/** Everything up to the end of the feed, a batch at a time. */
async function workThrough(
  destination: Destination,
  now: () => Context,
  hold: Places.Hold,
  { failures, ...from }: Places.Place,
  signal: AbortSignal,
): Promise<void> {
  await destination.begin(now(), hold);
  let place: Feed.Position = from;
  let kept = failures === 0 ? place.position : -STEP;
  for (;;) {
    const more = await destination.again(now(), hold, signal);
    const { rows, next } = await readOn(now(), place, destination.types);
    if (rows.length > 0) await destination.deliver(now(), hold, rows, signal);
    signal.throwIfAborted();
    place = next;
    if (rows.length > 0 || place.position - kept >= STEP) {
      if (!(await Places.move(now(), hold, place))) return;
      kept = place.position;
    }
    if (!more && rows.length < BATCH) return;
  }
}

/** The next events; from the beginning where the place is of a feed that is no more, as after a reset. */
async function readOn(
  ctx: Context,
  place: Feed.Position,
  types: readonly string[],
): Promise<{ rows: Feed.Event[]; next: Feed.Position }> {
  try {
    return await Feed.read(ctx, place, { types }, BATCH);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return Feed.read(ctx, Feed.START, { types }, BATCH);
  }
}
