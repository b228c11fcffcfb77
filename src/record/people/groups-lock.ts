import type { Context } from '../kernel/context.ts';
import { shareLock, takeLock } from '../kernel/locks.ts';

/**
 * Changes of memberships and of the tree wait for each other here: `shared` for who joins or leaves, `exclusive` for a change of the tree
 * or of an audience, so that nobody is missed who comes while an audience is made. Before any learner is locked.
 */
export const lockGroups = (ctx: Context, how: 'shared' | 'exclusive') =>
  how === 'shared' ? shareLock(ctx, 'groups') : takeLock(ctx, 'groups');
