import type { Listing } from '../../database/listing.ts';
import { constant, sql } from '../../database/sql.ts';
import { beside, once, own, type PatchOf, type Read, shown, type Taken, thing } from '../kernel/members.ts';
import { choice, flag, id, ids, instant, key, label, maybe, object, text, whole } from '../kernel/rules.ts';

const STATES = ['active', 'retired'] as const;
const ENROLLMENT_TYPES = ['open', 'approval', 'nomination', 'closed'] as const;
export type OfferingState = (typeof STATES)[number];

const seats = whole(0, 1_000_000_000);
const live =
  'select count(*) from enrollment e where e.tenant_id = o.tenant_id and e.offering_id = o.id and e.ending is null and e.state';

/** A delivery of a course. Aliases `o`, and `c` for the course. */
export const OFFERING = thing(
  'offering',
  'o',
  {
    courseId: once(id('course')),
    courseName: shown(label(500), 'c.name'),
    isDefault: shown(flag),
    fromTemplate: once(
      flag,
      'Made of the course as a template: it stays on its version until another is named. So where the course is a template.',
    ),
    externalId: own(key, { unique: 'exact' }),
    /** Not unique. */
    code: own(key),
    versionId: own(maybe(id('course_version')), 'A published version of the course; none until there is one.'),
    name: own(label(500), 'That of the course unless said otherwise.'),
    state: own(choice(STATES), { usual: 'active' }),
    startsAt: own(maybe(instant)),
    endsAt: own(maybe(instant), { ends: true }),
    accessAt: own(maybe(instant), 'Nothing starts before.'),
    /** Either a due date for all, or days from each learner's own start. */
    dueAt: own(maybe(instant), { ends: true }),
    dueAfterDays: own(maybe(whole(0, 100_000)), 'Days from each learner’s own start.'),
    expiresAt: own(maybe(instant), { about: 'Nothing starts after.', ends: true }),
    enrollFrom: own(maybe(instant), 'For people who enroll themselves.'),
    enrollUntil: own(maybe(instant), { about: 'For people who enroll themselves.', ends: true }),
    enrollmentType: own(choice(ENROLLMENT_TYPES), { about: 'Open unless said otherwise.', usual: 'open' }),
    seats: own(maybe(seats), 'None is no limit.'),
    waitlistSeats: own(seats, { about: 'How many may wait for a seat.', usual: 0 }),
    readOnly: own(flag, 'Nothing starts any more.'),
    hiddenActivityIds: own(ids(1000, 'activity')),
    unitId: own(maybe(id('unit'))),
    location: own(maybe(text(4000))),
    attributes: own(object, 'Fields by key.'),
    termIds: beside(
      ids(100, 'term'),
      'array(select t.term_id from offering_term t where t.tenant_id = o.tenant_id and t.offering_id = o.id order by t.term_id)',
    ),
    /** Live and seated, suspended people included. */
    seatsTaken: shown(seats, `${live} not in ('pending_approval', 'pending_acceptance', 'on_waitlist', 'declined')`),
    waitlistTaken: shown(seats, `${live} = 'on_waitlist'`),
  },
  { marked: true },
);

export type Offering = Read<typeof OFFERING>;
export type OfferingFields = Taken<typeof OFFERING, 'own'>;
export type OfferingPatch = PatchOf<typeof OFFERING>;

/** Offerings that are not deleted. */
export const offeringListing: Listing = {
  select: constant(OFFERING.select),
  from: sql`offering o join course c on c.tenant_id = o.tenant_id and c.id = o.course_id`,
  fields: {
    named: {
      ...OFFERING.fields,
      courseNumber: { sql: 'c.number', type: 'number' },
      courseKind: { sql: 'c.kind', type: 'text', exact: true },
      courseState: { sql: 'c.state', type: 'text', exact: true },
    },
    attributes: 'o.attributes',
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};
