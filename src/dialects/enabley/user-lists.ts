import { Entitlements } from '../../record/access/index.ts';
import { and, type Condition, equals } from '../../record/kernel/condition.ts';
import type { Page } from '../../record/kernel/page.ts';
import { People, Units } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import type { Schemas } from './generated/operations.ts';
import { partOf } from './keys.ts';
import type { Part } from './paging.ts';
import { toUser } from './wire.ts';

/** Filters of the two lists of users; all that are given hold. */
export interface UserFilters extends Readonly<Record<string, string | undefined>> {
  emailSubstring?: string | undefined;
  firstNameSubstring?: string | undefined;
  lastNameSubstring?: string | undefined;
  usernameSubstring?: string | undefined;
  identifier?: string | undefined;
  subAccountName?: string | undefined;
}

const NAMES = [
  'emailSubstring',
  'firstNameSubstring',
  'lastNameSubstring',
  'usernameSubstring',
  'identifier',
  'subAccountName',
] as const;

/** What of a query is a filter. */
export const filtersOf = (query: { readonly [name in (typeof NAMES)[number]]?: string | undefined }): UserFilters =>
  Object.fromEntries(NAMES.map((name) => [name, query[name]]));

const contains = (field: string, text: string | undefined): Condition | undefined =>
  text ? { op: 'contains', text: { field }, part: { literal: { type: 'text', value: text } } } : undefined;

interface Selection {
  where: Condition | undefined;
  scope: People.Scope;
}

/** The filters as a condition; undefined where one of them names what is not there. */
async function selectionOf(caller: Caller, filters: UserFilters): Promise<Selection | undefined> {
  const part = await partOf(caller, filters.subAccountName);
  if (!part.whole && part.unitId === null) return undefined;
  const named = filters.identifier ? await People.find(caller, filters.identifier) : undefined;
  if (filters.identifier && !named) return undefined;
  return {
    where: and(
      named && equals('id', named.id),
      contains('email', filters.emailSubstring),
      contains('givenName', filters.firstNameSubstring),
      contains('familyName', filters.lastNameSubstring),
      contains('username', filters.usernameSubstring),
    ),
    scope: part.whole ? {} : { unitId: part.unitId! },
  };
}

const OLDEST_FIRST = [
  { field: 'createdAt', descending: false },
  { field: 'number', descending: false },
];
const NOBODY: Page<People.Person> = { rows: [], total: 0 };

/**
 * Clients that look for a login name take the first row they get: whoever is called exactly so stands there, and everybody else follows
 * in the order of creation. Gives that one, and what selects the others.
 */
async function split(
  caller: Caller,
  filters: UserFilters,
): Promise<{ heads: People.Person[]; others: Selection } | undefined> {
  const found = await selectionOf(caller, filters);
  if (!found) return undefined;
  if (!filters.usernameSubstring) return { heads: [], others: found };
  const exact = equals('username', filters.usernameSubstring);
  const { rows } = await People.list(
    caller,
    { where: and(found.where, exact), page: { kind: 'rows', offset: 0, limit: 1, total: false } },
    found.scope,
  );
  return { heads: rows, others: { ...found, where: and(found.where, { op: 'not', of: exact }) } };
}

/** So many users from an index on. */
export async function usersFrom(
  caller: Caller,
  filters: UserFilters,
  start: number,
  limit: number,
): Promise<People.Person[]> {
  const found = await split(caller, filters);
  if (!found) return [];
  const heads = found.heads.slice(start, start + limit);
  const { rows } = await People.list(
    caller,
    {
      where: found.others.where,
      sort: OLDEST_FIRST,
      page: {
        kind: 'rows',
        offset: Math.max(0, start - found.heads.length),
        limit: limit - heads.length,
        total: false,
      },
    },
    found.others.scope,
  );
  return [...heads, ...rows];
}

/** One page of users. */
export async function usersPage(
  caller: Caller,
  filters: UserFilters,
  { after, limit, total }: Part,
): Promise<Page<People.Person>> {
  const found = await split(caller, filters);
  if (!found) return NOBODY;
  const heads = after ? [] : found.heads;
  const page = await People.list(
    caller,
    {
      where: found.others.where,
      sort: OLDEST_FIRST,
      page: { kind: 'keyset', after, limit: limit - heads.length, total },
    },
    found.others.scope,
  );
  return {
    ...page,
    rows: [...heads, ...page.rows],
    ...(page.total === undefined ? {} : { total: page.total + found.heads.length }),
  };
}

/** People as users, with the names of their sub-accounts and the roles that they have on some thing. */
export async function toUsers(caller: Caller, people: readonly People.Person[]): Promise<Schemas['UserInfo'][]> {
  const names = await Units.names(
    caller,
    people.flatMap((person) => [person.unitId, ...person.unitIds]),
  );
  const entitled = await Entitlements.rolesOf(
    caller,
    people.map((person) => person.id),
  );
  return people.map((person) => toUser(person, names, entitled.get(person.id)));
}
