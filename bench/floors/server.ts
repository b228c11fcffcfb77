// A floor: a bare node:http server over a pool of the same size. A statement knows its caller by the token, and PostgreSQL makes the JSON.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '../../src/database/client.ts';
import type { Floors } from './index.ts';

const { connection, poolSize, reads, create } = JSON.parse(process.argv[2]!) as Floors;
const { pool } = connect({ connection, poolSize, namedStatements: true });

const server = createServer(async (request, response) => {
  const token = request.headers.authorization!.replace('Bearer ', '');
  const caller = createHash('sha256').update(token).digest('hex');
  if (request.method === 'POST') {
    const client = await pool.connect();
    await client.query('begin');
    await client.query(create.text, [caller, ...create.values]);
    await client.query('commit');
    client.release();
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  const { text, values } = reads[request.url!.slice(1)]!;
  const { rows } = await pool.query(text, [caller, ...values]);
  response.writeHead(200, { 'content-type': 'application/json' }).end(rows[0].body);
});
await pool.query(
  `create table if not exists bench_floor (
     id uuid primary key default uuidv7(), tenant_id uuid not null, person_id uuid not null, at timestamptz not null default now())`,
);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.on('SIGTERM', () => process.exit(0));
