import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { mayAnywhere } from '../kernel/actor.ts';
import { type Context, demand, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { newId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { enrollmentsWithin, offeringWithin } from '../kernel/reach.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import { enroll } from './enroll.ts';
import { readEnrollment } from './list-enrollments.ts';
import type { Enrollment, EnrollOptions, Place } from './types.ts';

// How a place stands is how its live session stands for the learner.
const placeListing: Listing = {
  select: sql`k.id, k.session_id as "sessionId", s.name as "sessionName", k.activity_id as "activityId", k.enrollment_id as "enrollmentId", e.person_id as "personId",
    p.full_name as "fullName", e.course_id as "courseId", coalesce(x.state, e.state) as state,
    coalesce(x.state, 'not_started') as "activityState", coalesce(x.progress, 0) as progress, x.score,
    coalesce(x.time_ticks, k.time_ticks) as "timeTicks", k.enrolled_at as "enrolledAt", x.started_at as "startedAt", x.completed_at as "completedAt",
    k.created_at as "createdAt", greatest(k.updated_at, x.updated_at) as "updatedAt"`,
  from: sql`session_enrollment k
    join session s on s.tenant_id = k.tenant_id and s.id = k.session_id
    join enrollment e on e.tenant_id = k.tenant_id and e.id = k.enrollment_id and e.ending is null
    join person p on p.tenant_id = k.tenant_id and p.id = e.person_id
    left join activity_enrollment x on x.tenant_id = k.tenant_id and x.enrollment_id = k.enrollment_id and x.activity_id = k.activity_id`,
  fields: {
    named: {
      id: { sql: 'k.id', type: 'id' },
      sessionId: { sql: 'k.session_id', type: 'id' },
      sessionName: { sql: 's.name', type: 'text' },
      enrollmentId: { sql: 'k.enrollment_id', type: 'id' },
      personId: { sql: 'e.person_id', type: 'id' },
      courseId: { sql: 'e.course_id', type: 'id' },
      fullName: { sql: 'p.full_name', type: 'text' },
      state: { sql: 'coalesce(x.state, e.state)', type: 'text', exact: true },
      progress: { sql: 'coalesce(x.progress, 0)', type: 'number' },
      score: { sql: 'x.score', type: 'number', nullable: true },
      timeTicks: { sql: 'coalesce(x.time_ticks, k.time_ticks)', type: 'number' },
      enrolledAt: { sql: 'k.enrolled_at', type: 'instant' },
      startedAt: { sql: 'x.started_at', type: 'instant', nullable: true },
      completedAt: { sql: 'x.completed_at', type: 'instant', nullable: true },
      updatedAt: { sql: 'greatest(k.updated_at, x.updated_at)', type: 'instant' },
    },
  },
  sort: [{ field: 'fullName', descending: false }],
  id: 'id',
};

/** Places in sessions: of one session, of one enrollment, or both. */
export async function listPlaces(
  ctx: Context,
  query: ListQuery,
  scope: { sessionId?: string; enrollmentId?: string; personId?: string },
): Promise<Page<Place>> {
  const own =
    ctx.actor.kind === 'person' && scope.personId === ctx.actor.id && !mayAnywhere(ctx.actor, 'enrollments.read');
  if (!own) demandAnywhere(ctx, 'enrollments.read');
  let where = sql`k.tenant_id = ${TENANT}`;
  if (scope.sessionId) where = sql`${where} and k.session_id = ${scope.sessionId}::uuid`;
  if (scope.enrollmentId) where = sql`${where} and k.enrollment_id = ${scope.enrollmentId}::uuid`;
  if (scope.personId) where = sql`${where} and e.person_id = ${scope.personId}::uuid`;
  if (!own) where = sql`${where}${enrollmentsWithin(ctx, 'enrollments.read', 'e', 'p')}`;
  return listPage<Place>(ctx, placeListing, where, query);
}

/** The places of one enrollment, for the record's own verbs: permissions are theirs to check. */
export function placesOf(ctx: Context, enrollmentId: string, query: ListQuery): Promise<Page<Place>> {
  return listPage<Place>(
    ctx,
    placeListing,
    sql`k.tenant_id = ${TENANT} and k.enrollment_id = ${enrollmentId}::uuid`,
    query,
  );
}

async function demandInstructorLed(ctx: Context, courseId: string): Promise<void> {
  const { rows } = await run<{ kind: string }>(
    ctx,
    sql`select kind from course where tenant_id = ${TENANT} and id = ${courseId}::uuid and deleted_at is null`,
  );
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'course', id: courseId });
  if (rows[0].kind !== 'instructor_led') against('not_instructor_led', 'course', courseId);
}

export interface SessionFacts {
  id: string;
  courseId: string;
  offeringId: string;
  activityId: string;
  seats: number | null;
  meetings: number;
}

/** `inSight` leaves out those of offerings that the actor does not see. */
export async function sessionFacts(
  ctx: Context,
  sessionId: string,
  { lock = nothing, inSight = false } = {},
): Promise<SessionFacts> {
  const { rows } = await run<SessionFacts>(
    ctx,
    sql`select s.id, o.course_id as "courseId", s.offering_id as "offeringId", s.activity_id as "activityId", s.seats,
            (select count(*) from meeting m where m.tenant_id = ${TENANT} and m.session_id = s.id) as meetings
       from session s join offering o on o.tenant_id = ${TENANT} and o.id = s.offering_id
      where s.tenant_id = ${TENANT} and s.id = ${sessionId}::uuid and s.deleted_at is null${inSight ? offeringWithin(ctx, 'enrollments.read', sql`s.offering_id`) : nothing}${lock}`,
  );
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'session', id: sessionId });
  return rows[0];
}

