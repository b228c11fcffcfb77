import type { Roles } from '../../record/access/index.ts';
import type { Schemas } from './generated/operations.ts';

export type RoleWord = NonNullable<Schemas['UserInfo']['possibleRoles']>[number];

/** Roles of this protocol and of the record, in the order in which they are shown. */
export const ROLES: readonly (readonly [RoleWord, Roles.Key])[] = [
  ['SITE_ADMIN', 'admin'],
  ['LEARNER', 'learner'],
  ['INSTRUCTOR', 'instructor'],
  ['EDITOR', 'author'],
  ['PREVIEW', 'reviewer'],
  ['MANAGER', 'manager'],
  ['HR_MANAGER', 'people_admin'],
  ['SITE_TRAINING_MANAGER', 'training_admin'],
  ['EVALUATOR', 'evaluator'],
];

export const ROLE_KEYS: readonly Roles.Key[] = ROLES.map(([, key]) => key);

export const roleKeyOf = (word: string): Roles.Key => ROLES.find(([wire]) => wire === word)![1];

/** The words for these roles; those that this protocol has no word for are left out. */
export const roleWords = (keys: Iterable<string | null>): RoleWord[] => {
  const held = new Set(keys);
  return ROLES.flatMap(([word, key]) => (held.has(key) ? [word] : []));
};
