/** What was measured, beside what must be reached. */
export interface Row {
  what: string;
  measured: string;
  must: string;
  reached: boolean;
}

export type Note = (what: string, value: number, must: string, reached: boolean, unit?: string) => void;

export const rows: Row[] = [];

export const note: Note = (what, value, must, reached, unit = '') => {
  rows.push({ what, measured: `${value.toFixed(value < 10 ? 2 : 0)}${unit}`, must, reached });
  process.stderr.write(`${what}: ${value.toFixed(2)}${unit} (${must})\n`);
};

export function printRows(): void {
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const row of rows)
    console.log(`${row.reached ? 'ok  ' : 'MISS'} ${row.what.padEnd(width)}  ${row.measured.padStart(9)}  ${row.must}`);
}
