import { invalidQuery } from '../../http/dialect.ts';
import type { Handlers } from '../../http/handlers.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import { Attributes, Groups, Units } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, exactly, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toAttribute, toGroup, toGroupMember, toUnit } from './wire/people.ts';

const UNITS: List<Operations['listUnits']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    parentId: exactly('parentId'),
    name: exactly('name'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'externalId'),
  },
};

const GROUPS: List<Operations['listGroups']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    parentId: exactly('parentId'),
    unitId: exactly('unitId'),
    kind: exactly('kind'),
    level: exactly('level'),
    name: exactly('name'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'externalId', 'description'),
  },
};

const ATTRIBUTES: List<Operations['listAttributes']['query']> = {
  filters: { entity: exactly('entity'), key: exactly('key') },
};

/** Units, groups and declared attributes. */
export const organisationHandlers = {
  listUnits: (caller, { query }, call) => {
    const scope = given({ within: query.withinUnitId, sourcedId: query.sourcedId });
    return listed(caller, call, query, UNITS, (page) => Units.list(caller, page, scope), toUnit);
  },

  createUnit: async (caller, { body }, call) => {
    const unit = toUnit(await Units.create(caller, given(body)));
    return shown(201, unit, `${call.baseUrl}/units/${unit.id}`);
  },

  getUnit: async (caller, { path }) => shown(200, toUnit(await Units.get(caller, path.unitId))),

  updateUnit: async (caller, { path, body, headers }) => {
    const precondition = ifMatch(headers, 'unit', toUnit);
    return shown(200, toUnit(await Units.update(caller, path.unitId, given(body), precondition)));
  },

  deleteUnit: async (caller, { path, headers }) => {
    await Units.delete(caller, path.unitId, ifMatch(headers, 'unit', toUnit));
    return { status: 204 };
  },

  listGroups: (caller, { query }, call) => {
    const scope = given({ personId: query.personId });
    return listed(caller, call, query, GROUPS, (page) => Groups.list(caller, page, scope), toGroup);
  },

  createGroup: async (caller, { body }, call) => {
    const group = toGroup(await Groups.create(caller, { kind: 'custom', ...given(body) }));
    return shown(201, group, `${call.baseUrl}/groups/${group.id}`);
  },

  getGroup: async (caller, { path }) => shown(200, toGroup(await Groups.get(caller, path.groupId))),

  updateGroup: async (caller, { path, body, headers }) => {
    const precondition = ifMatch(headers, 'group', toGroup);
    return shown(200, toGroup(await Groups.update(caller, path.groupId, given(body), precondition)));
  },

  deleteGroup: async (caller, { path, headers }) => {
    await Groups.delete(caller, path.groupId, ifMatch(headers, 'group', toGroup));
    return { status: 204 };
  },

  listGroupMembers: (caller, { path, query }, call) => {
    const list = { sort: 'createdAt' };
    return listed(caller, call, query, list, (page) => Groups.listMembers(caller, path.groupId, page), toGroupMember);
  },

  putGroupMember: async (caller, { path, query }) => {
    const { replace, replaceUnitId: unitId } = query;
    if (unitId !== undefined && !replace) invalidQuery('replaceUnitId', 'takes replace=true', 'unknown_value');
    await Groups.join(caller, path.personId, path.groupId, { replace: replace ? ['hierarchical'] : undefined, unitId });
    return { status: 204 };
  },

  deleteGroupMember: async (caller, { path }) => {
    const left = await Groups.removeMembers(caller, path.groupId, [path.personId]);
    return left.length === 0 ? notFound('person', path.personId) : { status: 204 };
  },

  listAttributes: (caller, { query }, call) =>
    listed(caller, call, query, ATTRIBUTES, (page) => Attributes.list(caller, page), toAttribute),

  createAttribute: async (caller, { body }, call) => {
    const attribute = toAttribute(await Attributes.declare(caller, given(body)));
    return shown(201, attribute, `${call.baseUrl}/attributes/${attribute.id}`);
  },

  getAttribute: async (caller, { path }) => shown(200, toAttribute(await Attributes.get(caller, path.attributeId))),

  updateAttribute: async (caller, { path, body, headers }) => {
    const precondition = ifMatch(headers, 'attribute', toAttribute);
    return shown(200, toAttribute(await Attributes.update(caller, path.attributeId, given(body), precondition)));
  },

  deleteAttribute: async (caller, { path, headers }) => {
    await Attributes.delete(caller, path.attributeId, ifMatch(headers, 'attribute', toAttribute));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
