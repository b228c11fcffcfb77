import { run } from '../../database/run.ts';
import { constant, name, type Sql, sql } from '../../database/sql.ts';
import type { Context, Database } from './context.ts';

export interface Lock {
  /** `advisory`: by a name within a tenant. `rows`: of these tables, in the order of their ids where there are several. */
  kind: 'advisory' | 'rows';
  tables?: readonly string[];
  /** How it is taken. */
  how: string;
  /** What it protects. */
  protects: string;
}

/**
 * Every lock of the record, in the order in which a transaction takes them; it may leave some out, and never goes back. Two writers who
 * keep to it wait for each other in a line, not in a ring. What cannot be known in time (who comes up from a waitlist, who enrolls while
 * an offering is changed, what follows a change) is locked late: a ring that comes of it is broken by the server, and `transaction` runs
 * the work again. Nothing else takes an advisory lock.
 *
 * A row that is changed is locked before it is read for the decision, and its event is inserted after that: the order of events about a
 * thing is the order of its changes. Rows that others refer to are locked `for update` only to delete them.
 */
export const LOCKS = {
  import: { kind: 'advisory', how: 'of a session, tried', protects: 'one import of a tenant at a time' },
  sandbox: {
    kind: 'advisory',
    how: 'shared by every transaction in a sandbox, exclusive for its reset',
    protects: 'a reset has the sandbox for itself',
  },
  answer: { kind: 'advisory', how: 'tried, by caller and key', protects: 'one first request with an Idempotency-Key' },
  academy: { kind: 'advisory', how: 'exclusive', protects: 'one academy file taken in at a time' },
  thing: { kind: 'advisory', how: 'by id', protects: 'reading, test and change of one thing' },
  delivery: { kind: 'advisory', how: 'by key', protects: 'two makers of one delivery' },
  profile_key: { kind: 'advisory', how: 'by key', protects: 'two makers of one profile' },
  tenant: {
    kind: 'rows',
    tables: ['tenant'],
    how: 'for update; for key share by imports',
    protects: 'settings, reset',
  },
  units: { kind: 'advisory', how: 'exclusive', protects: 'no ring of parents' },
  groups: {
    kind: 'advisory',
    how: 'shared for memberships, exclusive for the tree and audiences',
    protects: 'memberships, tree and audiences agree',
  },
  unit: { kind: 'rows', tables: ['unit'], how: 'for no key update', protects: 'the unit' },
  group: { kind: 'rows', tables: ['people_group'], how: 'for no key update', protects: 'the group and its members' },
  people_keys: {
    kind: 'advisory',
    how: 'shared by whoever holds single identifiers, exclusive for large batches and imports',
    protects: 'all identifiers of people',
  },
  people_key: { kind: 'advisory', how: 'by identifier, folded', protects: 'one owner of an identifier' },
  people: {
    kind: 'rows',
    tables: ['person'],
    how: 'for no key update, in order of id',
    protects: 'the person, and everything a learner has: enrollments, attempts, marks, places, memberships',
  },
  program: {
    kind: 'rows',
    tables: ['program'],
    how: 'for no key update; for share without a limit of seats; for key share where somebody enrolls under it',
    protects: 'its seats, what it holds and who is in it',
  },
  course: {
    kind: 'rows',
    tables: ['course'],
    how: 'for no key update',
    protects: 'versions, content, offerings being made',
  },
  collection: { kind: 'advisory', how: 'exclusive', protects: 'no ring of collections' },
  prerequisite: { kind: 'advisory', how: 'exclusive', protects: 'no ring of prerequisites' },
  term: { kind: 'advisory', how: 'exclusive', protects: 'no ring of terms' },
  offerings: {
    kind: 'rows',
    tables: ['offering'],
    how: 'for no key update, in order of id; for key share where something refers to them',
    protects: 'seats and waitlist',
  },
  join_key: { kind: 'rows', tables: ['join_key'], how: 'for no key update', protects: 'its uses' },
  session: {
    kind: 'rows',
    tables: ['session'],
    how: 'for no key update; for key share without a limit',
    protects: 'its places',
  },
  certificates: {
    kind: 'advisory',
    how: 'shared for completions, exclusive for definitions',
    protects: 'no award is missed',
  },
  awards: {
    kind: 'rows',
    tables: ['certificate_award'],
    how: 'for no key update, in order of id',
    protects: 'the award',
  },
  outbox: {
    kind: 'rows',
    tables: ['outbox_place'],
    how: 'by a lease of some seconds in the row, kept over transactions',
    protects: 'one worker at a time for each destination of a tenant',
  },
  contents: {
    kind: 'rows',
    tables: ['file_content'],
    how: 'for update, in order of id, before files let go of them; for share where a file refers to one anew',
    protects: 'the content of a file',
  },
} as const satisfies Record<string, Lock>;

