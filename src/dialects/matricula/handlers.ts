import { combine, type Handlers } from '../../http/handlers.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';
import type { Needs } from './needs.ts';
import { signInHandlers } from './sign-in.ts';
import { tenantHandlers } from './tenant.ts';

/** The handlers of every operation, by resource. */
export const handlersOf = (needs: Needs) =>
  combine(signInHandlers(needs), tenantHandlers(needs)) satisfies Partial<Handlers<Operations, Caller>>;
