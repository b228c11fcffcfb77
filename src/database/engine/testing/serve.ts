/**
 * A process of its own that runs an engine, for tests: `serve.ts <dataDir> [load|forget|join]`. Prints one line of JSON
 * when it runs or has failed; with `load` it then prints the number of every row that the server has acknowledged.
 */
import pg from 'pg';
import { EngineError, joinEngine, startEngine } from '../index.ts';

const [, , dataDir, mode] = process.argv;
try {
  const options = { dataDir: dataDir! };
  const engine = await (mode === 'join' ? joinEngine(options) : startEngine(options));
  console.log(JSON.stringify({ connection: engine.connection, notes: engine.notes }));
  process.once('SIGTERM', () => void engine.stop().then(() => process.exit(0)));
  if (mode === 'load') {
    const client = new pg.Client(engine.connection);
    client.on('error', () => {});
    await client.connect();
    await client.query('drop table if exists load; create table load (n int)');
    for (let n = 1; ; n++) {
      await client.query('insert into load values ($1)', [n]);
      process.stdout.write(`${n}\n`);
    }
  }
  if (mode !== 'forget') setInterval(() => {}, 60_000);
} catch (error) {
  if (!(error instanceof EngineError)) throw error;
  console.log(JSON.stringify({ fault: error.fault, message: error.message }));
  process.exitCode = 1;
}
