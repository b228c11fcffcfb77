import type { Listing } from '../../database/listing.ts';
import type { Instant } from '../kernel/instant.ts';
import { fieldsOf, instantText, select } from '../kernel/rows.ts';
import { id, instant, key, label, list, maybe, type Patch, type Rules, text, whole } from '../kernel/rules.ts';

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

export interface SessionFields {
  externalId: string | null;
  name: string;
  description: string | null;
  /** null: no limit of its own. */
  seats: number | null;
}

/** One way to attend a live_session activity of an offering. */
export interface Session extends SessionFields {
  id: string;
  number: number;
  courseId: string;
  offeringId: string;
  activityId: string;
  /** Places held by live enrollments. */
  seatsTaken: number;
  /** Start of the first meeting, end of the last. */
  startsAt: Instant | null;
  endsAt: Instant | null;
  /** In order of time. */
  meetings: Meeting[];
  meetingIds: string[];
  createdAt: Instant;
  updatedAt: Instant;
}

export type SessionPatch = Patch<SessionFields & { meetings: MeetingInput[] }>;

export const SESSION_RULES: Rules<SessionFields> = {
  externalId: key,
  name: label(500),
  description: maybe(text(100_000)),
  seats: maybe(whole(0, 1_000_000_000)),
};

export const meetingsRule = list<Omit<Meeting, 'sessionId'>>(
  { id, startsAt: instant, endsAt: instant, roomId: maybe(id) },
  ['startsAt', 'endsAt'],
  1000,
);

const meetings = 'from meeting m where m.tenant_id = s.tenant_id and m.session_id = s.id';

/** Sessions that are not deleted. Aliases `s`, `o` for the offering and `c` for the course. */
export const sessionListing: Listing = {
  select: `${select('s', ['id', 'number', 'offeringId', 'activityId', ...Object.keys(SESSION_RULES), 'createdAt', 'updatedAt'])},
    o.course_id as "courseId",
    coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'sessionId', m.session_id, 'startsAt', ${instantText('m.starts_at')}, 'endsAt', ${instantText('m.ends_at')},
      'roomId', m.room_id) order by m.starts_at, m.id) ${meetings}), '[]') as "meetings",
    array(select m.id ${meetings} order by m.starts_at, m.id) as "meetingIds",
    (select min(m.starts_at) ${meetings}) as "startsAt", (select max(m.ends_at) ${meetings}) as "endsAt",
    (select count(*) from session_enrollment h join enrollment e on e.tenant_id = h.tenant_id and e.id = h.enrollment_id and e.ending is null
      where h.tenant_id = s.tenant_id and h.session_id = s.id) as "seatsTaken"`,
  from: `session s join offering o on o.tenant_id = s.tenant_id and o.id = s.offering_id
    join course c on c.tenant_id = o.tenant_id and c.id = o.course_id`,
  fields: {
    named: {
      ...fieldsOf('s', {
        id: 'id',
        number: 'number',
        externalId: 'text?!',
        offeringId: 'id',
        activityId: 'id',
        name: 'text',
        description: 'text?',
        seats: 'number?',
        createdAt: 'instant',
        updatedAt: 'instant',
      }),
      courseId: { sql: 'o.course_id', type: 'id' },
      courseName: { sql: 'c.name', type: 'text' },
      courseKind: { sql: 'c.kind', type: 'text', exact: true },
      startsAt: { sql: `(select min(m.starts_at) ${meetings})`, type: 'instant', nullable: true },
      endsAt: { sql: `(select max(m.ends_at) ${meetings})`, type: 'instant', nullable: true },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};
