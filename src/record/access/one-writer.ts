import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { takeLock } from '../kernel/locks.ts';

/**
 * Runs reading, test and change of one thing in one transaction, one such writer after the other: what was read still stands when it
 * is changed. For changes by verbs that take no precondition themselves.
 */
export const oneWriter = <T>(ctx: Context, thingId: string, work: (ctx: Context) => Promise<T>): Promise<T> =>
  transaction(ctx, async (ctx) => {
    await takeLock(ctx, 'thing', thingId.toLowerCase());
    return work(ctx);
  });
