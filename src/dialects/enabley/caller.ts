import type { Access } from '../../record/access/index.ts';
import type { Context } from '../../record/kernel/context.ts';

/** Who calls: the record's context, and through which client. */
export interface Caller extends Context {
  readonly client: Access.Client;
}
