import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingAs, actingWith, at, giveRole, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { refused } from '../../../test/support/refused.ts';
import { Roles } from '../access/index.ts';
import { equals } from '../kernel/condition.ts';
import type { Context } from '../kernel/context.ts';
import { later } from '../kernel/instant.ts';
import { Refusal } from '../kernel/refusal.ts';
import { Attributes, Groups, People, Units } from './index.ts';

const all = { page: { kind: 'rows', offset: 0, limit: 100, total: true } } as const;

describe('people', () => {
  let database: TestDatabase;
  let ctx: Context;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());
  const fresh = async () => {
    ctx = await testTenant(database.db);
    return ctx;
  };
  const events = async (personId: string): Promise<string[]> => {
    const { rows } = await database.pool.query(
      'select type from event where tenant_id = $1 and entity_id = $2 order by seq',
      [ctx.tenant.id, personId],
    );
    return rows.map((row) => row.type);
  };

  it('keeps everything that is said of a person, and shows it again', async () => {
    await fresh();
    const boss = await People.create(ctx, { fullName: 'Boss' });
    const input = {
      externalId: 'e-1',
      username: 'ada',
      email: 'ada@x.org',
      fullName: 'Countess Lovelace',
      givenName: 'Ada',
      middleName: 'King',
      familyName: 'Lovelace',
      managerId: boss.id,
      locale: 'en-GB',
      timeZone: 'Europe/London',
      gender: 'female',
      phone: '+44',
      jobTitle: 'Analyst',
      employeeNumber: '7',
      referenceNumber: 'r',
      location: 'London',
      address: 'St James\nSquare ',
      address2: '-',
      city: 'London',
      provinceId: '11111111-1111-4111-8111-111111111111',
      countryId: '22222222-2222-4222-8222-222222222222',
      postalCode: 'SW1',
      languageId: 1,
      ccEmails: ['a@x.org', 'b@x.org'],
      hiredAt: '2020-01-01T00:00:00.000Z',
      terminatedAt: '2030-01-01T00:00:00.000Z',
      notes: 'n',
      avatar: '/a.png',
      attributes: { decimal1: 1.5, tags: ['x'] },
    } as const satisfies People.Input;
    const person = await People.create(ctx, input);
    assert.partialDeepStrictEqual(person, input);
    assert.equal(person.status, 'active');
    assert.equal(person.unitId, (await Units.getRoot(ctx)).id);
    assert.deepEqual(People.standingOf(person.roles), { isLearner: true, isInstructor: false, isAdmin: false });
    assert.equal(person.isManager, false);
    assert.equal((await People.get(ctx, boss.id)).isManager, true);
    assert.equal(person.createdAt, ctx.now);
    assert.deepEqual(await events(person.id), ['person.created']);
  });

  it('sent back as shown, changes nothing: no event, same updatedAt', async () => {
    await fresh();
    const person = await People.create(ctx, {
      email: 'Eve@x.org',
      fullName: 'Eve  von Beispiel',
      attributes: { a: 1 },
    });
    const { login, handle, fullName, givenName, middleName, familyName, email, attributes, roles } = person;
    const { isLearner } = People.standingOf(roles);
    const tomorrow = at(ctx, later(ctx.now, 86_400_000));
    const shown = {
      fullName,
      givenName,
      middleName,
      familyName,
      email,
      attributes,
      isLearner,
      status: 'active',
    } as const;
    const same = await People.update(tomorrow, person.id, {
      ...shown,
      username: login,
      externalId: handle,
      roleIds: roles.map((role) => role.id),
      isAdmin: false,
      isInstructor: false,
    });
    assert.deepEqual(same, person);
    assert.deepEqual(await events(person.id), ['person.created']);
    const upserted = await People.upsert(tomorrow, 'username', { username: 'EVE@X.ORG', familyName });
    assert.equal(upserted.outcome, 'unchanged');
    assert.deepEqual(upserted.person, person);
  });

  it('merges: the absent stays, null clears, and the event tells before and after', async () => {
    await fresh();
    const person = await People.create(ctx, {
      fullName: 'A B',
      jobTitle: 'x',
      phone: '1',
      attributes: { keep: 1, drop: 2 },
    });
    const next = at(ctx, later(ctx.now, 1000));
    const changed = await People.update(next, person.id, {
      jobTitle: null,
      city: 'Bern',
      attributes: { drop: null, add: 3 },
    });
    assert.partialDeepStrictEqual(changed, {
      jobTitle: null,
      phone: '1',
      city: 'Bern',
      attributes: { keep: 1, add: 3 },
    });
    assert.equal('drop' in changed.attributes, false);
    assert.equal(changed.updatedAt, next.now);
    const { rows } = await database.pool.query(
      `select data from event where entity_id = $1 and type = 'person.updated'`,
      [person.id],
    );
    assert.deepEqual(rows[0].data.changed.city, [null, 'Bern']);
    await People.update(next, person.id, { status: 'suspended' });
    await People.update(next, person.id, { status: 'active' });
    assert.deepEqual(await events(person.id), [
      'person.created',
      'person.updated',
      'person.suspended',
      'person.activated',
    ]);
  });

  it('names: the full name as written; parts rebuild it; alone it splits at its last blank', async () => {
    await fresh();
    const names = async (input: People.Input) => {
      const { fullName, givenName, middleName, familyName } = await People.create(ctx, input);
      return [fullName, givenName, middleName, familyName];
    };
    assert.deepEqual(await names({ fullName: 'Ada King Lovelace' }), [
      'Ada King Lovelace',
      'Ada King',
      null,
      'Lovelace',
    ]);
    assert.deepEqual(await names({ fullName: 'Plato' }), ['Plato', 'Plato', null, '']);
    assert.deepEqual(await names({ givenName: 'Ada', familyName: 'L' }), ['Ada L', 'Ada', null, 'L']);
    const person = await People.create(ctx, { fullName: 'Dr. Ada Lovelace', givenName: 'Ada', familyName: 'Lovelace' });
    assert.equal(person.fullName, 'Dr. Ada Lovelace');
    assert.equal((await People.update(ctx, person.id, { phone: '1', givenName: 'Ada' })).fullName, 'Dr. Ada Lovelace');
    const stale = { fullName: 'Dr. Ada Lovelace', givenName: 'Augusta' };
    assert.equal((await People.update(ctx, person.id, stale)).fullName, 'Augusta Lovelace');
    assert.equal((await People.update(ctx, person.id, { fullName: 'A. L. King' })).familyName, 'King');
    await refused(People.create(ctx, { username: 'noname' }), {
      kind: 'invalid',
      issues: [{ path: ['fullName'], fault: 'required' }],
    });
    await refused(People.update(ctx, person.id, { givenName: null, familyName: ' ' }), { kind: 'invalid' });
  });

  it('identifiers are one person’s only, trimmed and without case, and an external id is nobody else’s email', async () => {
    await fresh();
    const ada = await People.create(ctx, { username: ' Ada ', email: 'ada@x.org', externalId: 'X1', fullName: 'Ada' });
    assert.equal(ada.username, 'Ada');
    const taken = (field: string) => ({ kind: 'taken', entity: 'person', field }) as const;
    await refused(People.create(ctx, { username: 'ADA', fullName: 'x' }), taken('username'));
    await refused(People.create(ctx, { email: 'ADA@x.org ', fullName: 'x' }), taken('email'));
    await refused(People.create(ctx, { externalId: 'X1', fullName: 'x' }), taken('externalId'));
    await refused(People.create(ctx, { externalId: 'Ada@X.org', fullName: 'x' }), taken('externalId'));
    await refused(People.create(ctx, { id: ada.id, fullName: 'x' }), taken('id'));
    const bob = await People.create(ctx, { externalId: 'x1', email: 'bob@x.org', fullName: 'Bob' });
    const cid = await People.create(ctx, { externalId: 'cid@y.org', fullName: 'Cid' });
    await refused(People.update(ctx, bob.id, { email: 'CID@y.org' }), taken('email'));
    await People.update(ctx, cid.id, { email: 'cid@y.org' });
    await People.changeIdentifier(ctx, cid.handle, 'c');
    assert.equal((await People.find(ctx, 'c'))?.id, cid.id);
    await People.changeIdentifier(ctx, bob.handle, 'cid-old');
    await refused(People.changeIdentifier(ctx, 'cid-old', 'c'), taken('externalId'));
    const elsewhere = await testTenant(database.db);
    await People.create(elsewhere, { username: 'ada', email: 'ada@x.org', externalId: 'X1', fullName: 'Another Ada' });
  });

  it('is found by external id, then email, then handle; and by login', async () => {
    await fresh();
    const a = await People.create(ctx, { externalId: 'key', email: 'a@x.org', username: 'user-a', fullName: 'A' });
    const b = await People.create(ctx, { username: 'user-b', fullName: 'B' });
    const c = await People.create(ctx, { fullName: 'C' });
    const keys = ['key', 'A@X.ORG', 'user-a', 'USER-B', c.id, `${b.number}@none.invalid`, 'nobody', 'a\u0000', ''];
    const found = await People.findMany(ctx, keys);
    assert.deepEqual(
      found.map((person) => person?.fullName),
      ['A', 'A', undefined, 'B', 'C', 'B', undefined, undefined, undefined],
    );
    assert.equal(await People.find(ctx, `${a.number}@none.invalid`), undefined);
    assert.equal((await People.findLogin(ctx, 'USER-a'))?.id, a.id);
    assert.equal(await People.findLogin(ctx, 'a@x.org'), undefined);
    assert.deepEqual(
      (await People.getMany(ctx, [c.id, a.id.toUpperCase(), ctx.tenant.id, 'x'])).map((person) => person.fullName),
      ['C', 'A'],
    );
    await refused(People.get(await testTenant(database.db), a.id), { kind: 'not_found', entity: 'person' });
  });

  it('refuses what cannot be stored or does not fit, naming every member', async () => {
    await fresh();
    const wrong = {
      username: 'a\u0000b',
      email: 'no address',
      fullName: 'x'.repeat(501),
      unitId: 'x',
      status: 'deleted',
      gender: 'f',
      languageId: 1.5,
      hiredAt: '2020-13-01',
      timeZone: 'Mars',
      ccEmails: ['a@x.org', 'b'],
      attributes: { a: { b: 'x\u0000' }, c: '\ud800' },
      isLearner: 'yes',
      roleIds: ['x'],
      password: 'short',
      address: 'x'.repeat(4001),
    };
    const error = await People.create(ctx, wrong as unknown as People.Input).catch((thrown) => thrown);
    assert.ok(error instanceof Refusal && error.fact.kind === 'invalid');
    const paths = error.fact.issues.map((issue) => String(issue.path[0]));
    assert.deepEqual(new Set(paths), new Set(Object.keys(wrong)));
    const faults = async (input: People.Input, path: (string | number)[], fault: string) =>
      refused(People.create(ctx, { fullName: 'X', ...input }), { kind: 'invalid', issues: [{ path, fault }] });
    await faults({ unitId: ctx.tenant.id }, ['unitId'], 'not_found');
    await faults({ managerId: ctx.tenant.id }, ['managerId'], 'not_found');
    await faults({ unitExternalId: 'nowhere' }, ['unitExternalId'], 'not_found');
    await faults({ managerExternalId: 'nobody' }, ['managerExternalId'], 'not_found');
    await faults({ roleIds: [ctx.tenant.id] }, ['roleIds', 0], 'not_found');
    const me = await People.create(ctx, { fullName: 'Me' });
    await refused(People.update(ctx, me.id, { managerId: me.id }), { kind: 'invalid' });
    await refused(People.update(ctx, 'x', {}), { kind: 'not_found' });
    await refused(People.create(ctx, [] as unknown as People.Input), { kind: 'invalid' });
  });

  it('declared attributes keep to their type, undeclared ones are kept as they come', async () => {
    await fresh();
    await Attributes.declare(ctx, { entity: 'person', key: 'size', name: 'Size', type: 'choice', choices: ['S', 'L'] });
    await Attributes.declare(ctx, { entity: 'person', key: 'since', name: 'Since', type: 'instant' });
    const person = await People.create(ctx, {
      fullName: 'X',
      attributes: { size: 'S', since: '2020-01-01T01:00:00+01:00', free: [1] },
    });
    assert.deepEqual(person.attributes, { size: 'S', since: '2020-01-01T00:00:00.000Z', free: [1] });
    await refused(People.update(ctx, person.id, { attributes: { size: 'M' } }), { kind: 'invalid' });
    const replaced = await People.update(ctx, person.id, { attributes: { other: 1 }, replaceAttributes: true });
    assert.deepEqual(replaced.attributes, { size: 'S', since: '2020-01-01T00:00:00.000Z', other: 1 });
    const { rows } = await People.list(ctx, { ...all, where: equals('attributes.other:number', 1) });
    assert.equal(rows[0]?.id, person.id);
  });

  it('roles: admins by word or by list, only by those who may, and nothing lost that was not named', async () => {
    await fresh();
    const roles = (await Roles.list(ctx, all)).rows;
    const id = (key: string) => roles.find((role) => role.key === key)!.id;
    const keys = async (personId: string) => (await People.get(ctx, personId)).roles.map((role) => role.key).sort();
    const person = await People.create(ctx, { fullName: 'X', isAdmin: true, isInstructor: true, isLearner: false });
    assert.deepEqual(await keys(person.id), ['admin', 'instructor']);
    await People.update(ctx, person.id, { isAdmin: true, roleIds: [id('analyst')] });
    assert.deepEqual(await keys(person.id), ['analyst', 'instructor']);
    await People.update(ctx, person.id, { roleIds: [], isLearner: true });
    assert.deepEqual(await keys(person.id), ['instructor', 'learner']);
    const own = await Roles.create(ctx, { name: 'Own', permissions: ['people.read'] });
    assert.equal(People.standingOf((await People.update(ctx, person.id, { roleIds: [own.id] })).roles).isAdmin, true);
    assert.equal(People.standingOf((await People.update(ctx, person.id, { isAdmin: false })).roles).isAdmin, false);
    const keeper = actingWith(ctx, ['people.read', 'people.write']);
    await refused(People.create(keeper, { fullName: 'Y', isAdmin: true }), {
      kind: 'forbidden',
      permission: 'roles.write',
    });
    await People.create(keeper, { fullName: 'Y', isAdmin: false });
    const boss = await People.create(ctx, { fullName: 'Boss', username: 'boss', isAdmin: true });
    await refused(People.update(keeper, boss.id, { status: 'suspended' }), { kind: 'forbidden' });
    await refused(People.update(keeper, boss.id, { email: 'mine@x.org' }), { kind: 'forbidden' });
    await refused(People.update(keeper, boss.id, { password: 'password1' }), { kind: 'forbidden' });
    await People.update(keeper, boss.id, { phone: '1' });
    const acting = await actingAs(ctx, boss.id);
    await refused(People.update(acting, boss.id, { isAdmin: false }), { kind: 'rule', rule: 'last_of_its_kind' });
  });

  it('who holds a role in a unit sees and writes there only', async () => {
    await fresh();
    const physics = await Units.create(ctx, { name: 'Physics' });
    const optics = await Units.create(ctx, { name: 'Optics', parentId: physics.id });
    const history = await Units.create(ctx, { name: 'History' });
    const inside = await People.create(ctx, { fullName: 'In', username: 'in', unitId: optics.id });
    const outside = await People.create(ctx, { fullName: 'Out', username: 'out', unitId: history.id });
    const head = await People.create(ctx, { fullName: 'Head', username: 'head', unitId: history.id });
    await giveRole(ctx, head.id, 'people_admin', physics.id);
    const acting = await actingAs(ctx, head.id);
    assert.deepEqual(
      (await People.list(acting, all)).rows.map((person) => person.id),
      [inside.id],
    );
    assert.equal((await People.get(acting, head.id)).id, head.id);
    await refused(People.get(acting, outside.id), { kind: 'not_found' });
    await refused(People.update(acting, outside.id, { phone: '1' }), { kind: 'not_found' });
    await refused(People.upsert(acting, 'username', { username: 'OUT', fullName: 'x' }), { kind: 'taken' });
    await refused(People.update(acting, inside.id, { unitId: history.id }), { kind: 'invalid' });
    await refused(People.update(acting, inside.id, { managerId: outside.id }), { kind: 'invalid' });
    assert.equal(await People.find(acting, 'out'), undefined);
    assert.equal((await People.create(acting, { fullName: 'New' })).unitId, physics.id);
    await Units.addPerson(ctx, outside.id, optics.id);
    assert.equal((await People.get(acting, outside.id)).id, outside.id);
    assert.equal((await People.update(acting, outside.id, { phone: '1' })).phone, '1');
  });

  it('lists by filter, scope and text, in a total order, page by page', async () => {
    await fresh();
    const unit = await Units.create(ctx, { name: 'Physics' });
    const below = await Units.create(ctx, { name: 'Optics', parentId: unit.id });
    const people = [];
    for (const [username, place] of [
      ['b', unit],
      ['A', below],
      ['c', undefined],
    ] as const)
      people.push(
        await People.create(ctx, {
          username,
          fullName: `Person 100%${username}`,
          ...(place ? { unitId: place.id } : {}),
        }),
      );
    const names = async (...rest: Parameters<typeof People.list> extends [unknown, ...infer R] ? R : never) =>
      (await People.list(ctx, ...rest)).rows.map((person) => person.username);
    assert.deepEqual(await names(all), ['A', 'b', 'c']);
    assert.deepEqual(await names(all, { unitId: unit.id }), ['b']);
    assert.deepEqual(await names(all, { unitId: unit.id, below: true }), ['A', 'b']);
    assert.deepEqual(await names(all, { unitId: 'nonsense' }), []);
    assert.deepEqual(await names(all, { search: '100%B' }), ['b']);
    assert.deepEqual(await names(all, { search: "'; drop table person --" }), []);
    const group = await Groups.create(ctx, { name: 'G' });
    await Groups.addMembers(ctx, group.id, [people[0]!.id]);
    assert.deepEqual(await names(all, { groupId: group.id }), ['b']);
    assert.deepEqual(await names({ ...all, where: equals('isLearner', true) }), ['A', 'b', 'c']);
    assert.deepEqual(await names({ ...all, where: equals('isAdmin', true) }), []);
    assert.deepEqual(await names({ ...all, where: equals('username', 'B') }), ['b']);
    assert.deepEqual(await names({ ...all, where: equals('id', people[2]!.id) }), ['c']);
    assert.deepEqual(
      await names({ ...all, sort: [{ field: 'createdAt', descending: true }] }).then((l) => l.length),
      3,
    );
    const paged: (string | null)[] = [];
    let after: readonly (string | number | boolean | null)[] | undefined;
    do {
      const page = await People.list(ctx, { page: { kind: 'keyset', after, limit: 2 } });
      paged.push(...page.rows.map((person) => person.username));
      after = page.next;
    } while (after);
    assert.deepEqual(paged, ['A', 'b', 'c']);
    const far = await People.list(ctx, { page: { kind: 'rows', offset: 50, limit: 10, total: true } });
    assert.deepEqual([far.rows.length, far.total], [0, 3]);
    await refused(People.list(actingWith(ctx, ['courses.read']), all), {
      kind: 'forbidden',
      permission: 'people.read',
    });
    await refused(People.list(ctx, { ...all, where: equals('password', 'x') }), { kind: 'invalid' });
  });

  it('a precondition is asked of the person as it stands, and stops the change', async () => {
    await fresh();
    const person = await People.create(ctx, { fullName: 'X' });
    const expecting = (updatedAt: string) => (current: { id: string; updatedAt: string }) => {
      if (current.updatedAt !== updatedAt) throw new Refusal({ kind: 'stale', entity: 'person', id: current.id });
    };
    const next = at(ctx, later(ctx.now, 1000));
    const writes = await Promise.allSettled(
      ['1', '2', '3', '4'].map((phone) => People.update(next, person.id, { phone }, expecting(person.updatedAt))),
    );
    assert.equal(writes.filter((write) => write.status === 'fulfilled').length, 1);
  });
});
