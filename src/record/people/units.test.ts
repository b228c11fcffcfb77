import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { refused } from '../../../test/support/refused.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { later } from '../kernel/instant.ts';
import {
  addToUnit,
  createPerson,
  createUnit,
  deletePerson,
  deleteUnit,
  getPerson,
  getRootUnit,
  getUnit,
  listUnits,
  listUnitsOf,
  removeFromUnit,
  updateUnit,
  upsertUnit,
} from './index.ts';

const all = { page: { kind: 'rows', offset: 0, limit: 100, total: true } } as const;

describe('units', () => {
  let database: TestDatabase;
  let ctx: Context;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());
  const fresh = async () => {
    ctx = await testTenant(database.db);
  };

  it('stand in a tree below one root, and are changed member by member', async () => {
    await fresh();
    const root = await getRootUnit(ctx);
    const physics = await createUnit(ctx, {
      name: ' Physics ',
      externalId: 'phys',
      email: 'p@x.org',
      attributes: { a: 1 },
    });
    assert.partialDeepStrictEqual(physics, { name: 'Physics', parentId: root.id, useOwnContact: false });
    assert.ok(physics.number > 0);
    const next = at(ctx, later(ctx.now, 1000));
    assert.deepEqual(await updateUnit(next, physics.id, { name: 'Physics', parentId: root.id }), physics);
    const changed = await updateUnit(next, physics.id, { phone: '1', email: null, attributes: { a: null, b: 2 } });
    assert.partialDeepStrictEqual(changed, { phone: '1', email: null, attributes: { b: 2 }, updatedAt: next.now });
    assert.deepEqual(await getUnit(ctx, physics.id), changed);
    await refused(createUnit(ctx, { name: 'x', externalId: 'phys' }), { kind: 'taken', field: 'externalId' });
    await refused(createUnit(ctx, { name: '  ' }), { kind: 'invalid' });
    await refused(createUnit(ctx, { name: 'a\u0000' }), { kind: 'invalid' });
    await refused(createUnit(ctx, { name: 'x', parentId: '00000000-0000-0000-0000-000000000000' }), {
      kind: 'invalid',
    });
    await refused(createUnit(ctx, { name: 'x', email: 'no' }), { kind: 'invalid' });
    await refused(getUnit(await testTenant(database.db), physics.id), { kind: 'not_found' });
  });

  it('are made and changed by id, many at once too', async () => {
    await fresh();
    const id = newId().toUpperCase();
    const first = await upsertUnit(ctx, { id, name: 'A' });
    assert.deepEqual([first.outcome, first.unit.id], ['created', id.toLowerCase()]);
    assert.equal((await upsertUnit(ctx, { id, name: 'A' })).outcome, 'unchanged');
    assert.equal((await upsertUnit(ctx, { id, name: 'B' })).outcome, 'changed');
    const root = await getRootUnit(ctx);
    assert.equal((await upsertUnit(ctx, { id: root.id, name: root.name, parentId: null })).outcome, 'unchanged');
    const other = newId();
    await Promise.all(Array.from({ length: 10 }, () => upsertUnit(ctx, { id: other, name: 'Same' })));
    assert.equal((await listUnits(ctx, all)).total, 3);
    await refused(upsertUnit(ctx, { id: 'x', name: 'A' }), { kind: 'invalid' });
  });

  it('move without ever closing a ring, also when two move at once', async () => {
    await fresh();
    const root = await getRootUnit(ctx);
    const a = await createUnit(ctx, { name: 'A' });
    const b = await createUnit(ctx, { name: 'B', parentId: a.id });
    await refused(updateUnit(ctx, a.id, { parentId: b.id }), { kind: 'rule', rule: 'cycle' });
    await refused(updateUnit(ctx, a.id, { parentId: a.id }), { kind: 'rule', rule: 'cycle' });
    await refused(updateUnit(ctx, root.id, { parentId: a.id }), { kind: 'invalid' });
    await refused(updateUnit(ctx, a.id, { parentId: null }), { kind: 'invalid' });
    await updateUnit(ctx, b.id, { parentId: root.id });
    for (let round = 0; round < 5; round++) {
      const moves = await Promise.allSettled([
        updateUnit(ctx, a.id, { parentId: b.id }),
        updateUnit(ctx, b.id, { parentId: a.id }),
      ]);
      assert.equal(moves.filter((move) => move.status === 'fulfilled').length, 1);
      await updateUnit(ctx, a.id, { parentId: root.id });
      await updateUnit(ctx, b.id, { parentId: root.id });
    }
  });

  it('go only when they hold nobody and nothing', async () => {
    await fresh();
    const root = await getRootUnit(ctx);
    const unit = await createUnit(ctx, { name: 'A' });
    const below = await createUnit(ctx, { name: 'B', parentId: unit.id });
    const person = await createPerson(ctx, { fullName: 'P', unitId: below.id });
    const inUse = { kind: 'rule', rule: 'in_use' } as const;
    await refused(deleteUnit(ctx, root.id), inUse);
    await refused(deleteUnit(ctx, unit.id), inUse);
    await refused(deleteUnit(ctx, below.id), inUse);
    await deletePerson(ctx, person.id);
    await deleteUnit(ctx, below.id);
    const member = await createPerson(ctx, { fullName: 'M' });
    await addToUnit(ctx, member.id, unit.id);
    await refused(deleteUnit(ctx, unit.id), inUse);
    await removeFromUnit(ctx, member.id, unit.id);
    await deleteUnit(ctx, unit.id);
    await refused(deleteUnit(ctx, unit.id), { kind: 'not_found' });
  });

  it('of a person: one primary, further ones beside it', async () => {
    await fresh();
    const root = await getRootUnit(ctx);
    const [a, b] = [await createUnit(ctx, { name: 'A' }), await createUnit(ctx, { name: 'B' })];
    const person = await createPerson(ctx, { fullName: 'P', unitId: a.id });
    await addToUnit(ctx, person.id, b.id);
    await addToUnit(ctx, person.id, b.id);
    await addToUnit(ctx, person.id, a.id);
    assert.deepEqual((await getPerson(ctx, person.id)).unitIds, [b.id]);
    const listed = await listUnitsOf(ctx, person.id, { page: { kind: 'keyset', limit: 1 } });
    assert.partialDeepStrictEqual(listed.rows, [{ unitId: a.id, primary: true, name: 'A' }]);
    const rest = await listUnitsOf(ctx, person.id, { page: { kind: 'keyset', limit: 5, after: listed.next } });
    assert.partialDeepStrictEqual(rest.rows, [{ unitId: b.id, primary: false }]);
    await refused(removeFromUnit(ctx, person.id, a.id), { kind: 'rule', rule: 'in_use' });
    await removeFromUnit(ctx, person.id, a.id, { handOn: true });
    assert.partialDeepStrictEqual(await getPerson(ctx, person.id), { unitId: b.id, unitIds: [] });
    await removeFromUnit(ctx, person.id, b.id, { handOn: true });
    assert.equal((await getPerson(ctx, person.id)).unitId, root.id);
    await refused(removeFromUnit(ctx, person.id, b.id), { kind: 'not_found' });
  });

  it('are seen by those whose units they are, and by permission', async () => {
    await fresh();
    const a = await createUnit(ctx, { name: 'A' });
    const b = await createUnit(ctx, { name: 'B', parentId: a.id });
    const c = await createUnit(ctx, { name: 'C' });
    const limited = actingWith(ctx, ['units.read', 'units.write'], [a.id]);
    assert.deepEqual(
      (await listUnits(limited, all)).rows.map((unit) => unit.name),
      ['A', 'B'],
    );
    assert.deepEqual(
      (await listUnits(ctx, all, { within: a.id })).rows.map((unit) => unit.id),
      [a.id, b.id],
    );
    await refused(getUnit(limited, c.id), { kind: 'not_found' });
    await refused(createUnit(limited, { name: 'x', parentId: c.id }), { kind: 'invalid' });
    await refused(createUnit(limited, { name: 'x' }), { kind: 'invalid' });
    await createUnit(limited, { name: 'x', parentId: b.id });
    await refused(listUnits(actingWith(ctx, ['people.read']), all), { kind: 'forbidden' });
    await refused(createUnit(actingWith(ctx, ['units.read']), { name: 'x' }), { kind: 'forbidden' });
  });
});
