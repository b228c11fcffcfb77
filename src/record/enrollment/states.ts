import { constant, name, type Sql, sql } from '../../database/sql.ts';
import type { EnrollmentState } from './types.ts';

/** States without a seat: not learning yet, or never. */
export const WITHOUT_SEAT = [
  'pending_approval',
  'pending_acceptance',
  'on_waitlist',
  'declined',
] as const satisfies readonly EnrollmentState[];

export const takesSeat = (state: EnrollmentState): boolean => !(WITHOUT_SEAT as readonly string[]).includes(state);

/** SQL list of the states without a seat. */
export const WITHOUT_SEAT_SQL = constant(WITHOUT_SEAT.map((state) => `'${state}'`).join(', '));

/** States somebody sets, that stand until reset; the other ones follow from what the learner does. */
export const STANDING_STATES = [
  'complete',
  'not_complete',
  'failed',
  'pending_evaluation_required',
  'absent',
  'not_applicable',
  'pending_proctor',
  'ready_for_review',
] as const satisfies readonly EnrollmentState[];

export const COLLECTIONS_SQL = sql`'curriculum', 'bundle', 'certification', 'personal_path'`;

/** SQL of an instant inside a JSON value, in our own form. */
export const instantTextSql = (instant: string): Sql =>
  sql`to_char(${name(instant)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
