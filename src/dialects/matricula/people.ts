import type { Handlers } from '../../http/handlers.ts';
import { Passwords } from '../../record/access/index.ts';
import { Groups, People, Units } from '../../record/people/index.ts';
import { bearerOf } from './authentication.ts';
import { batched } from './batches.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, exactly, type List, listed } from './paging.ts';
import { given } from './patches.ts';
import { toGroupMembership, toPerson, toPersonUnit } from './wire/people.ts';

const LIST: List<Operations['listPeople']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    email: exactly('email'),
    username: exactly('username'),
    managerId: exactly('managerId'),
    updatedAfter: after('updatedAt'),
  },
};

/** Everybody the organisation knows. */
export const peopleHandlers = {
  listPeople: (caller, { query }, call) => {
    const { status, unitId, withinUnitId, groupId, roleId, profileId, sourcedId, search } = query;
    const named = { unitId, withinUnitId, groupId, roleId, profileId, sourcedId };
    const scope = given({ statuses: status, ...named, search, own: true });
    return listed(caller, call, query, LIST, (page) => People.listAlone(caller, page, scope), toPerson);
  },

  createPerson: async (caller, { body }, call) => {
    const person = toPerson(await People.create(caller, given(body)));
    return shown(201, person, `${call.baseUrl}/people/${person.id}`);
  },

  getPerson: async (caller, { path }) =>
    shown(200, toPerson(await People.getAlone(caller, path.personId, { deleted: true }))),

  updatePerson: async (caller, { path, body, headers }) => {
    const precondition = ifMatch(headers, 'person', toPerson);
    return shown(200, toPerson(await People.update(caller, path.personId, given(body), precondition)));
  },

  deletePerson: async (caller, { path, headers }) => {
    await People.delete(caller, path.personId, ifMatch(headers, 'person', toPerson));
    return { status: 204 };
  },

  putPersonErasure: async (caller, { path }) => ({ status: 200, body: await People.purge(caller, path.personId) }),

  putPersonPassword: async (caller, { path, body }, call) => {
    const options = given({ current: body.currentPassword, keepToken: bearerOf(call) });
    await Passwords.set(caller, path.personId, body.password, options);
    return { status: 204 };
  },

  deletePersonPassword: async (caller, { path }) => {
    await Passwords.set(caller, path.personId, null);
    return { status: 204 };
  },

  listPersonUnits: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      { sort: null },
      (page) => Units.listOfPerson(caller, path.personId, page),
      toPersonUnit,
    ),

  putPersonUnit: async (caller, { path }) => {
    await Units.addPerson(caller, path.personId, path.unitId);
    return { status: 204 };
  },

  deletePersonUnit: async (caller, { path }) => {
    await Units.removePerson(caller, path.personId, path.unitId);
    return { status: 204 };
  },

  listPersonGroups: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      { sort: null },
      (page) => Groups.listOfPerson(caller, path.personId, page),
      toGroupMembership,
    ),

  createPersonBatch: (caller, { body }, call) =>
    batched(call, body, (rows) => People.upsertMany(caller, 'keys', rows.map(given))),
} satisfies Partial<Handlers<Operations, Caller>>;
