import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../../src/database/migrate.ts';
import { testDatabase } from '../support/database.ts';

test('a migration that has run under another number is not run again; one that nobody knows is refused', async () => {
  const { pool, close } = await testDatabase();
  try {
    await pool.query(
      `update schema_migration set name = '0011-folded-external-ids.sql' where name like '%-folded-external-ids.sql'`,
    );
    assert.deepEqual(await migrate(pool), { applied: [] });
    await pool.query(`insert into schema_migration (name) values ('9999-of-tomorrow.sql')`);
    await assert.rejects(migrate(pool), /newer Matricula \(9999-of-tomorrow\.sql\)/);
  } finally {
    await close();
  }
});
