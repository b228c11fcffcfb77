import type { Handlers } from '../../http/handlers.ts';
import { Countries } from '../../record/geography/index.ts';
import type { Caller } from './caller.ts';
import { COUNTRY_FIELDS, PROVINCE_FIELDS } from './fields.ts';
import type { Operations } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';

/** More than any country has provinces. */
const ALL = '1000';

export const placeHandlers = {
  async listCountries(caller, { query }, call) {
    const page = await Countries.list(caller, listQuery(query, COUNTRY_FIELDS, ascending('name')));
    return pageAnswer(call, query, 'countries', page, ({ id, code, name }) => ({ id, countryCode: code, name }));
  },

  async listProvinces(caller, { query }) {
    const wanted = listQuery({ ...query, _limit: query._limit ?? ALL }, PROVINCE_FIELDS, ascending('name'));
    const { rows } = await Countries.listProvinces(caller, query.countryId, wanted);
    return { status: 200, body: rows.map(({ id, name }) => ({ id, name })) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
