import type { Access } from '../../record/access/index.ts';
import type { Context } from '../../record/kernel/context.ts';

/** Who calls: the record's context, and what the key or token stands for. */
export interface Caller extends Context {
  readonly access: Access.Access;
}
