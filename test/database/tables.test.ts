import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeTables } from '../../src/database/describe.ts';
import { testDatabase } from '../support/database.ts';

test('the table types agree with the migrated database', async () => {
  const { db, close } = await testDatabase();
  try {
    const file = new URL('../../src/database/tables.generated.ts', import.meta.url);
    assert.equal(readFileSync(file, 'utf8'), await describeTables(db), 'stale: npm run tables');
  } finally {
    await close();
  }
});
