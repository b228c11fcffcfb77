/** Requests that are sent twice, or meet each other. */

export { answerOnce, type KeptAnswer as Kept, removeOldAnswers } from '../idempotency.ts';
export { oneWriter } from '../one-writer.ts';