type Advisory = {
  [Name in keyof typeof LOCKS]: (typeof LOCKS)[Name]['kind'] extends 'advisory' ? Name : never;
}[keyof typeof LOCKS];

/** The name that an advisory lock of a tenant has in the database; `of` says which, where there are several. */
export const lockName = (lock: Advisory, tenantId: string, ...of: readonly string[]): string =>
  [lock, tenantId, ...of].join(' ');

export interface Wanted {
  lock: Advisory;
  of?: readonly string[];
  shared?: boolean;
}

/** Takes advisory locks of the tenant, in this order, until the transaction ends. A statement of its own: what is read later is what stands after the wait. */
export async function takeLocks(ctx: Pick<Context, 'db' | 'tenant'>, wanted: readonly Wanted[]): Promise<void> {
  const names = wanted.map(({ lock, of = [] }) => lockName(lock, ctx.tenant.id, ...of));
  await run(
    ctx.db,
    sql`select case when w.shared then pg_advisory_xact_lock_shared(hashtextextended(w.name, 0)) else pg_advisory_xact_lock(hashtextextended(w.name, 0)) end
       from unnest(${names}::text[], ${wanted.map(({ shared = false }) => shared)}::boolean[]) w (name, shared)`,
  );
}

export const takeLock = (
  ctx: Pick<Context, 'db' | 'tenant'>,
  lock: Advisory,
  ...of: readonly string[]
): Promise<void> => takeLocks(ctx, [{ lock, of }]);

export const shareLock = (ctx: Pick<Context, 'db' | 'tenant'>, lock: Advisory): Promise<void> =>
  takeLocks(ctx, [{ lock, shared: true }]);

/** Takes it until the transaction ends, unless somebody has it: whether it was free. */
export async function tryLock(
  ctx: Pick<Context, 'db' | 'tenant'>,
  lock: Advisory,
  ...of: readonly string[]
): Promise<boolean> {
  return tried(ctx.db, 'pg_try_advisory_xact_lock', lockName(lock, ctx.tenant.id, ...of));
}

export const tryShareLock = (ctx: Pick<Context, 'db' | 'tenant'>, lock: Advisory): Promise<boolean> =>
  tried(ctx.db, 'pg_try_advisory_xact_lock_shared', lockName(lock, ctx.tenant.id));

/** The same until the connection ends. */
export const tryLockOfSession = (db: Database, lock: Advisory, tenantId: string): Promise<boolean> =>
  tried(db, 'pg_try_advisory_lock', lockName(lock, tenantId));

async function tried(db: Database, how: string, key: string): Promise<boolean> {
  const { rows } = await run<{ free: boolean }>(db, sql`select ${name(how)}(hashtextextended(${key}, 0)) as free`);
  return rows[0]!.free;
}

/** SQL: whether the lock of a row's tenant is free; it is held from then on until the transaction ends. */
export const tryLockSql = (lock: Advisory, tenantId: Sql): Sql =>
  sql`pg_try_advisory_xact_lock(hashtextextended(${constant(`'${lock} '`)} || ${tenantId}::text, 0))`;
