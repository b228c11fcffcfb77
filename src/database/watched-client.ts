import pg from 'pg';
import { outageOfCode } from '../record/kernel/outage.ts';
import { PreparedQuery, type Shape } from './prepared-query.ts';
import { nameOf } from './statement-names.ts';

/** What the connections of one pool have learned of their server. */
export interface Server {
  /** One URL or set of parts for each host, and which of them is connected to at present. */
  readonly hosts: readonly pg.ClientConfig[];
  current: number;
  /** Only a server that takes writes is used. */
  readonly writable: boolean;
  /** When a connection was last found silent, or a server to have stopped writing: what was open before is not trusted any more. */
  doubtedAt: number;
  /** When a write was last refused for want of room; 0 when none was since there was room. */
  fullAt: number;
}

/** The parts of pg's client that it has no types for. */
interface Inside {
  connection: {
    stream: { destroy(): void; setKeepAlive?(options: object): void };
    on(event: string, listener: (message: any) => void): void;
  };
}

const HOST_WITHIN_MS = 3_000;
/** A peer that is gone is noticed within half a minute, also by connections that wait. */
const KEEP_ALIVE = { enable: true, initialDelay: 10_000, interval: 5_000, count: 3 };

/** A connection that knows whether it is heard, so that one which falls silent can be dropped. */
export class WatchedClient extends pg.Client {
  /** Since when an answer is awaited, in `performance.now()`; 0 while none is. */
  askedAt = 0;
  /** When the server last answered. */
  heardAt: number = performance.now();
  /** Its statements may take as long as they like. */
  unlimited = false;
  /** The server is a standby, or takes no writes. */
  readOnly = false;
  readonly server: Server;
  private readonly named: boolean;
  private readonly shapes = new Map<string, Shape>();

  constructor(server: Server, config: pg.PoolConfig, named: boolean) {
    const hurry = server.hosts.length > 1 ? { connectionTimeoutMillis: HOST_WITHIN_MS } : {};
    super({ ...config, ...server.hosts[server.current], ...hurry } as pg.ClientConfig);
    this.server = server;
    this.named = named;
    const { connection } = this.inside;
    connection.on('connect', () => connection.stream.setKeepAlive?.(KEEP_ALIVE));
    connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
      if (parameterName === 'in_hot_standby' || parameterName === 'default_transaction_read_only')
        this.readOnly ||= parameterValue === 'on';
    });
    connection.on('errorMessage', ({ code }: { code?: string }) => this.learn(code ?? ''));
    connection.on('readyForQuery', () => {
      this.heardAt = performance.now();
    });
    this.on('drain', () => {
      this.askedAt = 0;
    });
  }

  private get inside(): Inside {
    return this as unknown as Inside;
  }

  private learn(code: string): void {
    const outage = outageOfCode(code);
    if (outage === 'full') this.server.fullAt = performance.now();
    // another host may be the primary by now
    if (outage === 'read_only' && this.server.writable) this.server.doubtedAt = performance.now();
  }

  override query(...args: any[]): any {
    if (this.askedAt === 0) this.askedAt = performance.now();
    const query = super.query.bind(this) as unknown as (...args: unknown[]) => unknown;
    const [text, values, callback] = args;
    const name = this.named ? nameOf(typeof text === 'string' ? text : text?.text, values) : undefined;
    if (!name) return query(...args);
    // a text by itself, or one with how its rows come
    const config = typeof text === 'string' ? { text, values, name } : { ...text, values, name };
    const prepared = new PreparedQuery(config, this.shapes);
    if (callback) {
      prepared.callback = callback;
      return query(prepared);
    }
    return new Promise((done, fail) => {
      prepared.callback = (error, result) => (error ? fail(error) : done(result));
      query(prepared);
    });
  }

  /** Cuts the connection, without a word to the server: whatever was asked fails at once. */
  cut(): void {
    this.askedAt = 0;
    this.inside.connection.stream.destroy();
  }

  /** Cuts a connection that does not answer. Those that were open beside it are not trusted either. */
  drop(): void {
    this.server.doubtedAt = performance.now();
    this.cut();
  }

  /** Runs a statement that is answered at once unless the server is silent: then the connection is cut and the promise rejected. */
  askWithin<Row extends pg.QueryResultRow>(ms: number, statement: string): Promise<pg.QueryResult<Row>> {
    const asked = performance.now();
    const timer = setTimeout(() => {
      // what came while this process was busy is read first
      setImmediate(() => {
        if (this.heardAt < asked) this.drop();
      });
    }, ms);
    const answer = super.query<Row>(statement);
    return answer.finally(() => clearTimeout(timer));
  }

  /** Whether the server answers within that time; the connection is cut when it does not. */
  answers(ms: number, statement = 'select 1'): Promise<boolean> {
    return this.askWithin(ms, statement).then(
      () => true,
      () => false,
    );
  }
}

/** Cuts a connection that does not answer, whatever it was asked. */
export function dropConnection(client: pg.ClientBase): void {
  if (client instanceof WatchedClient) client.drop();
}

/** Lets the statements of this connection take as long as they need, until it is closed. */
export function withoutLimit(client: pg.ClientBase): void {
  if (client instanceof WatchedClient) client.unlimited = true;
}

/** Whether a statement is answered within that time; the connection is cut when it is not. */
export async function stillAnswers(client: pg.ClientBase, ms: number, statement: string): Promise<boolean> {
  if (client instanceof WatchedClient) return client.answers(ms, statement);
  return client.query(statement).then(
    () => true,
    () => false,
  );
}
