/** Offerings of courses. */

export {
  retireOfferingRows as retireRows,
  saveOfferingRows as saveRows,
  saveOfferingTermRows as saveTermRows,
} from '../catalog-rows.ts';
export { createOffering as create, ensureDefaultOffering as ensureDefault } from '../create-offering.ts';
export { OFFERING as MEMBERS, type Offering, type OfferingPatch as Patch } from '../offering.ts';
export { getOffering as get, listOfferings as list } from '../read-offerings.ts';
export { deleteOffering as delete, updateOffering as update } from '../update-offering.ts';
