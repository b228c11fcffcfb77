import { Deliveries } from '../../record/catalog/index.ts';
import { invalid, refuse } from '../../record/kernel/refusal.ts';
import { Groups, People, Units } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';

/** Identifiers stand in paths, where these words mean something else. */
const RESERVED = { user: ['entitlements', 'identityManagement'], group: ['hierarchy', 'list'] } as const;
const LONGEST = 255;

/** An identifier that a thing may get, or a refusal. */
export function identifierText(text: string, of?: keyof typeof RESERVED, member = 'identifier'): string {
  const key = text.trim();
  if (key === '') return invalid([member], 'required');
  if (key.length > LONGEST) return invalid([member], 'too_long');
  if (of && (RESERVED[of] as readonly string[]).includes(key))
    return invalid([member], 'unknown_value', 'this word is reserved');
  return key;
}

/** Identifiers are kept without blanks around them; whoever wrote some finds the thing by them, too. */
export const bare = (key: string): string => key.trim();

/** The thing that a path or query names; unknown is `not_found`. */
export const userAt = async (caller: Caller, key: string): Promise<People.Person> =>
  (await People.find(caller, key)) ?? refuse({ kind: 'not_found', entity: 'person', key });

export const groupAt = async (caller: Caller, key: string): Promise<Groups.Head> =>
  (await Groups.find(caller, bare(key))) ?? refuse({ kind: 'not_found', entity: 'group', key });

export const channelAt = async (caller: Caller, key: string): Promise<Deliveries.Delivery> =>
  (await Deliveries.find(caller, bare(key))) ?? refuse({ kind: 'not_found', entity: 'offering', key });

/** Which part of the account a sub-account name means: all of it, one unit, or none because nothing is called so. */
export type Part = { whole: true } | { whole: false; unitId: string | null };

export async function partOf(caller: Caller, name: string | null | undefined): Promise<Part> {
  if (name === undefined || name === null || name === '') return { whole: true };
  const unit = await Units.findByName(caller, name);
  return unit?.root ? { whole: true } : { whole: false, unitId: unit?.id ?? null };
}

/** Whether something that belongs to these units is in the part. */
const isIn = (part: Part, ...unitIds: (string | null)[]): boolean =>
  part.whole || (part.unitId !== null && unitIds.includes(part.unitId));

/** Refuses a thing that is not in the sub-account which the call names. */
export async function demandIn(
  caller: Caller,
  name: string | null | undefined,
  thing: { unitId: string | null; unitIds?: readonly string[] },
  entity: 'person' | 'group' | 'offering',
): Promise<Part> {
  const part = await partOf(caller, name);
  if (!isIn(part, thing.unitId, ...(thing.unitIds ?? []))) refuse({ kind: 'not_found', entity });
  return part;
}

/** The unit that a body names: undefined where nothing is said, null for the account itself. Refuses an unknown one. */
export async function unitOf(caller: Caller, name: string | null | undefined): Promise<string | null | undefined> {
  if (name === undefined) return undefined;
  const part = await partOf(caller, name);
  return part.whole ? null : (part.unitId ?? invalid(['subAccountName'], 'not_found'));
}
