import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { People } from '../../src/record/people/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { refusal } from '../support/fixture.ts';
import { beside, holding } from '../support/held.ts';
import { ORGS, USERS, user } from './small-school.ts';
import { type Academy, academy, csv } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase({ poolSize: 10 });
});
after(() => database.close());

const orgs = csv(ORGS, ['school', '', '', 'School', 'school', '', '']);
const usersOf = (identifier: string, email: string) => csv(USERS, user('ann', { identifier, email }));

/** Who has the address as e-mail or external id, in whatever case. */
const holders = (place: Academy, address: string) =>
  place.list(
    `select id from person where tenant_id = $1 and status <> 'deleted' and $2 in (lower(email), lower(external_id))`,
    [address],
  );

for (const [name, files, person] of [
  ['e-mail', usersOf('ANN', 'same@x.example'), { externalId: 'Same@x.example' }],
  ['external id', usersOf('Same@X.example', 'ann@x.example'), { email: 'same@x.example' }],
] as const) {
  test(`an import waits for who is being made, and leaves their key to them (${name})`, async () => {
    const place = await academy(database);
    await place.bring({ orgs });
    const result = await beside(
      database,
      place.ctx,
      (inner) => People.create(inner, { fullName: 'First', ...person }),
      () => place.bring({ users: files }),
    );
    assert.equal(result.status, 'fulfilled');
    assert.equal((await holders(place, 'same@x.example')).length, 1);
    assert.deepEqual(await place.list(`select full_name from person where tenant_id = $1 order by 1`), [
      'Ada ann',
      'First',
    ]);
  });

  test(`who comes while an import writes waits for it, and is refused its keys (${name})`, async () => {
    const place = await academy(database);
    await place.bring({ orgs });
    const [result] = await holding(database, async (hold) => {
      // the import has looked who has which key, and comes no further than the unit of its people
      await hold.run('select 1 from unit where tenant_id = $1 for update', [place.ctx.tenant.id]);
      const bringing = place.bring({ users: files });
      await hold.waiting(1);
      const making = Promise.allSettled([People.create(place.ctx, { fullName: 'Second', ...person })]);
      await hold.waiting(2);
      await hold.commit();
      await bringing;
      return making;
    });
    assert.equal(result!.status, 'rejected');
    assert.equal((await refusal(Promise.reject((result as PromiseRejectedResult).reason))).kind, 'taken');
    assert.equal((await holders(place, 'same@x.example')).length, 1);
  });
}
