import type { HttpCall } from '../../http/call.ts';
import { invalidQuery } from '../../http/dialect.ts';
import { readInstant } from '../../http/filters/instants.ts';
import type { Handlers } from '../../http/handlers.ts';
import { Deliveries, Masters, TrainingEvents } from '../../record/catalog/index.ts';
import { Enrollments, OfferingRoles } from '../../record/enrollment/index.ts';
import { and, type Condition, compare, equals } from '../../record/kernel/condition.ts';
import { against, invalid, Refusal, refuse } from '../../record/kernel/refusal.ts';
import { Units } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { WHOLE } from './groups.ts';
import { bare, channelAt, demandIn, identifierText, partOf, unitOf, userAt } from './keys.ts';
import { paged } from './paging.ts';
import { done, saved, toChannel, toMaster, toTrainingEvent } from './wire.ts';

const KINDS = { COURSE: 'online', STREAM: 'stream' } as const;
const STATES = { ACTIVE: 'active', INACTIVE: 'retired' } as const;

async function toChannels(
  caller: Caller,
  call: HttpCall,
  channels: readonly Deliveries.Delivery[],
  categories = false,
): Promise<Schemas['ChannelInfo'][]> {
  const names = await Units.names(
    caller,
    channels.map((channel) => channel.unitId),
  );
  const view = { now: caller.now, origin: call.siteUrl, names, categories };
  return channels.map((channel) => toChannel(channel, view));
}

async function toMasters(
  caller: Caller,
  masters: readonly Masters.Master[],
): Promise<Schemas['ExternalMasterChannelGet'][]> {
  const names = await Units.names(
    caller,
    masters.map((master) => master.unitId),
  );
  return masters.map((master) => toMaster(master, names));
}

/** What belongs to a sub-account; undefined where nothing is called so. */
async function ofSubAccount(caller: Caller, name: string | undefined): Promise<{ where?: Condition } | undefined> {
  const part = await partOf(caller, name);
  if (part.whole) return {};
  return part.unitId === null ? undefined : { where: equals('unitId', part.unitId) };
}

