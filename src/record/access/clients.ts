import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { NOW, nothing, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import type { Permission } from '../kernel/permission.ts';
import { against, invalid, notFound } from '../kernel/refusal.ts';
import { changesOf, LONG, nameText, type Precondition, plainText } from '../kernel/text.ts';
import { accessChanged, announced } from './access-changed.ts';
import { demandAll, demandOver } from './authority.ts';
import { portalClientId } from './portal.ts';
import { isRedirectUri } from './redirect-uri.ts';
import { permissionList } from './roles.ts';
import { fingerprint, randomSecret } from './secrets.ts';

/** The protocol that a client speaks, as far as its credentials go; each dialect says its own. */
export interface ClientDialect {
  readonly name: string;
  readonly client: {
    /** A new key; `random` is a secret text that nobody has seen yet. */
    newKey(random: string): string;
    /** Whether a secret goes with the key. */
    readonly secret: boolean;
    /** Where tokens are those of somebody who signs in: how the administrator made for a client is called; else null. */
    readonly signsIn: string | null;
  };
}

/** A program that calls through one dialect. Its key and secret are shown once, at creation. */
export interface ApiClient {
  id: string;
  dialect: string;
  name: string;
  /** The last four characters of its key. */
  keyHint: string;
  /** Whom it acts for; null acts as itself, with its own permissions. */
  personId: string | null;
  /** What it may do; for one that acts for people, the most it may do (none named: whatever the person may). */
  permissions: Permission[];
  redirectUris: string[];
  status: 'active' | 'revoked';
  createdAt: Instant;
  updatedAt: Instant;
  lastUsedAt: Instant | null;
}

const clientListing: Listing = {
  select: sql`c.id, c.dialect, c.name, c.key_hint as "keyHint", c.person_id as "personId", c.permissions, c.redirect_uris as "redirectUris",
    c.status, c.created_at as "createdAt", c.updated_at as "updatedAt", c.last_used_at as "lastUsedAt"`,
  from: sql`api_client c`,
  fields: {
    named: {
      id: { sql: 'c.id', type: 'id' },
      dialect: { sql: 'c.dialect', type: 'text', exact: true },
      name: { sql: 'c.name', type: 'text' },
      personId: { sql: 'c.person_id', type: 'id', nullable: true },
      status: { sql: 'c.status', type: 'text', exact: true },
      createdAt: { sql: 'c.created_at', type: 'instant' },
      updatedAt: { sql: 'c.updated_at', type: 'instant' },
      lastUsedAt: { sql: 'c.last_used_at', type: 'instant', nullable: true },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

export interface NewClient {
  dialect: ClientDialect;
  name: string;
  personId?: string | null;
  permissions?: readonly string[];
  redirectUris?: readonly string[];
}

export interface MadeClient {
  client: ApiClient;
  /** What the caller shows, by whatever name its protocol has for it. */
  key: string;
  /** The secret half, for protocols that have one. */
  secret: string | null;
}

const newSecrets = ({ client }: ClientDialect): { key: string; secret: string | null } => ({
  key: client.newKey(randomSecret()),
  secret: client.secret ? randomSecret() : null,
});

/** Makes a client with a key and, where its protocol has one, a secret. Nobody makes one that may do more than they may. */
export async function createClient(ctx: Context, input: NewClient): Promise<MadeClient> {
  demandWhole(ctx, 'clients.manage');
  const permissions = permissionList(input.permissions ?? []);
  demandAll(ctx, permissions);
  const dialect = input.dialect.name;
  const { key, secret } = newSecrets(input.dialect);
  const id = newId();
  const redirectUris = (input.redirectUris ?? []).map(redirectUri);
  const client = await transaction(ctx, async (ctx) => {
    if (input.personId) await demandOver(ctx, [input.personId]);
    await ctx.db
      .insertInto('api_client')
      .values({
        tenant_id: ctx.tenant.id,
        id,
        dialect,
        name: nameText(input.name, ['name']),
        key_hash: fingerprint(key),
        secret_hash: secret === null ? null : fingerprint(secret),
        key_hint: key.slice(-4),
        person_id: input.personId ?? null,
        permissions,
        redirect_uris: redirectUris,
        created_at: ctx.now,
        updated_at: ctx.now,
      })
      .execute();
    await append(ctx, [
      {
        type: 'api_client.created',
        entityId: id,
        personId: input.personId ?? null,
        data: { dialect, name: input.name, permissions },
      },
    ]);
    return readClient(ctx, id);
  });
  return { client, key, secret };
}

export async function listClients(ctx: Context, query: ListQuery): Promise<Page<ApiClient>> {
  demandWhole(ctx, 'clients.manage');
  return listPage<ApiClient>(
    ctx,
    clientListing,
    sql`c.tenant_id = ${TENANT} and c.id <> ${portalClientId(ctx.tenant.id)}`,
    query,
  );
}

export async function getClient(ctx: Context, id: string): Promise<ApiClient> {
  demandWhole(ctx, 'clients.manage');
  return readClient(ctx, id);
}

async function readClient(ctx: Context, id: string, lock = false): Promise<ApiClient> {
  // the portal's own client is nobody's to change
  if (!isId(id) || id.toLowerCase() === portalClientId(ctx.tenant.id)) return notFound('api_client', id);
  const { rows } = await run<ApiClient>(
    ctx,
    sql`select ${clientListing.select} from api_client c where c.tenant_id = ${TENANT} and c.id = ${id}${lock ? sql` for no key update` : nothing}`,
  );
  return rows[0] ?? notFound('api_client', id);
}

export interface ClientChanges {
  name?: string;
  permissions?: readonly string[];
  redirectUris?: readonly string[];
}

/** Changes a client; nobody gives it, or takes a hold of one with, more than they may themselves. */
export async function updateClient(
  ctx: Context,
  id: string,
  input: ClientChanges,
  precondition?: Precondition<ApiClient>,
): Promise<ApiClient> {
  demandWhole(ctx, 'clients.manage');
  const client = await transaction(ctx, async (ctx) => {
    const before = await readClient(ctx, id, true);
    precondition?.(before);
    const after: ApiClient = {
      ...before,
      name: input.name === undefined ? before.name : nameText(input.name, ['name']),
      permissions: input.permissions === undefined ? before.permissions : permissionList(input.permissions),
      redirectUris: input.redirectUris === undefined ? before.redirectUris : input.redirectUris.map(redirectUri),
    };
    const changed = changesOf(before, after, ['name', 'permissions', 'redirectUris']);
    if (!changed) return before;
    demandAll(ctx, [...before.permissions, ...after.permissions]);
    await ctx.db
      .updateTable('api_client')
      .set({
        name: after.name,
        permissions: after.permissions,
        redirect_uris: after.redirectUris,
        updated_at: ctx.now,
      })
      .where('tenant_id', '=', ctx.tenant.id)
      .where('id', '=', before.id)
      .execute();
    await append(ctx, [{ type: 'api_client.updated', entityId: before.id, data: { changed } }]);
    await accessChanged(ctx);
    return { ...after, updatedAt: ctx.now };
  });
  announced(ctx);
  return client;
}

/**
 * A new key and secret, as the client's dialect (`dialectOf` its name) has them; the earlier ones, and the tokens they brought, stop
 * working at once. Refuses a revoked client.
 */
export async function renewClient(
  ctx: Context,
  id: string,
  dialectOf: (name: string) => ClientDialect,
): Promise<MadeClient> {
  demandWhole(ctx, 'clients.manage');
  const made = await transaction(ctx, async (ctx) => {
    const before = await readClient(ctx, id, true);
    demandAll(ctx, before.permissions);
    if (before.personId) await demandOver(ctx, [before.personId]);
    if (before.status === 'revoked') against('expired', 'api_client', before.id);
    const { key, secret } = newSecrets(dialectOf(before.dialect));
    await run(
      ctx,
      sql`
      with ended as (delete from token where tenant_id = ${TENANT} and client_id = ${before.id})
      update api_client set key_hash = ${fingerprint(key)}, secret_hash = ${secret === null ? null : fingerprint(secret)},
             key_hint = ${key.slice(-4)}, updated_at = ${NOW}
       where tenant_id = ${TENANT} and id = ${before.id}`,
    );
    await append(ctx, [{ type: 'api_client.renewed', entityId: before.id }]);
    await accessChanged(ctx);
    return { client: { ...before, keyHint: key.slice(-4), updatedAt: ctx.now }, key, secret };
  });
  announced(ctx);
  return made;
}

/** Ends a client and every token it was given. Revoking again changes nothing. */
export async function revokeClient(
  ctx: Context,
  id: string,
  precondition?: Precondition<ApiClient>,
): Promise<ApiClient> {
  demandWhole(ctx, 'clients.manage');
  const client = await transaction(ctx, async (ctx) => {
    const before = await readClient(ctx, id, true);
    precondition?.(before);
    if (before.status === 'revoked') return before;
    await run(
      ctx,
      sql`
      with ended as (delete from token where tenant_id = ${TENANT} and client_id = ${id})
      update api_client set status = 'revoked', updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${id}`,
    );
    await append(ctx, [{ type: 'api_client.revoked', entityId: before.id }]);
    await accessChanged(ctx);
    return { ...before, status: 'revoked' as const, updatedAt: ctx.now };
  });
  announced(ctx);
  return client;
}

function redirectUri(uri: unknown, i: number): string {
  const text = plainText(uri, ['redirectUris', i], LONG);
  if (!isRedirectUri(text))
    invalid(['redirectUris', i], 'format', 'an https URL (http on this machine only) without fragment or user name');
  return text;
}
