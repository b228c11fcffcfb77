import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { invalid, Refusal, refuse } from '../../record/kernel/refusal.ts';

/** Where a set of files is. */
export type Source = { zipPath: string } | { folder: string };

export interface Entry {
  /** As in the standard, without `.csv`. */
  name: string;
  /** Bytes, unpacked. */
  size: number;
  open(): Promise<Readable>;
}

export interface OpenSource {
  /** What the run is called. */
  name: string;
  entries: ReadonlyMap<string, Entry>;
  close(): void;
}

/** A zip of a few kilobytes can hold terabytes: beyond this it is not unpacked. */
export const MOST_BYTES = 2 * 1024 ** 3;
const MOST_ENTRIES = 10_000;
/** Rosters shrink to a tenth; what shrinks to less than this is made to fill a disk. Small files may. */
const MOST_RATIO = 250;
const ANY_RATIO_BELOW = 10_000_000;

/** Opens a zip or a folder. Refuses `invalid` what is neither, or holds no CSV files, and `too_large` what unpacks to too much. */
export async function openSource(source: Source, mostBytes: number = MOST_BYTES): Promise<OpenSource> {
  const opened = 'zipPath' in source ? await openZip(source.zipPath, mostBytes) : await openFolder(source.folder);
  if (opened.entries.size > 0) return opened;
  opened.close();
  return invalid([opened.name], 'format', 'no CSV files in it');
}

async function openFolder(folder: string): Promise<OpenSource> {
  const name = path.basename(path.resolve(folder));
  const entries = new Map<string, Entry>();
  const names = await readdir(folder).catch(() => invalid([name], 'not_found', 'no such folder'));
  for (const file of names.sort()) {
    const at = path.join(folder, file);
    const found = await stat(at);
    if (!found.isFile() || !isCsv(file)) continue;
    addEntry(entries, { name: baseName(file), size: found.size, open: async () => createReadStream(at) });
  }
  return { name, entries, close: () => {} };
}

async function openZip(zipPath: string, mostBytes: number): Promise<OpenSource> {
  const name = path.basename(zipPath);
  const zip = await yauzl
    .openPromise(zipPath, { lazyEntries: true, autoClose: false })
    .catch((error) => Promise.reject(notAZip(name, error)));
  try {
    const found = await readEntries(zip, name);
    const entries = new Map<string, Entry>();
    const packed: yauzl.Entry[] = [];
    let bytes = 0;
    for (const entry of found) {
      // a single folder around everything is common; what systems add beside it is not ours
      if (entry.fileName.startsWith('__MACOSX/') || path.posix.basename(entry.fileName).startsWith('.')) continue;
      if (entry.fileName.endsWith('/') || !isCsv(entry.fileName)) continue;
      if (entry.isEncrypted()) invalid([name, entry.fileName], 'format', 'encrypted');
      bytes += entry.uncompressedSize;
      if (bytes > mostBytes) refuse({ kind: 'too_large', limitBytes: mostBytes });
      if (entry.uncompressedSize > ANY_RATIO_BELOW && entry.uncompressedSize > MOST_RATIO * entry.compressedSize)
        invalid([name, entry.fileName], 'too_long', 'it grows beyond measure when it is unpacked');
      packed.push(entry);
      addEntry(entries, {
        name: baseName(entry.fileName),
        size: entry.uncompressedSize,
        open: () => zip.openReadStreamPromise(entry),
      });
    }
    for (const entry of packed) await demandWhole(zip, name, entry);
    return { name, entries, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** Unpacks a file of the zip once before any of it is used: what is damaged is refused before anything is imported. */
async function demandWhole(zip: yauzl.ZipFile, name: string, entry: yauzl.Entry): Promise<void> {
  let sum = 0;
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) sum = crc32(chunk as Buffer, sum);
  } catch (error) {
    invalid([name, entry.fileName], 'format', `damaged, and cannot be unpacked: ${(error as Error).message}`);
  }
  if (sum !== entry.crc32) invalid([name, entry.fileName], 'format', 'damaged: its checksum is not that of the zip');
}

/** All entries; yauzl refuses names that are absolute or climb with `..`. */
async function readEntries(zip: yauzl.ZipFile, name: string): Promise<yauzl.Entry[]> {
  const entries: yauzl.Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      entries.push(entry);
      if (entries.length > MOST_ENTRIES) break;
    }
  } catch (error) {
    // says which entry it is
    invalid([name], 'format', `not a zip that can be read: ${(error as Error).message}`);
  }
  if (entries.length > MOST_ENTRIES) invalid([name], 'too_many', 'files in it');
  return entries;
}

function notAZip(name: string, error: Error & { code?: string }): Refusal {
  const detail = error.code === 'ENOENT' ? 'no such file' : 'not a zip that can be read';
  return new Refusal({ kind: 'invalid', issues: [{ path: [name], fault: 'format', detail }] });
}

function addEntry(entries: Map<string, Entry>, entry: Entry): void {
  if (entries.has(entry.name)) invalid([`${entry.name}.csv`], 'format', 'twice in the set');
  entries.set(entry.name, entry);
}

const isCsv = (file: string): boolean => file.toLowerCase().endsWith('.csv');
const baseName = (file: string): string => path.posix.basename(file).slice(0, -4);

/** Keeps a stream as a file until `remove` is called: a zip is read from its end, so it has to be there whole. */
export async function keepStream(
  stream: Readable,
  limitBytes: number,
): Promise<{ zipPath: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'matricula-import-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const zipPath = path.join(folder, 'import.zip');
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      if (bytes > limitBytes) next(new Refusal({ kind: 'too_large', limitBytes }));
      else next(null, chunk);
    },
  });
  try {
    await pipeline(stream, limit, createWriteStream(zipPath));
    return { zipPath, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
