import { transaction } from '../../database/transaction.ts';
import type { RoleKey } from '../access/index.ts';
import { lockGroups, settleAudiences } from '../enrollment/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Issue, RefusalFact } from '../kernel/refusal.ts';
import { loadGroups } from './bulk-groups.ts';
import { loadPeople } from './bulk-people.ts';
import { loadTies } from './bulk-ties.ts';
import type { PersonInput } from './person-input.ts';

/** A group by key; what is absent keeps its value. */
export interface BulkGroup {
  key: string;
  name?: string | undefined;
  level?: string | undefined;
  parentKey?: string | undefined;
  unitName?: string | undefined;
}

/** A person by key; what is absent keeps its value. */
export interface BulkPerson {
  key: string;
  fields: Omit<PersonInput, 'id' | 'externalId' | 'unitId' | 'unitExternalId'>;
  roles?: readonly RoleKey[] | undefined;
  /** A unit to belong to. */
  unitName?: string | undefined;
}

/** A person's part in something: `learner` is membership, enrollment or belonging; any other role is a staff word. */
export interface BulkTie {
  personKey: string;
  to: 'group' | 'delivery' | 'unit';
  key: string;
  role: RoleKey;
  remove: boolean;
  /** Of a membership: leave every other hierarchical group first. */
  replace: boolean;
}

export interface BulkOrganisation {
  groups: readonly BulkGroup[];
  people: readonly BulkPerson[];
  ties: readonly BulkTie[];
  /** Members of a person without which nobody is made. */
  atFirst: readonly (keyof PersonInput)[];
  /** Roles that the caller can name. */
  among: readonly RoleKey[];
}

/** What became of a row. */
export type BulkOutcome =
  | { outcome: 'created' | 'changed' | 'removed' | 'unchanged' }
  | { outcome: 'refused'; fact: RefusalFact };

export interface BulkOutcomes {
  groups: BulkOutcome[];
  people: BulkOutcome[];
  ties: BulkOutcome[];
}

export const refusedRow = (path: string, fault: Issue['fault'], detail?: string): BulkOutcome => ({
  outcome: 'refused',
  fact: { kind: 'invalid', issues: [detail ? { path: [path], fault, detail } : { path: [path], fault }] },
});

/**
 * Loads a whole organisation: groups (parents first, whatever their row), then people, then ties, in one transaction and a number of
 * statements that does not grow with the rows. Each row is judged for itself, with the effect of the rows before it; refused ones stop
 * nobody else. Audiences enroll and withdraw at the end, once for everybody.
 */
export async function loadOrganisation(ctx: Context, input: BulkOrganisation): Promise<BulkOutcomes> {
  if (input.groups.length + input.ties.length > 0) demand(ctx, 'groups.write');
  if (input.people.length > 0) demand(ctx, 'people.write');
  if (input.ties.length > 0) for (const permission of NEEDED_FOR_TIES) demand(ctx, permission);
  return transaction(ctx, async (ctx) => {
    await lockGroups(ctx, 'exclusive');
    const groups = await loadGroups(ctx, input.groups);
    const people = await loadPeople(ctx, input.people, input);
    const ties = await loadTies(ctx, input.ties);
    await settleAudiences(ctx, [...new Set([...groups.affected, ...ties.affected])]);
    return { groups: groups.outcomes, people, ties: ties.outcomes };
  });
}

const NEEDED_FOR_TIES = ['people.write', 'roles.write', 'courses.write', 'enrollments.write'] as const;
