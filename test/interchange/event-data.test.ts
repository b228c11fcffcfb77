import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { importAcademy } from '../../src/interchange/academy/index.ts';
import { Clients, Passwords } from '../../src/record/access/index.ts';
import { Content, Courses, JoinKeys } from '../../src/record/catalog/index.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import { People } from '../../src/record/people/index.ts';
import { testTenant } from '../support/context.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { WITH_SECRET } from '../support/dialects.ts';
import { demandFittingEvents, misfits } from '../support/fitting-events.ts';

let database: TestDatabase;
let ctx: Context;

before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db, { sandbox: true });
});
after(() => database.close());

const told = async (): Promise<string> => {
  const { rows } = await database.pool.query('select type, data from event where tenant_id = $1', [ctx.tenant.id]);
  return JSON.stringify(rows);
};

test('what the demo academy tells fits the table', async () => {
  await importAcademy(ctx, readFileSync(new URL('../../academies/demo.yaml', import.meta.url), 'utf8'));
  await demandFittingEvents(database.pool);
});

test('no event tells a secret or an answer key', async () => {
  const person = await People.create(ctx, { fullName: 'Ada Quill', username: 'ada', password: 'first-Secret-1' });
  await Passwords.set(ctx, person.id, 'second-Secret-2');
  const made = await Clients.create(ctx, { dialect: WITH_SECRET, name: 'Reader', permissions: ['people.read'] });
  const anew = await Clients.renew(ctx, made.client.id, () => WITH_SECRET);
  const joining = await JoinKeys.create(ctx, { name: 'Come in', code: 'third-Secret-3' });
  await JoinKeys.update(ctx, joining.id, { code: 'fourth-Secret-4', name: 'Come in here' });
  const course = await Courses.create(ctx, { kind: 'online', name: 'Judged' });
  for (const key of ['fifth-Secret-5', 'sixth-Secret-6'])
    await Content.save(ctx, course.id, {
      sections: [
        {
          name: 'One',
          activities: [
            {
              kind: 'quiz',
              name: 'Quiz',
              notes: key,
              settings: { rubric: key },
              tasks: [{ kind: 'choice', name: 'Which?', content: { options: ['a', 'b'], correct: [key] } }],
            },
          ],
        },
      ],
    });
  await Courses.publish(ctx, course.id);
  const all = await told();
  const { rows } = await database.pool.query('select password_hash as hash from person_secret where person_id = $1', [
    person.id,
  ]);
  const secrets = [made.key, made.secret!, anew.key, anew.secret!, rows[0].hash as string];
  assert.deepEqual([...secrets.filter((secret) => all.includes(secret)), ...(all.match(/\w+-Secret-\d/g) ?? [])], []);
  // that the code changed is told
  assert.match(all, /"changed":\{[^{}]*"code":\[null,null\]/);
  await demandFittingEvents(database.pool);
});

test('of somebody whose data was erased, events keep nothing', async () => {
  const person = await People.create(ctx, { fullName: 'Rosalind Wren', email: 'wren@example.com' });
  await People.update(ctx, person.id, { jobTitle: 'Warden of Wrens' });
  await People.delete(ctx, person.id);
  await People.purge(ctx, person.id);
  assert.doesNotMatch(await told(), /wren/i);
  await demandFittingEvents(database.pool);
});

test('an event that does not fit the table is found', () => {
  const unfit = (type: string, entity: string, data: unknown) => misfits([{ type, entity, data }]).length > 0;
  assert.ok(!unfit('role.assigned', 'role', { unitId: null }));
  assert.ok(unfit('role.given', 'role', { unitId: null }));
  assert.ok(unfit('role.assigned', 'person', { unitId: null }));
  assert.ok(unfit('role.assigned', 'role', {}));
  assert.ok(unfit('role.assigned', 'role', { unitId: 'everywhere' }));
  assert.ok(unfit('role.assigned', 'role', { unitId: null, password: 'x' }));
  assert.ok(!unfit('room.updated', 'room', { changed: { seats: [null, 5] } }));
  assert.ok(unfit('room.updated', 'room', { changed: { seats: [5] } }));
  assert.ok(unfit('room.updated', 'room', { changed: { colour: ['red', 'blue'] } }));
  assert.ok(unfit('join_key.updated', 'join_key', { changed: { code: ['old', 'new'] } }));
});
