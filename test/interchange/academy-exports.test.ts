import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { exportAcademy, importAcademy } from '../../src/interchange/academy/index.ts';
import { importOneRoster } from '../../src/interchange/oneroster/index.ts';
import { Courses } from '../../src/record/catalog/index.ts';
import { testTenant } from '../support/context.ts';
import { testDatabase } from '../support/database.ts';

const SLICE = path.resolve(import.meta.dirname, '../fixtures/oneroster/oulad-slice');

test('what came as OneRoster leaves as an academy, and makes the same one elsewhere', async () => {
  const database = await testDatabase();
  try {
    const tenant = { sandbox: true, timeZone: 'Europe/London' };
    const ctx = await testTenant(database.db, tenant);
    await importOneRoster({ ctx, pool: database.pool }, { folder: SLICE }, {});
    const written = await exportAcademy(ctx);
    const other = await testTenant(database.db, tenant);
    const { created } = await importAcademy(other, written);
    assert.ok(created.people! > 50 && created.enrollments! > 50 && created.marks! > 300);
    assert.deepEqual((await exportAcademy(other)).split('\n'), written.split('\n'));
    // things without keys of their own are found again where they came from
    const home = await importAcademy(ctx, written);
    assert.deepEqual([home.created, home.changed], [{}, {}]);
  } finally {
    await database.close();
  }
});

test('things without keys of their own are nobody else’s where the file comes in', async () => {
  const database = await testDatabase();
  try {
    const [ctx, other] = [await testTenant(database.db), await testTenant(database.db)];
    const brought = await Courses.create(ctx, { kind: 'online', name: 'Brought along' });
    const there = await Courses.create(other, { kind: 'online', name: 'There before' });
    assert.equal(there.number, brought.number);
    const { created } = await importAcademy(other, await exportAcademy(ctx));
    assert.equal(created.courses, 1);
    assert.equal((await Courses.get(other, there.id)).name, 'There before');
  } finally {
    await database.close();
  }
});
