// Imports every case of a folder by the command line, each folder of a case twice, without and with --strict, each into a tenant of its
// own, and prints what came of it. A case is a folder of OneRoster sets, or of folders of such in the order of their names.
// node scripts/try-roster-cases.ts <folder of cases> [name …]

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DIALECTS, openDatabase } from '../src/app.ts';
import { table } from '../src/commands/print.ts';
import { readConfig } from '../src/config.ts';
import { joinEngine } from '../src/database/engine/index.ts';
import type { OneRosterReport } from '../src/interchange/oneroster/report.ts';

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error('Which folder of cases?');

const MAIN = path.resolve(import.meta.dirname, '../src/main.ts');
const dataDir = mkdtempSync(path.join(tmpdir(), 'matricula-cases-'));
const env = { ...process.env, DATA_DIR: dataDir, PORT: '0', DEMO: 'off', DATABASE_URL: '' };

interface Ended {
  code: number;
  out: string;
  err: string;
}

async function matricula(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}

/** What stands in the tenant in the end, by subject; $1 is the tenant. */
const FACTS: Record<string, string> = {
  people: `select concat_ws(' ', coalesce(p.username, '-'), '"' || p.full_name || '"', coalesce(p.email, '-'), p.external_id, case when p.status <> 'active' then p.status end,
      'in ' || u.name, nullif(p.attributes::text, '{}')) from person p join unit u on u.tenant_id = $1 and u.id = p.unit_id where p.tenant_id = $1 order by p.number`,
  roles: `select concat_ws(' ', p.username, r.key, 'in ' || coalesce(u.name, 'the account')) from role_assignment a join person p on p.tenant_id = $1 and p.id = a.person_id
      join role r on r.tenant_id = $1 and r.id = a.role_id left join unit u on u.tenant_id = $1 and u.id = a.unit_id where a.tenant_id = $1 order by 1`,
  enrollments: `select concat_ws(' ', p.username, concat(o.external_id, ' (', c.name, ')'), e.state, e.ending, 'score ' || trim_scale(e.score), 'until ' || e.expires_at)
      from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id join offering o on o.tenant_id = $1 and o.id = e.offering_id
      join course c on c.tenant_id = $1 and c.id = e.course_id where e.tenant_id = $1 order by e.number`,
  staff: `select concat_ws(' ', p.username, t.role, o.name) from entitlement t join person p on p.tenant_id = $1 and p.id = t.person_id
      join offering o on o.tenant_id = $1 and o.id = t.entity_id where t.tenant_id = $1 order by 1`,
  marks: `select concat_ws(' ', p.username, a.name, trim_scale(k.score), k.text_score, 'weight ' || coalesce(trim_scale(a.weight)::text, 'none'), 'of category ' || trim_scale(a.category_weight))
      from mark k join assessment a on a.tenant_id = $1 and a.id = k.assessment_id join enrollment e on e.tenant_id = $1 and e.id = k.enrollment_id
      join person p on p.tenant_id = $1 and p.id = e.person_id where k.tenant_id = $1 order by a.name, p.username`,
};