export interface TakeSessionOptions extends Pick<EnrollOptions, 'reEnroll' | 'self' | 'source'> {
  /** Held in another session: move. Held in this one: give the place up. */
  cancel?: boolean;
}

export interface TakenSession {
  personId: string;
  courseId: string;
  sessionId: string;
  enrollmentId: string;
  /** The place taken, moved or given up. */
  placeId: string;
}

/**
 * Enrolls a person in a course and takes a place in one of its sessions, both or neither. Refuses `not_found` when the session is not of
 * that course, `rule`: `not_instructor_led`, `many_meetings`, `session_full`, and `session_held` when a place in another session is
 * held and `cancel` is not set.
 */
export async function takeSession(
  ctx: Context,
  personId: string,
  courseId: string,
  sessionId: string,
  options: TakeSessionOptions = {},
): Promise<TakenSession> {
  demandPlaceRight(ctx, personId);
  return transaction(
    ctx,
    async (inner) => {
      await demandInstructorLed(inner, courseId);
      const session = await sessionFacts(inner, sessionId);
      if (session.courseId !== courseId.toLowerCase())
        throw new Refusal({ kind: 'not_found', entity: 'session', id: sessionId });
      if (session.meetings > 1) against('many_meetings', 'session', session.id);
      const { reEnroll, cancel, ...how } = options;
      const held = await heldPlace(inner, personId, session);
      const answer = (enrollmentId: string, placeId: string): TakenSession => ({
        personId,
        courseId: session.courseId,
        sessionId: session.id,
        enrollmentId,
        placeId,
      });
      if (held && held.sessionId === session.id) {
        if (cancel) await givePlaceUp(inner, held);
        if (!reEnroll) return answer(held.enrollmentId, held.id);
      } else if (held && !reEnroll) {
        if (!cancel) against('session_held', 'session', held.sessionId);
        await givePlaceUp(inner, held);
      }
      const { enrollmentId } = await enroll(
        inner,
        { personId, offeringId: session.offeringId },
        { ...how, ...(reEnroll ? { reEnroll } : {}) },
      );
      const enrollment = await readEnrollment(inner, enrollmentId);
      return answer(enrollmentId, await takePlace(inner, enrollment, session));
    },
    { learners: [personId] },
  );
}

export interface Held {
  id: string;
  sessionId: string;
  enrollmentId: string;
  courseId: string;
  personId: string;
}

/** The place in the session's activity that a person in sight holds. */
export async function heldPlace(ctx: Context, personId: string, session: SessionFacts): Promise<Held | undefined> {
  const { rows } = await run<Held>(
    ctx,
    sql`select k.id, k.session_id as "sessionId", k.enrollment_id as "enrollmentId", e.course_id as "courseId", e.person_id as "personId"
       from session_enrollment k join enrollment e on e.tenant_id = ${TENANT} and e.id = k.enrollment_id and e.ending is null
       join person p on p.tenant_id = ${TENANT} and p.id = e.person_id
      where k.tenant_id = ${TENANT} and e.person_id = ${personId}::uuid and e.offering_id = ${session.offeringId}::uuid and k.activity_id = ${session.activityId}::uuid${seenPeople(ctx, personId)}`,
  );
  return rows[0];
}

/** Own places are in sight whatever the units say. */
const seenPeople = (ctx: Context, personId: string): Sql =>
  ctx.actor.kind === 'person' && ctx.actor.id === personId ? nothing : visiblePeople(ctx, 'p');

export async function takePlace(ctx: Context, enrollment: Enrollment, session: SessionFacts): Promise<string> {
  // held until the place is taken: it is not deleted meanwhile, and its limit is the one that counts
  let { seats } = await sessionFacts(ctx, session.id, { lock: sql` for key share of s` });
  if (seats !== null) ({ seats } = await sessionFacts(ctx, session.id, { lock: sql` for no key update of s` }));
  if (seats !== null) {
    const { rows } = await run<{ taken: number }>(
      ctx,
      sql`select count(*) as taken from session_enrollment where tenant_id = ${TENANT} and session_id = ${session.id}::uuid`,
    );
    if (rows[0]!.taken >= seats) against('session_full', 'session', session.id);
  }
  const id = newId();
  await ctx.db
    .insertInto('session_enrollment')
    .values({
      tenant_id: ctx.tenant.id,
      id,
      enrollment_id: enrollment.id,
      session_id: session.id,
      activity_id: session.activityId,
      enrolled_at: ctx.now,
      created_at: ctx.now,
      updated_at: ctx.now,
    })
    .execute();
  await append(ctx, [
    {
      type: 'session_enrollment.created',
      entityId: id,
      personId: enrollment.personId,
      courseId: enrollment.courseId,
      data: { sessionId: session.id, enrollmentId: enrollment.id },
    },
  ]);
  return id;
}

export async function givePlaceUp(ctx: Context, held: Held): Promise<void> {
  const { numDeletedRows } = await ctx.db
    .deleteFrom('session_enrollment')
    .where('tenant_id', '=', ctx.tenant.id)
    .where('id', '=', held.id)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new Refusal({ kind: 'not_found', entity: 'session_enrollment', id: held.id });
  await append(ctx, [
    {
      type: 'session_enrollment.cancelled',
      entityId: held.id,
      personId: held.personId,
      courseId: held.courseId,
      data: { sessionId: held.sessionId, enrollmentId: held.enrollmentId },
    },
  ]);
}

/** Places are taken and given up by the learner, and by whoever may enroll. */
const demandPlaceRight = (ctx: Context, personId: string): void => {
  if (!(ctx.actor.kind === 'person' && ctx.actor.id === personId)) demand(ctx, 'enrollments.write');
};
