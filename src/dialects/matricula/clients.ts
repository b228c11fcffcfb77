import type { HttpCall } from '../../http/call.ts';
import type { Handlers } from '../../http/handlers.ts';
import {
  type DialectName,
  getClient,
  listClients,
  renewClient,
  revokeClient,
  updateClient,
} from '../../record/access/index.ts';
import { connectClient } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { exactly, type List, listed } from './lists.ts';
import type { Needs } from './needs.ts';
import { given } from './patches.ts';
import { toClient, toCredentials } from './shapes/clients.ts';

const PREFIX = '/matricula/v1';

const LIST: List<Operations['listClients']['query']> = {
  sort: 'createdAt',
  filters: { dialect: exactly('dialect'), status: exactly('status') },
};

/** Programs that call, and their credentials. */
export const clientHandlers = ({ publicUrl }: Needs) => {
  /** Where a protocol is mounted: below the public URL, else where this caller found us. */
  const baseUrlOf = (dialect: DialectName, call: HttpCall): string => {
    if (dialect === 'matricula') return call.baseUrl;
    const origin = publicUrl ?? (call.baseUrl.endsWith(PREFIX) ? call.baseUrl.slice(0, -PREFIX.length) : call.baseUrl);
    return `${origin}/${dialect}`;
  };

  return {
    listClients: (caller, { query }, call) =>
      listed(caller, call, query, LIST, (page) => listClients(caller, page), toClient),

    createClient: async (caller, { body }, call) => {
      const made = await connectClient(caller, { ...given(body), dialect: body.dialect ?? 'matricula' });
      return {
        status: 201,
        body: {
          client: toClient(made.client),
          credentials: toCredentials(made, baseUrlOf(made.client.dialect, call)),
        },
        headers: { location: `${call.baseUrl}/clients/${made.client.id}` },
      };
    },

    getClient: async (caller, { path }) => shown(200, toClient(await getClient(caller, path.clientId))),

    updateClient: async (caller, { path, body, headers }) => {
      const precondition = ifMatch(headers, 'api_client', toClient);
      return shown(200, toClient(await updateClient(caller, path.clientId, given(body), precondition)));
    },

    deleteClient: async (caller, { path, headers }) => {
      await revokeClient(caller, path.clientId, ifMatch(headers, 'api_client', toClient));
      return { status: 204 };
    },

    createClientCredentials: async (caller, { path }, call) => {
      const made = await renewClient(caller, path.clientId);
      return { status: 201, body: toCredentials(made, baseUrlOf(made.client.dialect, call)) };
    },
  } satisfies Partial<Handlers<Operations, Caller>>;
};
