import { sql } from 'kysely';
import type pg from 'pg';
import { type BulkConnection, withBulkConnection } from '../../database/copy.ts';
import { transaction, within } from '../../database/transaction.ts';
import { Access } from '../../record/access/index.ts';
import { settled } from '../../record/kernel/changes.ts';
import { type Context, demand } from '../../record/kernel/context.ts';
import { later } from '../../record/kernel/instant.ts';
import { tryLockOfSession } from '../../record/kernel/locks.ts';
import { against, refuse } from '../../record/kernel/refusal.ts';
import { noteProgress } from '../note-progress.ts';
import type { OnProgress } from '../progress.ts';
import {
  type Collected,
  closeLostRuns,
  collect,
  finishRun,
  type ImportCounts,
  type ImportRefusal,
  type Refusals,
  startRun,
} from '../reports.ts';
import { beginChanges, type Change, takeChanges } from './changes.ts';
import { saveContent } from './content.ts';
import { found } from './csv.ts';
import type { Encoding, FoundEncoding } from './encoding.ts';
import { FILES, type FileName, SPECS, stagedTable } from './files.ts';
import type { Layout } from './header.ts';
import { notesOn, readHeads } from './heads.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { GROWN, MERGES, REMEMBERED } from './merge/index.ts';
import { MOVING_ITEMS, moveLineItems } from './merge/moved-items.ts';
import { mergeRoles } from './merge/roles.ts';
import { TOLD_TABLES, takeTold, toldTable } from './refused.ts';
import { type FileReport, type OneRosterReport, reportText, warningOf } from './report.ts';
import { type OpenSource, openSource, type Source } from './source.ts';
import { createStaged, stageFile } from './stage.ts';
import { MANY, type Merged, one, query, type Work } from './work.ts';

export interface OneRosterOptions {
  /** Everything is done and taken back: the same report, nothing written. */
  dryRun?: boolean;
  /** The first file with a refused row is taken back, and the import stops there. */
  strict?: boolean;
  /** Takes every refused row, a JSON line each. */
  refusalsFile?: string;
  /** Takes every change of a dry run, a JSON line each. */
  changesFile?: string;
  /** Of files that are not UTF-8. */
  encoding?: Encoding;
  onProgress?: OnProgress;
  signal?: AbortSignal;
  /** Most bytes that a zip may unpack to. */
  mostBytes?: number;
  /** What the run is called in the list; the file's name unless given. */
  name?: string;
  /** Called once the set is found readable and the run is noted. */
  onStarted?: (runId: string) => void;
}

interface Run {
  connection: BulkConnection;
  work: Work;
  source: OpenSource;
  manifest: Manifest;
  layouts: ReadonlyMap<FileName, Layout>;
  encodings: ReadonlyMap<FileName, FoundEncoding>;
  refusals: Refusals;
  /** What was left out of rows that were kept. */
  remarks: Refusals;
  /** What a dry run would change. */
  changes: Collected<Change>;
  files: FileReport[];
  notes: string[];
  /** Classes that lost all their learners to refused rows. */
  lostClasses: number;
  onProgress: OnProgress;
  options: OneRosterOptions;
  /** Bytes of the files that are done, and of all. */
  bytes: { done: number; all: number };
}

/** Thrown to take a file back: a bad row under `strict`. */
class Stopped extends Error {}

/**
 * Imports a OneRoster CSV set (1.1 or 1.2, bulk or delta) into the tenant: one transaction a file, repeatable, a repeat changes
 * nothing. Refuses `forbidden`, `invalid` a set that cannot be read (nothing is written then), `too_large`, and `in_use` while another
 * import runs in the tenant.
 */
