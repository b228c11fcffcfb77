import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectTo, type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, rule } from '../../../test/support/fixture.ts';
import { holding } from '../../../test/support/held.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { Groups, People } from '../people/index.ts';
import { feedState, givePlaces } from './feed-places.ts';
import { Feed } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 20 });
  f = await fixture(database.db);
});
after(() => database.close());

/** The types after a place, with the place after them. */
async function since(ctx: Context, place: Feed.Position, filter: Feed.Filter = {}) {
  const rows = [];
  for (;;) {
    const page = await Feed.read(ctx, place, filter, 200);
    rows.push(...page.rows);
    place = page.next;
    if (page.rows.length < 200) return { rows, place };
  }
}

test('changes of one person at once: the last event tells how the person stands, in every order', async () => {
  for (let round = 0; round < 5; round++) {
    const id = await f.person();
    const from = await Feed.newestPosition(f.ctx);
    await holding(database, async (hold) => {
      await hold.run('select 1 from person where id = $1 for update', [id]);
      const names = Array.from({ length: 8 }, (_, n) => `Name ${n}`);
      const work = names.map((fullName) => People.update(f.ctx, id, { fullName }));
      await hold.waiting(8);
      await hold.commit();
      await Promise.all(work);
    });
    const { rows } = await since(f.ctx, from, { entityId: id });
    assert.equal(rows.length, 8);
    const told = rows.map((row) => (row.data as any).changed.fullName as [string, string]);
    for (const [i, [was]] of told.slice(1).entries())
      assert.equal(was, told[i]![1], 'each goes on from the one before');
    assert.equal((await People.get(f.ctx, id)).fullName, told.at(-1)![1]);
  }
});

test('a transaction that began to write earlier and changes a person later is told later', async () => {
  const [other, id] = await f.people(2);
  const from = await Feed.newestPosition(f.ctx);
  await transaction(f.ctx, async (inner) => {
    await People.update(inner, other!, { fullName: 'Written first' });
    await People.update(f.ctx, id!, { fullName: 'Earlier' });
    await People.update(inner, id!, { fullName: 'Later' });
  });
  const { rows } = await since(f.ctx, from, { entityId: id });
  assert.deepEqual(
    rows.map((row) => (row.data as any).changed.fullName[1]),
    ['Earlier', 'Later'],
  );
});

test('groups replaced at once: the memberships that the feed tells are those that stand', async () => {
  const ctx: Context = { ...f.ctx, tenant: { ...f.ctx.tenant, settings: { groupLevels: ['Team'] } } };
  const groups = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      Groups.create(ctx, { name: `Group ${n}`, kind: 'hierarchical', level: 'Team' }),
    ),
  );
  for (let round = 0; round < 5; round++) {
    const id = await f.person();
    await holding(database, async (hold) => {
      await hold.run('select 1 from person where id = $1 for update', [id]);
      const work = groups.map((group) => Groups.join(ctx, id, group.id, { replace: ['hierarchical', 'custom'] }));
      await hold.waiting(groups.length);
      await hold.commit();
      await Promise.all(work);
    });
    const told = new Set<string>();
    const { rows } = await since(f.ctx, Feed.START, { personId: id, types: ['group.*'] });
    for (const row of rows)
      if (row.type === 'group.member_added') told.add(row.entityId);
      else told.delete(row.entityId);
    const stand = (await Groups.listOfPerson(f.ctx, id, { page: { kind: 'keyset', limit: 50 } })).rows.map(
      (row) => row.groupId,
    );
    assert.deepEqual([...told], stand);
    assert.equal(stand.length, 1);
  }
});

test('who writes first and commits last comes last, and nothing is lost or told twice', async () => {
  const [first, second] = await f.people(2);
  const from = await Feed.newestPosition(f.ctx);
  await holding(database, async (hold) => {
    const append = `insert into event (tenant_id, at, type, entity, entity_id, actor_kind, dialect) values ($1, now(), 'person.suspended', 'person', $2, 'system', 'test')`;
    await hold.run(append, [f.ctx.tenant.id, first]);
    await People.update(f.ctx, second!, { fullName: 'Second' });
    const early = await since(f.ctx, from);
    assert.deepEqual(
      early.rows.map((row) => row.entityId),
      [second],
    );
    await hold.commit();
    const late = await since(f.ctx, early.place);
    assert.deepEqual(
      late.rows.map((row) => row.entityId),
      [first],
    );
    assert.deepEqual(
      (await since(f.ctx, from)).rows.map((row) => row.entityId),
      [second, first],
    );
  });
});

test('an open transaction of the tenant, of another one and of another database holds no event back', async () => {
  const other = await fixture(database.db);
  const elsewhere = await testDatabase({ poolSize: 2 });
  try {
    await holding(elsewhere, async (far) => {
      await far.run('create table open_there (id int)');
      await holding(database, async (hold) => {
        await hold.run('update tenant set updated_at = now() where id = $1', [other.ctx.tenant.id]);
        const from = await Feed.newestPosition(f.ctx);
        const id = await f.person();
        await People.update(f.ctx, id, { fullName: 'Told at once' });
        assert.deepEqual(
          (await since(f.ctx, from)).rows.map((row) => row.type),
          ['person.updated'],
        );
      });
    });
  } finally {
    await elsewhere.close();
  }
});

