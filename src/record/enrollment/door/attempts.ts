/** Tries at activities. */

export {
  getAttempt as get,
  listAttempts as list,
  recordAttempt as record,
  startAttempt as start,
} from '../attempts.ts';
export type { Attempt } from '../types.ts';
