import { turns } from '../../http/csv.ts';
import type { Handlers } from '../../http/handlers.ts';
import { Organisation } from '../../record/enrollment/index.ts';
import { invalid, type RefusalFact } from '../../record/kernel/refusal.ts';
import type { Uploads } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import { type CsvFile, type CsvRow, readCsv } from './csv.ts';
import { refusalWords } from './envelope.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { groupRow, RowFault, tieRow, userRow } from './upload-rows.ts';
import { ROLE_KEYS } from './words.ts';

type Kind = Schemas['OrgBulkFileResult']['kind'];

const MOST_FILES = 10;
const MOST_ROWS = 50_000;

/** A row that was read, and where its outcome stands. */
interface Placed<T> {
  file: number;
  row: CsvRow;
  value: T;
}

interface File {
  fileName: string;
  kind: Kind;
  csv: CsvFile;
}

export const uploadHandlers = {
  /** Nothing is done unless every file can be read; after that each row stands alone. */
  async uploadOrganisationFiles(caller, { body }) {
    if (body.files.length > MOST_FILES) invalid(['files'], 'too_many', `at most ${MOST_FILES}`);
    const files: File[] = [];
    for (const [i, { fileName, content }] of body.files.entries()) {
      const csv = await readCsv(content, ['files', i, 'content']);
      files.push({ fileName, kind: kindOf(fileName, csv, i), csv });
    }
    if (files.reduce((sum, { csv }) => sum + csv.rows.length, 0) > MOST_ROWS)
      invalid(['files'], 'too_many', `at most ${MOST_ROWS} rows`);
    const results = files.map(({ fileName, kind, csv }) => emptyResult(fileName, kind, csv.rows.length));
    const groups = await placed<Uploads.Group>(files, 'GROUPS', groupRow, results);
    const people = await placed<Uploads.Person>(files, 'USERS', userRow, results);
    const ties = await placed<Organisation.Tie>(files, 'ASSIGNMENTS', tieRow, results);
    const values = <T>(list: readonly Placed<T>[]): T[] => list.map((one) => one.value);
    const outcomes = await Organisation.load(caller, {
      groups: values(groups),
      people: values(people),
      ties: values(ties),
      atFirst: ['givenName', 'username'],
      among: ROLE_KEYS,
    });
    count(groups, outcomes.groups, results);
    count(people, outcomes.people, results);
    count(ties, outcomes.ties, results);
    for (const result of results) result.errors.sort((a, b) => a.row - b.row);
    return { status: 200, body: { files: results } };
  },
} satisfies Partial<Handlers<Operations, Caller>>;

const NAMES: readonly (readonly [RegExp, Kind])[] = [
  [/^users/i, 'USERS'],
  [/^groups/i, 'GROUPS'],
  [/^assignments/i, 'ASSIGNMENTS'],
];

/** The file's name tells its kind, else its header. */
function kindOf(fileName: string, { columns }: CsvFile, i: number): Kind {
  const stem = fileName.trim().replace(/^.*[\\/]/, '');
  const byName = NAMES.find(([pattern]) => pattern.test(stem))?.[1];
  const byHeader: Kind | undefined = columns.has('useridentifier')
    ? 'ASSIGNMENTS'
    : ['firstname', 'lastname', 'username', 'email'].some((name) => columns.has(name))
      ? 'USERS'
      : ['type', 'parentidentifier'].some((name) => columns.has(name))
        ? 'GROUPS'
        : undefined;
  const kind = byName ?? byHeader ?? invalid(['files', i, 'fileName'], 'unknown_value', 'users, groups or assignments');
  const key = kind === 'ASSIGNMENTS' ? ['useridentifier', 'entityidentifier'] : ['identifier'];
  for (const name of key) if (!columns.has(name)) invalid(['files', i, 'content'], 'required', `column ${name}`);
  return kind;
}

const emptyResult = (fileName: string, kind: Kind, rows: number): Schemas['OrgBulkFileResult'] => ({
  fileName,
  kind,
  rows,
  created: 0,
  updated: 0,
  removed: 0,
  unchanged: 0,
  failed: 0,
  errors: [],
});

/** The rows of all files of a kind; those that say nothing sensible are counted as failed at once. */
async function placed<T>(
  files: readonly File[],
  kind: Kind,
  read: (row: CsvRow) => T,
  results: Schemas['OrgBulkFileResult'][],
): Promise<Placed<T>[]> {
  const all: Placed<T>[] = [];
  const others = turns();
  for (const [index, file] of files.entries()) {
    if (file.kind !== kind) continue;
    for (const row of file.csv.rows) {
      try {
        if (row.surplus) throw new RowFault({ path: ['row'], fault: 'format', detail: 'more cells than columns' });
        all.push({ file: index, row, value: read(row) });
      } catch (error) {
        if (!(error instanceof RowFault)) throw error;
        fail(results[index]!, row, { kind: 'invalid', issues: [error.issue] });
      }
      await others();
    }
  }
  return all;
}

const COUNTED = { created: 'created', changed: 'updated', removed: 'removed', unchanged: 'unchanged' } as const;

function count(
  rows: readonly Placed<unknown>[],
  outcomes: readonly Uploads.Outcome[],
  results: Schemas['OrgBulkFileResult'][],
): void {
  rows.forEach(({ file, row }, i) => {
    const outcome = outcomes[i]!;
    if (outcome.outcome === 'refused') fail(results[file]!, row, outcome.fact);
    else results[file]![COUNTED[outcome.outcome]]++;
  });
}

function fail(result: Schemas['OrgBulkFileResult'], row: CsvRow, fact: RefusalFact): void {
  const { error, text } = refusalWords(fact);
  result.failed++;
  result.errors.push({
    row: row.line,
    identifier: row.cells.get('identifier') ?? row.cells.get('useridentifier'),
    error,
    error_description: text,
  });
}
