import type { Context } from '../kernel/context.ts';
import { shareLock, takeLock } from '../kernel/locks.ts';

/**
 * Completions and changes of certificates take turns in a tenant, so that neither misses the other: whoever changes a definition waits
 * for completions that are under way, and those that come then see the new definition. In memory of the database only.
 */
export const lockDefinitions = (ctx: Context): Promise<void> => takeLock(ctx, 'certificates');

/** Many completions at once hold it together. A statement of its own: what is read afterwards is what stands after the wait. */
export const shareDefinitions = (ctx: Context): Promise<void> => shareLock(ctx, 'certificates');
