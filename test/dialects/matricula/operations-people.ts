import assert from 'node:assert/strict';
import { list, of, type Recipe, taken, type Wanted } from './recipes.ts';
import type { World } from './world.ts';

const people: Record<string, Recipe> = {
  listPeople: list('/people'),
  createPerson: {
    good: () => ({ path: '/people', body: { fullName: 'New Person' } }),
  },
  getPerson: { good: of('/people/{}', (w) => w.person()) },
  updatePerson: {
    good: of('/people/{}', (w) => w.person(), { jobTitle: 'Baker' }),
    also: { 409: (w) => taken(w, 'people', w.person) },
  },
  deletePerson: { good: of('/people/{}', (w) => w.person()) },
  putPersonErasure: {
    good: async (w) => {
      const { id } = await w.person();
      assert.equal((await w.api('DELETE', `/people/${id}`)).status, 204);
      return { path: `/people/${id}/erasure` };
    },
    also: { 409: of('/people/{}/erasure', (w) => w.person()) },
  },
  putPersonPassword: { good: of('/people/{}/password', (w) => w.person(), { password: 'correct horse' }) },
  deletePersonPassword: { good: of('/people/{}/password', (w) => w.person()) },
  listPersonUnits: { good: of('/people/{}/units', (w) => w.person()) },
  putPersonUnit: {
    good: async (w) => ({ path: `/people/${(await w.person()).id}/units/${(await w.unit()).id}` }),
  },
  deletePersonUnit: {
    good: async (w) => {
      const path = `/people/${(await w.person()).id}/units/${(await w.unit()).id}`;
      assert.equal((await w.api('PUT', path)).status, 204);
      return { path };
    },
    also: {
      409: async (w) => {
        const person = await w.person();
        return { path: `/people/${person.id}/units/${person.unitId}` };
      },
    },
  },
  listPersonGroups: { good: of('/people/{}/groups', (w) => w.person()) },
  createPersonBatch: { good: () => ({ path: '/person-batches', body: [{ fullName: 'A Row' }] }) },
};

const organisation: Record<string, Recipe> = {
  listUnits: list('/units'),
  createUnit: { good: () => ({ path: '/units', body: { name: 'New' } }) },
  getUnit: { good: of('/units/{}', (w) => w.unit()) },
  updateUnit: {
    good: of('/units/{}', (w) => w.unit(), { phone: '1' }),
    also: { 409: (w) => taken(w, 'units', w.unit) },
  },
  deleteUnit: {
    good: of('/units/{}', (w) => w.unit()),
    also: {
      409: async (w) => {
        const { id } = await w.unit();
        await w.post('/units', { name: 'Below', parentId: id });
        return { path: `/units/${id}` };
      },
    },
  },
  listGroups: list('/groups'),
  createGroup: { good: () => ({ path: '/groups', body: { name: 'New' } }) },
  getGroup: { good: of('/groups/{}', (w) => w.group()) },
  updateGroup: {
    good: of('/groups/{}', (w) => w.group(), { description: 'x' }),
    also: { 409: (w) => taken(w, 'groups', w.group) },
  },
  deleteGroup: {
    good: of('/groups/{}', (w) => w.group()),
    also: {
      409: async (w) => {
        const { id } = await w.group();
        await w.post('/groups', { name: 'Below', parentId: id });
        return { path: `/groups/${id}` };
      },
    },
  },
  listGroupMembers: { good: of('/groups/{}/members', (w) => w.group()) },
  putGroupMember: {
    good: async (w) => ({ path: `/groups/${(await w.group()).id}/members/${(await w.person()).id}` }),
    also: {
      409: async (w) => ({ path: `/groups/${(await w.group('automatic')).id}/members/${(await w.person()).id}` }),
    },
  },
  deleteGroupMember: {
    good: async (w) => {
      const path = `/groups/${(await w.group()).id}/members/${(await w.person()).id}`;
      assert.equal((await w.api('PUT', path)).status, 204);
      return { path };
    },
    also: {
      409: async (w) => ({ path: `/groups/${(await w.group('automatic')).id}/members/${(await w.person()).id}` }),
    },
  },
  listAttributes: list('/attributes'),
  createAttribute: {
    good: () => ({
      path: '/attributes',
      body: { entity: 'person', key: `k${Math.random()}`.replace('.', ''), name: 'New' },
    }),
  },
  getAttribute: { good: of('/attributes/{}', (w) => w.attribute()) },
  updateAttribute: { good: of('/attributes/{}', (w) => w.attribute(), { name: 'Other' }) },
  deleteAttribute: { good: of('/attributes/{}', (w) => w.attribute()) },
};

