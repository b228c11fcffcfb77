// The floor: a bare node:http server that runs one statement over the same pool and sends the JSON that PostgreSQL built.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '../src/database/client.ts';

interface Floor {
  connection: Parameters<typeof connect>[0]['connection'];
  poolSize: number;
  /** The list's own statement, wrapped by json_agg. */
  read: { text: string; values: unknown[] };
}

const { connection, poolSize, read } = JSON.parse(process.argv[2]!) as Floor;
const { pool } = connect({ connection, poolSize, namedStatements: true });
await pool.query(
  'create table if not exists bench_floor (id bigint generated always as identity primary key, person text not null, at timestamptz not null default now())',
);
const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    const client = await pool.connect();
    await client.query('begin');
    await client.query('insert into bench_floor (person) values ($1)', [request.url]);
    await client.query('commit');
    client.release();
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  const { rows } = await pool.query(read.text, read.values);
  response.writeHead(200, { 'content-type': 'application/json' }).end(rows[0].body);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.on('SIGTERM', () => process.exit(0));
