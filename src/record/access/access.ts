import { timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import { listen } from '../../database/listener.ts';
import { run } from '../../database/run.ts';
import { type Sql, sql, value } from '../../database/sql.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Context, Database } from '../kernel/context.ts';
import { withoutHalt } from '../kernel/halt.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Permission } from '../kernel/permission.ts';
import { Refusal, refuse } from '../kernel/refusal.ts';
import { CHANNEL, onAnnounced } from './access-changed.ts';
import { actorOf, type ReachRows, type RoleRow } from './actor-of.ts';
import { addressOf, type Counter, counter, missed } from './guesses.ts';
import { fingerprint } from './secrets.ts';
import { nowOf, TENANT_COLUMNS, type TenantRecord } from './tenants.ts';

/** What a key or token stands for, with everything that a call needs to act. */
export interface Access {
  tenant: TenantRecord;
  client: AccessClient;
  /** Whom the token or client acts for. */
  person: { id: string; login: string; fullName: string } | null;
  /** Null where it lives without end. */
  token: { scope: string | null; expiresAt: Instant | null } | null;
  actor: Actor;
}

export interface AccessClient {
  id: string;
  dialect: string;
  name: string;
  personId: string | null;
  permissions: Permission[];
  redirectUris: string[];
  /** API products and scopes that it was given. */
  products: string[];
  scopes: string[];
  readOnly: boolean;
  /** Whether it has a secret that must be shown where its protocol asks for one. */
  hasSecret: boolean;
}

export interface AccessControl {
  /** By what the client shows: its key, or its id where a protocol names it so. With `secret`, that must be right too. */
  resolveClient(shown: { key: string } | { id: string }, demanded?: Demanded & { secret?: string }): Promise<Access>;
  /** By an access token. */
  resolveToken(token: string, demanded?: Demanded): Promise<Access>;
  /** Ready to be acted in, at the tenant's present moment. */
  contextOf(access: Access, dialect: string): Context;
  /** Whether answers are kept: not before the change channel is open, nor while it is lost. */
  caching(): boolean;
  close(): Promise<void>;
}

interface Demanded {
  /** Refuses clients of other dialects as if they did not exist. */
  dialect?: string;
  /** The address of whoever shows it: misses are counted. */
  from?: string;
}

export interface AccessOptions {
  db: Database;
  /** Opens the connection on which changes made by other servers are heard. */
  pool: pg.Pool;
  /** The real clock, in milliseconds. */
  clock?: () => number;
  /** How long an answer may be used; 0 keeps none. */
  cacheMs?: number;
}

const CACHE_MS = 30_000;
const MOST_CACHED = 10_000;
const USED_AT_MOST_EVERY_MS = 60_000;

interface Found extends Access {
  secretHash: string | null;
}

interface Cached {
  found: Found;
  until: number;
}

/**
 * Turns keys and tokens into access, in one statement each. Answers are kept for a short while, and dropped as soon as this or
 * another server changes a client, a token, a person's status, a role or a tenant. Refuses with `unauthenticated`; a disabled tenant
 * with the rule `tenant_disabled`.
 */
export function createAccess({ db, pool, clock = Date.now, cacheMs = CACHE_MS }: AccessOptions): AccessControl {
  // a Map keeps the order of insertion: the first key is the one used longest ago
  const cache = new Map<string, Cached>();
  const lastUsed = new Map<string, number>();
  let generation = 0;

  const dropTenant = (tenantId: string): void => {
    generation++;
    for (const [key, { found }] of cache) if (found.tenant.id === tenantId) cache.delete(key);
  };
  const dropAll = (): void => {
    generation++;
    cache.clear();
  };
  const listener =
    cacheMs > 0
      ? listen(pool, { name: 'matricula-access', channel: CHANNEL, onMessage: dropTenant, onLost: dropAll })
      : undefined;
  const silence = onAnnounced(dropTenant);
  const caching = (): boolean => listener?.live() ?? false;

  async function lookUp(key: string, load: () => Promise<Found>): Promise<Found> {
    const hit = cache.get(key);
    if (hit && hit.until > clock() && caching()) {
      cache.delete(key);
      cache.set(key, hit);
      return hit.found;
    }
    const before = generation;
    const found = await load();
    // an answer read before a change must not be kept after it; a sandbox's clock, once moved, has moved for every server
    if (caching() && before === generation && !found.tenant.sandbox) {
      cache.set(key, { found, until: clock() + cacheMs });
      if (cache.size > MOST_CACHED) cache.delete(cache.keys().next().value!);
    }
    return found;
  }

  function admit(found: Found, demanded: Demanded & { secret?: string }): Access {
    const { client, secretHash, ...rest } = found;
    if (demanded.dialect && client.dialect !== demanded.dialect) refuse({ kind: 'unauthenticated', why: 'invalid' });
    if (demanded.secret !== undefined && !(secretHash && sameHash(secretHash, fingerprint(demanded.secret))))
      refuse({ kind: 'unauthenticated', why: 'invalid' });
    if (found.token?.expiresAt && found.token.expiresAt <= nowOf(found.tenant, clock()))
      refuse({ kind: 'unauthenticated', why: 'expired' });
    markUsed(found);
    return { client, ...rest };
  }

  /** Off the hot path: nobody waits for it, and losing one does no harm. */
  function markUsed({ tenant, client }: Found): void {
    const at = clock();
    if (at - (lastUsed.get(client.id) ?? Number.NEGATIVE_INFINITY) < USED_AT_MOST_EVERY_MS) return;
    if (lastUsed.size > MOST_CACHED) lastUsed.clear();
    lastUsed.set(client.id, at);
    const atSql = value(nowOf(tenant, at), 'timestamptz');
    withoutHalt(() =>
      run(
        db,
        sql`update api_client set last_used_at = ${atSql} where tenant_id = ${tenant.id} and id = ${client.id}
          and (last_used_at is null or last_used_at < ${atSql} - interval '50 seconds')`,
      ),
    ).catch(() => {});
  }

  /** What is shown is long and random, so that only misses are counted: who shows the right one is never kept out. */
  async function counting(from: string | undefined, client: string | undefined, work: () => Promise<Access>) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal && error.fact.kind === 'unauthenticated' && error.fact.why === 'invalid'))
        throw error;
      const counters: Counter[] = client === undefined ? [] : [counter('secret', 'client', client)];
      if (from !== undefined) counters.push(counter('secret', 'address', addressOf(from)));
      await missed(db, counters);
      throw error;
    }
  }

  return {
    async resolveClient(shown, demanded = {}) {
      if ('id' in shown) {
        const id = shown.id;
        if (!isId(id)) return refuse({ kind: 'unauthenticated', why: 'malformed' });
        const key = id.toLowerCase();
        return counting(demanded.from, demanded.secret === undefined ? undefined : key, async () =>
          admit(await lookUp(`i${key}`, () => readClient(db, sql`c.id = ${id}::uuid`)), demanded),
        );
      }
      const hash = fingerprint(shown.key);
      return counting(demanded.from, demanded.secret === undefined ? undefined : hash, async () =>
        admit(await lookUp(`k${hash}`, () => readClient(db, sql`c.key_hash = ${hash}`)), demanded),
      );
    },
    async resolveToken(token, demanded = {}) {
      const hash = fingerprint(token);
      return counting(demanded.from, undefined, async () =>
        admit(await lookUp(`t${hash}`, () => readToken(db, hash)), demanded),
      );
    },
    contextOf: ({ tenant, actor }, dialect) => ({
      tenant,
      actor,
      dialect,
      db,
      inTransaction: false,
      now: nowOf(tenant, clock()),
    }),
    caching,
    async close() {
      silence();
      await listener?.close();
      cache.clear();
    },
  };
}

