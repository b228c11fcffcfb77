import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { asServerAdmin, type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture } from '../../../test/support/fixture.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const WAITING = 900;
const AT_ONCE = 300;

interface Node {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Join Filter'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

/** How many rows the parts of a plan went through, those left out by a comparison included. */
const touched = (node: Node): number =>
  ((node['Rows Removed by Join Filter'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + node['Actual Rows']) *
    node['Actual Loops'] +
  (node.Plans ?? []).reduce((sum, part) => sum + touched(part), 0);

// what the statistics were made of, and what the tables held when the plan was made
const KNOWN: Record<string, (client: pg.Client) => Promise<unknown>> = {
  'nothing is known': async () => {},
  'planned while nothing was there': async (client) => give(client),
  'counted while nothing was there': (client) => client.query('analyze event'),
  'only others are known, placed': async (client) => {
    await wait(client, NOBODY, 3000);
    await client.query('update event set position = seq where tenant_id = $1', [NOBODY]);
    await client.query('analyze event');
  },
  'only others are known, waiting': async (client) => {
    await wait(client, NOBODY, 3000);
    await client.query('analyze event');
  },
};
const NOBODY = '00000000-0000-7000-8000-000000000001';

const wait = (client: pg.Client, tenant: string, count: number) =>
  client.query(
    `insert into event (tenant_id, at, type, entity, entity_id, actor_kind, dialect)
     select $1, now(), 'person.created', 'person', uuidv7(), 'system', 'test' from generate_series(1, $2::int)`,
    [tenant, count],
  );
const give = (client: pg.Client) => client.query('select feed_advance($1, $2)', [f.ctx.tenant.id, AT_ONCE]);

for (const mode of ['force_generic_plan', 'auto'])
  for (const [name, prepare] of Object.entries(KNOWN))
    test(`whatever the plan was made of, no event is compared with all: ${name}, ${mode}`, async () => {
      const client = await asServerAdmin(database);
      try {
        await client.query(`truncate event; set plan_cache_mode = ${mode}; load 'auto_explain'`);
        await prepare(client);
        await wait(client, f.ctx.tenant.id, WAITING);
        const plans: Node[] = [];
        client.on('notice', ({ message = '' }) => {
          const json = message.match(/plan:\n(\{[\s\S]*\})$/)?.[1];
          if (json) plans.push(JSON.parse(json).Plan);
        });
        await client.query(
          `set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on; set auto_explain.log_analyze = on;
           set auto_explain.log_timing = off; set auto_explain.log_format = json; set client_min_messages = log`,
        );
        for (let turn = 1; turn <= WAITING / AT_ONCE; turn++) {
          plans.length = 0;
          await give(client);
          const rows = Math.max(...plans.map(touched));
          assert.ok(rows >= AT_ONCE, 'plans were seen');
          assert.ok(rows <= 20 * AT_ONCE, `${rows} rows were gone through for ${AT_ONCE} events`);
        }
        await client.query('reset client_min_messages');
        const { rows } = await client.query(
          `select count(*)::int as wrong from (
             select position, row_number() over (order by seq) + (select min(position) - 1 from event where tenant_id = $1) as place
               from event where tenant_id = $1) e where position is distinct from place`,
          [f.ctx.tenant.id],
        );
        assert.deepEqual(rows, [{ wrong: 0 }]);
      } finally {
        await client.end();
      }
    });
