import type { Handlers } from '../../http/handlers.ts';
import { Entitlements } from '../../record/access/index.ts';
import { TrainingEvents } from '../../record/catalog/index.ts';
import { Audiences } from '../../record/enrollment/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import { Groups } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import { shown, whileMatching } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { type List, listed, listedWhole } from './paging.ts';
import { toAudience, toTrainingEvent } from './wire/audiences.ts';

const AUDIENCES: List<Operations['listGroupAudiences']['query']> = { sort: null };

interface Ends {
  offeringId: string;
  groupId: string;
}

/** Both ends are in sight; whether they are tied is another question. */
async function demandEnds(ctx: Context, { offeringId, groupId }: Ends): Promise<void> {
  await Entitlements.demandThing(ctx, 'offering', offeringId);
  await Entitlements.demandThing(ctx, 'group', groupId);
}

async function audienceAt(ctx: Context, path: Ends): Promise<Audiences.Audience> {
  await demandEnds(ctx, path);
  return Audiences.get(ctx, path.groupId, path.offeringId);
}

async function ifTied(ctx: Context, path: Ends): Promise<Audiences.Audience | undefined> {
  await demandEnds(ctx, path);
  return (await Audiences.page(ctx, { page: { kind: 'keyset', limit: 1, total: false } }, path)).rows[0];
}

const named = ({ groupId }: Ends) => ({ entity: 'audience', id: groupId }) as const;

/** Groups that are enrolled as a whole, and what they are taught when. */
export const audienceHandlers = {
  listGroupAudiences: async (caller, { path, query }, call) => {
    await Groups.get(caller, path.groupId);
    return listed(caller, call, query, AUDIENCES, (page) => Audiences.page(caller, page, path), toAudience);
  },

  listOfferingAudiences: async (caller, { path, query }, call) => {
    await Entitlements.demandThing(caller, 'offering', path.offeringId);
    return listed(caller, call, query, AUDIENCES, (page) => Audiences.page(caller, page, path), toAudience);
  },

  getOfferingAudience: async (caller, { path }) => shown(200, toAudience(await audienceAt(caller, path))),

  putOfferingAudience: async (caller, { path, body, headers }) => {
    const change = async (ctx: Context) => {
      await demandEnds(ctx, path);
      return Audiences.set(ctx, path.groupId, path.offeringId, { recursive: body?.recursive ?? false });
    };
    const read = (ctx: Context) => ifTied(ctx, path);
    const { audience } = await whileMatching(caller, headers, named(path), read, toAudience, change);
    return shown(200, toAudience(audience));
  },

  deleteOfferingAudience: async (caller, { path, headers }) => {
    const change = async (ctx: Context) => {
      await demandEnds(ctx, path);
      return Audiences.remove(ctx, path.groupId, path.offeringId);
    };
    const read = (ctx: Context) => audienceAt(ctx, path);
    const gone = await whileMatching(caller, headers, named(path), read, toAudience, change);
    return gone ? { status: 204 } : notFound('audience');
  },

  listTrainingEvents: async (caller, { path, query }, call) => {
    const events = await TrainingEvents.list(caller, path.offeringId);
    return listedWhole(caller, call, query, events, (event) => [event.startsAt, event.id], toTrainingEvent);
  },
} satisfies Partial<Handlers<Operations, Caller>>;
