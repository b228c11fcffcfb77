import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type pg from 'pg';
import type { Logger } from 'pino';
import { withBulkConnection } from '../database/copy.ts';
import { run } from '../database/run.ts';
import { sql } from '../database/sql.ts';
import { transaction } from '../database/transaction.ts';
import type { AcademyReport } from '../interchange/academy/index.ts';
import type { Encoding } from '../interchange/oneroster/encoding.ts';
import { keepStream } from '../interchange/oneroster/source.ts';
import { emptyReport, finishRun, type ImportReport, startRun } from '../interchange/reports.ts';
import { ImportRuns } from '../record/insight/index.ts';
import { type Context, type Database, demandWhole } from '../record/kernel/context.ts';
import { later, toInstant } from '../record/kernel/instant.ts';
import { tryLockOfSession } from '../record/kernel/locks.ts';
import { against, Refusal, refuse } from '../record/kernel/refusal.ts';

// loaded when they are needed: serving does without
const academyRoom = () => import('../interchange/academy/index.ts');
const oneRosterRoom = () => import('../interchange/oneroster/index.ts');

interface ImportOptions {
  /** What the run is called in the list. */
  name: string;
  dryRun: boolean;
  /** A bad row stops the import. Academy files are always taken whole or not at all. */
  strict: boolean;
  /** Of OneRoster files that are not UTF-8. */
  encoding?: Encoding;
}

/** Imports that go on after their caller has been answered. */
export interface Imports {
  /**
   * Takes the file in, begins, and gives the run. Refuses `forbidden`, `too_large`, `invalid` a file that cannot be read, and the rule
   * `in_use` while another import runs in the tenant. What happens afterwards stands in the run's report.
   */
  start(
    ctx: Context,
    kind: ImportRuns.ImportRun['kind'],
    file: Readable,
    options: ImportOptions,
  ): Promise<ImportRuns.ImportRun>;
  /** Notes runs as failed whose process or database ended in the middle, now and from now on. */
  clearUp(): Promise<void>;
  /** Calls off what is running, and waits for it. */
  stop(): Promise<void>;
}

export interface ImportSurroundings {
  db: Database;
  pool: pg.Pool;
  /** Largest OneRoster file; academy files are read as a whole and bounded by `textBytes`. */
  uploadBytes: number;
  textBytes: number;
  log: Pick<Logger, 'error' | 'warn'>;
}

/** Whoever follows an import learns within ten seconds that nobody works at it any more. */
const BETWEEN_LOOKS_MS = 4_000;

export function createImports({ db, pool, uploadBytes, textBytes, log }: ImportSurroundings): Imports {
  const running = new Set<Promise<unknown>>();
  const ending = new AbortController();
  let looks: NodeJS.Timeout | undefined;

  /** Lets the work go on by itself; resolves once its run is noted, rejects when it does not come to that. */
  function goOn(work: (started: (runId: string) => void) => Promise<unknown>): Promise<string> {
    return new Promise((resolve, reject) => {
      let begun = false;
      const done: Promise<unknown> = work((id) => {
        begun = true;
        resolve(id);
      })
        .catch((error) => {
          if (!begun) reject(error);
          else if (!ending.signal.aborted) log.error({ err: error }, 'import failed');
        })
        .finally(() => running.delete(done));
      running.add(done);
    });
  }

  async function oneRoster(
    ctx: Context,
    file: Readable,
    { name, dryRun, strict, encoding = 'utf-8' }: ImportOptions,
  ): Promise<string> {
    const { zipPath, remove } = await keepStream(file, uploadBytes);
    const { importOneRoster } = await oneRosterRoom();
    return goOn(async (onStarted) => {
      try {
        await importOneRoster(
          { ctx, pool },
          { zipPath },
          { name, dryRun, strict, encoding, signal: ending.signal, onStarted },
        );
      } finally {
        await remove();
      }
    });
  }

  async function academy(ctx: Context, file: Readable, { name, dryRun }: ImportOptions): Promise<string> {
    const source = await text(bounded(file, textBytes));
    return goOn((onStarted) =>
      alone(pool, ctx, ending.signal, async (bulk) => {
        const id = await startRun(ctx, { kind: 'academy', source: name, dryRun });
        onStarted(id);
        const began = performance.now();
        const report = await academyReport({ ...bulk, dialect: 'import' }, source, {
          name,
          dryRun,
          signal: ending.signal,
        }).catch((error) => {
          if (!ending.signal.aborted) log.error({ err: error }, 'import failed');
          return { ...emptyReport(), problem: 'The import was cut off; nothing was imported.' };
        });
        await finishRun(ctx, id, report, later(ctx.now, Math.round(performance.now() - began)));
      }),
    );
  }

  async function noteLost(): Promise<void> {
    const lost = await ImportRuns.failLost(db, toInstant(Date.now()));
    if (lost > 0) log.warn({ runs: lost }, 'imports were cut off by the end of their process or database');
  }

  return {
    async start(ctx, kind, file, options) {
      demandWhole(ctx, 'imports.run');
      const id = await readable(() =>
        kind === 'oneroster' ? oneRoster(ctx, file, options) : academy(ctx, file, options),
      );
      return ImportRuns.get(ctx, id);
    },
    async clearUp() {
      await noteLost();
      // a database that is away is asked again
      looks ??= setInterval(() => void noteLost().catch(() => {}), BETWEEN_LOOKS_MS);
      looks.unref();
    },
    async stop() {
      clearInterval(looks);
      ending.abort();
      await Promise.all(running);
    },
  };
}

