import type { Handlers } from '../../http/handlers.ts';
import { Clock, Tenants } from '../../record/access/index.ts';
import { may } from '../../record/kernel/actor.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import type { Needs } from './needs.ts';
import { given } from './patches.ts';
import { toClock, toMovedClock, toTenant } from './wire/tenant.ts';

const shapeFor =
  ({ actor }: Caller) =>
  (tenant: Tenants.Tenant) =>
    toTenant(tenant, may(actor, 'tenant.manage') && actor.units === null);

/** The organisation itself, its clock and, in sandboxes, a fresh start. */
export const tenantHandlers = ({ resetSandbox }: Needs) =>
  ({
    getTenant: async (caller) => shown(200, shapeFor(caller)(await Tenants.current(caller))),

    updateTenant: async (caller, { body, headers }) =>
      shown(
        200,
        shapeFor(caller)(await Tenants.update(caller, given(body), ifMatch(headers, 'tenant', shapeFor(caller)))),
      ),

    getClock: async (caller) => ({ status: 200, body: toClock(await Clock.read(caller), caller.tenant.sandbox) }),

    updateClock: async (caller, { body }) => {
      const clock = await (body.now === undefined
        ? Clock.advance(caller, body.advanceMs!)
        : Clock.set(caller, body.now));
      return { status: 200, body: toMovedClock(clock) };
    },

    createReset: async (caller) => {
      const { resetAt } = await resetSandbox(caller);
      return { status: 201, body: { tenantId: caller.tenant.id, resetAt } };
    },
  }) satisfies Partial<Handlers<Operations, Caller>>;
