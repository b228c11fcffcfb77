import type { EventRow } from '../../../record/insight/index.ts';
import type { Context } from '../../../record/kernel/context.ts';
import type { Schemas } from '../generated/operations.ts';
import { placeText } from '../places.ts';

export const toEvent = (ctx: Context, event: EventRow): Schemas['Event'] => ({
  id: placeText(ctx, event),
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
