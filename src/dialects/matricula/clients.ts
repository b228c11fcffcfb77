import { type About, type Given, named } from '../../http/about.ts';
import type { HttpCall } from '../../http/call.ts';
import type { Handlers } from '../../http/handlers.ts';
import { Clients } from '../../record/access/index.ts';
import { People } from '../../record/people/index.ts';
import { about } from './about.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import type { Needs } from './needs.ts';
import { exactly, type List, listed } from './paging.ts';
import { given } from './patches.ts';
import { toClient, toCredentials } from './wire/clients.ts';

const LIST: List<Operations['listClients']['query']> = {
  sort: 'createdAt',
  filters: { dialect: exactly('dialect'), status: exactly('status') },
};

/** Where a protocol is mounted, as this caller reaches it. */
const baseUrlOf = ({ name, prefix }: About, call: HttpCall): string =>
  name === about.name ? call.baseUrl : call.siteUrl + prefix;

/** Programs that call, and their credentials. */
export const clientHandlers = ({ dialects }: Needs) => {
  const dialectOf = (name: string): About => named(dialects, name);
  return {
    listClients: (caller, { query }, call) =>
      listed(caller, call, query, LIST, (page) => Clients.list(caller, page), toClient),

    createClient: async (caller, { body }, call) => {
      const dialect = named(dialects, body.dialect ?? about.name);
      const made = await People.connectClient(caller, { ...given(body), dialect });
      return {
        status: 201,
        body: {
          client: toClient(made.client),
          credentials: credentialsOf(made, dialect, call),
        },
        headers: { location: `${call.baseUrl}/clients/${made.client.id}` },
      };
    },

    getClient: async (caller, { path }) => shown(200, toClient(await Clients.get(caller, path.clientId))),

    updateClient: async (caller, { path, body, headers }) => {
      const precondition = ifMatch(headers, 'api_client', toClient);
      return shown(200, toClient(await Clients.update(caller, path.clientId, dialectOf, given(body), precondition)));
    },

    deleteClient: async (caller, { path, headers }) => {
      await Clients.revoke(caller, path.clientId, ifMatch(headers, 'api_client', toClient));
      return { status: 204 };
    },

    createClientCredentials: async (caller, { path }, call) => {
      const made = await Clients.renew(caller, path.clientId, dialectOf);
      return { status: 201, body: credentialsOf(made, dialectOf(made.client.dialect), call) };
    },
  } satisfies Partial<Handlers<Operations, Caller>>;
};

const credentialsOf = (made: Given, dialect: About, call: HttpCall) =>
  toCredentials(made, dialect, baseUrlOf(dialect, call));
