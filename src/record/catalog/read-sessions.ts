import { type Listing, listPage } from '../../database/listing.ts';
import { constant, type Sql, sql } from '../../database/sql.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import type { Permission } from '../kernel/permission.ts';
import { notFound } from '../kernel/refusal.ts';
import { fieldsOf, readOne, select } from '../kernel/rows.ts';
import { getCourse } from './read-courses.ts';
import { offeringScope, readableOfferings } from './scope.ts';
import { type Meeting, type Session, sessionListing } from './session.ts';

/** Sessions the actor may see (a person without `courses.read`: those of active offerings), of one course or offering when named. */
export async function listSessions(
  ctx: Context,
  query: ListQuery,
  of: { courseId?: string | undefined; offeringId?: string | undefined } = {},
): Promise<Page<Session>> {
  let where = sql`${readableOfferings(ctx)} and s.deleted_at is null`;
  if (of.courseId !== undefined)
    where = sql`${where} and o.course_id = ${(await getCourse(ctx, of.courseId)).id}::uuid`;
  if (of.offeringId !== undefined) {
    if (!isId(of.offeringId)) return notFound('offering', of.offeringId);
    where = sql`${where} and s.offering_id = ${of.offeringId}::uuid`;
  }
  return listPage<Session>(ctx, sessionListing, where, query);
}

/** A session; with a course, only if it is of that course. */
export async function getSession(ctx: Context, id: string, courseId?: string): Promise<Session> {
  if (courseId !== undefined) await getCourse(ctx, courseId);
  let where = sql`${readableOfferings(ctx)} and s.deleted_at is null`;
  if (!isId(id)) return notFound('session', id);
  where = sql`${where} and s.id = ${id}::uuid`;
  if (courseId !== undefined) where = sql`${where} and o.course_id = ${courseId}::uuid`;
  return (await readOne<Session>(ctx, sessionListing, where)) ?? notFound('session', id);
}

/** For verbs that write: by unit, whatever the offering's state. */
export async function readSession(ctx: Context, id: string, permission?: Permission): Promise<Session> {
  if (!isId(id)) return notFound('session', id);
  const where = sql`${offeringScope(ctx, permission)} and s.deleted_at is null and s.id = ${id}::uuid`;
  return (await readOne<Session>(ctx, sessionListing, where)) ?? notFound('session', id);
}

/** The calendar: meetings of sessions, in order of time. */
const meetingListing: Listing = {
  select: constant(select('m', ['id', 'sessionId', 'startsAt', 'endsAt', 'roomId'])),
  from: sql`meeting m join session s on s.tenant_id = m.tenant_id and s.id = m.session_id
    join offering o on o.tenant_id = s.tenant_id and o.id = s.offering_id
    join course c on c.tenant_id = o.tenant_id and c.id = o.course_id`,
  fields: {
    named: {
      ...fieldsOf('m', { id: 'id', sessionId: 'id', startsAt: 'instant', endsAt: 'instant', roomId: 'id?' }),
      offeringId: { sql: 's.offering_id', type: 'id' },
      courseId: { sql: 'o.course_id', type: 'id' },
    },
  },
  sort: [{ field: 'startsAt', descending: false }],
  id: 'id',
};

/** Meetings the actor may see; of the sessions that a person holds a place in, when one is named. */
export async function listMeetings(
  ctx: Context,
  query: ListQuery,
  of: { sessionId?: string | undefined; personId?: string | undefined } = {},
): Promise<Page<Meeting>> {
  let where = meetingScope(ctx);
  if (of.sessionId !== undefined)
    where = sql`${where} and m.session_id = ${(await getSession(ctx, of.sessionId)).id}::uuid`;
  if (of.personId !== undefined) {
    if (ctx.actor.id !== of.personId) demand(ctx, 'enrollments.read');
    if (!isId(of.personId)) return notFound('person', of.personId);
    where = sql`${where} and exists (select 1 from enrollment e join session_enrollment h on h.tenant_id = e.tenant_id and h.enrollment_id = e.id
      where e.tenant_id = m.tenant_id and e.person_id = ${of.personId}::uuid and e.ending is null and h.session_id = m.session_id)`;
  }
  return listPage<Meeting>(ctx, meetingListing, where, query);
}

export async function getMeeting(ctx: Context, id: string): Promise<Meeting> {
  const scope = meetingScope(ctx);
  if (!isId(id)) return notFound('meeting', id);
  return (await readOne<Meeting>(ctx, meetingListing, sql`${scope} and m.id = ${id}::uuid`)) ?? notFound('meeting', id);
}

const meetingScope = (ctx: Context): Sql => sql`${readableOfferings(ctx)} and s.deleted_at is null`;
