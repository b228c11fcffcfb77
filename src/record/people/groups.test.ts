import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { refused } from '../../../test/support/refused.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { later } from '../kernel/instant.ts';
import { Attributes, Groups, People, Profiles, Units } from './index.ts';

const all = { page: { kind: 'rows', offset: 0, limit: 100, total: true } } as const;

describe('groups and attributes', () => {
  let database: TestDatabase;
  let ctx: Context;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());
  const fresh = async () => {
    ctx = await testTenant(database.db, { settings: { groupLevels: ['School', 'Class', 'Team'] } });
  };

  it('are made, changed member by member, and deleted without children', async () => {
    await fresh();
    const group = await Groups.create(ctx, { name: 'Chess', externalId: 'chess' });
    assert.partialDeepStrictEqual(group, { kind: 'custom', level: null, memberCount: 0 });
    const next = at(ctx, later(ctx.now, 1000));
    assert.deepEqual(await Groups.update(next, group.id, { name: 'Chess' }), group);
    assert.equal((await Groups.update(next, group.id, { description: 'Play' })).updatedAt, next.now);
    const below = await Groups.create(ctx, { name: 'Blitz', parentId: group.id });
    await refused(Groups.update(ctx, group.id, { parentId: below.id }), { kind: 'rule', rule: 'cycle' });
    await refused(Groups.create(ctx, { name: 'x', externalId: 'chess' }), { kind: 'taken', field: 'externalId' });
    await refused(Groups.create(ctx, { name: 'x', parentId: ctx.tenant.id }), { kind: 'invalid' });
    await refused(Groups.delete(ctx, group.id), { kind: 'rule', rule: 'in_use' });
    await Groups.delete(ctx, below.id);
    await Groups.delete(ctx, group.id);
    await refused(Groups.get(ctx, group.id), { kind: 'not_found' });
    await Groups.create(ctx, { name: 'Chess again', externalId: 'chess' });
  });

  it('of a level stay below their parent’s level; only the last one may hold itself', async () => {
    await fresh();
    const school = await Groups.create(ctx, { name: 'S', level: 'School' });
    assert.equal(school.kind, 'hierarchical');
    const team = await Groups.create(ctx, { name: 'T', level: 'Team', parentId: school.id });
    await Groups.create(ctx, { name: 'T2', level: 'Team', parentId: team.id });
    await refused(Groups.create(ctx, { name: 'x', level: 'School', parentId: school.id }), { kind: 'invalid' });
    await refused(Groups.create(ctx, { name: 'x', level: 'Choir' }), { kind: 'invalid' });
    await refused(Groups.create(ctx, { name: 'x', kind: 'hierarchical' }), { kind: 'invalid' });
    await refused(Groups.create(ctx, { name: 'x', kind: 'custom', level: 'Team' }), { kind: 'invalid' });
    const lone = await Groups.create(ctx, { name: 'C', level: 'Class' });
    await Groups.update(ctx, lone.id, { parentId: school.id });
    await Groups.create(ctx, { name: 'T3', level: 'Team', parentId: lone.id });
    await Groups.update(ctx, lone.id, { level: 'Team' });
    await refused(Groups.update(ctx, school.id, { level: 'Choir' }), { kind: 'invalid' });
  });

  it('gain and lose members in sets; who is there, or not there, is passed over', async () => {
    await fresh();
    const group = await Groups.create(ctx, { name: 'G' });
    const people = await Promise.all(['a', 'b', 'c'].map((name) => People.create(ctx, { fullName: name })));
    const ids = people.map((person) => person.id);
    assert.equal((await Groups.addMembers(ctx, group.id, ids)).length, 3);
    assert.deepEqual(await Groups.addMembers(ctx, group.id, ids), []);
    await Promise.all(Array.from({ length: 10 }, () => Groups.addMembers(ctx, group.id, ids)));
    await refused(Groups.addMembers(ctx, group.id, [ids[0]!, ctx.tenant.id]), { kind: 'not_found', entity: 'person' });
    assert.equal((await Groups.get(ctx, group.id)).memberCount, 3);
    assert.deepEqual((await Groups.membersOf(ctx, [group.id, ctx.tenant.id], 2)).get(group.id)?.length, 2);
    const members = await Groups.listMembers(ctx, group.id, {
      ...all,
      sort: [{ field: 'fullName', descending: true }],
    });
    assert.deepEqual(
      members.rows.map((member) => member.person.fullName),
      ['c', 'b', 'a'],
    );
    assert.deepEqual(await Groups.removeMembers(ctx, group.id, [ids[0]!, ctx.tenant.id, 'x']), [ids[0]]);
    assert.deepEqual(
      (await Groups.listOfPerson(ctx, ids[1]!, all)).rows.map((each) => each.groupId),
      [group.id],
    );
    assert.equal((await Groups.list(ctx, all, { personId: ids[0]! })).total, 0);
    const automatic = await Groups.create(ctx, { name: 'Auto', kind: 'automatic' });
    await refused(Groups.addMembers(ctx, automatic.id, ids), { kind: 'rule', rule: 'in_use' });
    const { rows } = await database.pool.query(
      `select type, count(*)::int as n from event where entity_id = $1 group by type order by type`,
      [group.id],
    );
    assert.deepEqual(rows, [
      { type: 'group.created', n: 1 },
      { type: 'group.member_added', n: 3 },
      { type: 'group.member_removed', n: 1 },
    ]);
  });

  it('are seen by those whose units they belong to', async () => {
    await fresh();
    const unit = await Units.create(ctx, { name: 'U' });
    const inside = await Groups.create(ctx, { name: 'In', unitId: unit.id });
    const outside = await Groups.create(ctx, { name: 'Out' });
    const limited = actingWith(ctx, ['groups.read', 'groups.write', 'people.read'], [unit.id]);
    assert.deepEqual(
      (await Groups.list(limited, all)).rows.map((group) => group.id),
      [inside.id],
    );
    await refused(Groups.get(limited, outside.id), { kind: 'not_found' });
    assert.equal((await Groups.create(limited, { name: 'Mine' })).unitId, unit.id);
    await refused(Groups.create(limited, { name: 'x', unitId: null }), { kind: 'invalid' });
    await refused(Groups.list(actingWith(ctx, []), all), { kind: 'forbidden' });
    await refused(Groups.addMembers(actingWith(ctx, ['groups.read']), inside.id, []), { kind: 'forbidden' });
  });

  it('keep their place where the parent or the level is not named', async () => {
    await fresh();
    const unit = await Units.create(ctx, { name: 'U' });
    const above = await Groups.create(ctx, { name: 'Above', level: 'School' });
    const inside = await Groups.create(ctx, { name: 'In', unitId: unit.id, level: 'Class', parentId: above.id });
    const limited = actingWith(ctx, ['groups.read', 'groups.write'], [unit.id]);
    assert.equal((await Groups.update(limited, inside.id, { name: 'Renamed' })).name, 'Renamed');
    assert.equal((await Groups.update(limited, inside.id, { level: 'Team', parentId: above.id })).level, 'Team');
    await refused(Groups.update(limited, inside.id, { level: 'School' }), { kind: 'invalid' });
    await Groups.update(limited, inside.id, { parentId: null });
    await refused(Groups.update(limited, inside.id, { parentId: above.id }), { kind: 'invalid' });
  });

  it('are found by external ids as they are written, and by our own ids in any case', async () => {
    await fresh();
    const small = await Groups.create(ctx, { name: 'a', externalId: 'group-a' });
    const own = await Groups.create(ctx, { name: 'b' });
    assert.deepEqual(
      (await Groups.findMany(ctx, ['group-a', 'GROUP-A', own.id.toUpperCase()])).map((group) => group?.id),
      [small.id, undefined, own.id],
    );
  });

  it('profiles that are deleted while somebody is labelled leave one of the two, and tell who lost them', async () => {
    await fresh();
    const person = await People.create(ctx, { fullName: 'a' });
    const first = await Profiles.create(ctx, { name: 'First' });
    await Profiles.assign(ctx, person.id, first.id);
    await Profiles.delete(ctx, first.id);
    const { rows } = await database.pool.query('select type from event where entity_id = $1 order by seq', [first.id]);
    assert.deepEqual(
      rows.map((row) => row.type),
      ['profile.created', 'profile.assigned', 'profile.unassigned', 'profile.deleted'],
    );
    const second = await Profiles.create(ctx, { name: 'Second' });
    let labelling: Promise<unknown> | undefined;
    await transaction(ctx, async (inner) => {
      await Profiles.delete(inner, second.id);
      labelling = Profiles.assign(ctx, person.id, second.id);
      await Promise.race([labelling, new Promise((resolve) => setTimeout(resolve, 200))]);
    });
    await refused(labelling!, { kind: 'not_found', entity: 'profile' });
  });

  it('attributes are declared once a key, and keep key and type', async () => {
    await fresh();
    const size = await Attributes.declare(ctx, {
      entity: 'person',
      key: 'size',
      name: 'Size',
      type: 'choice',
      choices: ['S', 'S', 'L'],
    });
    assert.deepEqual(size.choices, ['S', 'L']);
    await refused(Attributes.declare(ctx, { entity: 'person', key: 'size', name: 'x' }), {
      kind: 'taken',
      field: 'key',
    });
    await Attributes.declare(ctx, { entity: 'course', key: 'size', name: 'Size' });
    const unit = await Units.create(ctx, { name: 'U' });
    const limited = actingWith(ctx, ['tenant.manage', 'people.read'], [unit.id]);
    await refused(Attributes.declare(limited, { entity: 'person', key: 'x', name: 'x' }), { kind: 'forbidden' });
    await refused(Attributes.delete(limited, size.id), { kind: 'forbidden' });
    await refused(Attributes.declare(ctx, { entity: 'person', key: "x'y", name: 'x' }), { kind: 'invalid' });
    await refused(Attributes.declare(ctx, { entity: 'person', key: 'x', name: 'x', choices: ['a'] }), {
      kind: 'invalid',
    });
    assert.deepEqual((await Attributes.update(ctx, size.id, { choices: ['M'] })).choices, ['M']);
    assert.deepEqual((await Attributes.get(ctx, size.id)).choices, ['M']);
    assert.equal((await Attributes.list(ctx, all)).total, 2);
    await Attributes.delete(ctx, size.id);
    await refused(Attributes.get(ctx, size.id), { kind: 'not_found' });
  });
});
