import { isDeepStrictEqual } from 'node:util';
import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { newId } from '../kernel/ids.ts';
import { against, type Issue, invalid, notFound } from '../kernel/refusal.ts';
import { amend, type Changed, demandUnchanged, insert, lockRow, type Seen } from '../kernel/rows.ts';
import { checked, refuseIfAny } from '../kernel/rules.ts';
import { ensureDefaultOffering } from './create-offering.ts';
import type { Offering } from './offering.ts';
import { courseHead } from './read-courses.ts';
import { readOffering } from './read-offerings.ts';
import { readSession } from './read-sessions.ts';
import { demandOwnOrEntitled } from './scope.ts';
import { type Meeting, type MeetingInput, SESSION, type Session, type SessionPatch } from './session.ts';

export interface NewSession extends SessionPatch {
  /** One of both: an offering, or a course, whose default offering is meant. */
  offeringId?: string | undefined;
  courseId?: string | undefined;
  /** May be left out where the course has only one live_session activity. */
  activityId?: string | undefined;
  name: string;
}

/**
 * Makes a session with its meetings. Refuses with `not_instructor_led` when the offering's version has no live_session activity,
 * and with `invalid` when it has several and none is named.
 */
export async function createSession(ctx: Context, input: NewSession): Promise<Session> {
  demandAnywhere(ctx, 'courses.write');
  const { meetings, ...own } = checked(input, SESSION.rules, ['name']);
  return transaction(ctx, async (ctx) => {
    const offering = await offeringOf(ctx, input);
    await demandOwnOrEntitled(ctx, 'offering', offering);
    const activityId = await liveSessionOf(ctx, offering, input.activityId);
    const id = newId();
    await insert(ctx, SESSION, { ...own, id, offeringId: offering.id, activityId });
    if (meetings) await replaceMeetings(ctx, id, [], meetings);
    await append(ctx, [
      {
        type: 'session.created',
        entityId: id,
        courseId: offering.courseId,
        data: { name: input.name, offeringId: offering.id, activityId, externalId: own.externalId ?? null },
      },
    ]);
    return readSession(ctx, id, 'courses.write');
  });
}

/** Merges the patch into the session; meetings given replace the kept ones, a meeting with its id keeps it. */
export async function updateSession(
  ctx: Context,
  id: string,
  patch: SessionPatch,
  seen?: Seen<Session>,
): Promise<Session> {
  demandAnywhere(ctx, 'courses.write');
  const { meetings, ...own } = checked(patch, SESSION.rules);
  return transaction(ctx, async (ctx) => {
    const before = await lockSession(ctx, id);
    demandUnchanged('session', before, seen);
    const changed: Changed = {};
    if (meetings) {
      const after = await replaceMeetings(ctx, before.id, before.meetings, meetings);
      if (!isDeepStrictEqual(after, before.meetings)) changed.meetings = [before.meetings, after];
    }
    const done = await amend(ctx, SESSION, before, own, { courseId: before.courseId, changed });
    return done ? readSession(ctx, before.id, 'courses.write') : before;
  });
}

/** Deletes a session with its meetings; refuses with `session_held` while anybody holds a place. */
export async function deleteSession(ctx: Context, id: string, seen?: Seen<Session>): Promise<void> {
  demandAnywhere(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    // everybody who would take a place meanwhile waits for the end of this
    const session = await lockSession(ctx, id, true);
    demandUnchanged('session', session, seen);
    if (session.seatsTaken > 0) against('session_held', 'session', session.id);
    await run(
      ctx,
      sql`update session set deleted_at = ${NOW}, updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${session.id}::uuid`,
    );
    await append(ctx, [{ type: 'session.deleted', entityId: session.id, courseId: session.courseId }]);
  });
}

export async function lockSession(ctx: Context, id: string, whole = false): Promise<Session> {
  await lockRow(ctx, SESSION, id, whole);
  const session = await readSession(ctx, id, 'courses.write');
  await demandOwnOrEntitled(ctx, 'offering', await readOffering(ctx, session.offeringId, 'courses.write'));
  return session;
}

