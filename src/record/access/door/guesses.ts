/** How often somebody may guess. */

export { counter, guarded, removeOldGuesses as removeOld } from '../guesses.ts';
