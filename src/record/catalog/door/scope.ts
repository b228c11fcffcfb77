/** Which part of the catalog whoever acts sees and may change. */

export { courseHead } from '../read-courses.ts';
export { asLearner, demandOwn, demandUnit, unitFor } from '../scope.ts';
