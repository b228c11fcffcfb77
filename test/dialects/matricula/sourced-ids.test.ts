import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { importOneRoster } from '../../../src/interchange/oneroster/index.ts';
import { delta, ENROLLMENTS, enrollment, ORGS, school, USERS, user } from '../../interchange/small-school.ts';
import { csv, type Files, inFolder } from '../../interchange/support.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { asServerAdmin } from '../../support/database.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

const bring = (files: Files) =>
  inFolder(files, async (folder) =>
    importOneRoster({ ctx: await app.ctx(), pool: app.database.pool }, { folder }, { strict: true }),
  );
const found = async (list: string, sourcedId: string): Promise<any[]> => {
  const { status, body } = await app.api('GET', `/${list}?sourcedId=${encodeURIComponent(sourcedId)}&count=true`);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.total, body.data.length);
  return body.data;
};

test('people, units, courses, offerings and enrollments are found by what a roster calls them', async () => {
  await bring(school);
  const [ann] = await found('people', 'ann');
  assert.deepEqual([ann.username, ann.externalId], ['ann', 'ANN']);
  assert.equal((await found('units', 'school'))[0].name, 'School');
  assert.equal((await found('courses', 'algebra'))[0].code, 'ALG');
  assert.equal((await found('offerings', 'algebra-1'))[0].code, 'ALG-1');
  const [enrolled] = await found('enrollments', 'e1');
  assert.deepEqual([enrolled.personId, enrolled.source], [ann.id, 'import']);
  for (const list of ['people', 'units', 'courses', 'offerings', 'enrollments'])
    for (const key of ['nobody', 'ANN', 'e1 ', "'; --"]) assert.deepEqual(await found(list, key), [], `${list} ${key}`);
  assert.deepEqual(await found('people', 'e1'), []);
  assert.equal((await app.api('GET', '/people?sourcedId=')).status, 400);
  assert.equal((await app.api('GET', '/people?sourcedId=%00')).status, 400);
});

test('whatever becomes of identifiers: rows of one human find one person, a deleted org finds nothing, two systems two', async () => {
  await bring(
    delta({
      users: csv(USERS, user('tom', { identifier: 'T' }), user('tom-2', { identifier: 'T', email: 'tom@x.example' })),
    }),
  );
  assert.deepEqual(
    (await found('people', 'tom-2')).map(({ id }) => id),
    (await found('people', 'tom')).map(({ id }) => id),
  );
  await bring(delta({ orgs: csv(ORGS, ['school', 'tobedeleted', '', 'School', 'school', '', '']) }));
  assert.deepEqual(await found('units', 'school'), []);
  const other = {
    ...school,
    manifest: csv(
      'propertyName,value',
      ['oneroster.version', '1.2'],
      ['source.systemCode', 'other'],
      ...Object.keys(school).map((file) => [`file.${file}`, 'bulk']),
    ),
  };
  await bring(other);
  assert.equal((await found('people', 'ann')).length, 2);
  await bring(delta({ enrollments: csv(ENROLLMENTS, enrollment('e1', 'ann', { status: 'tobedeleted' })) }));
  assert.deepEqual(
    (await found('enrollments', 'e1')).map(({ ending }) => ending).sort(),
    [null, 'withdrawn_kept'].sort(),
  );
});

test('it asks an index, however many rows other things and tenants have', async () => {
  const { tenant } = await app.ctx();
  const admin = await asServerAdmin(app.database);
  try {
    await admin.query(
      `insert into source_key (tenant_id, system, entity, key, id)
       select $1::uuid, system, entity, 'k' || n, gen_random_uuid() from generate_series(1, 5000) n, unnest(array['oneroster', 'oneroster:a', 'oneroster:b']) system, unnest(array['person', 'enrollment']) entity`,
      [tenant.id],
    );
    await admin.query('vacuum analyze source_key');
    const { rows } = await admin.query(
      `explain (analyze, buffers, timing off, format json)
       select k.id from source_key k where k.tenant_id = $1 and starts_with(k.system, 'oneroster') and k.entity = 'person' and k.key = 'k77'`,
      [tenant.id],
    );
    const plan = rows[0]['QUERY PLAN'][0].Plan;
    const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    assert.equal(plan['Actual Rows'], 3);
    assert.ok(pages < 60, JSON.stringify(plan));
  } finally {
    await admin.end();
  }
});
