import type { Handlers } from '../../http/handlers.ts';
import { Enrollments } from '../../record/enrollment/index.ts';
import { batched } from './batches.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';

/** Many enrollments at once, each row answered. */
export const enrollmentBatchHandlers = {
  createEnrollmentBatch: (caller, { body }, call) => batched(call, body, (rows) => Enrollments.saveMany(caller, rows)),
} satisfies Partial<Handlers<Operations, Caller>>;
