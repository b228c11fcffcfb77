import type { Kysely } from 'kysely';
import type { DB } from '../../database/tables.generated.ts';
import { type Actor, may, mayAnywhere } from './actor.ts';
import type { Reported } from './changes.ts';
import type { Instant } from './instant.ts';
import type { Permission } from './permission.ts';
import { refuse } from './refusal.ts';

export type Database = Kysely<DB>;

export interface Tenant {
  id: string;
  slug: string;
  name: string;
  timeZone: string;
  sandbox: boolean;
  settings: Record<string, unknown>;
}

/** The first argument of every verb. */
export interface Context {
  readonly tenant: Tenant;
  readonly actor: Actor;
  /** Which door the call came through: a dialect's name, `cli`, `import`, `job`. Written into events. */
  readonly dialect: string;
  readonly db: Database;
  /** True inside `transaction`: a verb that opens one joins instead. */
  readonly inTransaction: boolean;
  /** What happened in the open transaction and has to be followed. */
  readonly reported?: Reported;
  /** The moment of the call by the tenant's clock; one value for the whole call. */
  readonly now: Instant;
  /** Nobody is told by mail of what this call does: it plays the past again, or takes over what is known elsewhere. */
  readonly quiet?: boolean;
  /** Whom an API client signs in with is out of sight, for doors whose callers take everybody they see for a user to keep or clean up. */
  readonly withoutClients?: boolean;
}

/** Refuses with `forbidden` unless the actor holds the permission. */
export function demand(ctx: Context, permission: Permission): void {
  if (!may(ctx.actor, permission)) refuse({ kind: 'forbidden', permission });
}

/** The same for what is asked of single things, which the statement then keeps to those where the actor holds it. */
export function demandAnywhere(ctx: Context, permission: Permission): void {
  if (!mayAnywhere(ctx.actor, permission)) refuse({ kind: 'forbidden', permission });
}

/** The same for what belongs to the whole account: only those who see all of it change it. */
export function demandWhole(ctx: Context, permission: Permission): void {
  demand(ctx, permission);
  if (ctx.actor.units !== null) refuse({ kind: 'forbidden', permission });
}
