/** Roles, and who holds them where. */

export { assignRoleRows as assignRows, unassignRoleRows as unassignRows } from '../access-rows.ts';
export { ADMIN_ROLE_KEYS as ADMIN_KEYS, ROLE_KEYS as KEYS, type RoleKey as Key } from '../built-in-roles.ts';
export {
  changeRoles as change,
  demandRoleChange as demandChange,
  type RoleChange as Change,
  type RoleFacts as Facts,
  rolesOfTenant as ofTenant,
} from '../role-assignments.ts';
export {
  type HeldRole as Held,
  listHeldRoles as listHeld,
  removeRole as remove,
  setRolePlaces as setPlaces,
} from '../role-places.ts';
export { type RoleWords as Words, setRoleWords as setWords } from '../role-words.ts';
export {
  createRole as create,
  deleteRole as delete,
  getRole as get,
  listRoles as list,
  type Role,
  updateRole as update,
} from '../roles.ts';
