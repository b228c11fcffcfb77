import { stringify } from 'yaml';
import { type Context, demand } from '../../record/kernel/context.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import { readHead } from './head.ts';
import { openLibrary } from './library.ts';
import { SUBJECTS } from './subjects.ts';

export interface ExportOptions {
  /** Fingerprints of passwords too, so that people can go on signing in. Whoever has the file may try to guess them. */
  passwordHashes?: boolean;
}

const SCHEMA_COMMENT = '# yaml-language-server: $schema=';

/** The whole tenant as an academy file, for whoever may read everything in it. Dates are absolute; the order is always the same. */
export async function exportAcademy(ctx: Context, options: ExportOptions = {}): Promise<string> {
  const parts: string[] = [];
  for await (const part of academyText(ctx, options)) parts.push(part);
  return parts.join('');
}

/** The same, piece by piece: a university need not fit into memory. */
export async function* academyText(
  ctx: Context,
  { passwordHashes = false }: ExportOptions = {},
): AsyncGenerator<string> {
  demand(ctx, 'tenant.manage');
  if (ctx.actor.units !== null) refuse({ kind: 'forbidden', permission: 'tenant.manage' });
  const library = await openLibrary(ctx, passwordHashes);
  yield `${SCHEMA_COMMENT}../schemas/academy.schema.json\n`;
  yield yaml({ academy: await readHead(library) });
  for (const subject of SUBJECTS) {
    let begun = false;
    for await (const entry of subject.read(library)) {
      if (!begun) yield `\n${subject.name}:\n`;
      begun = true;
      yield indented(yaml([entry]));
    }
  }
}

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

/** Only line feeds end lines here; other separators stand within texts. */
const indented = (text: string): string => text.replaceAll(/(^|\n)(?=[^\n])/g, '$1  ');
