import type { Listing } from '../../database/listing.ts';
import type { Instant } from '../kernel/instant.ts';
import { id, instant, key, label, list, maybe, type Patch, type Rules, text, whole } from './fields.ts';
import { fieldsOf, instantText, select } from './rows.ts';

export interface Meeting {
  id: string;
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

export const meetingsRule = list<Meeting>(
  { id, startsAt: instant, endsAt: instant, roomId: maybe(id) },
  ['startsAt', 'endsAt'],
  1000,
);

const meetings = 'from meeting m where m.tenant_id = s.tenant_id and m.session_id = s.id';

/** Sessions that are not deleted. Aliases `s`, `o` for the offering and `c` for the course. */
export const sessionListing: Listing = {
  select: `${select('s', ['id', 'number', 'offeringId', 'activityId', ...Object.keys(SESSION_RULES), 'createdAt', 'updatedAt'])},
    o.course_id as "courseId",
    coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'startsAt', ${instantText('m.starts_at')}, 'endsAt', ${instantText('m.ends_at')},
      'roomId', m.room_id) order by m.starts_at, m.id) ${meetings}), '[]') as "meetings",
    array(select m.id ${meetings} order by m.starts_at, m.id) as "meetingIds"`,
  from: `session s join offering o on o.tenant_id = s.tenant_id and o.id = s.offering_id
    join course c on c.tenant_id = o.tenant_id and c.id = o.course_id`,
  fields: {
    named: {
      ...fieldsOf('s', {
        id: 'id',
        number: 'number',
        externalId: 'text?',
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
