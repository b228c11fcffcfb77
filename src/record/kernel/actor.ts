import { PERMISSIONS, type Permission } from './permission.ts';

/**
 * Who acts. `units` limits what the actor sees to these units and all below; null is the whole account. `readOnly`: through a key that
 * changes nothing.
 */
export type Actor =
  | {
      kind: 'person';
      id: string;
      clientId: string | null;
      permissions: ReadonlySet<Permission>;
      units: readonly string[] | null;
      readOnly?: boolean;
      reach?: Reach;
    }
  | {
      kind: 'client';
      id: string;
      permissions: ReadonlySet<Permission>;
      units: readonly string[] | null;
      readOnly?: boolean;
    }
  | { kind: 'system'; id: null; permissions: 'all'; units: null; readOnly?: never };

/** How far somebody reaches beside roles in the account and its units. Absent for most: nothing is asked further then. */
export interface Reach {
  /** Words for staff on single things, each once for a kind of thing, with what it gives there. */
  words: readonly { entity: ReachedEntity; role: string; permissions: ReadonlySet<Permission> }[];
  /** What somebody may do with the people who report to them. */
  team: ReadonlySet<Permission>;
}

export type ReachedEntity = 'unit' | 'group' | 'course' | 'offering' | 'program';

export const SYSTEM: Actor = { kind: 'system', id: null, permissions: 'all', units: null };

export const may = (actor: Actor, permission: Permission): boolean =>
  actor.permissions === 'all' || actor.permissions.has(permission);

/** The words on things of a kind that give the permission there. */
export const wordsFor = (actor: Actor, permission: Permission, entity: ReachedEntity): readonly string[] =>
  reachOf(actor)
    ?.words.filter((word) => word.entity === entity && word.permissions.has(permission))
    .map((word) => word.role) ?? [];

export const leads = (actor: Actor, permission: Permission): boolean => reachOf(actor)?.team.has(permission) ?? false;

const reachOf = (actor: Actor): Reach | undefined => (actor.kind === 'person' ? actor.reach : undefined);

/** By a role, or on single things: which ones, the statement says (`enrollmentsWithin` and its like). */
export const mayAnywhere = (actor: Actor, permission: Permission): boolean =>
  may(actor, permission) ||
  leads(actor, permission) ||
  (reachOf(actor)?.words.some((word) => word.permissions.has(permission)) ?? false);

/** The same actor for what follows by itself from something the actor was allowed to do. */
export const elevated = (actor: Actor): Actor =>
  actor.kind === 'system' ? actor : { ...actor, permissions: ALL_PERMISSIONS, units: null };

const ALL_PERMISSIONS: ReadonlySet<Permission> = new Set(PERMISSIONS);

/** What a key that changes nothing does all the same: it is given tokens, and gives them back. */
export const keepingTokens = <C extends { readonly actor: Actor }>(ctx: C): C =>
  ctx.actor.readOnly ? { ...ctx, actor: { ...ctx.actor, readOnly: false } } : ctx;