export async function importOneRoster(
  { ctx, pool }: { ctx: Context; pool: pg.Pool },
  from: Source,
  options: OneRosterOptions = {},
): Promise<OneRosterReport> {
  demand(ctx, 'imports.run');
  if (ctx.actor.units !== null) refuse({ kind: 'forbidden', permission: 'imports.run' });
  const began = performance.now();
  const source = await openSource(from, options.mostBytes);
  try {
    const encoding = options.encoding ?? 'utf-8';
    const manifest = await readManifest(source, encoding);
    const { layouts, encodings, empty } = await readHeads(source, manifest, encoding);
    return await withBulkConnection(
      pool,
      async (connection) => {
        await demandAlone(connection, ctx);
        await closeLostRuns(ctx, 'oneroster');
        // a file that cannot be written is told before anything is begun
        const refusals = collect<ImportRefusal>(options.refusalsFile);
        const remarks = collect<ImportRefusal>();
        const changes = collect<Change>(options.changesFile);
        const runId = await startRun(ctx, {
          kind: 'oneroster',
          source: options.name ?? source.name,
          dryRun: options.dryRun ?? false,
        });
        options.onStarted?.(runId);
        const notes = noteProgress(ctx, runId);
        const bytes = {
          done: 0,
          all: [...layouts.keys()].reduce((sum, name) => sum + source.entries.get(name)!.size, 1),
        };
        const work = {
          ctx: { ...ctx, dialect: 'import', quiet: true, db: connection.db },
          system: manifest.system,
          mayVouch: connection.mayVouch,
          dryRun: options.dryRun ?? false,
          many: false,
          tellsRoles: layouts.has('roles') || layouts.get('users')?.names.has('role') === true,
        };
        const run: Run = {
          connection,
          work,
          source,
          manifest,
          layouts,
          encodings,
          refusals,
          remarks,
          changes,
          files: [],
          notes: empty.map((file) => `${file}.csv is empty, and passed over.`),
          lostClasses: 0,
          onProgress: (progress) => {
            notes.note(progress);
            options.onProgress?.(progress);
          },
          options,
          bytes,
        };
        let problem: string | null = 'The import was cut off by an error; importing again goes on.';
        try {
          problem = await importFiles(run);
        } catch (error) {
          if (options.signal?.aborted) problem = 'The import was called off; importing again goes on.';
          throw error;
        } finally {
          refusals.close();
          changes.close();
          await notes.end();
          const milliseconds = performance.now() - began;
          await finishRun(ctx, runId, reported(run, problem), later(ctx.now, Math.round(milliseconds)));
        }
        const report = {
          ...reported(run, problem),
          changes: changes.named,
          runId,
          version: manifest.version,
          system: manifest.system,
          dryRun: options.dryRun ?? false,
          strict: options.strict ?? false,
          files: run.files,
          notes: run.notes,
          milliseconds: Math.round(performance.now() - began),
          stopped: problem !== null,
        };
        return { ...report, text: reportText(report) };
      },
      options.signal,
    );
  } finally {
    source.close();
    Access.announced(ctx);
  }
}

const reported = ({ files, refusals, remarks, changes, lostClasses }: Run, problem: string | null) => ({
  counts: Object.fromEntries(
    files.map(({ file, created, changed, unchanged, refused }): [string, ImportCounts] => [
      file,
      { created, changed, unchanged, refused },
    ]),
  ),
  refusals: refusals.named,
  refusalsLeftOut: refusals.leftOut,
  remarks: remarks.named,
  remarksLeftOut: remarks.leftOut,
  changes: changes.named,
  changesLeftOut: changes.leftOut,
  warning: warningOf(files, lostClasses),
  problem,
});

/** One import at a time in a tenant: the lock lives as long as the connection. */
async function demandAlone({ db }: BulkConnection, ctx: Context): Promise<void> {
  if (!(await tryLockOfSession(db, 'import', ctx.tenant.id))) against('in_use', 'import_run');
}

/** All files in order; a sentence tells why it stopped early. */
async function importFiles(run: Run): Promise<string | null> {
  const { connection, work, manifest, layouts, notes } = run;
  for (const table of [...TOLD_TABLES.map(toldTable), MOVING_ITEMS]) await sql.raw(table).execute(connection.db);
  notes.push(...manifest.notes, ...notesOn(run.source, run));
  const { dryRun = false } = run.options;
  if (dryRun) {
    await sql`begin`.execute(connection.db);
    run.work = { ...work, ctx: within(work.ctx) };
  }
  try {
    for (const file of FILES) {
      if (layouts.has(file)) await importFile(run, file);
      // before anybody is enrolled: classes without line items have content too
      else if (file === 'lineItems' && CONTENT.some((name) => layouts.has(name)))
        await transaction(run.work.ctx, (ctx) => saveContent({ ...run.work, ctx }));
      if (file === 'enrollments') await transaction(run.work.ctx, (ctx) => moveLineItems({ ...run.work, ctx }));
    }
    run.onProgress({
      file: '',
      phase: 'done',
      rows: run.files.reduce((sum, { rows }) => sum + rows, 0),
      fraction: 1,
    });
    return null;
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return error.message;
  } finally {
    if (dryRun) await sql`rollback`.execute(connection.db).catch(() => {});
  }
}

const CONTENT = ['courses', 'classes', 'categories'] as const;

