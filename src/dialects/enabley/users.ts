import type { Handlers } from '../../http/handlers.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import { InstructorPermissions, People, Units } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { demandIn, identifierText, unitOf, userAt } from './keys.ts';
import { paged } from './paging.ts';
import { filtersOf, toUsers, usersFrom, usersPage } from './user-lists.ts';
import { done, saved } from './wire.ts';
import { ROLE_KEYS, type RoleWord, roleKeyOf } from './words.ts';

const MOST_USERS = 200;
const PERMISSIONS = {
  INSTRUCTOR_CREATE_COURSE: 'create_course',
  INSTRUCTOR_CREATE_COURSE_INSTANCE: 'create_course_instance',
} as const;

export const userHandlers = {
  async listUsers(caller, { query }) {
    const people = await usersFrom(caller, filtersOf(query), query.start ?? 0, query.limit ?? MOST_USERS);
    return { status: 200, body: await toUsers(caller, people) };
  },

  async listUsersPaged(caller, { query }) {
    return paged(
      caller,
      'users',
      query.paginationKey,
      filtersOf(query),
      (filters, part) => usersPage(caller, filters, part),
      (rows) => toUsers(caller, rows),
    );
  },

  async getUser(caller, { path, query }) {
    const person = await userAt(caller, path.identifier);
    await demandIn(caller, query.subAccountName, person, 'person');
    const [user] = await toUsers(caller, [person]);
    return { status: 200, body: user! };
  },

  async putUser(caller, { body }) {
    const key = identifierText(body.identifier, 'user');
    const { person, outcome } = await People.saveByKey(caller, key, {
      person: fieldsOf(body),
      atFirst: ['givenName', 'username'],
      // somebody with one name only is sent with an empty second one
      maybeEmpty: ['familyName'],
      unitId: (await unitOf(caller, body.subAccountName)) ?? undefined,
      roles: rolesOf(body)?.map(roleKeyOf),
      among: ROLE_KEYS,
    });
    return saved('user', outcome, person, person.handle);
  },

  async setUserStatus(caller, { path, query }) {
    const { id } = await userAt(caller, path.identifier);
    const person = await People.update(caller, id, { status: (query.isActive ?? true) ? 'active' : 'suspended' });
    return { status: 200, body: done('userUpdated', person, person.handle) };
  },

  async deleteUser(caller, { path }) {
    const person = await userAt(caller, path.identifier);
    await People.delete(caller, person.id);
    return { status: 200, body: done('deleted', person, person.handle) };
  },

  async changeUserIdentifier(caller, { body }) {
    const wanted = identifierText(body.newUserIdentifier, 'user', 'newUserIdentifier');
    const person = await People.changeIdentifier(caller, body.currentUserIdentifier, wanted);
    return { status: 200, body: done('userUpdated', person, wanted) };
  },

  async removeUserFromSubAccount(caller, { path }) {
    const person = await userAt(caller, path.identifier);
    const part = await demandIn(caller, path.subAccountName, person, 'person');
    // the account itself is no part of it that could be left
    if (part.whole || part.unitId === null) return refuse({ kind: 'not_found', entity: 'unit' });
    await Units.leave(caller, person.id, part.unitId);
    return { status: 200, body: done('removed', person, person.handle) };
  },

  async setInstructorPermissions(caller, { path, body }) {
    const person = await userAt(caller, path.userIdentifier);
    const permissions = body.permissions.map((permission) => PERMISSIONS[permission]);
    await InstructorPermissions.set(caller, person.id, permissions);
    return { status: 200, body: done('userUpdated', person, person.handle) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;

/** Null leaves the default. */
const rolesOf = ({ possibleRoles }: Pick<Schemas['UserData'], 'possibleRoles'>): RoleWord[] | undefined =>
  possibleRoles === null ? ['LEARNER'] : possibleRoles;

/** Members left out keep their value, so that what is undefined must not be there. */
export function fieldsOf(body: Omit<Schemas['UserData'], 'identifier'>): People.Input {
  const fields: { [K in keyof People.Input]: People.Input[K] | undefined } = {
    givenName: body.firstName,
    familyName: body.lastName,
    username: body.username,
    email: body.email,
    phone: body.phone,
    address: body.address,
    password: body.password,
    status: body.isActive === undefined ? undefined : body.isActive ? 'active' : 'suspended',
    isLearner: rolesOf(body)?.includes('LEARNER'),
    attributes: body.customAttributes === undefined ? undefined : (body.customAttributes ?? {}),
    replaceAttributes: body.customAttributes === undefined ? undefined : true,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
