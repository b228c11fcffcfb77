import { transaction } from '../../database/transaction.ts';
import type { Roles } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { Groups, type People, Uploads } from '../people/index.ts';
import { loadTies } from './load-ties.ts';

/** A person's part in something: `learner` is membership, enrollment or belonging; any other role is a staff word. */
export interface BulkTie {
  personKey: string;
  to: 'group' | 'delivery' | 'unit';
  key: string;
  role: Roles.Key;
  remove: boolean;
  /** Of a membership: leave every other hierarchical group first. */
  replace: boolean;
}

export interface BulkOrganisation {
  groups: readonly Uploads.Group[];
  people: readonly Uploads.Person[];
  ties: readonly BulkTie[];
  /** Members of a person without which nobody is made. */
  atFirst: readonly (keyof People.Input)[];
  /** Roles that the caller can name. */
  among: readonly Roles.Key[];
}

export interface BulkOutcomes {
  groups: Uploads.Outcome[];
  people: Uploads.Outcome[];
  ties: Uploads.Outcome[];
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
    await Groups.lock(ctx, 'exclusive');
    const groups = await Uploads.loadGroups(ctx, input.groups);
    const people = await Uploads.loadPeople(ctx, input.people, input);
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
