import pg from 'pg';
import { outageOf } from '../record/kernel/outage.ts';
import { type Server, WatchedClient } from './watched-client.ts';

/** A connection that nobody used for so long is tried before it is given out. */
const TRIED_AFTER_MS = 1_000;
const ANSWERS_WITHIN_MS = 1_000;
/** No statement of a request takes longer: the server ends it after a minute, unless it does not answer at all. */
const LONGEST_STATEMENT_MS = 65_000;
const BETWEEN_LOOKS_MS = 1_000;

type Taken = (error: Error | undefined, client: pg.PoolClient | undefined, release: (error?: any) => void) => void;

/**
 * A pool that gives out connections which answer: what fell silent is dropped and replaced, and of several hosts the one that takes
 * writes is found again when another has become it.
 */
export class HealingPool extends pg.Pool {
  readonly server: Server;
  private readonly open: Set<WatchedClient>;
  private readonly looks: NodeJS.Timeout;

  constructor(server: Server, config: pg.PoolConfig, named: boolean) {
    const open = new Set<WatchedClient>();
    const options: pg.PoolConfig = {
      ...config,
      ...server.hosts[0],
      Client: class extends WatchedClient {
        constructor() {
          super(server, options, named);
          open.add(this);
          this.once('end', () => open.delete(this));
        }
      } as unknown as pg.PoolConfig['Client'] & (new () => pg.ClientBase),
      // what a process that died had asked ends soon, in the middle of a statement too; not every server can look
      onConnect: (client) => client.query(`set client_connection_check_interval = '2s'`).catch(() => {}),
      verify: (client, done) =>
        done(server.writable && (client as unknown as WatchedClient).readOnly ? new NoWriter() : undefined),
    };
    super(options);
    this.server = server;
    this.open = open;
    // a lost connection shows at its next use, or is replaced; without listeners it would end the process
    this.on('error', () => {});
    this.on('connect', (client) => client.on('error', () => {}));
    this.looks = setInterval(() => this.dropSilent(), BETWEEN_LOOKS_MS);
    this.looks.unref();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Taken): void;
  override connect(callback?: Taken): any {
    if (callback) return this.take(callback, this.server.hosts.length);
    return new Promise((done, fail) =>
      this.take((error, client) => (client ? done(client) : fail(error)), this.server.hosts.length),
    );
  }

  private take(give: Taken, tries: number): void {
    const { server } = this;
    const host = server.current;
    super.connect((error, client, release) => {
      if (!client) {
        if (tries <= 1 || !mayBeElsewhere(error)) return give(error, undefined, release);
        // whoever came first has gone on to the next one
        if (server.current === host) server.current = (host + 1) % server.hosts.length;
        return this.take(give, tries - 1);
      }
      const watched = client as unknown as WatchedClient;
      const again = () => {
        client.release(true);
        this.take(give, tries);
      };
      if (watched.heardAt <= server.doubtedAt) {
        watched.cut();
        return again();
      }
      if (performance.now() - watched.heardAt < TRIED_AFTER_MS) return give(undefined, client, client.release);
      void watched
        .answers(ANSWERS_WITHIN_MS)
        .then((well) => (well ? give(undefined, client, client.release) : again()));
    });
  }

  private dropSilent(): void {
    const now = performance.now();
    for (const client of this.open)
      if (!client.unlimited && client.askedAt > 0 && now - client.askedAt > LONGEST_STATEMENT_MS) client.drop();
  }

  /** Cuts every connection, also those at work: for an end that cannot wait. */
  cut(): void {
    for (const client of this.open) client.cut();
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): any {
    clearInterval(this.looks);
    return callback ? super.end(callback) : super.end();
  }
}

/** None of the hosts takes writes. */
class NoWriter extends Error {
  readonly code = '25006';
  constructor() {
    super('the server is read-only, and one that takes writes is wanted');
  }
}

const mayBeElsewhere = (error: Error | undefined): boolean => {
  const outage = outageOf(error);
  return outage === 'unreachable' || outage === 'read_only';
};

/** A connection of its own to the server that the pool uses, not open yet; whoever makes it looks after it. */
export function clientBeside(pool: pg.Pool, name: string): pg.Client {
  const config = { ...pool.options, application_name: name };
  if (pool instanceof HealingPool) return new WatchedClient(pool.server, config, false);
  return new pg.Client(config as pg.ClientConfig);
}
