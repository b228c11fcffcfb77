import type { NewEvent } from '../kernel/event.ts';

/** What happened to an award: `award.certified`, `award.renewed` … with what changed. */
export function awardEvent(
  what: string,
  award: { id: string; certificateId: string; personId: string },
  values: Record<string, readonly [before: unknown, after: unknown]>,
  more: Record<string, unknown> = {},
): NewEvent {
  const changed = Object.fromEntries(Object.entries(values).filter(([, [before, after]]) => before !== after));
  return {
    type: `award.${what}`,
    entity: 'certificate_award',
    entityId: award.id,
    personId: award.personId,
    data: { certificateId: award.certificateId, ...more, changed },
  };
}