interface Row extends TenantRecord {
  clientId: string;
  dialect: string;
  clientName: string;
  clientStatus: 'active' | 'revoked';
  secretHash: string | null;
  clientPersonId: string | null;
  permissions: Permission[];
  redirectUris: string[];
  products: string[];
  scopes: string[];
  readOnly: boolean;
  personId: string | null;
  login: string | null;
  fullName: string | null;
  personStatus: string | null;
  roles: RoleRow[];
  words: ReachRows['words'];
  team: ReachRows['team'];
}

const CLIENT_COLUMNS = sql`${TENANT_COLUMNS}, c.id as "clientId", c.dialect, c.name as "clientName", c.status as "clientStatus",
  c.secret_hash as "secretHash", c.person_id as "clientPersonId", c.permissions, c.redirect_uris as "redirectUris",
  c.products, c.scopes, c.read_only as "readOnly", p.id as "personId", p.login, p.full_name as "fullName", p.status as "personStatus",
  coalesce((select jsonb_agg(jsonb_build_object('permissions', r.permissions, 'unitId', a.unit_id))
     from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
    where a.tenant_id = p.tenant_id and a.person_id = p.id), '[]') as roles,
  coalesce((select jsonb_agg(distinct jsonb_build_object('entity', x.entity, 'role', x.role, 'permissions', r.permissions))
     from entitlement x join role r on r.tenant_id = x.tenant_id and r.key = x.role
    where x.tenant_id = p.tenant_id and x.person_id = p.id), '[]') as words,
  (select r.permissions from role r where r.tenant_id = p.tenant_id and r.key = 'manager' and exists (
     select 1 from person m where m.tenant_id = p.tenant_id and m.manager_id = p.id and m.status <> 'deleted')) as team`;

