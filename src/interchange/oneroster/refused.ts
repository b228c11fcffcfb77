import { sql } from 'kysely';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../../record/kernel/context.ts';
import type { ImportRefusal, Refusals } from '../reports.ts';

/** Rows that are refused, and what is left out of others; of the connection, so that they outlive the file's transaction. */
export const TOLD_TABLES = ['refused_row', 'noted_row'] as const;
export const toldTable = (table: string): string =>
  `create temporary table ${table} (file text not null, line integer not null, reason text not null)`;

const PAGE = 5000;

/** Takes such rows over into the report, page by page; those the report has no room for are counted. */
export async function takeTold(ctx: Context, table: (typeof TOLD_TABLES)[number], refusals: Refusals): Promise<void> {
  await transaction(ctx, async ({ db }) => {
    const { rows: counted } = await sql
      .raw<{ file: string; count: number }>(`select file, count(*) from ${table} group by file`)
      .execute(db);
    if (counted.length === 0) return;
    const left = new Map(counted.map(({ file, count }) => [file, count]));
    await sql.raw(`declare told cursor for select file, line, reason from ${table} order by file, line`).execute(db);
    while (refusals.wanted > 0) {
      const { rows } = await sql.raw<ImportRefusal>(`fetch ${PAGE} from told`).execute(db);
      for (const row of rows.slice(0, refusals.wanted)) {
        refusals.add(row);
        left.set(row.file, left.get(row.file)! - 1);
      }
      if (rows.length < PAGE) break;
    }
    await sql`close told`.execute(db);
    for (const [file, count] of left) if (count > 0) refusals.addUnnamed(file, count);
    await sql.raw(`delete from ${table}`).execute(db);
  });
}
