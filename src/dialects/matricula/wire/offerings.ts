import type { JoinKey, Offering, Room, Session, Term } from '../../../record/catalog/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toOffering = (offering: Offering): Schemas['Offering'] => ({ ...offering });

export const toTerm = (term: Term): Schemas['Term'] => ({ ...term });

export const toRoom = (room: Room): Schemas['Room'] => ({ ...room });

export function toSession(session: Session): Schemas['Session'] {
  const { seatsTaken: _t, startsAt: _b, endsAt: _e, meetingIds: _i, meetings, ...shown } = session;
  return {
    ...shown,
    meetings: meetings.map(({ id, startsAt, endsAt, roomId }) => ({ id, startsAt, endsAt, roomId })),
  };
}

export function toJoinKey(joinKey: JoinKey): Schemas['JoinKey'] {
  const { courseId: _, ...shown } = joinKey;
  return shown;
}