const builtIn = async (w: World): Promise<{ id: string }> => (await w.api('GET', '/roles?key=admin')).body.data[0];

const staff = (thing: 'unit' | 'group' | 'course' | 'offering'): Record<string, Recipe> => {
  const plural = `${thing}s`;
  const Name = thing[0]!.toUpperCase() + thing.slice(1);
  const make = (w: World) => w[thing]();
  return {
    [`list${Name}Staff`]: { good: of(`/${plural}/{}/staff`, make) },
    [`put${Name}Staff`]: {
      good: async (w) => ({
        path: `/${plural}/${(await make(w)).id}/staff/${(await w.person()).id}`,
        body: { roles: ['instructor'] },
      }),
    },
    [`delete${Name}Staff`]: {
      good: async (w) => {
        const path = `/${plural}/${(await make(w)).id}/staff/${(await w.person()).id}`;
        assert.equal((await w.api('PUT', path, { body: { roles: ['instructor'] } })).status, 200);
        return { path };
      },
    },
  };
};

const roles: Record<string, Recipe> = {
  listRoles: list('/roles'),
  createRole: { good: () => ({ path: '/roles', body: { name: `New ${Math.random()}`, permissions: [] } }) },
  getRole: { good: of('/roles/{}', (w) => w.role()) },
  updateRole: {
    good: of('/roles/{}', (w) => w.role(), { description: 'x' }),
    also: { 409: of('/roles/{}', builtIn, { permissions: [] }) },
  },
  deleteRole: { good: of('/roles/{}', (w) => w.role()), also: { 409: of('/roles/{}', builtIn) } },
  listPersonRoles: { good: of('/people/{}/roles', (w) => w.person()) },
  putPersonRole: {
    good: async (w) => ({ path: `/people/${(await w.person()).id}/roles/${(await w.role()).id}`, body: {} }),
    also: { 409: async (w) => ({ ...(await lastAdministrator(w)), body: { unitIds: [(await w.unit()).id] } }) },
  },
  deletePersonRole: {
    good: async (w) => {
      const path = `/people/${(await w.person()).id}/roles/${(await w.role()).id}`;
      assert.equal((await w.api('PUT', path, { body: {} })).status, 200);
      return { path };
    },
    also: { 409: lastAdministrator },
  },
  listPersonEntitlements: { good: of('/people/{}/entitlements', (w) => w.person()) },
  ...staff('unit'),
  ...staff('group'),
  ...staff('course'),
  ...staff('offering'),
};

/** The only person who manages the account. */
async function lastAdministrator(w: World): Promise<Wanted> {
  const admin = (await w.api('GET', '/roles?key=admin')).body.data[0];
  const holders = (await w.api('GET', `/people?roleId=${admin.id}`)).body.data;
  const [holder = await w.person()] = holders;
  const path = `/people/${holder.id}/roles/${admin.id}`;
  if (holders.length === 0) assert.equal((await w.api('PUT', path, { body: {} })).status, 200);
  return { path };
}

const access: Record<string, Recipe> = {
  getMe: list('/me'),
  getTenant: list('/tenant'),
  updateTenant: {
    good: () => ({ path: '/tenant', body: { settings: { theme: 'dark' } } }),
    also: {
      409: async (w) => {
        const levels = await w.api('PATCH', '/tenant', { body: { settings: { groupLevels: ['School'] } } });
        assert.equal(levels.status, 200);
        await w.post('/groups', { name: 'A school', kind: 'hierarchical', level: 'School' });
        return { path: '/tenant', body: { settings: { groupLevels: null } } };
      },
    },
  },
  getClock: list('/clock'),
  listClients: list('/clients'),
  createClient: { good: () => ({ path: '/clients', body: { name: 'New', permissions: [] } }) },
  getClient: { good: of('/clients/{}', (w) => w.client()) },
  updateClient: {
    good: of('/clients/{}', (w) => w.client(), { name: 'Other' }),
  },
  deleteClient: { good: of('/clients/{}', (w) => w.client()) },
  createClientCredentials: { good: of('/clients/{}/credentials', (w) => w.client()) },
};

/** Who there is, and who may do what. */
export const PEOPLE: Readonly<Record<string, Recipe>> = { ...access, ...people, ...organisation, ...roles };
