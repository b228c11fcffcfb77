import type { NewEvent } from '../kernel/event.ts';
import type { EVENT_GROUPS } from '../kernel/event-types.ts';

type Told = Exclude<keyof typeof EVENT_GROUPS.award.types, 'recorded' | 'about_to_expire' | 'expired'>;
type Member = keyof (typeof EVENT_GROUPS.award.types.certified)[1]['changed'];

/** What happened to an award: `award.certified`, `award.renewed` … with what changed. */
export function awardEvent(
  what: Told,
  award: { id: string; certificateId: string; personId: string },
  values: { readonly [M in Member]?: readonly [before: unknown, after: unknown] },
  more: { reason?: string } = {},
): NewEvent {
  const changed = Object.fromEntries(Object.entries(values).filter(([, [before, after]]) => before !== after));
  return {
    type: `award.${what}`,
    entityId: award.id,
    personId: award.personId,
    data: { certificateId: award.certificateId, ...more, changed },
  };
}
