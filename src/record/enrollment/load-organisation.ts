import { transaction } from '../../database/transaction.ts';
import type { RoleKey } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import {
  type BulkGroup,
  type BulkOutcome,
  type BulkPerson,
  loadGroups,
  loadPeople,
  lockGroups,
  type PersonInput,
} from '../people/index.ts';
import { loadTies } from './load-ties.ts';

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

export interface BulkOutcomes {
  groups: BulkOutcome[];
  people: BulkOutcome[];
  ties: BulkOutcome[];
}

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
    report(
      ctx,
      'group_moved',
      groups.moved.map((groupId) => ({ groupId })),
    );
    return { groups: groups.outcomes, people, ties };
  });
}

const NEEDED_FOR_TIES = ['people.write', 'roles.write', 'courses.write', 'enrollments.write'] as const;
