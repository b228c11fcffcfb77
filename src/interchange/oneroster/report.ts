import type { ImportCounts, ImportRefusal, ImportReport } from '../reports.ts';
import type { Change } from './changes.ts';
import type { Mode } from './manifest.ts';

export interface FileReport extends ImportCounts {
  file: string;
  mode: Mode;
  rows: number;
}

export interface OneRosterReport extends ImportReport {
  runId: string;
  version: '1.1' | '1.2';
  /** Whose sourcedIds these are. */
  system: string;
  dryRun: boolean;
  strict: boolean;
  files: FileReport[];
  changes: Change[];
  /** What else there is to know. */
  notes: string[];
  milliseconds: number;
  /** A bad row stopped it, as `strict` asks. */
  stopped: boolean;
  /** All of it for people to read. */
  text: string;
}

const counted = (count: number, what: string, more: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? what : more}`;

/** What refused rows cost: said where they are more than one in a hundred of a file, or leave classes without anybody. */
export function warningOf(files: readonly FileReport[], lostClasses: number): string | null {
  const said = files
    .filter(({ rows, refused }) => refused * 100 > rows)
    .map(
      ({ file, rows, refused }) => `${refused.toLocaleString('en')} of ${counted(rows, 'row', 'rows')} of ${file}.csv`,
    );
  if (lostClasses > 0) said.push(`all learners of ${counted(lostClasses, 'class', 'classes')}`);
  return said.length === 0 ? null : `Refused rows cost much: ${said.join(', ')}.`;
}

const HEAD = ['file', 'rows', 'created', 'changed', 'unchanged', 'refused'];
const SHOWN = 20;
const CHANGES_SHOWN = 200;

const at = (file: string, line: number | null): string => `  ${file}.csv${line === null ? '' : `:${line}`}`;

const told = ({ file, line, reason }: ImportRefusal): string => `${at(file, line)}  ${reason}`;

const LONGEST_VALUE = 80;
const value = (one: unknown): string => {
  const text = JSON.stringify(one) ?? 'null';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
};

const changeText = ({ file, line, key, type, changed }: Change): string =>
  [
    at(file, line),
    ...(key === null ? [] : [key]),
    type,
    ...Object.entries(changed ?? {}).map(([field, [before, after]]) => `${field}: ${value(before)} → ${value(after)}`),
  ].join('  ');

export function reportText(report: Omit<OneRosterReport, 'text'>): string {
  const number = (value: number) => value.toLocaleString('en');
  const rows = report.files.map((file) => [
    `${file.file}.csv${file.mode === 'delta' ? ' (delta)' : ''}`,
    ...[file.rows, file.created, file.changed, file.unchanged, file.refused].map(number),
  ]);
  const widths = HEAD.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  const total = report.refusals.length + report.refusalsLeftOut;
  const changes = report.changes.length + report.changesLeftOut;
  const remarks = report.remarks.length + report.remarksLeftOut;
  return [
    `OneRoster ${report.version}${report.dryRun ? ', dry run: nothing was written' : ''}, ${(report.milliseconds / 1000).toFixed(1)} s`,
    line(HEAD),
    ...rows.map(line),
    ...report.notes,
    ...(report.dryRun && !report.stopped
      ? [
          changes === 0 ? 'Nothing would change.' : `${counted(changes, 'change', 'changes')} would be made:`,
          ...report.changes.slice(0, CHANGES_SHOWN).map(changeText),
          ...(changes > CHANGES_SHOWN ? [`  … and ${number(changes - CHANGES_SHOWN)} more`] : []),
        ]
      : []),
    ...(total > 0
      ? [
          `${number(total)} refused ${total === 1 ? 'row' : 'rows'}:`,
          ...report.refusals.slice(0, SHOWN).map(told),
          ...(total > SHOWN ? [`  … and ${number(total - SHOWN)} more`] : []),
        ]
      : []),
    ...(remarks > 0
      ? [
          `${number(remarks)} ${remarks === 1 ? 'note' : 'notes'} on rows that were kept:`,
          ...report.remarks.slice(0, SHOWN).map(told),
          ...(remarks > SHOWN ? [`  … and ${number(remarks - SHOWN)} more`] : []),
        ]
      : []),
    ...(report.problem ? [report.problem] : []),
  ].join('\n');
}
