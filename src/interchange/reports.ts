import { closeSync, openSync, writeSync } from 'node:fs';
import { run } from '../database/run.ts';
import { NOW, sql, TENANT } from '../database/sql.ts';
import type { Context } from '../record/kernel/context.ts';
import { newId } from '../record/kernel/ids.ts';
import type { Instant } from '../record/kernel/instant.ts';

/** How many rows of one kind. Rows that took something away count as changed. */
export interface ImportCounts {
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
}

export interface ImportRefusal {
  file: string;
  /** 1 is the file's first line; null where it is about the whole file. */
  line: number | null;
  reason: string;
}

/** What a dry run would change. */
export interface ImportChange {
  file: string;
  /** Null where it follows from rows without being said by one. */
  line: number | null;
  /** The sourcedId of its row. */
  key: string | null;
  /** The type of its event. */
  type: string;
  /** What it would change of a thing; none where the thing comes or goes. */
  fields: string[];
}

/** What an import did: kept with its run, shown by the API. */
export interface ImportReport {
  /** By kind of thing. */
  counts: Record<string, ImportCounts>;
  /** The first thousand. */
  refusals: ImportRefusal[];
  refusalsLeftOut: number;
  /** What was left out of rows that were kept: the first thousand. */
  remarks: ImportRefusal[];
  remarksLeftOut: number;
  /** What a dry run would change: the first thousand. */
  changes: ImportChange[];
  changesLeftOut: number;
  /** What refused rows cost, in words, where that is much. */
  warning: string | null;
  /** Why it failed, where it did. */
  problem: string | null;
}

export interface ImportRun {
  kind: 'oneroster' | 'academy';
  /** What it is called in the list: a file's name. */
  source: string;
  dryRun: boolean;
}

/** Notes that an import runs. One that was cut off by the end of its server is noted as failed by the next of its kind. */
export async function startRun(ctx: Context, { kind, source, dryRun }: ImportRun): Promise<string> {
  const id = newId();
  await run(
    ctx,
    sql`insert into import_run (tenant_id, id, kind, source, state, dry_run, report, started_at)
     values (${TENANT}, ${id}::uuid, ${kind}, ${source}, 'running', ${dryRun}, ${JSON.stringify(emptyReport())}::jsonb, ${NOW})`,
  );
  return id;
}

export async function finishRun(ctx: Context, id: string, report: ImportReport, finishedAt: Instant): Promise<void> {
  const { counts, refusals, refusalsLeftOut, remarks, remarksLeftOut, changesLeftOut, warning, problem } = report;
  // names of fields alone: values of people are not kept beside their record
  const changes = report.changes.map(({ file, line, key, type, fields }) => ({
    file,
    line,
    key,
    type,
    fields,
  }));
  await run(
    ctx,
    sql`update import_run set state = ${problem === null ? 'complete' : 'failed'}, report = ${JSON.stringify({
      counts,
      refusals,
      refusalsLeftOut,
      remarks,
      remarksLeftOut,
      changes,
      changesLeftOut,
      warning,
      problem,
    })}::jsonb, progress = null, finished_at = ${finishedAt}::timestamptz where tenant_id = ${TENANT} and id = ${id}::uuid`,
  );
}

/** Runs of a kind that nobody finishes any more; call it while holding whatever keeps a second run out. */
export async function closeLostRuns(ctx: Context, kind: ImportRun['kind']): Promise<void> {
  await run(
    ctx,
    sql`update import_run set state = 'failed', finished_at = ${NOW},
            report = report || '{"problem": "The server stopped before the import was over; importing again goes on."}'
      where tenant_id = ${TENANT} and kind = ${kind} and state = 'running'`,
  );
}

export const emptyReport = (): ImportReport => ({
  counts: {},
  refusals: [],
  refusalsLeftOut: 0,
  remarks: [],
  remarksLeftOut: 0,
  changes: [],
  changesLeftOut: 0,
  warning: null,
  problem: null,
});

/** Collects what is told of rows: the first thousand for the report, all of it for a file of JSON lines where one is wanted. */
export interface Collected<T extends { file: string }> {
  add(told: T): void;
  /** What is are counted, not named. */
  addUnnamed(file: string, count: number): void;
  /** How many more are to be named: those that still fit the report, or all. */
  readonly wanted: number;
  count(file: string): number;
  readonly named: T[];
  readonly leftOut: number;
  close(): void;
}

export type Refusals = Collected<ImportRefusal>;

const MOST_NAMED = 1000;
const WRITE_AT = 65_536;

export function collect<T extends { file: string }>(jsonLinesFile?: string): Collected<T> {
  const named: T[] = [];
  const counts = new Map<string, number>();
  let total = 0;
  const handle = jsonLinesFile === undefined ? undefined : openSync(jsonLinesFile, 'w');
  let waiting = '';
  const flush = () => {
    if (handle !== undefined && waiting !== '') writeSync(handle, waiting);
    waiting = '';
  };
  const count = (file: string, n: number) => {
    counts.set(file, (counts.get(file) ?? 0) + n);
    total += n;
  };
  return {
    named,
    add(told) {
      count(told.file, 1);
      if (named.length < MOST_NAMED) named.push(told);
      if (handle === undefined) return;
      waiting += `${JSON.stringify(told)}\n`;
      if (waiting.length > WRITE_AT) flush();
    },
    addUnnamed: count,
    get wanted() {
      return handle === undefined ? MOST_NAMED - named.length : Number.POSITIVE_INFINITY;
    },
    count: (file) => counts.get(file) ?? 0,
    get leftOut() {
      return total - named.length;
    },
    close() {
      flush();
      if (handle !== undefined) closeSync(handle);
    },
  };
}
