import { consequencesOf } from '../../database/consequences-of.ts';
import { transaction } from '../../database/transaction.ts';
import { SYSTEM } from '../kernel/actor.ts';
import { type ChangeName, type Due, type DueItem, report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { NIL_ID } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { findTenant, type Operator, tenantContext } from './tenants.ts';

/** What became due at a moment. */
export interface Happened {
  at: Instant;
  change: ChangeName;
  /** Of how many things or people. */
  count: number;
}

/** Things in one transaction, at most: others wait for those that it holds. */
const AT_ONCE = 500;
const BEGIN: DueItem = { at: '0001-01-01T00:00:00.000Z', id: NIL_ID };

/** What is due of one kind, read ahead. */
interface Queue {
  line: Due;
  items: DueItem[];
  last: DueItem;
  more: boolean;
}

/**
 * Reports everything of the tenant that has become due by the moment of the context, in the order of its times, and has it followed:
 * each few hundred of a kind in a transaction of their own. What is cut off is done again by the next run, and doing it again changes
 * nothing; what another run is about is waited for. An aborted signal ends it after those at hand. Gives what it did.
 */
export async function runDue(ctx: Context, signal?: AbortSignal): Promise<Happened[]> {
  const by: Context = { ...ctx, actor: SYSTEM };
  const queues = consequencesOf(ctx.db).due.map((line): Queue => ({ line, items: [], last: BEGIN, more: true }));
  const happened: Happened[] = [];
  for (;;) {
    for (const queue of queues) await fill(by, queue);
    const batch = earliest(queues);
    if (!batch) break;
    const { line, items } = batch;
    const told = await transaction(by, async (inner) => {
      const claimed = await line.claim(inner, items);
      report(
        inner,
        line.change,
        claimed.map((one) => one.row),
      );
      return claimed;
    });
    for (const { at } of told) note(happened, line.change, at);
    if (signal?.aborted) return happened;
  }
  for (const { line } of queues) await line.finish?.(by);
  return happened;
}

/** The same in every tenant where something is due, by its own clock; gives how much of what. */
export async function runDueEverywhere(
  by: Operator,
  signal?: AbortSignal,
): Promise<Partial<Record<ChangeName, number>>> {
  const done: Partial<Record<ChangeName, number>> = {};
  const tenants = new Set<string>();
  for (const line of consequencesOf(by.db).due) for (const id of await line.tenants(by.db, by.now)) tenants.add(id);
  for (const id of tenants) {
    if (signal?.aborted && Object.keys(done).length > 0) break;
    const tenant = await findTenant(by, id);
    if (tenant?.status !== 'active') continue;
    for (const { change, count } of await runDue(tenantContext(by, tenant), signal))
      done[change] = (done[change] ?? 0) + count;
  }
  return done;
}

async function fill(ctx: Context, queue: Queue): Promise<void> {
  if (queue.items.length > 0 || !queue.more) return;
  queue.items = await queue.line.find(ctx, queue.last, AT_ONCE);
  queue.more = queue.items.length === AT_ONCE;
  queue.last = queue.items.at(-1) ?? queue.last;
}

/** Takes the earliest of all, with what follows it of the same kind before anything of another. */
function earliest(queues: readonly Queue[]): { line: Due; items: DueItem[] } | undefined {
  const waiting = queues.filter((queue) => queue.items.length > 0);
  const first = waiting.reduce<Queue | undefined>(
    (best, queue) => (best && best.items[0]!.at <= queue.items[0]!.at ? best : queue),
    undefined,
  );
  if (!first) return undefined;
  const until = waiting
    .filter((queue) => queue !== first)
    .map((queue) => queue.items[0]!.at)
    .sort()[0];
  const end = until === undefined ? -1 : first.items.findIndex((item) => item.at > until);
  return { line: first.line, items: first.items.splice(0, end < 0 ? first.items.length : end) };
}

function note(happened: Happened[], change: ChangeName, at: Instant): void {
  const last = happened.at(-1);
  if (last && last.change === change && last.at === at) last.count += 1;
  else happened.push({ at, change, count: 1 });
}
