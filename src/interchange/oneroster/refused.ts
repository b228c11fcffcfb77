import { sql } from 'kysely';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../../record/kernel/context.ts';
import type { ImportRefusal, Refusals } from '../reports.ts';

/** The table that rows are moved to as they are refused; of the connection, so that it outlives the file's transaction. */
export const REFUSED_TABLE =
  'create temporary table refused_row (file text not null, line integer not null, reason text not null)';

const PAGE = 5000;

/** Takes refused rows over into the report, page by page; those the report has no room for are counted. */
export async function takeRefused(ctx: Context, refusals: Refusals): Promise<void> {
  await transaction(ctx, async ({ db }) => {
    const { rows: counted } = await sql<{ file: string; count: number }>`
      select file, count(*) from refused_row group by file`.execute(db);
    if (counted.length === 0) return;
    const left = new Map(counted.map(({ file, count }) => [file, count]));
    await sql`declare refused cursor for select file, line, reason from refused_row order by file, line`.execute(db);
    while (refusals.wanted > 0) {
      const { rows } = await sql.raw<ImportRefusal>(`fetch ${PAGE} from refused`).execute(db);
      for (const row of rows.slice(0, refusals.wanted)) {
        refusals.add(row);
        left.set(row.file, left.get(row.file)! - 1);
      }
      if (rows.length < PAGE) break;
    }
    await sql`close refused`.execute(db);
    for (const [file, count] of left) if (count > 0) refusals.addUnnamed(file, count);
    await sql`delete from refused_row`.execute(db);
  });
}
