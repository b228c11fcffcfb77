import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { type Context, type Database, demandWhole } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { tryLockSql } from '../kernel/locks.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';

/** One run of an import. */
export interface ImportRun {
  id: string;
  number: number;
  kind: 'oneroster' | 'academy';
  /** Name of the file. */
  source: string;
  state: 'running' | 'complete' | 'failed';
  dryRun: boolean;
  /** Where a running one stands; null where that is not known, and once it is over. */
  progress: { file: string; phase: 'read' | 'merge'; rows: number; fraction: number } | null;
  report: {
    counts: Record<string, { created: number; changed: number; unchanged: number; refused: number }>;
    refusals: { file: string; line: number | null; reason: string }[];
    refusalsLeftOut: number;
    /** What was left out of rows that were taken. */
    remarks: { file: string; line: number | null; reason: string }[];
    remarksLeftOut: number;
    /** What a dry run would change. */
    changes: { file: string; line: number | null; key: string | null; type: string; fields: string[] }[];
    changesLeftOut: number;
    /** What refused rows cost, in words, where that is much. */
    warning: string | null;
    /** Why it failed, where it did. */
    problem: string | null;
  };
  startedAt: Instant;
  finishedAt: Instant | null;
}

const importRunListing: Listing = {
  select: sql`r.id, r.number, r.kind, r.source, r.state, r.dry_run as "dryRun", case when r.state = 'running' then r.progress end as progress, '{"remarks": [], "remarksLeftOut": 0, "changes": [], "changesLeftOut": 0, "warning": null}'::jsonb || r.report as report, r.started_at as "startedAt", r.finished_at as "finishedAt"`,
  from: sql`import_run r`,
  fields: {
    named: {
      id: { sql: 'r.id', type: 'id' },
      number: { sql: 'r.number', type: 'number' },
      kind: { sql: 'r.kind', type: 'text', exact: true },
      state: { sql: 'r.state', type: 'text', exact: true },
    },
  },
  sort: [{ field: 'number', descending: true }],
  id: 'id',
};

/** What was imported into the account, and how it went; the newest first. */
export async function listImportRuns(ctx: Context, query: ListQuery): Promise<Page<ImportRun>> {
  demandWhole(ctx, 'imports.run');
  return listPage<ImportRun>(ctx, importRunListing, sql`r.tenant_id = ${TENANT}`, query);
}

/** One run. Refuses `not_found`. */
export async function getImportRun(ctx: Context, id: string): Promise<ImportRun> {
  demandWhole(ctx, 'imports.run');
  const { rows } = isId(id)
    ? await run<ImportRun>(
        ctx,
        sql`select ${importRunListing.select} from ${importRunListing.from} where r.tenant_id = ${TENANT} and r.id = ${id}::uuid`,
      )
    : { rows: [] };
  return rows[0] ?? notFound('import_run', id);
}

const LOST = 'The server stopped before the import was over; importing again goes on.';

/**
 * Runs of any tenant that nobody works at any more, because their server ended, are noted as failed. `now` is the real moment. Gives
 * how many there were.
 */
export async function failLostImports(db: Database, now: Instant): Promise<number> {
  const { rows } = await run(
    db,
    sql`with lost as materialized (
       select r.tenant_id, r.id from import_run r
        where r.state = 'running' and ${tryLockSql('import', sql`r.tenant_id`)}
     )
     update import_run r
        set state = 'failed', report = r.report || jsonb_build_object('problem', ${LOST}::text),
            finished_at = greatest(r.started_at, ${now}::timestamptz + t.clock_offset_ms * interval '1 millisecond')
       from lost join tenant t on t.id = lost.tenant_id
      where r.tenant_id = lost.tenant_id and r.id = lost.id and r.state = 'running'
      returning r.id`,
  );
  return rows.length;
}