async function readClient(db: Database, where: Sql): Promise<Found> {
  const { rows } = await run<Row>(
    db,
    sql`select ${CLIENT_COLUMNS} from api_client c join tenant t on t.id = c.tenant_id
       left join person p on p.tenant_id = c.tenant_id and p.id = c.person_id
      where ${where}`,
  );
  return foundIn(rows[0]);
}

async function readToken(db: Database, hash: string): Promise<Found> {
  const { rows } = await run<Row & { scope: string | null; expiresAt: Instant | null; revokedAt: Instant | null }>(
    db,
    sql`select ${CLIENT_COLUMNS}, k.scope, k.expires_at as "expiresAt", k.revoked_at as "revokedAt"
       from token k join api_client c on c.tenant_id = k.tenant_id and c.id = k.client_id join tenant t on t.id = k.tenant_id
       left join person p on p.tenant_id = k.tenant_id and p.id = k.person_id
      where k.token_hash = ${hash} and k.kind = 'access'`,
  );
  const [row] = rows;
  if (row?.revokedAt) refuse({ kind: 'unauthenticated', why: 'revoked' });
  return { ...foundIn(row), token: row ? { scope: row.scope, expiresAt: row.expiresAt } : null };
}

function foundIn(row: Row | undefined): Found {
  if (!row) return refuse({ kind: 'unauthenticated', why: 'invalid' });
  if (row.clientStatus !== 'active') refuse({ kind: 'unauthenticated', why: 'revoked' });
  if (row.status !== 'active') refuse({ kind: 'rule', rule: 'tenant_disabled', entity: 'tenant', id: row.id });
  // the person of a token is gone only with its token; one that may not act ends what was issued for it
  if (row.personId && row.personStatus !== 'active') refuse({ kind: 'unauthenticated', why: 'revoked' });
  const { id, number, slug, name, timeZone, status, sandbox, clockOffsetMs, academy, settings, createdAt, updatedAt } =
    row;
  const client: AccessClient = {
    id: row.clientId,
    dialect: row.dialect,
    name: row.clientName,
    personId: row.clientPersonId,
    permissions: row.permissions,
    redirectUris: row.redirectUris,
    products: row.products,
    scopes: row.scopes,
    readOnly: row.readOnly,
    hasSecret: row.secretHash !== null,
  };
  const person = row.personId ? { id: row.personId, login: row.login!, fullName: row.fullName! } : null;
  return {
    tenant: {
      id,
      number,
      slug,
      name,
      timeZone,
      status,
      sandbox,
      clockOffsetMs,
      academy,
      settings,
      createdAt,
      updatedAt,
    },
    client,
    person,
    token: null,
    actor: actorOf(client, person?.id ?? null, row.roles, row),
    secretHash: row.secretHash,
  };
}

const sameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
