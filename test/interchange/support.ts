import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { run } from '../../src/database/run.ts';
import { importOneRoster, type OneRosterOptions, type OneRosterReport } from '../../src/interchange/oneroster/index.ts';
import { Tenants } from '../../src/record/access/index.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import type { TestDatabase } from '../support/database.ts';

export const SLICE = `${path.resolve(import.meta.dirname, '../fixtures/oneroster/oulad-slice')}/`;

/** CSV files by name, without `.csv`. */
export type Files = Record<string, string | Uint8Array>;

/** The files of the slice, some of them replaced; undefined leaves one out. */
export function slice(changes: Record<string, string | undefined> = {}): Files {
  const files: Files = {};
  for (const name of readdirSync(SLICE).filter((file) => file.endsWith('.csv')))
    files[name.slice(0, -4)] = readFileSync(path.join(SLICE, name), 'utf8');
  for (const [name, text] of Object.entries(changes))
    if (text === undefined) delete files[name];
    else files[name] = text;
  return files;
}

export const sliceFile = (name: string): string => readFileSync(path.join(SLICE, `${name}.csv`), 'utf8');

/** A header and rows as CSV, quoted where they have to be. */
export const csv = (header: string, ...rows: (string | number | boolean | null)[][]): string =>
  `${[header, ...rows.map((row) => row.map((cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell ?? '').replaceAll('"', '""')}"` : String(cell ?? ''))).join(','))].join('\n')}\n`;

export interface Academy {
  ctx: Context;
  bring(files: Files, options?: OneRosterOptions): Promise<OneRosterReport>;
  rows<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The first column of every row. */
  list(text: string, values?: unknown[]): Promise<unknown[]>;
}

let count = 0;

/** A tenant of its own, and imports into it. Statements are given the tenant's id as $1. */
export async function academy(database: TestDatabase, timeZone = 'UTC', now?: string): Promise<Academy> {
  count++;
  const tenant = await Tenants.create(Tenants.operator(database.db, 'test'), {
    name: `Academy ${count}`,
    slug: `academy-${count}`,
    timeZone,
  });
  const made = Tenants.contextOf({ db: database.db, dialect: 'test' }, tenant);
  const ctx = now ? { ...made, now } : made;
  const rows = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await run<Row>(database.db, text, [tenant.id, ...values])).rows;
  return {
    ctx,
    rows,
    list: async (text, values) =>
      (await rows<Record<string, unknown>>(text, values)).map((row) => Object.values(row)[0]),
    bring: (files, options) =>
      inFolder(files, (folder) => importOneRoster({ ctx, pool: database.pool }, { folder }, options)),
  };
}

export async function inFolder<T>(files: Files, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'matricula-oneroster-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, `${name}.csv`), text);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A zip of the given paths, names as they are, good or bad. */
export function zip(files: Record<string, string | Uint8Array>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const raw = Buffer.from(content as string);
    const packed = deflateRawSync(raw);
    const named = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(raw.length, 18);
    fields.writeUInt16LE(named.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, named, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), fields, tail, named]));
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listed, Buffer.from('PK\u0005\u0006'), end]);
}
