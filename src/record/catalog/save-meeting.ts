import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { Refusal, type RefusalFact } from '../kernel/refusal.ts';
import type { Patch } from '../kernel/rules.ts';
import { getMeeting } from './read-sessions.ts';
import { lockSession, updateSession } from './save-session.ts';
import type { Meeting, MeetingInput, Session } from './session.ts';

type MeetingFields = Omit<Meeting, 'id' | 'sessionId'>;

/** Adds one meeting to a session. Refuses unknown rooms and an end that is not after the start. */
export async function createMeeting(
  ctx: Context,
  sessionId: string,
  input: Patch<MeetingFields> & Pick<MeetingFields, 'startsAt' | 'endsAt'>,
): Promise<Meeting> {
  demand(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const before = await lockSession(ctx, sessionId);
    const { session } = await write(ctx, before, [...before.meetings, input], before.meetings.length);
    const known = new Set(before.meetingIds);
    return session.meetings.find((meeting) => !known.has(meeting.id))!;
  });
}

/** Merges the patch into the meeting. */
export async function updateMeeting(ctx: Context, id: string, patch: Patch<MeetingFields>): Promise<Meeting> {
  demand(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const { sessionId } = await getMeeting(ctx, id);
    const before = await lockSession(ctx, sessionId);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const place = before.meetings.findIndex((meeting) => meeting.id === id.toLowerCase());
    const meetings = before.meetings.map((meeting, i) =>
      i === place ? { ...meeting, ...given, id: meeting.id } : meeting,
    );
    const { session } = await write(ctx, before, meetings, place);
    return session.meetings.find((meeting) => meeting.id === id.toLowerCase())!;
  });
}

export async function deleteMeeting(ctx: Context, id: string): Promise<void> {
  demand(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    const { sessionId } = await getMeeting(ctx, id);
    const before = await lockSession(ctx, sessionId);
    await write(
      ctx,
      before,
      before.meetings.filter((meeting) => meeting.id !== id.toLowerCase()),
      0,
    );
  });
}

/** Faults of the one meeting that was sent are told by its own members, not by its place among the others. */
async function write(
  ctx: Context,
  before: Session,
  meetings: readonly MeetingInput[],
  place: number,
): Promise<{ session: Session }> {
  try {
    return { session: await updateSession(ctx, before.id, { meetings: [...meetings] }) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.fact.kind !== 'invalid') throw error;
    const issues = error.fact.issues.map((issue) =>
      issue.path[0] === 'meetings' && issue.path[1] === place ? { ...issue, path: issue.path.slice(2) } : issue,
    );
    throw new Refusal({ kind: 'invalid', issues } satisfies RefusalFact);
  }
}
