import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Permission } from '../kernel/permission.ts';
import { actorOf } from './actor-of.ts';

const client = { id: 'c', permissions: [] };
const role = (unitId: string | null, ...permissions: Permission[]) => ({ unitId, permissions });
const scope = (...roles: Parameters<typeof actorOf>[2]) => {
  const { units, permissions } = actorOf(client, 'p', roles);
  return { units, permissions: [...(permissions as ReadonlySet<string>)] };
};

it('a learner may nothing and sees nobody', () => {
  assert.deepEqual(scope(role(null)), { units: [], permissions: [] });
});

it('a role in the account reaches everywhere, a role in a unit there', () => {
  assert.deepEqual(scope(role(null, 'people.read')), { units: null, permissions: ['people.read'] });
  assert.deepEqual(scope(role(null), role('u', 'people.read')), { units: ['u'], permissions: ['people.read'] });
});

it('a role in a unit that adds something narrows to its unit, and one that adds nothing does not', () => {
  assert.deepEqual(scope(role(null, 'people.read'), role('u', 'people.write')).units, ['u']);
  assert.deepEqual(scope(role(null, 'people.read', 'people.write'), role('u', 'people.write')).units, null);
});
