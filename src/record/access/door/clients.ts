/** Clients of the protocols and their secrets. */

export { bindClientPerson as bindPerson } from '../client-people.ts';
export {
  type ApiClient as Client,
  createClient as create,
  getClient as get,
  listClients as list,
  type MadeClient as Made,
  type NewClient as New,
  renewClient as renew,
  revokeClient as revoke,
  updateClient as update,
} from '../clients.ts';
export { isRedirectUri } from '../redirect-uri.ts';
