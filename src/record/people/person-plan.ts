import { isDeepStrictEqual } from 'node:util';
import { Roles } from '../access/index.ts';
import { may } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import type { Permission } from '../kernel/permission.ts';
import { invalid, notFound, refuse } from '../kernel/refusal.ts';
import { instantOf } from '../kernel/text.ts';
import { PERSON_COLUMNS, type Person, type PersonData, type PersonRole } from './person.ts';
import type { Draft } from './person-input.ts';

/** How a row finds its person. */
export type Match =
  | { by: 'create' }
  | { by: 'id'; id: string }
  /** Login name (username, else email), external id or email; with nobody there a new person is made. */
  | { by: 'username' | 'externalId' | 'email' }
  /** Id, else external id, else email, else username; an id must be somebody's, otherwise a new person is made. */
  | { by: 'keys' };

/** A person as the rows so far leave them; nothing is written before every row is planned. */
export interface Planned {
  id: string;
  /** As the database has them; null for one who is new. */
  before: Person | null;
  data: PersonData;
  roles: PersonRole[];
  changes: Roles.Change[];
  passwordHash?: string | null;
  visible: boolean;
  /** The manager as the actor sees it: null where the actor does not see that person. */
  shownManagerId: string | null;
}

/** What planning needs to know, read in advance for all rows together. */
export interface World {
  people: Map<string, Planned>;
  /** Whose each external id, email and username is. */
  claims: Map<string, string>;
  takenIds: ReadonlySet<string>;
  units: ReadonlySet<string>;
  unitsByExternalId: ReadonlyMap<string, string>;
  defaultUnit: string;
  roles: ReadonlyMap<string, Roles.Facts>;
  attributes: ReadonlyMap<string, { type: string; choices: readonly string[] }>;
}

export const fold = (text: string): string => text.toLowerCase();

type KeyField = 'externalId' | 'email' | 'username';
export const KEY_FIELDS: readonly KeyField[] = ['externalId', 'email', 'username'];
export const claimOf = (field: KeyField, value: string): string =>
  field === 'externalId' ? `x:${value}` : `${field}:${fold(value)}`;
/** An external id as it is compared with emails. */
export const crossClaimOf = (externalId: string): string => `xf:${fold(externalId)}`;

export const loginOf = (id: string, data: Pick<PersonData, 'username' | 'email'>): string =>
  data.username ?? data.email ?? id;
const handleOf = (id: string, data: PersonData): string => data.externalId ?? data.email ?? data.username ?? id;

/** Plans one row: finds or makes its person and changes the plan, or refuses and leaves it as it was. */
export function planRow(
  ctx: Context,
  world: World,
  draft: Draft,
  match: Match,
  passwordHash: string | null | undefined,
): { person: Planned; outcome: 'created' | 'changed' | 'unchanged' } {
  const target = findTarget(world, draft, match);
  const found = target?.person;
  const id = found?.id ?? draft.id ?? newId();
  if (!found && world.takenIds.has(id)) refuse({ kind: 'taken', entity: 'person', field: 'id', value: id });
  const data = found ? changed(world, found, draft, target?.by) : created(world, draft);
  references(world, id, data, found?.data, draft);
  claimable(world, id, data, found?.data);
  const roles = roleChanges(ctx, world, id, found?.roles ?? [], draft, !found);
  if (found) demandAuthority(ctx, world, found, data, passwordHash);

  const person: Planned = found ?? {
    id,
    before: null,
    data,
    roles: [],
    changes: [],
    visible: true,
    shownManagerId: null,
  };
  const same = found && roles.length === 0 && passwordHash === undefined && isDeepStrictEqual(found.data, data);
  claim(world, id, data, person.before === null ? found?.data : undefined);
  person.data = data;
  for (const change of roles) {
    if (change.how === 'add')
      person.roles.push({ id: change.roleId, key: world.roles.get(change.roleId)!.key, unitId: change.unitId });
    else person.roles = person.roles.filter((role) => role.id !== change.roleId || role.unitId !== change.unitId);
    person.changes.push(change);
  }
  if (passwordHash !== undefined) person.passwordHash = passwordHash;
  world.people.set(id, person);
  return { person, outcome: !found ? 'created' : same ? 'unchanged' : 'changed' };
}

interface Target {
  person: Planned;
  /** The key it was found by. */
  by?: KeyField;
}

