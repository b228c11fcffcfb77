/** Whom a token or key stands for, and that what they may do has changed. */

export {
  type Access,
  type AccessClient as Client,
  type AccessControl as Control,
  createAccess as create,
} from '../access.ts';
export { accessChanged as changed, announced } from '../access-changed.ts';
export { endAccess as end } from '../access-rows.ts';
