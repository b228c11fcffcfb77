import type { Listing } from '../../database/listing.ts';
import type { Instant } from '../kernel/instant.ts';
import { fieldsOf, select } from '../kernel/rows.ts';
import {
  choice,
  flag,
  id,
  ids,
  instant,
  key,
  label,
  maybe,
  object,
  type Patch,
  type Rules,
  text,
  whole,
} from '../kernel/rules.ts';

export type OfferingState = 'active' | 'retired';
export type EnrollmentType = 'open' | 'approval' | 'nomination' | 'closed';

export interface OfferingFields {
  externalId: string | null;
  /** Not unique. */
  code: string | null;
  /** A published version of the course; null until there is one. */
  versionId: string | null;
  name: string;
  state: OfferingState;
  startsAt: Instant | null;
  endsAt: Instant | null;
  accessAt: Instant | null;
  /** Either a due date for all, or days from each learner's own start. */
  dueAt: Instant | null;
  dueAfterDays: number | null;
  expiresAt: Instant | null;
  enrollFrom: Instant | null;
  enrollUntil: Instant | null;
  enrollmentType: EnrollmentType;
  /** null: no limit. */
  seats: number | null;
  waitlistSeats: number;
  readOnly: boolean;
  hiddenActivityIds: string[];
  unitId: string | null;
  location: string | null;
  attributes: Record<string, unknown>;
}

export interface Offering extends OfferingFields {
  id: string;
  number: number;
  courseId: string;
  courseName: string;
  isDefault: boolean;
  /** Made of a template: it stays on the version of that moment until somebody names another. */
  fromTemplate: boolean;
  /** Live and seated, suspended people included. */
  seatsTaken: number;
  waitlistTaken: number;
  termIds: string[];
  createdAt: Instant;
  updatedAt: Instant;
}

export type OfferingPatch = Patch<OfferingFields & { termIds: string[] }>;

const date = maybe(instant);

export const OFFERING_RULES: Rules<OfferingFields & { termIds: string[] }> = {
  externalId: key,
  code: key,
  versionId: maybe(id),
  name: label(500),
  state: choice(['active', 'retired']),
  startsAt: date,
  endsAt: date,
  accessAt: date,
  dueAt: date,
  dueAfterDays: maybe(whole(0, 100_000)),
  expiresAt: date,
  enrollFrom: date,
  enrollUntil: date,
  enrollmentType: choice(['open', 'approval', 'nomination', 'closed']),
  seats: maybe(whole(0, 1_000_000_000)),
  waitlistSeats: whole(0, 1_000_000_000),
  readOnly: flag,
  hiddenActivityIds: ids(1000),
  unitId: maybe(id),
  location: maybe(text(4000)),
  attributes: object,
  termIds: ids(100),
};

const { termIds: _, ...OWN } = OFFERING_RULES;

const live =
  'select count(*) from enrollment e where e.tenant_id = o.tenant_id and e.offering_id = o.id and e.ending is null and e.state';

/** Offerings that are not deleted. Aliases `o`, and `c` for the course. */
export const offeringListing: Listing = {
  select: `${select('o', ['id', 'number', 'courseId', 'isDefault', 'fromTemplate', ...Object.keys(OWN), 'createdAt', 'updatedAt'])},
    array(select t.term_id from offering_term t where t.tenant_id = o.tenant_id and t.offering_id = o.id order by t.term_id) as "termIds",
    c.name as "courseName",
    (${live} not in ('pending_approval', 'pending_acceptance', 'on_waitlist', 'declined')) as "seatsTaken",
    (${live} = 'on_waitlist') as "waitlistTaken"`,
  from: 'offering o join course c on c.tenant_id = o.tenant_id and c.id = o.course_id',
  fields: {
    named: {
      ...fieldsOf('o', {
        id: 'id',
        number: 'number',
        courseId: 'id',
        isDefault: 'boolean',
        fromTemplate: 'boolean',
        externalId: 'text?!',
        code: 'text?!',
        versionId: 'id?',
        name: 'text',
        state: 'text!',
        startsAt: 'instant?',
        endsAt: 'instant?',
        accessAt: 'instant?',
        dueAt: 'instant?',
        dueAfterDays: 'number?',
        expiresAt: 'instant?',
        enrollFrom: 'instant?',
        enrollUntil: 'instant?',
        enrollmentType: 'text!',
        seats: 'number?',
        waitlistSeats: 'number',
        readOnly: 'boolean',
        unitId: 'id?',
        location: 'text?',
        createdAt: 'instant',
        updatedAt: 'instant',
      }),
      courseName: { sql: 'c.name', type: 'text' },
      courseKind: { sql: 'c.kind', type: 'text', exact: true },
      courseState: { sql: 'c.state', type: 'text', exact: true },
    },
    attributes: 'o.attributes',
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};
