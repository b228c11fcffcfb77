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
    }
  | {
      kind: 'client';
      id: string;
      permissions: ReadonlySet<Permission>;
      units: readonly string[] | null;
      readOnly?: boolean;
    }
  | { kind: 'system'; id: null; permissions: 'all'; units: null; readOnly?: never };

export const SYSTEM: Actor = { kind: 'system', id: null, permissions: 'all', units: null };

export const may = (actor: Actor, permission: Permission): boolean =>
  actor.permissions === 'all' || actor.permissions.has(permission);

/** The same actor for what follows by itself from something the actor was allowed to do. */
export const elevated = (actor: Actor): Actor =>
  actor.kind === 'system' ? actor : { ...actor, permissions: ALL_PERMISSIONS, units: null };

const ALL_PERMISSIONS: ReadonlySet<Permission> = new Set(PERMISSIONS);

/** What a key that changes nothing does all the same: it is given tokens, and gives them back. */
export const keepingTokens = <C extends { readonly actor: Actor }>(ctx: C): C =>
  ctx.actor.readOnly ? { ...ctx, actor: { ...ctx.actor, readOnly: false } } : ctx;
