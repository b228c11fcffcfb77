import { answerWith } from '../../http/dialect.ts';
import type { Handlers } from '../../http/handlers.ts';
import { Portal, Tenants, Tokens } from '../../record/access/index.ts';
import { PERMISSIONS } from '../../record/kernel/permission.ts';
import { People } from '../../record/people/index.ts';
import { bearerOf, TOKEN_PREFIX } from './authentication.ts';
import type { Caller } from './caller.ts';
import { problem } from './envelope.ts';
import type { Operations } from './generated/operations.ts';
import type { Needs } from './needs.ts';
import { toReference } from './wire/tenant.ts';

/** Signing in and out, and who the caller is. */
export const signInHandlers = ({ connected }: Needs) =>
  ({
    createToken: async (_nobody, { body }, call) => {
      const { token, expiresAt, personId } = await Portal.signIn(Tenants.operator(connected.db, 'matricula'), {
        ...body,
        prefix: TOKEN_PREFIX,
        from: call.ip,
      });
      return { status: 201, body: { token, tokenType: 'Bearer', expiresAt, personId } };
    },

    getMe: async (caller) => {
      const { actor, access, tenant } = caller;
      const { id, slug, name, timeZone, sandbox } = tenant;
      const portal = access.client.id === Portal.clientId(id);
      return {
        status: 200,
        body: {
          kind: actor.kind === 'person' ? 'person' : 'client',
          person: actor.kind === 'person' ? toReference(await People.get(caller, actor.id)) : null,
          client: portal ? null : { id: access.client.id, name: access.client.name },
          tenant: { id, slug, name, timeZone, sandbox },
          permissions: PERMISSIONS.filter(
            (permission) => actor.permissions === 'all' || actor.permissions.has(permission),
          ),
          unitIds: actor.units === null ? null : [...actor.units],
          tokenExpiresAt: access.token?.expiresAt ?? null,
        },
      };
    },

    deleteMyToken: async (caller, _input, call) => {
      if (!caller.access.token) {
        const { id } = caller.access.client;
        const detail = 'An API key does not end here; remove its client instead.';
        return answerWith(
          problem({ call, operation: null }, 'rule', detail, { rule: 'in_use', entity: 'api_client', id }),
        );
      }
      await Tokens.revoke(caller, bearerOf(call));
      return { status: 204 };
    },
  }) satisfies Partial<Handlers<Operations, Caller>>;
