import type { Handlers } from '../../http/handlers.ts';
import { JoinKeys } from '../../record/catalog/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { exactly, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toJoinKey } from './wire/offerings.ts';

const JOIN_KEYS: List<Operations['listJoinKeys']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    code: exactly('code'),
    offeringId: exactly('offeringId'),
    unitId: exactly('unitId'),
    status: exactly('status'),
    search: searching('name', 'code', 'externalId'),
  },
};

export const joinKeyHandlers = {
  listJoinKeys: (caller, { query }, call) =>
    listed(caller, call, query, JOIN_KEYS, (wanted) => JoinKeys.list(caller, wanted), toJoinKey),

  createJoinKey: async (caller, { body }, call) => {
    const joinKey = toJoinKey(await JoinKeys.create(caller, given(body)));
    return shown(201, joinKey, `${call.baseUrl}/join-keys/${joinKey.id}`);
  },

  getJoinKey: async (caller, { path }) => shown(200, toJoinKey(await JoinKeys.get(caller, path.joinKeyId))),

  updateJoinKey: async (caller, { path, headers, body }) => {
    const seen = ifMatch(headers, 'join_key', toJoinKey);
    return shown(200, toJoinKey(await JoinKeys.update(caller, path.joinKeyId, given(body), seen)));
  },

  deleteJoinKey: async (caller, { path, headers }) => {
    await JoinKeys.delete(caller, path.joinKeyId, ifMatch(headers, 'join_key', toJoinKey));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
