import type { Handlers } from '../../http/handlers.ts';
import { Offerings } from '../../record/catalog/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, before, exactly, from, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toOffering } from './wire/offerings.ts';

const OFFERINGS: List<Operations['listOfferings']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    code: exactly('code'),
    courseId: exactly('courseId'),
    versionId: exactly('versionId'),
    unitId: exactly('unitId'),
    state: exactly('state'),
    isDefault: exactly('isDefault'),
    fromTemplate: exactly('fromTemplate'),
    startsAfter: from('startsAt'),
    startsBefore: before('startsAt'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'code', 'externalId', 'courseName'),
  },
};

export const offeringHandlers = {
  listOfferings: (caller, { query }, call) =>
    listed(
      caller,
      call,
      query,
      OFFERINGS,
      (wanted) => Offerings.list(caller, wanted, { termId: query.termId, sourcedId: query.sourcedId }),
      toOffering,
    ),

  createOffering: async (caller, { body }, call) => {
    const offering = toOffering(await Offerings.create(caller, given(body)));
    return shown(201, offering, `${call.baseUrl}/offerings/${offering.id}`);
  },

  getOffering: async (caller, { path }) => shown(200, toOffering(await Offerings.get(caller, path.offeringId))),

  updateOffering: async (caller, { path, headers, body }) => {
    const seen = ifMatch(headers, 'offering', toOffering);
    return shown(200, toOffering(await Offerings.update(caller, path.offeringId, given(body), seen)));
  },

  deleteOffering: async (caller, { path, headers }) => {
    await Offerings.delete(caller, path.offeringId, ifMatch(headers, 'offering', toOffering));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