export const channelHandlers = {
  async listChannels(caller, { query }, call) {
    const of = await ofSubAccount(caller, query.subAccountName);
    if (!of) return { status: 200, body: [] };
    const since = query.createdSince;
    const from = since === undefined ? undefined : (readInstant(since) ?? invalidQuery('createdSince'));
    const { rows } = await Deliveries.list(caller, {
      where: and(of.where, from !== undefined && compare('createdAt', 'ge', from)),
      page: WHOLE,
    });
    return { status: 200, body: await toChannels(caller, call, rows, query.includeCategories) };
  },

  async listChannelsPaged(caller, { query }, call) {
    const { subAccountName, includeCategories } = query;
    let categories = includeCategories;
    return paged(
      caller,
      'channels',
      query.paginationKey,
      { subAccountName, includeCategories },
      async (filters, { after, limit, total }) => {
        categories = filters.includeCategories;
        const of = await ofSubAccount(caller, filters.subAccountName);
        if (!of) return { rows: [], total: 0 };
        return Deliveries.list(caller, { where: of.where, page: { kind: 'keyset', after, limit, total } });
      },
      (rows) => toChannels(caller, call, rows, categories),
    );
  },

  async getChannel(caller, { path, query }, call) {
    const channel = await channelAt(caller, path.identifier);
    const [body] = await toChannels(caller, call, [channel], query.includeCategories);
    return { status: 200, body: body! };
  },

  async putChannel(caller, { body }) {
    const key = identifierText(body.identifier);
    const { delivery, outcome } = await Deliveries.save(caller, key, {
      name: body.name,
      kind: body.type && KINDS[body.type],
      state: body.status && STATES[body.status],
      unitId: await unitOf(caller, body.subAccountName),
    });
    return saved('channel', outcome, delivery, delivery.key);
  },

  async listMasterChannels(caller, { query }) {
    const of = await ofSubAccount(caller, query.subAccountName);
    if (!of) return { status: 200, body: [] };
    const { rows } = await Masters.list(caller, {
      where: and(of.where, query.onlyPublished === true && equals('published', true)),
      page: WHOLE,
    });
    return { status: 200, body: await toMasters(caller, rows) };
  },

  async listMasterChannelsPaged(caller, { query }) {
    const { subAccountName, onlyPublished } = query;
    return paged(
      caller,
      'masters',
      query.paginationKey,
      { subAccountName, onlyPublished },
      async (filters, { after, limit, total }) => {
        const of = await ofSubAccount(caller, filters.subAccountName);
        if (!of) return { rows: [], total: 0 };
        const where = and(of.where, filters.onlyPublished === true && equals('published', true));
        return Masters.list(caller, { where, page: { kind: 'keyset', after, limit, total } });
      },
      (rows) => toMasters(caller, rows),
    );
  },

  async createChannelInstance(caller, { body }) {
    const key = identifierText(body.identifier);
    const { delivery, outcome } = await Masters.saveInstance(caller, key, {
      masterKey: bare(body.masterCourseIdentifier),
      name: body.name ?? undefined,
      unitId: await unitOf(caller, body.subAccountName),
    });
    return {
      status: 200,
      body: done(outcome === 'created' ? 'channelCreated' : 'channelUpdated', delivery, delivery.key),
    };
  },

  async countChannelMembers(caller, { path }) {
    const channel = await channelAt(caller, path.channelIdentifier);
    return { status: 200, body: { learners: await OfferingRoles.countLearners(caller, channel.id) } };
  },

  async listTrainingEvents(caller, { path }) {
    const channel = await channelAt(caller, path.channelIdentifier);
    const events = channel.kind === 'stream' ? [] : await TrainingEvents.list(caller, channel.id);
    return { status: 200, body: events.map(toTrainingEvent) };
  },

  async assignUserToChannel(caller, { path, query }) {
    const channel = await channelAt(caller, path.channelIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    const roles: readonly string[] = query.roles?.length ? query.roles : ['LEARNER'];
    await OfferingRoles.set(
      caller,
      person.id,
      channel.id,
      { learner: roles.includes('LEARNER'), staff: roles.includes('INSTRUCTOR') ? ['instructor'] : [] },
      ['instructor'],
    );
    return { status: 200, body: done('assigned', channel, channel.key) };
  },

  async removeUserFromChannel(caller, { path }) {
    const channel = await channelAt(caller, path.channelIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    await OfferingRoles.set(caller, person.id, channel.id, { learner: false, staff: [] });
    return { status: 200, body: done('removed', channel, channel.key) };
  },

  async forceCompleteChannel(caller, { path }) {
    const channel = await channelAt(caller, path.channelIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    await Enrollments.complete(caller, await enrollmentIn(caller, person.id, channel.id));
    return { status: 200, body: done('channelUpdated', channel, channel.key) };
  },

  async getCatalogItem(caller, { query }, call) {
    const key = query.externalChannelId ?? invalid(['externalChannelId'], 'required');
    const channel = await channelAt(caller, key);
    await demandIn(caller, query.subAccountName, channel, 'offering');
    // what cannot be joined is in nobody's catalogue
    if (channel.state !== 'active' || channel.courseState !== 'published')
      return refuse({ kind: 'not_found', entity: 'offering', key });
    const link = `${call.siteUrl}/learn/catalog/${channel.id}`;
    return { status: 200, body: { catalogItemId: String(channel.number), link } };
  },
} satisfies Partial<Handlers<Operations, Caller>>;

/** The live enrollment; whoever has none is no learner of the channel. */
async function enrollmentIn(caller: Caller, personId: string, offeringId: string): Promise<string> {
  try {
    return (await Enrollments.getInOffering(caller, personId, offeringId)).id;
  } catch (error) {
    if (!(error instanceof Refusal && error.fact.kind === 'not_found')) throw error;
    return against('not_enrolled', 'offering', offeringId);
  }
}
