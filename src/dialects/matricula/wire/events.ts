import type { Feed } from '../../../record/insight/index.ts';
import type { Schemas } from '../generated/operations.ts';

/** `id` is its place in the feed as a text. */
export const toEvent = (id: string, event: Feed.Event): Schemas['Event'] => ({
  id,
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
