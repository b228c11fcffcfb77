import type { Handlers } from '../../http/handlers.ts';
import { listTrainingEvents } from '../../record/catalog/index.ts';
import { getAudience, listAudiences, removeAudience, setAudience } from '../../record/enrollment/index.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import { getGroup } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';
import { listedWhole } from './lists.ts';
import { toAudience, toTrainingEvent } from './shapes/audiences.ts';

/** Groups that are enrolled as a whole, and what they are taught when. */
export const audienceHandlers = {
  listGroupAudiences: async (caller, { path, query }, call) => {
    await getGroup(caller, path.groupId);
    const rows = await listAudiences(caller, { groupId: path.groupId });
    return listedWhole(caller, call, query, rows, (row) => [row.createdAt, row.id], toAudience);
  },

  listOfferingAudiences: async (caller, { path, query }, call) => {
    const rows = await listAudiences(caller, { offeringId: path.offeringId });
    return listedWhole(caller, call, query, rows, (row) => [row.createdAt, row.id], toAudience);
  },

  getOfferingAudience: async (caller, { path }) => ({
    status: 200,
    body: toAudience(await getAudience(caller, path.groupId, path.offeringId)),
  }),

  putOfferingAudience: async (caller, { path, body }) => {
    const { audience } = await setAudience(caller, path.groupId, path.offeringId, {
      recursive: body.recursive ?? false,
    });
    return { status: 200, body: toAudience(audience) };
  },

  deleteOfferingAudience: async (caller, { path }) =>
    (await removeAudience(caller, path.groupId, path.offeringId))
      ? { status: 204 }
      : notFound('audience', path.groupId),

  listTrainingEvents: async (caller, { path, query }, call) => {
    const events = await listTrainingEvents(caller, path.offeringId);
    return listedWhole(caller, call, query, events, (event) => [event.startsAt, event.id], toTrainingEvent);
  },
} satisfies Partial<Handlers<Operations, Caller>>;