async function importFile(run: Run, file: FileName): Promise<void> {
  const { connection, options, refusals, remarks, bytes } = run;
  const entry = run.source.entries.get(file)!;
  const tell = (phase: 'read' | 'merge', rows: number, share: number) =>
    run.onProgress({ file, phase, rows, fraction: (bytes.done + entry.size * share) / bytes.all });
  options.signal?.throwIfAborted();
  tell('read', 0, 0);
  const noted = found();
  const rows = await stageFile(connection, SPECS[file], run.layouts.get(file)!, entry, {
    refusals,
    remarks,
    found: noted,
    encoding: run.encodings.get(file),
    signal: options.signal,
    onRows: (read, at) => tell('read', read, READING * Math.min(1, at / Math.max(1, entry.size))),
  });
  if (noted.blank > 0) run.notes.push(`${file}.csv has ${counted(noted.blank, 'blank row')}, passed over.`);
  if (noted.short > 0)
    run.notes.push(
      `${file}.csv has ${counted(noted.short, 'row')} with fewer columns than its header, filled up with empty ones.`,
    );
  tell('merge', rows, READING);
  options.signal?.throwIfAborted();
  await mergeFile(run, file, file, rows, MERGES[file]);
  await noteAbsent(run, file);
  if (file === 'users' && run.layouts.get(file)!.names.has('role') !== run.layouts.has('roles'))
    await importRolesOfUsers(run);
  await sql.raw(`drop table ${stagedTable(file)}`).execute(connection.db);
  bytes.done += entry.size;
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

/** Reading is less of the work than writing. */
const READING = 0.3;

async function mergeFile(
  run: Run,
  file: FileName,
  label: FileName,
  rows: number,
  merge: (work: Work) => Promise<Merged>,
): Promise<void> {
  const { work, refusals, remarks, options } = run;
  const counts = { created: 0, changed: 0 };
  const mode = run.manifest.modes.get(file) ?? 'bulk';
  const note = (merged: Merged) => {
    const refused = refusals.count(label);
    // one row may change a thing in two ways
    const changed = Math.min(merged.changed, rows - refused - merged.created);
    run.files.push({
      file: label,
      mode,
      rows,
      created: merged.created,
      changed,
      unchanged: rows - refused - merged.created - changed,
      refused,
    });
  };
  try {
    const merged = await transaction(work.ctx, async (ctx) => {
      const w = { ...work, ctx, many: rows >= MANY };
      if (options.dryRun) await beginChanges(w, label);
      const done = await merge(w);
      await settled(ctx);
      if (options.dryRun) await takeChanges(w, label, run.changes);
      if (!options.strict) return done;
      await takeTold(ctx, 'refused_row', refusals);
      const bad = refusals.count(label);
      if (bad > 0)
        throw new Stopped(
          `${bad} bad ${bad === 1 ? 'row' : 'rows'} in ${label}.csv: the file was taken back, and the import stopped there.`,
        );
      return done;
    });
    await takeTold(work.ctx, 'refused_row', refusals);
    await takeTold(work.ctx, 'noted_row', remarks);
    note(merged);
    run.lostClasses += merged.lost ?? 0;
    const grown = GROWN[file];
    if (grown && merged.created >= grown.from) await sql.raw(`analyze ${grown.tables}`).execute(work.ctx.db);
  } catch (error) {
    if (error instanceof Stopped) note(counts);
    throw error;
  }
}

/** In version 1.1 a user's role and orgs stand with the user; where roles.csv tells of roles, what they gave before ends. */
async function importRolesOfUsers(run: Run): Promise<void> {
  await createStaged(run.connection, SPECS.roles);
  await query(
    run.work,
    `insert into staged_roles (line, gone, sourced_id, user_sourced_id, role_type, role, org_sourced_id)
     select s.line, false, s.sourced_id, s.sourced_id, case when coalesce(o.n, 1) = 1 then 'primary' else 'secondary' end, s.role, o.key
       from staged_users s
       join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'person' and k.key = s.sourced_id
       join person p on p.tenant_id = {tenant} and p.id = k.id and p.status <> 'deleted'
       left join unnest(s.org_sourced_ids) with ordinality as o (key, n) on true
      where s.role is not null and not s.gone and {told}::boolean`,
    { told: !run.layouts.has('roles') },
  );
  const { rows } = await one<{ rows: number }>(run.work, 'select count(*) as rows from staged_roles');
  if (run.layouts.has('roles'))
    await transaction(run.work.ctx, (ctx) => mergeRoles({ ...run.work, ctx }, 'roleOfUser'));
  else await mergeFile(run, 'roles', 'roles', rows, (w) => mergeRoles(w, 'roleOfUser'));
  await sql.raw('drop table staged_roles').execute(run.connection.db);
}

/** Bulk files replace by the standard; here nothing is deleted for not being named, and the report says how much that is. */
async function noteAbsent(run: Run, file: FileName): Promise<void> {
  const entities = REMEMBERED[file];
  if (!entities || run.manifest.modes.get(file) !== 'bulk') return;
  const { count } = await one<{ count: number }>(
    run.work,
    `select count(*) from source_key k
      where k.tenant_id = {tenant} and k.system = {system} and k.entity = any({entities}::text::text[]) and not coalesce(k.data ? 'gone', false)
        and not exists (select 1 from ${stagedTable(file)} s where s.sourced_id = k.key)`,
    { entities: `{${entities.join(',')}}` },
  );
  if (count > 0)
    run.notes.push(
      `${count.toLocaleString('en')} from earlier imports ${count === 1 ? 'is' : 'are'} not in ${file}.csv and ${count === 1 ? 'stays' : 'stay'} as before.`,
    );
}
