import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { refused } from '../../../test/support/refused.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { later } from '../kernel/instant.ts';
import { People, Units } from './index.ts';

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
    const root = await Units.getRoot(ctx);
    const physics = await Units.create(ctx, {
      name: ' Physics ',
      externalId: 'phys',
      email: 'p@x.org',
      attributes: { a: 1 },
    });
    assert.partialDeepStrictEqual(physics, { name: 'Physics', parentId: root.id, useOwnContact: false });
    assert.ok(physics.number > 0);
    const next = at(ctx, later(ctx.now, 1000));
    assert.deepEqual(await Units.update(next, physics.id, { name: 'Physics', parentId: root.id }), physics);
    const changed = await Units.update(next, physics.id, { phone: '1', email: null, attributes: { a: null, b: 2 } });
    assert.partialDeepStrictEqual(changed, { phone: '1', email: null, attributes: { b: 2 }, updatedAt: next.now });
    assert.deepEqual(await Units.get(ctx, physics.id), changed);
    await refused(Units.create(ctx, { name: 'x', externalId: 'phys' }), { kind: 'taken', field: 'externalId' });
    await refused(Units.create(ctx, { name: '  ' }), { kind: 'invalid' });
    await refused(Units.create(ctx, { name: 'a\u0000' }), { kind: 'invalid' });
    await refused(Units.create(ctx, { name: 'x', parentId: '00000000-0000-0000-0000-000000000000' }), {
      kind: 'invalid',
    });
    await refused(Units.create(ctx, { name: 'x', email: 'no' }), { kind: 'invalid' });
    await refused(Units.get(await testTenant(database.db), physics.id), { kind: 'not_found' });
  });

  it('are made and changed by id, many at once too', async () => {
    await fresh();
    const id = newId().toUpperCase();
    const first = await Units.upsert(ctx, { id, name: 'A' });
    assert.deepEqual([first.outcome, first.unit.id], ['created', id.toLowerCase()]);
    assert.equal((await Units.upsert(ctx, { id, name: 'A' })).outcome, 'unchanged');
    assert.equal((await Units.upsert(ctx, { id, name: 'B' })).outcome, 'changed');
    const root = await Units.getRoot(ctx);
    assert.equal((await Units.upsert(ctx, { id: root.id, name: root.name, parentId: null })).outcome, 'unchanged');
    const other = newId();
    await Promise.all(Array.from({ length: 10 }, () => Units.upsert(ctx, { id: other, name: 'Same' })));
    assert.equal((await Units.list(ctx, all)).total, 3);
    await refused(Units.upsert(ctx, { id: 'x', name: 'A' }), { kind: 'invalid' });
  });

  it('move without ever closing a ring, also when two move at once', async () => {
    await fresh();
    const root = await Units.getRoot(ctx);
    const a = await Units.create(ctx, { name: 'A' });
    const b = await Units.create(ctx, { name: 'B', parentId: a.id });
    await refused(Units.update(ctx, a.id, { parentId: b.id }), { kind: 'rule', rule: 'cycle' });
    await refused(Units.update(ctx, a.id, { parentId: a.id }), { kind: 'rule', rule: 'cycle' });
    await refused(Units.update(ctx, root.id, { parentId: a.id }), { kind: 'invalid' });
    await refused(Units.update(ctx, a.id, { parentId: null }), { kind: 'invalid' });
    await Units.update(ctx, b.id, { parentId: root.id });
    for (let round = 0; round < 5; round++) {
      const moves = await Promise.allSettled([
        Units.update(ctx, a.id, { parentId: b.id }),
        Units.update(ctx, b.id, { parentId: a.id }),
      ]);
      assert.equal(moves.filter((move) => move.status === 'fulfilled').length, 1);
      await Units.update(ctx, a.id, { parentId: root.id });
      await Units.update(ctx, b.id, { parentId: root.id });
    }
  });

  it('go only when they hold nobody and nothing', async () => {
    await fresh();
    const root = await Units.getRoot(ctx);
    const unit = await Units.create(ctx, { name: 'A' });
    const below = await Units.create(ctx, { name: 'B', parentId: unit.id });
    const person = await People.create(ctx, { fullName: 'P', unitId: below.id });
    const inUse = { kind: 'rule', rule: 'in_use' } as const;
    await refused(Units.delete(ctx, root.id), inUse);
    await refused(Units.delete(ctx, unit.id), inUse);
    await refused(Units.delete(ctx, below.id), inUse);
    await People.delete(ctx, person.id);
    await Units.delete(ctx, below.id);
    const member = await People.create(ctx, { fullName: 'M' });
    await Units.addPerson(ctx, member.id, unit.id);
    await refused(Units.delete(ctx, unit.id), inUse);
    await Units.removePerson(ctx, member.id, unit.id);
    await Units.delete(ctx, unit.id);
    await refused(Units.delete(ctx, unit.id), { kind: 'not_found' });
  });

  it('of a person: one primary, further ones beside it', async () => {
    await fresh();
    const root = await Units.getRoot(ctx);
    const [a, b] = [await Units.create(ctx, { name: 'A' }), await Units.create(ctx, { name: 'B' })];
    const person = await People.create(ctx, { fullName: 'P', unitId: a.id });
    await Units.addPerson(ctx, person.id, b.id);
    await Units.addPerson(ctx, person.id, b.id);
    await Units.addPerson(ctx, person.id, a.id);
    assert.deepEqual((await People.get(ctx, person.id)).unitIds, [b.id]);
    const listed = await Units.listOfPerson(ctx, person.id, { page: { kind: 'keyset', limit: 1 } });
    assert.partialDeepStrictEqual(listed.rows, [{ unitId: a.id, primary: true, name: 'A' }]);
    const rest = await Units.listOfPerson(ctx, person.id, { page: { kind: 'keyset', limit: 5, after: listed.next } });
    assert.partialDeepStrictEqual(rest.rows, [{ unitId: b.id, primary: false }]);
    await refused(Units.removePerson(ctx, person.id, a.id), { kind: 'rule', rule: 'in_use' });
    await Units.removePerson(ctx, person.id, a.id, { handOn: true });
    assert.partialDeepStrictEqual(await People.get(ctx, person.id), { unitId: b.id, unitIds: [] });
    await Units.removePerson(ctx, person.id, b.id, { handOn: true });
    assert.equal((await People.get(ctx, person.id)).unitId, root.id);
    await refused(Units.removePerson(ctx, person.id, b.id), { kind: 'not_found' });
  });

  it('are seen by those whose units they are, and by permission', async () => {
    await fresh();
    const a = await Units.create(ctx, { name: 'A' });
    const b = await Units.create(ctx, { name: 'B', parentId: a.id });
    const c = await Units.create(ctx, { name: 'C' });
    const limited = actingWith(ctx, ['units.read', 'units.write'], [a.id]);
    assert.deepEqual(
      (await Units.list(limited, all)).rows.map((unit) => unit.name),
      ['A', 'B'],
    );
    assert.deepEqual(
      (await Units.list(ctx, all, { within: a.id })).rows.map((unit) => unit.id),
      [a.id, b.id],
    );
    await refused(Units.get(limited, c.id), { kind: 'not_found' });
    await refused(Units.create(limited, { name: 'x', parentId: c.id }), { kind: 'invalid' });
    await refused(Units.create(limited, { name: 'x' }), { kind: 'invalid' });
    await Units.create(limited, { name: 'x', parentId: b.id });
    await refused(Units.list(actingWith(ctx, ['people.read']), all), { kind: 'forbidden' });
    await refused(Units.create(actingWith(ctx, ['units.read']), { name: 'x' }), { kind: 'forbidden' });
  });
});
