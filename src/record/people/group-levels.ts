import type { Context } from '../kernel/context.ts';
import type { Issue } from '../kernel/refusal.ts';
import type { GroupKind } from './groups.ts';

/** The account's level names, top first. */
export const groupLevels = (ctx: Context): string[] => {
  const levels = ctx.tenant.settings.groupLevels;
  return Array.isArray(levels) ? levels.filter((level) => typeof level === 'string') : [];
};

/**
 * What is wrong with a group's place in the hierarchy, if anything. Hierarchical groups are typed by the account's levels: a child stands
 * strictly below its parent, only the last level may hold itself.
 */
export function levelIssue(
  levels: readonly string[],
  group: { kind: GroupKind; level: string | null },
  parentLevel: string | null | undefined,
  childLevels: readonly string[],
): Issue | undefined {
  const issue = (fault: Issue['fault'], detail: string): Issue => ({ path: ['level'], fault, detail });
  if (group.kind !== 'hierarchical')
    return group.level === null ? undefined : issue('unknown_value', 'only of a hierarchical group');
  const rank = group.level === null ? -1 : levels.indexOf(group.level);
  if (rank < 0) return issue(group.level === null ? 'required' : 'unknown_value', 'one of the levels of the account');
  const fits = (above: number, below: number): boolean =>
    above < below || (above === below && below === levels.length - 1);
  if (parentLevel && !fits(levels.indexOf(parentLevel), rank))
    return issue('out_of_range', 'below the level of the parent');
  if (childLevels.some((child) => !fits(rank, levels.indexOf(child))))
    return issue('out_of_range', 'above the levels of the groups below');
  return undefined;
}
