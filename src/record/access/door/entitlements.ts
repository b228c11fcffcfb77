/** What people are entitled to, a thing each, beside their roles. */

export { entitleRows, forgetEntitlements as forget, swapEntitled as swap, unentitleRows } from '../access-rows.ts';
export { demandThing, type EntitledEntity as Entity } from '../entitled-thing.ts';
export {
  type Entitlement,
  entitle,
  entitledRoles as rolesOf,
  listEntitlements as list,
  unentitle,
} from '../entitlements.ts';
export { listEntitlementsOf as listOfPerson } from '../staff.ts';
