import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { refused } from '../../../test/support/refused.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { later } from '../kernel/instant.ts';
import {
  addMembers,
  assignProfile,
  createGroup,
  createPerson,
  createProfile,
  createUnit,
  declareAttribute,
  deleteAttribute,
  deleteGroup,
  deleteProfile,
  findGroups,
  getAttribute,
  getGroup,
  listAttributes,
  listGroupMembers,
  listGroups,
  listGroupsOf,
  membersOf,
  removeMembers,
  updateAttribute,
  updateGroup,
} from './index.ts';

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
    const group = await createGroup(ctx, { name: 'Chess', externalId: 'chess' });
    assert.partialDeepStrictEqual(group, { kind: 'custom', level: null, memberCount: 0 });
    const next = at(ctx, later(ctx.now, 1000));
    assert.deepEqual(await updateGroup(next, group.id, { name: 'Chess' }), group);
    assert.equal((await updateGroup(next, group.id, { description: 'Play' })).updatedAt, next.now);
    const below = await createGroup(ctx, { name: 'Blitz', parentId: group.id });
    await refused(updateGroup(ctx, group.id, { parentId: below.id }), { kind: 'rule', rule: 'cycle' });
    await refused(createGroup(ctx, { name: 'x', externalId: 'chess' }), { kind: 'taken', field: 'externalId' });
    await refused(createGroup(ctx, { name: 'x', parentId: ctx.tenant.id }), { kind: 'invalid' });
    await refused(deleteGroup(ctx, group.id), { kind: 'rule', rule: 'in_use' });
    await deleteGroup(ctx, below.id);
    await deleteGroup(ctx, group.id);
    await refused(getGroup(ctx, group.id), { kind: 'not_found' });
    await createGroup(ctx, { name: 'Chess again', externalId: 'chess' });
  });

  it('of a level stay below their parent’s level; only the last one may hold itself', async () => {
    await fresh();
    const school = await createGroup(ctx, { name: 'S', level: 'School' });
    assert.equal(school.kind, 'hierarchical');
    const team = await createGroup(ctx, { name: 'T', level: 'Team', parentId: school.id });
    await createGroup(ctx, { name: 'T2', level: 'Team', parentId: team.id });
    await refused(createGroup(ctx, { name: 'x', level: 'School', parentId: school.id }), { kind: 'invalid' });
    await refused(createGroup(ctx, { name: 'x', level: 'Choir' }), { kind: 'invalid' });
    await refused(createGroup(ctx, { name: 'x', kind: 'hierarchical' }), { kind: 'invalid' });
    await refused(createGroup(ctx, { name: 'x', kind: 'custom', level: 'Team' }), { kind: 'invalid' });
    const lone = await createGroup(ctx, { name: 'C', level: 'Class' });
    await updateGroup(ctx, lone.id, { parentId: school.id });
    await createGroup(ctx, { name: 'T3', level: 'Team', parentId: lone.id });
    await updateGroup(ctx, lone.id, { level: 'Team' });
    await refused(updateGroup(ctx, school.id, { level: 'Choir' }), { kind: 'invalid' });
  });

  it('gain and lose members in sets; who is there, or not there, is passed over', async () => {
    await fresh();
    const group = await createGroup(ctx, { name: 'G' });
    const people = await Promise.all(['a', 'b', 'c'].map((name) => createPerson(ctx, { fullName: name })));
    const ids = people.map((person) => person.id);
    assert.equal((await addMembers(ctx, group.id, ids)).length, 3);
    assert.deepEqual(await addMembers(ctx, group.id, ids), []);
    await Promise.all(Array.from({ length: 10 }, () => addMembers(ctx, group.id, ids)));
    await refused(addMembers(ctx, group.id, [ids[0]!, ctx.tenant.id]), { kind: 'not_found', entity: 'person' });
    assert.equal((await getGroup(ctx, group.id)).memberCount, 3);
    assert.deepEqual((await membersOf(ctx, [group.id, ctx.tenant.id], 2)).get(group.id)?.length, 2);
    const members = await listGroupMembers(ctx, group.id, { ...all, sort: [{ field: 'fullName', descending: true }] });
    assert.deepEqual(
      members.rows.map((member) => member.person.fullName),
      ['c', 'b', 'a'],
    );
    assert.deepEqual(await removeMembers(ctx, group.id, [ids[0]!, ctx.tenant.id, 'x']), [ids[0]]);
    assert.deepEqual(
      (await listGroupsOf(ctx, ids[1]!, all)).rows.map((each) => each.groupId),
      [group.id],
    );
    assert.equal((await listGroups(ctx, all, { personId: ids[0]! })).total, 0);
    const automatic = await createGroup(ctx, { name: 'Auto', kind: 'automatic' });
    await refused(addMembers(ctx, automatic.id, ids), { kind: 'rule', rule: 'in_use' });
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
    const unit = await createUnit(ctx, { name: 'U' });
    const inside = await createGroup(ctx, { name: 'In', unitId: unit.id });
    const outside = await createGroup(ctx, { name: 'Out' });
    const limited = actingWith(ctx, ['groups.read', 'groups.write', 'people.read'], [unit.id]);
    assert.deepEqual(
      (await listGroups(limited, all)).rows.map((group) => group.id),
      [inside.id],
    );
    await refused(getGroup(limited, outside.id), { kind: 'not_found' });
    assert.equal((await createGroup(limited, { name: 'Mine' })).unitId, unit.id);
    await refused(createGroup(limited, { name: 'x', unitId: null }), { kind: 'invalid' });
    await refused(listGroups(actingWith(ctx, []), all), { kind: 'forbidden' });
    await refused(addMembers(actingWith(ctx, ['groups.read']), inside.id, []), { kind: 'forbidden' });
  });

  it('keep their place where the parent or the level is not named', async () => {
    await fresh();
    const unit = await createUnit(ctx, { name: 'U' });
    const above = await createGroup(ctx, { name: 'Above', level: 'School' });
    const inside = await createGroup(ctx, { name: 'In', unitId: unit.id, level: 'Class', parentId: above.id });
    const limited = actingWith(ctx, ['groups.read', 'groups.write'], [unit.id]);
    assert.equal((await updateGroup(limited, inside.id, { name: 'Renamed' })).name, 'Renamed');
    assert.equal((await updateGroup(limited, inside.id, { level: 'Team', parentId: above.id })).level, 'Team');
    await refused(updateGroup(limited, inside.id, { level: 'School' }), { kind: 'invalid' });
    await updateGroup(limited, inside.id, { parentId: null });
    await refused(updateGroup(limited, inside.id, { parentId: above.id }), { kind: 'invalid' });
  });

  it('are found by external ids as they are written, and by our own ids in any case', async () => {
    await fresh();
    const small = await createGroup(ctx, { name: 'a', externalId: 'group-a' });
    const own = await createGroup(ctx, { name: 'b' });
    assert.deepEqual(
      (await findGroups(ctx, ['group-a', 'GROUP-A', own.id.toUpperCase()])).map((group) => group?.id),
      [small.id, undefined, own.id],
    );
  });

  it('profiles that are deleted while somebody is labelled leave one of the two, and tell who lost them', async () => {
    await fresh();
    const person = await createPerson(ctx, { fullName: 'a' });
    const first = await createProfile(ctx, { name: 'First' });
    await assignProfile(ctx, person.id, first.id);
    await deleteProfile(ctx, first.id);
    const { rows } = await database.pool.query('select type from event where entity_id = $1 order by seq', [first.id]);
    assert.deepEqual(
      rows.map((row) => row.type),
      ['profile.created', 'profile.assigned', 'profile.unassigned', 'profile.deleted'],
    );
    const second = await createProfile(ctx, { name: 'Second' });
    let labelling: Promise<unknown> | undefined;
    await transaction(ctx, async (inner) => {
      await deleteProfile(inner, second.id);
      labelling = assignProfile(ctx, person.id, second.id);
      await Promise.race([labelling, new Promise((resolve) => setTimeout(resolve, 200))]);
    });
    await refused(labelling!, { kind: 'not_found', entity: 'profile' });
  });

  it('attributes are declared once a key, and keep key and type', async () => {
    await fresh();
    const size = await declareAttribute(ctx, {
      entity: 'person',
      key: 'size',
      name: 'Size',
      type: 'choice',
      choices: ['S', 'S', 'L'],
    });
    assert.deepEqual(size.choices, ['S', 'L']);
    await refused(declareAttribute(ctx, { entity: 'person', key: 'size', name: 'x' }), { kind: 'taken', field: 'key' });
    await declareAttribute(ctx, { entity: 'course', key: 'size', name: 'Size' });
    const unit = await createUnit(ctx, { name: 'U' });
    const limited = actingWith(ctx, ['tenant.manage', 'people.read'], [unit.id]);
    await refused(declareAttribute(limited, { entity: 'person', key: 'x', name: 'x' }), { kind: 'forbidden' });
    await refused(deleteAttribute(limited, size.id), { kind: 'forbidden' });
    await refused(declareAttribute(ctx, { entity: 'person', key: "x'y", name: 'x' }), { kind: 'invalid' });
    await refused(declareAttribute(ctx, { entity: 'person', key: 'x', name: 'x', choices: ['a'] }), {
      kind: 'invalid',
    });
    assert.deepEqual((await updateAttribute(ctx, size.id, { choices: ['M'] })).choices, ['M']);
    assert.deepEqual((await getAttribute(ctx, size.id)).choices, ['M']);
    assert.equal((await listAttributes(ctx, all)).total, 2);
    await deleteAttribute(ctx, size.id);
    await refused(getAttribute(ctx, size.id), { kind: 'not_found' });
  });
});
