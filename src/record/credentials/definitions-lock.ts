import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';

/**
 * Completions and changes of certificates take turns in a tenant, so that neither misses the other: whoever changes a definition waits
 * for completions that are under way, and those that come then see the new definition. In memory of the database only.
 */
const KEY = `hashtextextended('certificates:' || $1::text, 0)`;

export const lockDefinitions = (ctx: Context): Promise<unknown> =>
  run(ctx.db, `select pg_advisory_xact_lock(${KEY})`, [ctx.tenant.id]);

/** Many completions at once hold it together. A statement of its own: what is read afterwards is what stands after the wait. */
export const shareDefinitions = (ctx: Context): Promise<unknown> =>
  run(ctx.db, `select pg_advisory_xact_lock_shared(${KEY})`, [ctx.tenant.id]);
