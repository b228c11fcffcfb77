/** Rows as a table with a head, columns as wide as they need to be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

export const printLine = (text: string): void => void process.stdout.write(`${text}\n`);

/** One JSON document on standard output, for scripts. */
export const printJson = (value: unknown): void => printLine(JSON.stringify(value, null, 2));