function findTarget(world: World, draft: Draft, match: Match): Target | undefined {
  const holder = (field: KeyField): Planned | undefined => {
    const value = draft[field];
    const id = value ? world.claims.get(claimOf(field, value)) : undefined;
    return id ? world.people.get(id) : undefined;
  };
  switch (match.by) {
    case 'create':
      return undefined;
    case 'id': {
      const person = world.people.get(match.id);
      return person?.visible ? { person } : notFound('person', match.id);
    }
    case 'keys': {
      if (draft.id) {
        const person = world.people.get(draft.id);
        return person?.visible ? { person } : invalid(['id'], 'not_found');
      }
      const byExternalId = holder('externalId');
      if (byExternalId) return seen(byExternalId, 'externalId', draft);
      const other = holder('email') ?? holder('username');
      // somebody who has another external id is somebody else, who happens to hold the email
      if (!other || (draft.externalId && other.data.externalId !== null)) return undefined;
      return seen(other, holder('email') ? 'email' : 'username', draft);
    }
    default: {
      if (!draft[match.by]) return invalid([match.by], 'required');
      const direct = holder(match.by);
      if (direct) return seen(direct, match.by, draft);
      if (match.by !== 'username') return undefined;
      // people without username sign in with their email, and are shown under it
      const byEmail = world.people.get(world.claims.get(claimOf('email', draft.username!)) ?? '');
      if (byEmail && byEmail.data.username === null) return seen(byEmail, 'username', draft);
      const byId = world.people.get(fold(draft.username!));
      return byId && loginOf(byId.id, byId.data) === byId.id ? seen(byId, 'username', draft) : undefined;
    }
  }
}

/** A key that belongs to somebody out of the actor's sight is taken, and that is all the actor learns. */
function seen(person: Planned, field: KeyField, draft: Draft): Target {
  return person.visible
    ? { person, by: field }
    : refuse({ kind: 'taken', entity: 'person', field, value: draft[field] ?? undefined });
}

function created(world: World, draft: Draft): PersonData {
  const data: Record<string, unknown> = {};
  for (const [property, , kind] of PERSON_COLUMNS)
    data[property] = draft[property as keyof Draft] ?? (kind === 'name' ? '' : kind === 'emails' ? [] : null);
  const person = data as unknown as PersonData;
  person.status = draft.status ?? 'active';
  person.unitId = draft.unitId ?? world.defaultUnit;
  person.attributes = attributesOf(world, {}, draft);
  name(person, draft, undefined);
  return person;
}

function changed(world: World, found: Planned, draft: Draft, by: KeyField | undefined): PersonData {
  const before = found.data;
  const data: Record<string, unknown> = { ...before };
  for (const [property, , kind] of PERSON_COLUMNS) {
    const value = draft[property as keyof Draft];
    if (value === undefined || kind === 'json') continue;
    data[property] = property === 'unitId' && value === null ? world.defaultUnit : value;
  }
  const person = data as unknown as PersonData;
  // what stands in for a missing key, sent back as shown, sets nothing
  if (before.username === null && person.username !== null && fold(person.username) === fold(loginOf(found.id, before)))
    person.username = null;
  if (before.externalId === null && person.externalId === handleOf(found.id, before)) person.externalId = null;
  // the key that named the person names it in any case; it is not a new spelling
  if (by && before[by] !== null && fold(before[by]) === fold(person[by] ?? '')) person[by] = before[by];
  person.attributes = attributesOf(world, before.attributes, draft);
  name(person, draft, before);
  return person;
}

/** The full name is kept as written; parts written later rebuild it. Alone, it splits at its last blank; one word is the given name. */
function name(person: PersonData, draft: Draft, before: PersonData | undefined): void {
  const newFull = draft.fullName ? draft.fullName !== before?.fullName : false;
  const newParts = (['givenName', 'middleName', 'familyName'] as const).some(
    (part) => draft[part] !== undefined && (draft[part] ?? '') !== (before?.[part] ?? ''),
  );
  if (newParts && !newFull)
    person.fullName = [person.givenName, person.middleName, person.familyName].filter(Boolean).join(' ');
  else if (newFull && !newParts) {
    const at = person.fullName.lastIndexOf(' ');
    person.givenName = at < 0 ? person.fullName : person.fullName.slice(0, at).trim();
    person.familyName = at < 0 ? '' : person.fullName.slice(at + 1);
    person.middleName = null;
  } else if (!newFull && before) person.fullName = before.fullName;
  if (person.fullName === '') invalid(['fullName'], 'required');
}

function attributesOf(world: World, before: Record<string, unknown>, draft: Draft): Record<string, unknown> {
  if (!draft.attributes) return before;
  const after: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(before))
    if (!draft.replaceAttributes || world.attributes.has(key) || key in draft.attributes) after[key] = value;
  for (const [key, value] of Object.entries(draft.attributes)) {
    if (value === null || value === undefined) delete after[key];
    else after[key] = declared(world, key, value);
  }
  return after;
}

/** A declared attribute's value as it is kept; undeclared ones are kept as they come. */
function declared(world: World, key: string, value: unknown): unknown {
  const attribute = world.attributes.get(key);
  if (!attribute) return value;
  const path = ['attributes', key];
  switch (attribute.type) {
    case 'number':
    case 'boolean':
      return typeof value === attribute.type ? value : invalid(path, 'type', `a ${attribute.type}`);
    case 'instant':
      return instantOf(value) ?? invalid(path, 'format', 'an instant');
    case 'choice':
      return typeof value === 'string' && attribute.choices.includes(value)
        ? value
        : invalid(path, 'unknown_value', 'one of its choices');
    default:
      return typeof value === 'string' ? value : invalid(path, 'type', 'a text');
  }
}

