// Writes src/database/tables.generated.ts from the database that DATABASE_URL names, after migrating it.
import { writeFileSync } from 'node:fs';
import { connect } from '../src/database/client.ts';
import { describeTables } from '../src/database/describe.ts';
import { migrate } from '../src/database/migrate.ts';

const url = process.env['DATABASE_URL'];
if (!url) throw new Error('DATABASE_URL names the database to describe.');
const { db, pool, close } = connect({ connection: url, poolSize: 2, namedStatements: false });
await migrate(pool);
writeFileSync(new URL('../src/database/tables.generated.ts', import.meta.url), await describeTables(db));
await close();
