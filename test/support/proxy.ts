import net from 'node:net';
import type { Connection } from './database.ts';

/** A way to a database that can be made to swallow what is said on it. */
export interface SilentProxy {
  /** The same database by way of the proxy. */
  connection: Extract<Connection, object>;
  /** Connections that are open say nothing more, in either direction, and stay open; later ones pass. */
  swallow(): void;
  /** So do those that are opened from now on. */
  swallowAll(swallowing: boolean): void;
  /** Swallows every connection from the moment on when its client says something that holds this text. */
  swallowFrom(text: string | null): void;
  /** Cuts every connection, and new ones at once. */
  refuse(refusing: boolean): void;
  close(): Promise<void>;
}

export async function proxyTo(connection: Connection): Promise<SilentProxy> {
  const target = typeof connection === 'string' ? partsOf(connection) : connection;
  const lines = new Set<{ silent: boolean; ends: net.Socket[] }>();
  let all = false;
  let from: string | null = null;
  let refused = false;
  const server = net.createServer((client) => {
    if (refused) return void client.destroy();
    const upstream = target.host.startsWith('/')
      ? net.connect(`${target.host}/.s.PGSQL.${target.port}`)
      : net.connect(target.port, target.host);
    const line = { silent: all, ends: [client, upstream] };
    lines.add(line);
    const pass = (to: net.Socket) => (chunk: Buffer) => {
      if (to === upstream && from !== null && chunk.includes(from)) line.silent = true;
      if (!line.silent) to.write(chunk);
    };
    client.on('data', pass(upstream));
    upstream.on('data', pass(client));
    for (const end of line.ends) {
      end.on('error', () => {});
      end.on('close', () => {
        if (line.ends.every((one) => one.destroyed)) lines.delete(line);
        // a silent line does not even tell that the other end is gone
        if (!line.silent) for (const one of line.ends) one.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as net.AddressInfo;
  return {
    connection: { ...target, host: '127.0.0.1', port },
    swallow: () => {
      for (const line of lines) line.silent = true;
    },
    swallowAll: (swallowing) => {
      all = swallowing;
      if (swallowing) for (const line of lines) line.silent = true;
    },
    swallowFrom: (text) => {
      from = text;
    },
    refuse: (refusing) => {
      refused = refusing;
      if (refusing) for (const line of lines) for (const end of line.ends) end.destroy();
    },
    close: async () => {
      const ended = new Promise((done) => server.close(done));
      for (const line of lines) for (const end of line.ends) end.destroy();
      await ended;
    },
  };
}

function partsOf(url: string): Extract<Connection, object> {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') ?? hostname,
    port: Number(searchParams.get('port') ?? (port || 5432)),
    user: decodeURIComponent(username),
    database: pathname.slice(1),
  };
}
