import type { Instant } from '../../../record/kernel/instant.ts';
import { invalid } from '../../../record/kernel/refusal.ts';
import type { World } from '../world.ts';
import type { Below, EnrollmentFacts } from './enrollment-facts.ts';
import type { EnrollmentEntry } from './enrollment-shape.ts';
import type { Course, Timeline } from './timeline.ts';

export type Planned = Course<EnrollmentEntry>;

/** What planning one entry needs. */
export interface Plan {
  world: World;
  timeline: Timeline<EnrollmentEntry>;
  of: Planned;
  /** The enrollment as it is in the record; undefined for one to be made. */
  facts: EnrollmentFacts | undefined;
  below: Below;
  /** When the person was enrolled. */
  start: Instant;
  /** Notes that the entry changes something that was there. */
  touch(): void;
}

/** Stops an entry that speaks of something its course does not have. */
export const absent = (path: readonly (string | number)[], what: string): never => invalid(path, 'not_found', what);
