import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { OWN } from '../../../test/support/dialects.ts';
import { refused } from '../../../test/support/refused.ts';
import { Access, Clients, Passwords, Roles, Tokens } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { Groups, People, Units } from './index.ts';

const all = { page: { kind: 'rows', offset: 0, limit: 100, total: true } } as const;

describe('deleting and purging people', () => {
  let database: TestDatabase;
  let ctx: Context;
  before(async () => {
    database = await testDatabase();
    ctx = await testTenant(database.db);
  });
  after(() => database.close());

  it('takes access, memberships and roles, frees the keys and keeps the row', async () => {
    const unit = await Units.create(ctx, { name: 'Physics' });
    const person = await People.create(ctx, {
      username: 'ada',
      email: 'ada@x.org',
      externalId: 'x1',
      fullName: 'Ada Lovelace',
      password: 'password1',
      unitId: unit.id,
    });
    const report = await People.create(ctx, { fullName: 'Report', managerId: person.id });
    const group = await Groups.create(ctx, { name: 'G' });
    await Groups.addMembers(ctx, group.id, [person.id]);
    const { client, key } = await Clients.create(ctx, { dialect: OWN, name: 'hers', personId: person.id });
    const { token } = await Tokens.issue(ctx, {
      kind: 'access',
      clientId: client.id,
      personId: person.id,
      lifetimeMs: 3_600_000,
    });
    const access = Access.create({ db: database.db, pool: database.pool });
    await access.resolveToken(token);

    await People.delete(ctx, person.id);
    await refused(access.resolveToken(token), { kind: 'unauthenticated' });
    await refused(access.resolveClient({ key }), { kind: 'unauthenticated' });
    await access.close();
    await refused(Passwords.signIn(ctx, 'ada', 'password1'), { kind: 'unauthenticated' });
    await refused(People.get(ctx, person.id), { kind: 'not_found' });
    await refused(People.update(ctx, person.id, { phone: '1' }), { kind: 'not_found' });
    assert.equal(await People.find(ctx, 'x1'), undefined);
    const gone = await People.get(ctx, person.id, { deleted: true });
    assert.partialDeepStrictEqual(gone, { status: 'deleted', deletedAt: ctx.now, username: 'ada', roles: [] });
    assert.deepEqual(
      (await People.list(ctx, all, { statuses: ['deleted'] })).rows.map((each) => each.id),
      [person.id],
    );
    assert.equal((await Groups.get(ctx, group.id)).memberCount, 0);
    assert.equal((await People.get(ctx, report.id)).managerId, null);
    await refused(Roles.listHeld(ctx, person.id), { kind: 'not_found' });

    const heir = await People.create(ctx, { username: 'ADA', email: 'ada@x.org', externalId: 'x1', fullName: 'Heir' });
    assert.notEqual(heir.id, person.id);
    await People.delete(ctx, person.id);
    const { rows } = await database.pool.query(
      `select count(*)::int as n from event where entity_id = $1 and type = 'person.deleted'`,
      [person.id],
    );
    assert.equal(rows[0].n, 1);
  });

  it('is done only by those who may do as much as the person', async () => {
    const boss = await People.create(ctx, { fullName: 'Boss', isAdmin: true });
    await refused(People.delete(actingWith(ctx, ['people.read', 'people.write']), boss.id), { kind: 'forbidden' });
    await refused(People.delete(actingWith(ctx, ['people.read']), boss.id), { kind: 'forbidden' });
    await refused(People.delete(await testTenant(database.db), boss.id), { kind: 'not_found' });
    await refused(People.delete(ctx, 'nonsense'), { kind: 'not_found' });
  });

  it('ends enrollments as withdrawn and kept', async () => {
    const person = await People.create(ctx, { fullName: 'Learner' });
    const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
    const run = (text: string, ...values: unknown[]) => database.pool.query(text, [ctx.tenant.id, ...values]);
    await run(
      `insert into course (tenant_id, id, kind, name, state, created_at, updated_at) values ($1, $2, 'online', 'C', 'published', $3, $3)`,
      id(1),
      ctx.now,
    );
    await run(
      `insert into course_version (tenant_id, id, course_id, ordinal, state, created_at, updated_at) values ($1, $2, $3, 1, 'published', $4, $4)`,
      id(2),
      id(1),
      ctx.now,
    );
    await run(
      `insert into offering (tenant_id, id, course_id, version_id, name, created_at, updated_at) values ($1, $2, $3, $4, 'O', $5, $5)`,
      id(3),
      id(1),
      id(2),
      ctx.now,
    );
    await run(
      `insert into enrollment (tenant_id, id, person_id, course_id, offering_id, version_id, state, is_primary, enrolled_at, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, 'in_progress', true, $7, $7, $7)`,
      id(4),
      person.id,
      id(1),
      id(3),
      id(2),
      ctx.now,
    );
    await People.delete(ctx, person.id);
    const { rows } = await run('select ending, state from enrollment where tenant_id = $1 and id = $2', id(4));
    assert.deepEqual(rows, [{ ending: 'withdrawn_kept', state: 'in_progress' }]);
    const { rows: events } = await run(
      `select type from event where tenant_id = $1 and entity = 'enrollment' and person_id = $2`,
      person.id,
    );
    assert.ok(events.some((event) => event.type === 'enrollment.withdrawn'));
  });

  it('purging erases what is personal, in the history too, and needs deleting first', async () => {
    const person = await People.create(ctx, {
      username: 'secretive',
      fullName: 'Very Secretive',
      notes: 'secret',
      attributes: { a: 'secret' },
    });
    await People.update(ctx, person.id, { phone: 'secret 1' });
    await refused(People.purge(ctx, person.id), { kind: 'rule', rule: 'in_use' });
    await People.delete(ctx, person.id);
    const { purgedAt } = await People.purge(ctx, person.id);
    assert.deepEqual(await People.purge(ctx, person.id), { personId: person.id, purgedAt });
    const left = await People.get(ctx, person.id, { deleted: true });
    assert.partialDeepStrictEqual(left, {
      fullName: `Person ${person.number}`,
      username: null,
      attributes: {},
      purgedAt,
    });
    const { rows } = await database.pool.query(
      `select count(*)::int as n from event where tenant_id = $1 and data::text ilike '%secret%'`,
      [ctx.tenant.id],
    );
    assert.equal(rows[0].n, 0);
  });
});
