import { Passwords } from '../access/index.ts';
import { EMAIL_LONGEST, isEmail } from '../kernel/email.ts';
import { isId } from '../kernel/ids.ts';
import type { Issue } from '../kernel/refusal.ts';
import { Refusal } from '../kernel/refusal.ts';
import { instantOf, jsonFault, LONG, LONGEST, longerThan, NAME, SHORT, textFault } from '../kernel/text.ts';
import { PERSON_COLUMNS, type PersonData } from './person.ts';

type Nullable<T> = { [K in keyof T]?: T[K] | null };

/**
 * What a caller may say of a person. An absent member keeps its value (or takes its default at creation), null clears. A login name or
 * handle sent back as shown changes nothing.
 */
export interface PersonInput extends Omit<Nullable<PersonData>, 'status' | 'attributes'> {
  /** Wished id at creation; otherwise ignored. */
  id?: string | null;
  status?: 'active' | 'suspended';
  /** Merged by key; null removes one. With `replaceAttributes`, undeclared ones not named go. */
  attributes?: Record<string, unknown> | null;
  replaceAttributes?: boolean;
  /** Null removes it; at least eight characters. */
  password?: string | null;
  /** True at creation unless said otherwise. */
  isLearner?: boolean;
  isInstructor?: boolean;
  /** True gives the admin role to somebody without any that administers, false takes all of those. */
  isAdmin?: boolean;
  /** Instead of `unitId`, `managerId`. */
  unitExternalId?: string | null;
  managerExternalId?: string | null;
  /** Replaces the roles that administer (see `isAdmin`), in the account; others stay. Null is none. */
  roleIds?: readonly string[] | null;
}

/** An input whose every member is checked by itself; whether it fits the record is seen later. */
export type Draft = Omit<PersonInput, 'attributes'> & { attributes?: Record<string, unknown> };

const CC_EMAILS = 20;
const LENGTHS: Partial<Record<string, number>> = { name: NAME, email: EMAIL_LONGEST, long: LONG, text: LONGEST };
const ATTRIBUTES_LONGEST = 65_536;

/** Checks each member; gives what is wrong, all at once, or the input in the form in which it is stored. */
export function checkInput(input: PersonInput): { draft: Draft } | { issues: Issue[] } {
  const issues: Issue[] = [];
  const draft: Record<string, unknown> = {};
  if (input === null || typeof input !== 'object' || Array.isArray(input))
    return { issues: [{ path: [], fault: 'type' }] };
  const wrong = (path: (string | number)[], fault: Issue['fault'] | undefined, detail?: string): boolean => {
    if (fault) issues.push(detail ? { path, fault, detail } : { path, fault });
    return fault !== undefined;
  };

  for (const [property, , kind] of PERSON_COLUMNS) {
    const value = input[property as keyof PersonInput];
    if (value === undefined || property === 'attributes' || property === 'status') continue;
    if (value === null) {
      draft[property] = kind === 'name' ? '' : property === 'ccEmails' ? [] : null;
      continue;
    }
    switch (kind) {
      case 'key':
      case 'email':
      case 'short':
      case 'name':
      case 'long':
      case 'text': {
        if (wrong([property], textFault(value, LENGTHS[kind] ?? SHORT))) break;
        const text = kind === 'long' || kind === 'text' ? (value as string) : (value as string).trim();
        draft[property] = kind === 'name' ? text : text || null;
        if (property === 'email' && text && !isEmail(text)) wrong(['email'], 'format', 'an email address');
        if (property === 'timeZone' && text && !isZone(text)) wrong(['timeZone'], 'unknown_value', 'an IANA time zone');
        break;
      }
      case 'id':
        if (!isId(value)) wrong([property], 'format', 'a UUID');
        else draft[property] = value.toLowerCase();
        break;
      case 'integer':
        if (!Number.isInteger(value)) wrong([property], 'type', 'a whole number');
        else if (Math.abs(value as number) > 2_147_483_647) wrong([property], 'out_of_range');
        else draft[property] = value;
        break;
      case 'instant':
        draft[property] = instantOf(value);
        if (!draft[property]) wrong([property], 'format', 'an instant');
        break;
      case 'word':
        if (!['male', 'female', 'other'].includes(value as string)) wrong([property], 'unknown_value');
        else draft[property] = value;
        break;
      case 'emails': {
        const list = value as string[];
        if (!Array.isArray(list)) wrong([property], 'type');
        else if (list.length > CC_EMAILS) wrong([property], 'too_many', `at most ${CC_EMAILS}`);
        else if (
          !list.some(
            (email, i) =>
              wrong([property, i], textFault(email, EMAIL_LONGEST)) ||
              (!isEmail(email.trim()) && wrong([property, i], 'format', 'an email address')),
          )
        )
          draft[property] = list.map((email) => email.trim());
        break;
      }
    }
  }

  if (input.id !== undefined && input.id !== null) {
    if (!isId(input.id)) wrong(['id'], 'format', 'a UUID');
    else draft['id'] = input.id.toLowerCase();
  }
  if (input.status !== undefined) {
    if (input.status !== 'active' && input.status !== 'suspended') wrong(['status'], 'unknown_value');
    else draft['status'] = input.status;
  }
  if (input.attributes !== undefined && input.attributes !== null) {
    const { attributes } = input;
    if (typeof attributes !== 'object' || Array.isArray(attributes)) wrong(['attributes'], 'type');
    else if (longerThan(attributes, ATTRIBUTES_LONGEST)) wrong(['attributes'], 'too_long');
    else {
      let faulty = false;
      for (const [key, value] of Object.entries(attributes))
        faulty =
          wrong(['attributes', key], key === '' ? 'required' : (textFault(key, SHORT) ?? jsonFault(value))) || faulty;
      if (!faulty && JSON.stringify(attributes).length > ATTRIBUTES_LONGEST) faulty = wrong(['attributes'], 'too_long');
      if (!faulty) draft['attributes'] = attributes;
    }
  }
  for (const member of ['unitExternalId', 'managerExternalId'] as const) {
    const value = input[member];
    if (value === undefined || value === null) continue;
    if (!wrong([member], textFault(value, SHORT))) draft[member] = value.trim();
  }
  for (const member of ['isLearner', 'isInstructor', 'isAdmin', 'replaceAttributes'] as const) {
    const value = input[member];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'boolean') wrong([member], 'type');
    else draft[member] = value;
  }
  if (input.roleIds !== undefined) {
    const ids = input.roleIds ?? [];
    if (!Array.isArray(ids)) wrong(['roleIds'], 'type');
    else if (ids.length > 100) wrong(['roleIds'], 'too_many', 'at most 100');
    else if (!ids.some((id, i) => !isId(id) && wrong(['roleIds', i], 'format', 'a UUID')))
      draft['roleIds'] = ids.map((id: string) => id.toLowerCase());
  }
  if (input.password !== undefined) {
    try {
      draft['password'] = input.password === null ? null : Passwords.text(input.password, ['password']);
    } catch (error) {
      if (!(error instanceof Refusal) || error.fact.kind !== 'invalid') throw error;
      issues.push(...error.fact.issues);
    }
  }
  return issues.length > 0 ? { issues } : { draft: draft as Draft };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
