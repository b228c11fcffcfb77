import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { People, Units } from '../../../src/record/people/index.ts';
import { giveRole } from '../../support/context.ts';
import { refused } from '../../support/refused.ts';
import { type Answered, type Company, company } from './company.ts';

/** Tables that tie people to things. */
const TIES = ['group_member', 'entitlement', 'profile_member', 'person_unit', 'role_assignment'];

describe('calls that meet', () => {
  let c: Company;
  before(async () => {
    c = await company();
  });
  after(() => c.close());

  const fields = (identifier: string) => ({ identifier, firstName: 'F', lastName: 'L', username: identifier });

  async function blocked(atLeast: number, others: readonly Promise<unknown>[] = []): Promise<void> {
    let settled = 0;
    for (const other of others) other.then(...Array(2).fill(() => settled++));
    for (;;) {
      const { rows } = await c.db.pool.query(
        `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (rows[0].waiting + settled >= atLeast) return;
      await wait(5);
    }
  }

  /** Starts calls while a user's deletion has taken all ties and is not yet committed; gives their answers. */
  async function whileDeleted<T>(identifier: string, calls: (personId: string) => Promise<T>[]): Promise<T[]> {
    const person = (await People.find(c.ctx(), identifier))!;
    const report = (await People.find(c.ctx(), await c.user()))!;
    await People.update(c.ctx(), report.id, { managerId: person.id });
    const holder = await c.db.pool.connect();
    try {
      await holder.query('begin');
      // the deletion takes ties first, and then the manager of this one
      await holder.query('select 1 from person where id = $1 for update', [report.id]);
      const deletion = c.del(`/api/v2/users/${identifier}`);
      await blocked(1);
      const started = calls(person.id);
      await blocked(1 + started.length, started);
      await holder.query('commit');
      assert.equal((await deletion).status, 200);
      return await Promise.all(started);
    } finally {
      holder.release();
    }
  }

  it('a user who is being deleted is left with nothing', async () => {
    const user = await c.user();
    const [group, channel] = [await c.group('REGION'), await c.channel()];
    await c.put('/api/v2/userProfiles', { identifier: 'met', name: 'Met' });
    const content = `userIdentifier,entityType,entityIdentifier,userRole\n${user},GROUP,${group},\n${user},COURSE,${channel},EDITOR`;
    let id = '';
    const answers = await whileDeleted(user, (personId) => {
      id = personId;
      return [
        c.post(`/api/v1/groups/${group}/users/${user}`),
        c.post(`/api/v1/groups/${group}/users/${user}?replace=true`),
        c.put(`/api/v2/userProfiles/met/users/${user}`),
        c.post('/api/v2/users/entitlements', {
          userIdentifier: user,
          entityType: 'GROUP',
          entityIdentifier: group,
          userRole: 'MANAGER',
        }),
        c.post('/api/v1/uploads/organization', { files: [{ fileName: 'assignments.csv', content }] }),
      ];
    });
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 404, 404, 400, 200],
    );
    assert.equal(answers[4]!.body.files[0].failed, 2);
    for (const table of TIES) {
      const { rows } = await c.db.pool.query(`select 1 from ${table} where person_id = $1`, [id]);
      assert.equal(rows.length, 0, table);
    }
  });

  it('and gets no role or unit through the record either', async () => {
    const user = await c.user();
    const answers = await whileDeleted(user, (personId) => [
      refused(giveRole(c.ctx(), personId, 'author'), { kind: 'not_found', entity: 'person' }),
      refused(Units.addPerson(c.ctx(), personId, c.units.north), { kind: 'not_found', entity: 'person' }),
    ]);
    assert.equal(answers.length, 2);
  });

  it('a create-or-update of a user who is being deleted makes a new one', async () => {
    const user = await c.user();
    const [made] = await whileDeleted<Answered>(user, () => [c.put('/api/v2/users', fields(user))]);
    assert.deepEqual([made!.status, made!.body.identifier], [201, user]);
    assert.equal((await c.get(`/api/v2/users/${user}`)).body.firstName, 'F');
  });

  it('of many that replace the groups of a user one stands', async () => {
    const user = await c.user();
    const groups = await Promise.all(Array.from({ length: 4 }, () => c.group('REGION')));
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(
        groups.map((group) => c.post(`/api/v1/groups/${group}/users/${user}?replace=true`)),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 200],
      );
      assert.equal((await c.get(`/api/v1/users/${user}/groups`)).body.length, 1);
    }
  });

  it('of many that rename a user one succeeds', async () => {
    const user = await c.user();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        c.put('/api/v2/users/identityManagement', {
          currentUserIdentifier: user,
          newUserIdentifier: `${user}-${i}`,
        }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(400)]);
    const won = answers.find(({ status }) => status === 200)!.body.identifier;
    assert.equal((await c.get(`/api/v2/users/${won}`)).status, 200);
  });

  it('moves that would close a loop together do not', async () => {
    const [one, two, three] = [await c.group('CREW'), await c.group('CREW'), await c.group('CREW')];
    const below = (identifier: string, parentIdentifier: string | null) =>
      c.put('/api/v1/groups', { identifier, parentIdentifier });
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all([below(one, two), below(two, three), below(three, one)]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 400]);
      for (const group of [one, two, three]) await below(group, null);
    }
  });
});