/** What is wrong with a file is wrong with the body as a whole. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.fact.kind !== 'invalid') throw error;
    const issues = error.fact.issues.map(({ path, fault, detail }) => ({
      path: [],
      fault,
      detail: [path.join('/'), detail].filter(Boolean).join(': '),
    }));
    throw new Refusal({ kind: 'invalid', issues });
  }
}

async function* bounded(file: Readable, limitBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) refuse({ kind: 'too_large', limitBytes });
    yield chunk;
  }
}

/** Holds the tenant's import lock on a connection of its own, which the work uses too; calling off ends that connection. */
function alone<T>(pool: pg.Pool, ctx: Context, signal: AbortSignal, work: (ctx: Context) => Promise<T>): Promise<T> {
  return withBulkConnection(pool, async ({ db }) => {
    if (!(await tryLockOfSession(db, 'import', ctx.tenant.id))) against('in_use', 'import_run');
    const { rows } = await run<{ pid: number }>(db, sql`select pg_backend_pid() as pid`);
    const { pid } = rows[0]!;
    const cut = () => void pool.query('select pg_terminate_backend($1)', [pid]).catch(() => {});
    signal.addEventListener('abort', cut, { once: true });
    try {
      return await work({ ...ctx, db });
    } finally {
      signal.removeEventListener('abort', cut);
    }
  });
}

class TakenBack extends Error {
  readonly report: AcademyReport;
  constructor(report: AcademyReport) {
    super('taken back');
    this.report = report;
  }
}

async function academyReport(
  ctx: Context,
  source: string,
  { name, dryRun, signal }: { name: string; dryRun: boolean; signal: AbortSignal },
): Promise<ImportReport> {
  const { AcademyError, importAcademy } = await academyRoom();
  try {
    return reported(dryRun ? await tried(ctx, source, signal) : await importAcademy(ctx, source, { signal }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refusals =
      error instanceof AcademyError
        ? error.faults.map(({ line, message }) => ({ file: name, line, reason: message }))
        : [{ file: name, line: null, reason: error.message }];
    const named = refusals.slice(0, 1000);
    return {
      ...emptyReport(),
      refusals: named,
      refusalsLeftOut: refusals.length - named.length,
      problem: 'The file has faults; nothing was imported.',
    };
  }
}

/** Everything is done and taken back. */
async function tried(ctx: Context, source: string, signal: AbortSignal): Promise<AcademyReport> {
  const { importAcademy } = await academyRoom();
  try {
    return await transaction(ctx, async (inner): Promise<never> => {
      throw new TakenBack(await importAcademy(inner, source, { signal }));
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.report;
    throw error;
  }
}

const reported = ({ counts }: AcademyReport): ImportReport => ({
  ...emptyReport(),
  counts: Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, { ...count, refused: 0 }])),
});
