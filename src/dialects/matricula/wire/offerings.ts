import type { JoinKeys, Offerings, Rooms, Sessions, Terms } from '../../../record/catalog/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toOffering = (offering: Offerings.Offering): Schemas['Offering'] => ({ ...offering });

export const toTerm = (term: Terms.Term): Schemas['Term'] => ({ ...term });

export const toRoom = (room: Rooms.Room): Schemas['Room'] => ({ ...room });

export function toSession(session: Sessions.Session): Schemas['Session'] {
  const { seatsTaken: _t, startsAt: _b, endsAt: _e, meetingIds: _i, meetings, ...shown } = session;
  return {
    ...shown,
    meetings: meetings.map(({ id, startsAt, endsAt, roomId }) => ({ id, startsAt, endsAt, roomId })),
  };
}

export function toJoinKey(joinKey: JoinKeys.JoinKey): Schemas['JoinKey'] {
  const { courseId: _, ...shown } = joinKey;
  return shown;
}
