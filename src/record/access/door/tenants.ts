/** Tenants, and who operates all of them. */

export { keepAcademy, keptAcademy } from '../academy-file.ts';
export { clearTenant as clear, tieClients } from '../clear-tenant.ts';
export { fileSetting } from '../file-setting.ts';
export { lastReset } from '../last-reset.ts';
export { signingKey } from '../signing-key.ts';
export {
  createTenant as create,
  currentTenant as current,
  findTenant as find,
  listTenants as list,
  type Operator,
  operator,
  type TenantChanges as Changes,
  type TenantRecord as Tenant,
  tenantContext as contextOf,
  updateTenant as update,
} from '../tenants.ts';
