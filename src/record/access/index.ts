export { keepAcademy, keptAcademy } from './academy-file.ts';
export {
  type Access,
  type AccessClient,
  type AccessControl,
  createAccess,
} from './access.ts';
export { accessChanged, announced } from './access-changed.ts';
export {
  assignRoleRows,
  endAccess,
  entitleRows,
  forgetEntitlements,
  swapEntitled,
  unassignRoleRows,
  unentitleRows,
} from './access-rows.ts';
export { actorOf } from './actor-of.ts';
export { demandOver, demandUnits, demandVisible } from './authority.ts';
export { ADMIN_ROLE_KEYS, ROLE_KEYS, type RoleKey } from './built-in-roles.ts';
export { clearTenant, tieClients } from './clear-tenant.ts';
export { bindClientPerson } from './client-people.ts';
export {
  type ApiClient,
  createClient,
  getClient,
  listClients,
  type MadeClient,
  type NewClient,
  renewClient,
  revokeClient,
  updateClient,
} from './clients.ts';
export { advanceClock, type Clock, type MovedClock, readClock, setClock } from './clock.ts';
export { runDueEverywhere } from './due.ts';
export { demandThing, type EntitledEntity } from './entitled-thing.ts';
export {
  type Entitlement,
  entitle,
  entitledRoles,
  listEntitlements,
  unentitle,
} from './entitlements.ts';
export { counter, guarded, removeOldGuesses } from './guesses.ts';
export { hashPassword, verifyPassword } from './hashing.ts';
export { answerOnce, type KeptAnswer, removeOldAnswers } from './idempotency.ts';
export { lastReset } from './last-reset.ts';
export { oneWriter } from './one-writer.ts';
export {
  passwordText,
  setPassword,
  signIn,
  storePasswords,
} from './passwords.ts';
export { portalClientId, signInToPortal } from './portal.ts';
export { isRedirectUri } from './redirect-uri.ts';
export {
  assignRole,
  changeRoles,
  demandRoleChange,
  listRolesOf,
  type RoleChange,
  type RoleFacts,
  rolesOfTenant,
  unassignRole,
} from './role-assignments.ts';
export { type HeldRole, listHeldRoles, removeRole, setRolePlaces } from './role-places.ts';
export { type RoleWords, setRoleWords } from './role-words.ts';
export {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  type Role,
  updateRole,
} from './roles.ts';
export { signingKey } from './signing-key.ts';
export { listEntitlementsOf, listStaff, removeStaff, type StaffMember, setStaff } from './staff.ts';
export {
  createTenant,
  currentTenant,
  findTenant,
  listTenants,
  type NewTenant,
  nowOf,
  type Operator,
  operator,
  type TenantChanges,
  type TenantRecord,
  tenantContext,
  updateTenant,
} from './tenants.ts';
export {
  issueToken,
  removeExpiredTokens,
  revokeToken,
  tradeToken,
} from './tokens.ts';
