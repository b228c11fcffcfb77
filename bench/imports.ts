// Large imports: the university into three tenants one after the other, and a roster of 400,000 enrollments beside them, twice.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { makeRoster } from '../scripts/make-roster.ts';
import { command, measuredCommand } from './product.ts';
import type { Note } from './rows.ts';

/** Statistics know the first tenant when the others come: their imports may not take longer for it. */
export async function measureTenantsInARow(
  note: Note,
  env: Record<string, string>,
  university: string,
  slugs: readonly [first: string, ...others: string[]],
): Promise<void> {
  let first = 0;
  let peak = 0;
  for (const [at, slug] of slugs.entries()) {
    const { ms, peakMb } = await imported(env, university, slug);
    peak = Math.max(peak, peakMb);
    if (at === 0) {
      first = ms;
      note('import of the university', ms / 1000, 'under 12 s', ms < 12_000, ' s');
    } else note(`the same into tenant ${at + 1}, of the first`, ms / first, 'at most 1.3', ms <= 1.3 * first);
  }
  note('import, largest resident size', peak, 'under 400 MB', peak < 400, ' MB');
}

export async function measureRoster(note: Note, env: Record<string, string>, folder: string): Promise<void> {
  const roster = path.join(folder, 'roster');
  await makeRoster(roster, { people: 100_000, classes: 5000, enrollments: 400_000, lineItems: 1, results: 0 });
  try {
    const first = await imported(env, roster, 'roster');
    const again = await imported(env, roster, 'roster');
    const peak = Math.max(first.peakMb, again.peakMb);
    note('roster of 400,000 enrollments', first.ms / 1000, 'under 120 s', first.ms < 120_000, ' s');
    note('roster, repeated', again.ms / 1000, 'under 60 s', again.ms < 60_000, ' s');
    note('roster, largest resident size', peak, 'under 400 MB', peak < 400, ' MB');
  } finally {
    rmSync(roster, { recursive: true, force: true });
  }
}

const made = new Set<string>();

/** Imports into a tenant, made where there is none yet; nobody may be refused. */
async function imported(
  env: Record<string, string>,
  set: string,
  slug: string,
): Promise<{ ms: number; peakMb: number }> {
  if (!made.has(slug)) command(env, 'tenant', 'create', '--name', slug, '--slug', slug, '--json');
  made.add(slug);
  const { output, ms, peakMb } = await measuredCommand(env, 'import', 'oneroster', set, '--tenant', slug, '--json');
  for (const { file, refused } of output.files as { file: string; refused: number }[])
    if (refused > 0) throw new Error(`${refused} rows of ${file}.csv were refused`);
  return { ms, peakMb };
}
