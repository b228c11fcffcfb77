/** Places in sessions. */

export {
  dropPlace as drop,
  listEnrollmentPlaces as listOfEnrollment,
  listSessionPlaces as listOfSession,
  putPlace as put,
} from '../enrollment-places.ts';
export { listPlaces as list, takeSession as take } from '../sessions.ts';
export type { Place } from '../types.ts';