async function offeringOf(ctx: Context, input: NewSession): Promise<Offering> {
  const offering =
    input.offeringId !== undefined
      ? await readOffering(ctx, input.offeringId, 'courses.write')
      : input.courseId !== undefined
        ? await ensureDefaultOffering(ctx, input.courseId)
        : invalid(['offeringId'], 'required');
  if (input.courseId !== undefined && offering.courseId !== input.courseId.toLowerCase())
    return notFound('offering', offering.id);
  // neither is deleted while the session is made, and the offering is as it stands then
  await courseHead(ctx, offering.courseId, 'write', 'courses.write');
  await run(ctx, sql`select 1 from offering where tenant_id = ${TENANT} and id = ${offering.id}::uuid for key share`);
  return readOffering(ctx, offering.id, 'courses.write');
}

/** The activity that the session is one way to attend: in the offering's version, before the first is published in the draft. */
async function liveSessionOf(ctx: Context, offering: Offering, wanted: string | undefined): Promise<string> {
  const versionIdSql = value(offering.versionId, 'uuid');
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select a.id from activity a join course_version v on v.tenant_id = a.tenant_id and v.id = a.version_id
      where a.tenant_id = ${TENANT} and v.course_id = ${offering.courseId}::uuid and a.kind = 'live_session'
        and (v.id = ${versionIdSql} or (${versionIdSql} is null and v.state = 'draft'))`,
  );
  if (rows.length === 0) against('not_instructor_led', 'course', offering.courseId);
  if (wanted !== undefined) {
    if (!rows.some((row) => row.id === wanted.toLowerCase()))
      invalid(['activityId'], 'not_found', 'a live_session activity');
    return wanted.toLowerCase();
  }
  if (rows.length > 1) invalid(['activityId'], 'required', 'the course has several live_session activities');
  return rows[0]!.id;
}

/** The session's meetings become these, in order of time. */
async function replaceMeetings(
  ctx: Context,
  sessionId: string,
  before: readonly Meeting[],
  given: readonly MeetingInput[],
): Promise<Meeting[]> {
  const issues: Issue[] = [];
  const known = new Set(before.map((meeting) => meeting.id));
  const after = given.map((meeting, i): Meeting => {
    if (meeting.id !== undefined && !known.delete(meeting.id))
      issues.push({ path: ['meetings', i, 'id'], fault: 'not_found' });
    if (meeting.endsAt <= meeting.startsAt)
      issues.push({ path: ['meetings', i, 'endsAt'], fault: 'out_of_range', detail: 'after startsAt' });
    const { startsAt, endsAt } = meeting;
    return { id: meeting.id ?? newId(), sessionId, startsAt, endsAt, roomId: meeting.roomId ?? null };
  });
  const rooms = [...new Set(after.flatMap((meeting) => meeting.roomId ?? []))];
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from room where tenant_id = ${TENANT} and id = any(${rooms}::uuid[]) for key share`,
  );
  const found = new Set(rows.map((row) => row.id));
  after.forEach((meeting, i) => {
    if (meeting.roomId && !found.has(meeting.roomId))
      issues.push({ path: ['meetings', i, 'roomId'], fault: 'not_found' });
  });
  refuseIfAny(issues);
  after.sort((a, b) => (a.startsAt + a.id < b.startsAt + b.id ? -1 : 1));
  if (isDeepStrictEqual(after, before)) return after;
  await run(ctx, sql`delete from meeting where tenant_id = ${TENANT} and session_id = ${sessionId}`);
  await run(
    ctx,
    sql`insert into meeting (tenant_id, id, session_id, starts_at, ends_at, room_id)
     select ${TENANT}, x.id, ${sessionId}::uuid, x."startsAt", x."endsAt", x."roomId"
       from jsonb_to_recordset(${JSON.stringify(after)}::jsonb) as x (id uuid, "startsAt" timestamptz, "endsAt" timestamptz, "roomId" uuid)`,
  );
  return after;
}
