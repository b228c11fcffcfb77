import { report, settled } from '../../../record/kernel/changes.ts';
import type { Work } from '../work.ts';

/** Reckons anew whoever has a score in these classes, those who left included (rule 19). */
export async function rollUpScored(w: Work, offeringIds: readonly string[]): Promise<void> {
  report(
    w.ctx,
    'weights_changed',
    offeringIds.map((offeringId) => ({ offeringId })),
  );
  await settled(w.ctx);
}
