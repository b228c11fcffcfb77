import type { EventRow } from '../../../record/insight/index.ts';
import type { Schemas } from '../generated/operations.ts';
import type { Places } from '../places.ts';

export const toEvent = (places: Places, event: EventRow): Schemas['Event'] => ({
  id: places.textOf(event),
  at: event.at,
  type: event.type,
  entity: event.entity,
  entityId: event.entityId,
  personId: event.personId,
  courseId: event.courseId,
  actor: { kind: event.actorKind, id: event.actorId },
  dialect: event.dialect,
  data: event.data,
});
