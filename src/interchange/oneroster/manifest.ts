import { invalid } from '../../record/kernel/refusal.ts';
import { readCsv } from './csv.ts';
import { type Encoding, encodingOf } from './encoding.ts';
import { FILES, type FileName } from './files.ts';
import type { OpenSource } from './source.ts';

export type Mode = 'bulk' | 'delta';

export interface Manifest {
  version: '1.1' | '1.2';
  /** Whose sourcedIds these are. */
  system: string;
  modes: ReadonlyMap<FileName, Mode>;
  notes: string[];
}

const LONGEST_SYSTEM = 100;

/**
 * What the set says about itself. Without `manifest.csv` every file is taken as bulk, and the version is told by where roles stand.
 * Refuses `invalid` a manifest that cannot be read, of an unknown version, or that names files which are not there.
 */
export async function readManifest(source: OpenSource, encoding: Encoding): Promise<Manifest> {
  const notes: string[] = [];
  const properties = new Map<string, string>();
  const entry = source.entries.get('manifest');
  if (entry) {
    let first = true;
    for await (const batch of readCsv(await entry.open(), { encoding: await encodingOf(entry, encoding) }))
      for (const record of batch) {
        if ('fault' in record) return invalid(['manifest.csv'], 'format', `line ${record.line}: ${record.fault}`);
        const [name, value] = record.fields.map((field) => field.trim());
        if (first && (name?.toLowerCase() !== 'propertyname' || value?.toLowerCase() !== 'value'))
          return invalid(['manifest.csv'], 'format', 'the header must be propertyName,value');
        if (!first && properties.size < 1000) properties.set(name!, value!);
        first = false;
      }
    if (first) return invalid(['manifest.csv'], 'format', 'empty: not even a header');
  } else notes.push('There is no manifest.csv: every file is taken as bulk.');

  const said = properties.get('oneroster.version');
  if (said !== undefined && !['1.0', '1.1', '1.2'].includes(said))
    invalid(['manifest.csv'], 'unknown_value', `oneroster.version is ${said.slice(0, 50)}; 1.1 and 1.2 are read`);

  const modes = new Map<FileName, Mode>();
  for (const file of FILES) {
    const mode = properties.get(`file.${file}`)?.toLowerCase();
    const there = source.entries.has(file);
    if (mode === 'absent' || (mode === undefined && entry)) {
      if (there) notes.push(`${file}.csv is left out: the manifest does not announce it.`);
    } else if (mode === undefined) {
      if (there) modes.set(file, 'bulk');
    } else if (mode !== 'bulk' && mode !== 'delta')
      invalid(
        ['manifest.csv'],
        'unknown_value',
        `file.${file} is ${mode.slice(0, 50)}; absent, bulk or delta are known`,
      );
    else if (!there) invalid(['manifest.csv'], 'not_found', `${file}.csv is announced, but not there`);
    else modes.set(file, mode);
  }
  const system = properties.get('source.systemCode') || properties.get('source.systemName');
  return {
    version: said === '1.2' || (said === undefined && source.entries.has('roles')) ? '1.2' : '1.1',
    system: system ? `oneroster:${system.slice(0, LONGEST_SYSTEM)}` : 'oneroster',
    modes,
    notes,
  };
}
