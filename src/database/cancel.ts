import pg from 'pg';

interface Parts {
  host: string;
  port: number;
  ssl: object | boolean | undefined;
  processID: number | null;
  secretKey: number | null;
}

interface Wire {
  stream: { end(): void; setTimeout(ms: number, then: () => void): void; destroy(): void };
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
  on(event: string, listener: () => void): void;
}

const PATIENCE_MS = 5_000;

/**
 * Asks the server to end what this connection is doing, over a connection of its own: it is heard also when every one of the pool is
 * busy, and proved by the connection's secret it cannot hit another's statement. Whether it came in time shows in the statement.
 */
export function cancelStatementOf(client: pg.ClientBase): void {
  const { host, port, ssl, processID, secretKey } = client as unknown as Parts;
  if (processID === null || secretKey === null) return;
  const wire = new (pg as unknown as { Connection: new (config: object) => Wire }).Connection({ ssl });
  const ask = () => {
    wire.cancel(processID, secretKey);
    wire.stream.end();
  };
  wire.on('error', () => {});
  if (ssl) wire.on('connect', () => wire.requestSsl());
  wire.on(ssl ? 'sslconnect' : 'connect', ask);
  wire.stream.setTimeout(PATIENCE_MS, () => wire.stream.destroy());
  if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`);
  else wire.connect(port, host);
}
