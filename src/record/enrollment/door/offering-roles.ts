/** Who teaches, assists and learns in an offering. */

export { countLearners, setOfferingRoles as set } from '../offering-roles.ts';
