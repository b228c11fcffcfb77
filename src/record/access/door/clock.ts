/** The clock of a tenant, and what becomes due by it. */

export {
  advanceClock as advance,
  type Clock,
  type MovedClock as Moved,
  readClock as read,
  setClock as set,
} from '../clock.ts';
export { runDueEverywhere } from '../due.ts';