test('the lag is that of the oldest event without a place, also when the feed is stuck', async () => {
  await Feed.givePlacesEverywhere(database.db);
  assert.equal(await Feed.lagSeconds(database.db), 0);
  const id = await f.person();
  await People.update(f.ctx, id, { fullName: 'Waits' });
  await f.rows(
    `update event set written_at = written_at - interval '10 minutes' where tenant_id = $1 and entity_id = $2`,
    id,
  );
  await holding(database, async (hold) => {
    await hold.run('select 1 from feed where tenant_id = $1 for update', [f.ctx.tenant.id]);
    const reading = Feed.read(f.ctx, Feed.START, { entityId: id }, 10);
    await hold.waiting(1);
    assert.ok((await Feed.lagSeconds(database.db)) >= 600);
    await hold.commit();
    assert.equal((await reading).rows.length, 1);
  });
  assert.equal(await Feed.lagSeconds(database.db), 0);
});

test('a tenant that is being emptied is waited for before anything of its feed is held', async () => {
  const id = await f.person();
  await People.update(f.ctx, id, { fullName: 'Waits for a place' });
  await holding(database, async (hold) => {
    await hold.run(`set local lock_timeout = '500ms'`);
    await hold.run('select 1 from tenant where id = $1 for update', [f.ctx.tenant.id]);
    const reading = Feed.read(f.ctx, Feed.START, { entityId: id }, 10);
    await hold.waiting(1);
    await hold.run('select 1 from feed where tenant_id = $1 for update', [f.ctx.tenant.id]);
    await hold.commit();
    assert.equal((await reading).rows.length, 1);
  });
});

test('the state of the feed tells when something was committed', async () => {
  await givePlaces(f.ctx);
  const before = await feedState(f.ctx);
  assert.equal(before.waiting, false);
  assert.deepEqual(await feedState(f.ctx), before);
  const id = await f.person();
  await People.update(f.ctx, id, { fullName: 'Something' });
  assert.deepEqual(await feedState(f.ctx), { ...before, waiting: true });
  await givePlaces(f.ctx);
  assert.deepEqual(await feedState(f.ctx), { lastPosition: before.lastPosition + 1, waiting: false });
});

test('in a copy that goes on elsewhere, readers go on as far as it goes; places after that have expired', async () => {
  const id = await f.person();
  await People.update(f.ctx, id, { fullName: 'Before the copy' });
  const shared = await Feed.newestPosition(f.ctx);
  await People.update(f.ctx, id, { fullName: 'Before the copy, not read yet' });
  const copy = await copied(database);
  try {
    // the original goes on, and its readers too
    await People.update(f.ctx, id, { fullName: 'Only here' });
    const ahead = (await since(f.ctx, shared)).place;
    const there: Context = { ...f.ctx, db: copy.db };
    assert.equal(await rule(Feed.read(there, ahead, {}, 10)), 'cursor_expired', 'the copy is behind');
    await People.update(there, id, { fullName: 'Only there' });
    await People.update(there, id, { fullName: 'Only there, again' });
    await People.update(there, id, { fullName: 'Only there, at last' });
    const on = await since(there, shared, { entityId: id });
    assert.deepEqual(
      on.rows.map((row) => (row.data as any).changed.fullName[1]),
      ['Before the copy, not read yet', 'Only there', 'Only there, again', 'Only there, at last'],
    );
    assert.equal(await rule(Feed.read(there, ahead, {}, 10)), 'cursor_expired', 'the copy has come further');
    assert.equal(await rule(Feed.read(f.ctx, on.place, {}, 10)), 'cursor_expired', 'the other way round');
    assert.deepEqual((await Feed.read(there, on.place, {}, 10)).rows, []);
  } finally {
    await copy.close();
  }
});

/** The database as it stands, in another one. */
async function copied(of: TestDatabase): Promise<{ db: TestDatabase['db']; close(): Promise<void> }> {
  const target = await testDatabase();
  const { rows: tables } = await of.pool.query(
    `select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace group by 1`,
  );
  const into = await target.pool.connect();
  await into.query('begin; set local session_replication_role = replica');
  for (const { name, columns } of tables) {
    const { rows } = await of.pool.query(
      `select coalesce(json_agg(t), '[]')::text as rows from (select ${columns} from ${name}) t`,
    );
    await into.query(`delete from ${name}`);
    await into.query(
      `insert into ${name} (${columns}) overriding system value select ${columns} from json_populate_recordset(null::${name}, $1::json)`,
      [rows[0].rows],
    );
  }
  await into.query(`select setval(pg_get_serial_sequence('event', 'seq'), (select max(seq) from event))`);
  await into.query('commit');
  into.release();
  const { db, close } = connectTo(target, 4);
  return {
    db,
    close: async () => {
      await close();
      await target.close();
    },
  };
}
