// Writes src/database/tables.generated.ts from a database of its own that all migrations were run on: npm run tables
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../src/database/client.ts';
import { describeTables } from '../src/database/describe.ts';
import { removeData, startEngine } from '../src/database/engine/index.ts';
import { migrate } from '../src/database/migrate.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'matricula-tables-'));
// closed to the account that runs the database when we are root
chmodSync(dataDir, 0o755);
const engine = await startEngine({ dataDir });
const { db, pool, close } = connect({ connection: engine.connection, poolSize: 2, namedStatements: false });
try {
  await migrate(pool);
  writeFileSync(new URL('../src/database/tables.generated.ts', import.meta.url), await describeTables(db));
} finally {
  await close();
  await engine.stop();
  removeData(dataDir);
}
