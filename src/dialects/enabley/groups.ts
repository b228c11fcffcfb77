import type { Handlers } from '../../http/handlers.ts';
import { Audiences } from '../../record/enrollment/index.ts';
import { equals } from '../../record/kernel/condition.ts';
import { invalid } from '../../record/kernel/refusal.ts';
import { Groups, Units } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { bare, channelAt, demandIn, groupAt, identifierText, partOf, unitOf, userAt } from './keys.ts';
import { done, saved, toGroup } from './wire.ts';
import { roleWords } from './words.ts';

/** Lists without pages are given whole. */
export const WHOLE = { kind: 'rows', offset: 0, limit: 1_000_000, total: false } as const;

const toGroups = async (caller: Caller, groups: readonly Groups.Head[]): Promise<Schemas['GroupInfo'][]> => {
  const names = await Units.names(
    caller,
    groups.map((group) => group.unitId),
  );
  return groups.map((group) => toGroup(group, names));
};

/** The sub-account that a stray body names. */
const bodyName = (body: unknown): string | null | undefined =>
  body && !Array.isArray(body) ? (body as Schemas['SubAccountBody']).subAccountName : undefined;

export const groupHandlers = {
  async getGroupHierarchy(caller) {
    return { status: 200, body: Groups.levels(caller) };
  },

  async listGroups(caller, { query }) {
    const part = await partOf(caller, query.subAccountName);
    if (!part.whole && part.unitId === null) return { status: 200, body: [] };
    const where = part.whole ? undefined : equals('unitId', part.unitId);
    const { rows } = await Groups.listHeads(caller, { where, page: WHOLE });
    return { status: 200, body: await toGroups(caller, rows) };
  },

  async getGroup(caller, { path, query }) {
    const group = await groupAt(caller, path.identifier);
    await demandIn(caller, query.subAccountName, group, 'group');
    const [body] = await toGroups(caller, [group]);
    return { status: 200, body: body! };
  },

  async putGroup(caller, { body }) {
    const key = identifierText(body.identifier, 'group');
    const { group, outcome } = await Groups.upsert(caller, key, {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.type === undefined ? {} : { level: body.type }),
      ...(body.parentIdentifier === undefined ? {} : { parentId: await parentOf(caller, body.parentIdentifier) }),
      ...(body.subAccountName === undefined ? {} : { unitId: (await unitOf(caller, body.subAccountName)) ?? null }),
    });
    return saved('group', outcome, group, key);
  },

  async deleteGroup(caller, { path, query, body }) {
    const group = await groupAt(caller, path.identifier);
    await demandIn(caller, query.subAccountName ?? bodyName(body), group, 'group');
    await Groups.delete(caller, group.id);
    return { status: 200, body: done('deleted', group, group.key) };
  },

  async assignUserToGroup(caller, { path, query, body }) {
    const group = await groupAt(caller, path.groupIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    const part = await demandIn(caller, query.subAccountName ?? bodyName(body), group, 'group');
    if (query.replace)
      await Groups.join(caller, person.id, group.id, {
        replace: ['hierarchical', 'custom'],
        unitId: part.whole ? undefined : (part.unitId ?? undefined),
      });
    else await Groups.addMembers(caller, group.id, [person.id]);
    return { status: 200, body: done('assigned', group, group.key) };
  },

  async removeUserFromGroup(caller, { path, query, body }) {
    const group = await groupAt(caller, path.groupIdentifier);
    const person = await userAt(caller, path.userIdentifier);
    await demandIn(caller, query.subAccountName ?? bodyName(body), group, 'group');
    await Groups.removeMembers(caller, group.id, [person.id]);
    return { status: 200, body: done('removed', group, group.key) };
  },

  async listUserGroups(caller, { path, query }) {
    const person = await userAt(caller, path.identifier);
    const part = await partOf(caller, query.subAccountName);
    if (!part.whole && part.unitId === null) return { status: 200, body: [] };
    const ties = await Groups.listTies(caller, person.id, { unitId: part.whole ? undefined : part.unitId! });
    const groups = await toGroups(caller, ties);
    return {
      status: 200,
      body: groups.map((group, i) => ({
        ...group,
        roles: roleWords([...(ties[i]!.member ? ['learner'] : []), ...ties[i]!.roles]),
      })),
    };
  },

  async assignGroupToChannel(caller, { path, query }) {
    const channel = await channelAt(caller, path.channelIdentifier);
    const group = await groupAt(caller, path.groupIdentifier);
    await Audiences.set(caller, group.id, channel.id, { recursive: query.recursive ?? false });
    return { status: 200, body: done('assigned', channel, channel.key) };
  },

  async removeGroupFromChannel(caller, { path }) {
    const channel = await channelAt(caller, path.channelIdentifier);
    const group = await groupAt(caller, path.groupIdentifier);
    await Audiences.remove(caller, group.id, channel.id);
    return { status: 200, body: done('removed', channel, channel.key) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;

async function parentOf(caller: Caller, key: string | null): Promise<string | null> {
  if (key === null || key === '') return null;
  return (await Groups.find(caller, bare(key)))?.id ?? invalid(['parentIdentifier'], 'not_found');
}
