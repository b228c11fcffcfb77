export { type AcademyFile, keepAcademy, keptAcademy } from './academy-file.ts';
export {
  type Access,
  type AccessClient,
  type AccessControl,
  type AccessOptions,
  createAccess,
} from './access.ts';
export { accessChanged, announced } from './access-changed.ts';
export { actorOf, type RoleRow } from './actor-of.ts';
export { demandAll, demandOver, demandUnits, demandVisible } from './authority.ts';
export { ADMIN_ROLE_KEYS, BUILT_IN_ROLES, ROLE_KEYS, type RoleKey } from './built-in-roles.ts';
export { clearTenant, type LooseClient, tieClients } from './clear-tenant.ts';
export { bindClientPerson } from './client-people.ts';
export {
  type ApiClient,
  type ClientChanges,
  type ClientDialect,
  clientListing,
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
export { type Happened, runDueEverywhere } from './due.ts';
export { demandThing, type EntitledEntity } from './entitled-thing.ts';
export {
  type Entitlement,
  type EntitlementKey,
  entitle,
  entitledRoles,
  entitlementListing,
  listEntitlements,
  unentitle,
} from './entitlements.ts';
export { counter, guarded, missed, removeOldGuesses } from './guesses.ts';
export { hashPassword, verifyPassword } from './hashing.ts';
export { type Answering, answerOnce, type KeptAnswer, type NamedRequest } from './idempotency.ts';
export { lastReset } from './last-reset.ts';
export { oneWriter } from './one-writer.ts';
export {
  type PasswordOptions,
  passwordText,
  recordAccess,
  SHORTEST_PASSWORD,
  type SignedIn,
  setPassword,
  signIn,
  storePasswords,
} from './passwords.ts';
export { type PersonToken, portalClientId, signInToPortal } from './portal.ts';
export { isRedirectUri } from './redirect-uri.ts';
export {
  assignRole,
  changeRoles,
  demandRoleChange,
  listRolesOf,
  type RoleAssignment,
  type RoleChange,
  type RoleFacts,
  type RoleGrant,
  rolesOfTenant,
  setRoles,
  unassignRole,
} from './role-assignments.ts';
export { type HeldRole, listHeldRoles, type RolePlaces, removeRole, setRolePlaces } from './role-places.ts';
export { type RoleWords, setRoleWords } from './role-words.ts';
export {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  type Role,
  type RoleInput,
  roleListing,
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
  type IssuedToken,
  issueToken,
  type NewToken,
  removeExpiredTokens,
  revokeToken,
  revokeTokensOf,
  type TokenKind,
  type Trade,
  type Traded,
  tradeToken,
} from './tokens.ts';
