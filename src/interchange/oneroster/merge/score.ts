import { rollUp } from '../../../record/enrollment/index.ts';
import { query, type Work } from '../work.ts';

/** Each run over the learners reads what they did from end to end, so few large ones. */
const CHUNK = 10_000;

/** Reckons anew whoever has a score in these classes, those who left included (rule 19). */
export async function rollUpScored(w: Work, offeringIds: readonly string[]): Promise<void> {
  if (offeringIds.length === 0) return;
  const learners = await query<{ id: string }>(
    w,
    `select e.id from enrollment e
      where e.tenant_id = {tenant} and e.offering_id = any({offeringIds}) and (e.ending is null or e.ending = 'withdrawn_kept')
        and exists (select 1 from activity_enrollment x where x.tenant_id = {tenant} and x.enrollment_id = e.id and x.score is not null)`,
    { offeringIds: [...offeringIds] },
  );
  for (let at = 0; at < learners.length; at += CHUNK)
    await rollUp(
      w.ctx,
      learners.slice(at, at + CHUNK).map((learner) => learner.id),
      false,
      { left: true },
    );
}
