import type { Listing } from '../../database/listing.ts';
import { constant, sql } from '../../database/sql.ts';
import type { Instant } from '../kernel/instant.ts';
import { beside, once, own, type PatchOf, type Read, shown, thing } from '../kernel/members.ts';
import { instantText } from '../kernel/rows.ts';
import { id, ids, instant, key, label, list, maybe, type Rule, text, whole } from '../kernel/rules.ts';

/** A time and place of a session. */
export interface Meeting {
  id: string;
  sessionId: string;
  startsAt: Instant;
  endsAt: Instant;
  roomId: string | null;
}

export interface MeetingInput {
  id?: string | undefined;
  startsAt: Instant;
  endsAt: Instant;
  roomId?: string | null | undefined;
}

const meetings = 'from meeting m where m.tenant_id = s.tenant_id and m.session_id = s.id';
const meetingRule = list<Omit<Meeting, 'sessionId'>, 'startsAt' | 'endsAt'>(
  { id: id(), startsAt: instant, endsAt: instant, roomId: maybe(id('room')) },
  ['startsAt', 'endsAt'],
  1000,
) as Rule<Meeting[], MeetingInput[]>;

/** One way to attend a live_session activity of an offering. Aliases `s`, `o` for the offering and `c` for the course. */
export const SESSION = thing(
  'session',
  's',
  {
    externalId: own(key, { unique: 'exact' }),
    courseId: shown(id('course'), 'o.course_id'),
    offeringId: once(id('offering')),
    activityId: once(id('activity')),
    name: own(label(500)),
    description: own(maybe(text(100_000))),
    seats: own(maybe(whole(0, 1_000_000_000)), 'None is no limit of its own.'),
    /** Places held by live enrollments. */
    seatsTaken: shown(
      whole(0, Number.MAX_SAFE_INTEGER),
      `select count(*) from session_enrollment h join enrollment e on e.tenant_id = h.tenant_id and e.id = h.enrollment_id and e.ending is null
        where h.tenant_id = s.tenant_id and h.session_id = s.id`,
    ),
    /** Start of the first meeting, end of the last. */
    startsAt: shown(maybe(instant), `select min(m.starts_at) ${meetings}`),
    endsAt: shown(maybe(instant), `select max(m.ends_at) ${meetings}`),
    /** In order of time. */
    meetings: beside(
      meetingRule,
      `coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'sessionId', m.session_id, 'startsAt', ${instantText('m.starts_at')}, 'endsAt', ${instantText('m.ends_at')},
        'roomId', m.room_id) order by m.starts_at, m.id) ${meetings}), '[]')`,
    ),
    meetingIds: shown(ids(1000, 'meeting'), `array(select m.id ${meetings} order by m.starts_at, m.id)`),
  },
  { marked: true },
);

export type Session = Read<typeof SESSION>;
export type SessionPatch = PatchOf<typeof SESSION>;

/** Sessions that are not deleted. */
export const sessionListing: Listing = {
  select: constant(SESSION.select),
  from: sql`session s join offering o on o.tenant_id = s.tenant_id and o.id = s.offering_id
    join course c on c.tenant_id = o.tenant_id and c.id = o.course_id`,
  fields: {
    named: {
      ...SESSION.fields,
      courseName: { sql: 'c.name', type: 'text' },
      courseKind: { sql: 'c.kind', type: 'text', exact: true },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};
