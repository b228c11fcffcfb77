import type { Handlers } from '../../http/handlers.ts';
import { CreditTypes } from '../../record/catalog/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { exactly, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toCreditType } from './wire/courses.ts';

const CREDIT_TYPES: List<Operations['listCreditTypes']['query']> = {
  filters: { externalId: exactly('externalId'), search: searching('name', 'externalId') },
};

export const creditTypeHandlers = {
  listCreditTypes: (caller, { query }, call) =>
    listed(caller, call, query, CREDIT_TYPES, (wanted) => CreditTypes.list(caller, wanted), toCreditType),

  createCreditType: async (caller, { body }, call) => {
    const type = toCreditType(await CreditTypes.create(caller, given(body)));
    return shown(201, type, `${call.baseUrl}/credit-types/${type.id}`);
  },

  getCreditType: async (caller, { path }) => shown(200, toCreditType(await CreditTypes.get(caller, path.creditTypeId))),

  updateCreditType: async (caller, { path, headers, body }) => {
    const seen = ifMatch(headers, 'credit_type', toCreditType);
    return shown(200, toCreditType(await CreditTypes.update(caller, path.creditTypeId, given(body), seen)));
  },

  deleteCreditType: async (caller, { path, headers }) => {
    await CreditTypes.delete(caller, path.creditTypeId, ifMatch(headers, 'credit_type', toCreditType));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
