import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { delta, ENROLLED, item, LINE_ITEMS, one, openedIn, RESULTS, result, school } from './small-school.ts';
import { csv } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());
const opened = (now?: string) => openedIn(database, now);

test('scores are of the maximum and weighted', async () => {
  const place = await opened();
  // (40/50 * 3 + 25/50 * 1) / 4
  assert.deepEqual(await one(place, ENROLLED, ['ann']), {
    state: 'in_progress',
    ending: null,
    ended_at: null,
    progress: 100,
    score: 72.5,
    result: null,
    enrolled_at: '2026-01-10T00:00:00.000Z',
    is_primary: true,
  });
  const bob = await one(place, ENROLLED, ['bob']);
  assert.deepEqual([bob!.state, bob!.progress, bob!.score], ['in_progress', 0, null]);
});

test('more decimals than are kept are rounded, and a repeat is none the wiser', async () => {
  const place = await opened();
  const say = () => place.bring(delta({ results: csv(RESULTS, result('s1', 'w1', 'ann', { score: '33.33333333' })) }));
  assert.equal((await say()).counts.results!.changed, 1);
  assert.equal((await say()).counts.results!.unchanged, 1);
  assert.deepEqual(await place.list(`select score from mark where tenant_id = $1 order by 1`), [25, 33.3333]);
});

test('a final result sets the outcome, another replaces it, a deleted one takes it away', async () => {
  const place = await opened();
  const ann = async () => {
    const row = await one(
      place,
      `select state, result, progress, score, completed_at, set_state, set_at, ending from enrollment e where e.tenant_id = $1 and e.person_id = (select id from person where tenant_id = $1 and username = 'ann')`,
    );
    return Object.values(row!);
  };
  const say = (row: string[]) => place.bring(delta({ results: csv(RESULTS, row) }));
  assert.equal(
    (await say(result('f', 'end', 'ann', { text: 'Distinction', date: '2026-02-10' }))).counts.results!.created,
    1,
  );
  assert.deepEqual(await ann(), [
    'complete',
    'Distinction',
    100,
    72.5,
    '2026-02-10T00:00:00.000Z',
    'complete',
    '2026-02-10T00:00:00.000Z',
    null,
  ]);
  assert.equal(
    (await say(result('f', 'end', 'ann', { text: 'Distinction', date: '2026-02-10' }))).counts.results!.unchanged,
    1,
  );
  await say(result('f', 'end', 'ann', { text: 'Pass', date: '2026-02-12', score: '66' }));
  assert.deepEqual(await ann(), [
    'complete',
    'Pass',
    100,
    66,
    '2026-02-12T00:00:00.000Z',
    'complete',
    '2026-02-12T00:00:00.000Z',
    null,
  ]);
  await say(result('f', 'end', 'ann', { text: 'Fail', date: '2026-02-13' }));
  assert.deepEqual(await ann(), ['failed', 'Fail', 100, 72.5, null, 'failed', '2026-02-13T00:00:00.000Z', null]);
  // any other word is a label
  await say(result('f', 'end', 'ann', { text: 'B+', date: '2026-02-13', score: '85' }));
  assert.deepEqual(await ann(), ['in_progress', 'B+', 100, 85, null, null, '2026-02-13T00:00:00.000Z', null]);
  await say(result('f', 'end', 'ann', { status: 'tobedeleted' }));
  assert.deepEqual(await ann(), ['in_progress', null, 100, 72.5, null, null, null, null]);
  await say(result('f', 'end', 'ann', { text: 'Withdrawn', date: '2026-02-14' }));
  assert.equal((await ann()).at(-1), 'withdrawn_kept');
  // the enrollment's row still says nothing of an end: the final result does
  await place.bring(school);
  assert.equal((await ann()).at(-1), 'withdrawn_kept');
});

test('a later line item makes a new version; the class and its learners move to it and keep what they did', async () => {
  const place = await opened();
  await place.bring(
    delta({
      lineItems: csv(
        LINE_ITEMS,
        item('w3', { due: '2026-03-20' }),
        item('w2', { description: 'weight 1', due: '2026-02-20', title: 'Second' }),
      ),
    }),
  );
  assert.deepEqual(
    await place.rows(
      `select v.ordinal, v.state, (select array_agg(a.name order by a.position) from activity a where a.tenant_id = $1 and a.version_id = v.id) as activities,
              exists (select 1 from offering o where o.tenant_id = $1 and o.version_id = v.id) as given, exists (select 1 from course c where c.tenant_id = $1 and c.current_version_id = v.id) as shown,
              (select count(*) from enrollment e where e.tenant_id = $1 and e.version_id = v.id) as learners, (select count(distinct s.id) from section s where s.tenant_id = $1 and s.version_id = v.id) as sections
         from course_version v where v.tenant_id = $1 order by v.ordinal`,
    ),
    [
      {
        ordinal: 1,
        state: 'published',
        activities: ['w1', 'w2'],
        given: false,
        shown: false,
        learners: 0,
        sections: 1,
      },
      {
        ordinal: 2,
        state: 'published',
        activities: ['w1', 'Second', 'w3'],
        given: true,
        shown: true,
        learners: 2,
        sections: 1,
      },
    ],
  );
  const ann = await one(place, ENROLLED, ['ann']);
  assert.deepEqual([ann!.progress, ann!.score], [66.67, 72.5]);
  assert.deepEqual(await place.list(`select count(distinct (id, number)) from activity where tenant_id = $1`), [3]);
  // and a deleted one leaves with its marks
  const report = await place.bring(delta({ lineItems: csv(LINE_ITEMS, item('w1', { status: 'tobedeleted' })) }));
  assert.deepEqual(report.counts.lineItems, { created: 0, changed: 1, unchanged: 0, refused: 0 });
  const after = await one(place, ENROLLED, ['ann']);
  assert.deepEqual([after!.progress, after!.score], [50, 50]);
  assert.deepEqual(await place.list(`select count(*) from course_version where tenant_id = $1`), [3]);
  // once more: nothing is left to do
  assert.deepEqual(
    (await place.bring(delta({ lineItems: csv(LINE_ITEMS, item('w1', { status: 'tobedeleted' })) }))).counts.lineItems,
    { created: 0, changed: 0, unchanged: 1, refused: 0 },
  );
});

test('exempt, missing and unfinished work', async () => {
  const place = await opened();
  await place.bring(
    delta({
      results: csv(
        RESULTS,
        result('a', 'w1', 'bob', { state: 'exempt' }),
        result('b', 'w2', 'bob', { state: 'not submitted', inProgress: 'true' }),
        result('c', 'w2', 'ann', { state: 'not submitted' }),
      ),
    }),
  );
  assert.deepEqual(
    await place.rows(
      `select p.username, a.external_id, x.state from activity_enrollment x join enrollment e on e.tenant_id = $1 and e.id = x.enrollment_id join person p on p.tenant_id = $1 and p.id = e.person_id
         join assessment a on a.tenant_id = $1 and a.activity_id = x.activity_id where x.tenant_id = $1 order by 1, 2`,
    ),
    [
      { username: 'ann', external_id: 'w1', state: 'complete' },
      { username: 'bob', external_id: 'w1', state: 'not_applicable' },
      { username: 'bob', external_id: 'w2', state: 'in_progress' },
    ],
  );
});