const HEAD = ['set', 'time', 'exit', 'rows', 'created', 'changed', 'unchanged', 'refused', 'notes', 'last line'];
let server: ChildProcess | undefined;
let close = async (): Promise<void> => {};
let odd = 0;
try {
  server = spawn(process.execPath, [MAIN, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  while (!existsSync(path.join(dataDir, 'server.json'))) {
    if (server.exitCode !== null) throw new Error('The server did not start.');
    await sleep(100);
  }
  const database = await openDatabase(readConfig(env, DIALECTS), { startOwn: joinEngine });
  close = () => database.close();
  const { pool } = database.connected;
  for (const name of readdirSync(folder).sort()) {
    const at = path.join(folder, name);
    const parts = readdirSync(at, { withFileTypes: true });
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const sets = parts.some((part) => part.name.endsWith('.csv'))
      ? [at]
      : parts.flatMap((part) => (part.isDirectory() ? [path.join(at, part.name)] : [])).sort();
    const readme = path.join(at, 'README.md');
    const expected = existsSync(readme) ? /^Expected: .*$/m.exec(readFileSync(readme, 'utf8'))?.[0] : undefined;
    process.stdout.write(`\n== ${name}\n${expected ?? ''}\n`);
    let before = '';
    for (const strict of [false, true]) {
      const slug = `${name}${strict ? '-strict' : ''}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
      const made = await matricula('tenant', 'create', '--sandbox', '--name', slug, '--slug', slug, '--json');
      if (made.code !== 0) throw new Error(made.err);
      const { id } = JSON.parse(made.out) as { id: string };
      const told: string[] = [];
      const rows: string[][] = [];
      for (const set of sets)
        for (const time of [1, 2]) {
          const { row, said, repeats } = await imported(set, slug, strict);
          rows.push([path.basename(set), String(time), ...row]);
          told.push(...said);
          if (time === 2 && !repeats) odd++;
        }
      const facts = await factsOf(pool, id);
      const seen = `${[...new Set(told)].map((one) => `  ${one}\n`).join('')}${facts}`;
      process.stdout.write(`${strict ? 'strict' : 'not strict'}\n${table(HEAD, rows)}\n`);
      process.stdout.write(seen === before ? '  as without --strict\n' : seen);
      before = seen;
    }
  }
  process.stdout.write(
    `\n${odd === 0 ? 'Every second import changed nothing.' : `${odd} second imports changed something.`}\n`,
  );
} finally {
  await close();
  if (server && server.exitCode === null) {
    const closed = new Promise((resolve) => server!.on('close', resolve));
    server.kill('SIGTERM');
    await closed;
  }
  rmSync(dataDir, { recursive: true, force: true });
}
process.exitCode = odd === 0 ? 0 : 1;

/** One import as a row of the table, and all that it said of rows. What it advises about the encoding is done. */
async function imported(set: string, slug: string, strict: boolean) {
  const args = ['import', 'oneroster', set, '--tenant', slug, '--json', ...(strict ? ['--strict'] : [])];
  let ended = await matricula(...args);
  const said: string[] = [];
  if (/--encoding (windows-1252)/.test(ended.err)) {
    said.push(`${ended.code}: ${lastLine(ended)}`);
    ended = await matricula(...args, '--encoding', 'windows-1252');
  }
  if (ended.out === '')
    return { row: [String(ended.code), ...Array(6).fill('-'), lastLine(ended)], said, repeats: true };
  const report = JSON.parse(ended.out) as OneRosterReport;
  const sum = (count: 'rows' | 'created' | 'changed' | 'unchanged' | 'refused') =>
    String(report.files.reduce((all, file) => all + file[count], 0));
  said.push(
    ...report.notes,
    ...report.refusals.map(({ file, line, reason }) => `${file}.csv:${line} refused: ${reason}`),
    ...report.remarks.map(({ file, line, reason }) => `${file}.csv:${line} ${reason}`),
  );
  const counts = (['rows', 'created', 'changed', 'unchanged', 'refused'] as const).map(sum);
  return {
    row: [String(ended.code), ...counts, String(report.remarks.length + report.notes.length), lastLine(ended)],
    said,
    repeats: report.stopped || (sum('created') === '0' && sum('changed') === '0'),
  };
}

function lastLine({ code, err }: Ended): string {
  if (code === 0) return '';
  const line = err.trimEnd().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as { error: string }).error : line;
}

async function factsOf(pool: { query(text: string, values: unknown[]): Promise<{ rows: object[] }> }, tenant: string) {
  let facts = '';
  for (const [subject, statement] of Object.entries(FACTS)) {
    const { rows } = await pool.query(statement, [tenant]);
    for (const row of rows) facts += `  ${subject}: ${Object.values(row)[0]}\n`;
  }
  return facts;
}
