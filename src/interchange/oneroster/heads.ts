import { invalid } from '../../record/kernel/refusal.ts';
import { type Encoding, encodingOf, type FoundEncoding } from './encoding.ts';
import { FILES, type FileName, IGNORED_FILES, REQUIRED, SPECS } from './files.ts';
import { type Layout, readLayout } from './header.ts';
import type { Manifest } from './manifest.ts';
import type { OpenSource } from './source.ts';

export interface Heads {
  layouts: ReadonlyMap<FileName, Layout>;
  encodings: ReadonlyMap<FileName, FoundEncoding>;
  /** Files without even a header, which say nothing. */
  empty: readonly FileName[];
}

/** Whatever is wrong with the files as such is found before anything is written. */
export async function readHeads(source: OpenSource, manifest: Manifest, said: Encoding): Promise<Heads> {
  const layouts = new Map<FileName, Layout>();
  const encodings = new Map<FileName, FoundEncoding>();
  const empty: FileName[] = [];
  for (const name of manifest.modes.keys()) {
    const entry = source.entries.get(name)!;
    encodings.set(name, await encodingOf(entry, said));
    const layout = await readLayout(SPECS[name], entry, encodings.get(name));
    if (layout) layouts.set(name, layout);
    else if (REQUIRED.has(name)) invalid([`${name}.csv`], 'format', 'empty: not even a header');
    else empty.push(name);
  }
  if (layouts.size === 0) invalid([source.name], 'format', 'none of the files that OneRoster has');
  return { layouts, encodings, empty };
}

const SEPARATED = { ',': '', ';': 'semicolons', '\t': 'tabs' } as const;

/** What a set holds that is not read as it stands, or not kept. */
export function notesOn(source: OpenSource, { layouts, encodings }: Pick<Heads, 'layouts' | 'encodings'>): string[] {
  const notes: string[] = [];
  const ignored = [...source.entries.keys()].filter((name) => IGNORED_FILES.has(name));
  if (ignored.length > 0) notes.push(`Nothing of ${ignored.map((name) => `${name}.csv`).join(', ')} is kept.`);
  const unknown = [...source.entries.keys()].filter(
    (name) => name !== 'manifest' && !IGNORED_FILES.has(name) && !(FILES as readonly string[]).includes(name),
  );
  if (unknown.length > 0) notes.push(`Not files of OneRoster: ${unknown.map((name) => `${name}.csv`).join(', ')}.`);
  for (const [file, layout] of layouts) {
    const read = [
      ...(encodings.get(file)!.startsWith('utf-16') ? ['in UTF-16'] : []),
      ...(layout.delimiter === ',' ? [] : [`separated by ${SEPARATED[layout.delimiter]}`]),
    ];
    if (read.length > 0) notes.push(`${file}.csv is ${read.join(' and ')}, and read as such.`);
    if (layout.unknown.length > 0)
      notes.push(`${file}.csv has columns that are not kept: ${layout.unknown.join(', ')}.`);
  }
  return notes;
}