function references(world: World, id: string, data: PersonData, before: PersonData | undefined, draft: Draft): void {
  if (draft.unitExternalId)
    data.unitId = world.unitsByExternalId.get(draft.unitExternalId) ?? invalid(['unitExternalId'], 'not_found');
  if (data.unitId !== before?.unitId && !world.units.has(data.unitId)) invalid(['unitId'], 'not_found');
  if (draft.managerExternalId)
    data.managerId =
      world.claims.get(claimOf('externalId', draft.managerExternalId)) ?? invalid(['managerExternalId'], 'not_found');
  // what was shown as empty and comes back so is left alone
  const known = world.people.get(id);
  if (data.managerId === null && known?.shownManagerId === null && known.before?.managerId === before?.managerId)
    data.managerId = before?.managerId ?? null;
  if (!data.managerId || data.managerId === before?.managerId) return;
  const member = draft.managerExternalId ? 'managerExternalId' : 'managerId';
  if (data.managerId === id) invalid([member], 'unknown_value', 'somebody else');
  if (!world.people.get(data.managerId)?.visible) invalid([member], 'not_found');
}

/** Every identifier is one person's only, and no external id is somebody else's email. */
function claimable(world: World, id: string, data: PersonData, before: PersonData | undefined): void {
  for (const field of KEY_FIELDS) {
    const value = data[field];
    if (value === null || value === before?.[field]) continue;
    const others = [
      world.claims.get(claimOf(field, value)),
      field === 'externalId' ? world.claims.get(claimOf('email', value)) : undefined,
      field === 'email' ? world.claims.get(crossClaimOf(value)) : undefined,
    ];
    if (others.some((other) => other !== undefined && other !== id))
      refuse({ kind: 'taken', entity: 'person', field, value });
  }
}

/** Keys given up by somebody who is in the database stay theirs until the end: the database would refuse them to the next one. */
function claim(world: World, id: string, data: PersonData, released: PersonData | undefined): void {
  for (const field of KEY_FIELDS) {
    const old = released?.[field];
    if (old) {
      world.claims.delete(claimOf(field, old));
      if (field === 'externalId') world.claims.delete(crossClaimOf(old));
    }
  }
  for (const field of KEY_FIELDS) {
    const value = data[field];
    if (value === null) continue;
    world.claims.set(claimOf(field, value), id);
    if (field === 'externalId') world.claims.set(crossClaimOf(value), id);
  }
}

const administers = (role: { key: string | null }): boolean =>
  role.key === null || (Roles.ADMIN_KEYS as readonly string[]).includes(role.key);

function roleChanges(
  ctx: Context,
  world: World,
  personId: string,
  held: readonly PersonRole[],
  draft: Draft,
  isNew: boolean,
): Roles.Change[] {
  const changes: Roles.Change[] = [];
  const add = (roleId: string) => changes.push({ personId, roleId, unitId: null, how: 'add' });
  const remove = (role: PersonRole) => changes.push({ personId, roleId: role.id, unitId: role.unitId, how: 'remove' });
  const toggle = (key: string, wanted: boolean | undefined): void => {
    const holding = held.filter((role) => role.key === key);
    if (wanted === true && holding.length === 0) add(world.roles.get(key)!.id);
    if (wanted === false) holding.forEach(remove);
  };
  toggle('learner', draft.isLearner ?? (isNew ? true : undefined));
  toggle('instructor', draft.isInstructor);
  const ids = draft.roleIds && draft.isAdmin !== false ? [...new Set(draft.roleIds)] : undefined;
  const admin = held.filter(administers);
  if (draft.isAdmin === false) admin.forEach(remove);
  else if (ids) {
    ids.forEach((id, i) => {
      if (!world.roles.has(id)) invalid(['roleIds', i], 'not_found');
      if (!held.some((role) => role.id === id) && !changes.some((change) => change.roleId === id)) add(id);
    });
    admin.filter((role) => !ids.includes(role.id)).forEach(remove);
  }
  const administering = ids ? ids.some((id) => administers(world.roles.get(id)!)) : admin.length > 0;
  if (draft.isAdmin === true && !administering) {
    add(world.roles.get('admin')!.id);
  }
  for (const change of changes) Roles.demandChange(ctx, change, world.roles);
  return changes;
}

/** Nobody takes over, or locks out, somebody who may do more than they may. */
function demandAuthority(
  ctx: Context,
  world: World,
  found: Planned,
  data: PersonData,
  passwordHash: string | null | undefined,
): void {
  const powerful =
    passwordHash !== undefined ||
    data.status !== found.data.status ||
    data.username !== found.data.username ||
    data.email !== found.data.email;
  if (!powerful || ctx.actor.permissions === 'all') return;
  for (const role of found.roles)
    for (const permission of world.roles.get(role.id)?.permissions ?? [])
      if (!may(ctx.actor, permission as Permission)) refuse({ kind: 'forbidden', permission });
}
