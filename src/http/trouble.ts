import { outageOf } from '../record/kernel/outage.ts';

/** Whether an exception means that the database is away, read-only, full, busy or too slow, and not that something is wrong here. */
export const isUnavailable = (error: unknown): boolean => outageOf(error) !== null;

/** A text that PostgreSQL cannot hold, such as one with NUL, which came past the checks. */
export function isUnstorable(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return code === '22021' || code === '22P05';
}

/** What the log says of an outage: many requests meet the same one, and where each met it tells nothing. */
export const reasonOf = (error: unknown): { outage: string | null; reason: string } => ({
  outage: outageOf(error),
  reason: error instanceof Error ? error.message : String(error),
});
