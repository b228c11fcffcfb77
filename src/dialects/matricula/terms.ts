import type { Handlers } from '../../http/handlers.ts';
import { Terms } from '../../record/catalog/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, exactly, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toTerm } from './wire/offerings.ts';

const TERMS: List<Operations['listTerms']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    parentId: exactly('parentId'),
    kind: exactly('kind'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'externalId'),
  },
};

export const termHandlers = {
  listTerms: (caller, { query }, call) =>
    listed(caller, call, query, TERMS, (wanted) => Terms.list(caller, wanted), toTerm),

  createTerm: async (caller, { body }, call) => {
    const term = toTerm(await Terms.create(caller, given(body)));
    return shown(201, term, `${call.baseUrl}/terms/${term.id}`);
  },

  getTerm: async (caller, { path }) => shown(200, toTerm(await Terms.get(caller, path.termId))),

  updateTerm: async (caller, { path, headers, body }) =>
    shown(200, toTerm(await Terms.update(caller, path.termId, given(body), ifMatch(headers, 'term', toTerm)))),

  deleteTerm: async (caller, { path, headers }) => {
    await Terms.delete(caller, path.termId, ifMatch(headers, 'term', toTerm));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
