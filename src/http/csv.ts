import { Refusal } from '../record/kernel/refusal.ts';
import { parseOutside, Unreadable } from '../workers/parse-outside.ts';
import type { CsvRecord } from '../workers/read-csv.ts';

export type { CsvRecord } from '../workers/read-csv.ts';
export { turns } from '../workers/turns.ts';

/** Cells of a file: what 50,000 rows of a hundred columns have. */
const MOST_CELLS = 5_000_000;

/** The records of a CSV text, read beside the loop. Gives why not, where it is none or too large; refuses `unavailable` when too many are read. */
export async function readRecords(text: string, delimiter: string): Promise<CsvRecord[] | { fault: string }> {
  try {
    return (await parseOutside(text, { format: { csv: delimiter }, limits: { values: MOST_CELLS } })) as CsvRecord[];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (error.why === 'busy') throw new Refusal({ kind: 'unavailable' });
    return { fault: error.message };
  }
}
