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
import { type ClientDialect, newSecrets, secretsOf } from './client-secrets.ts';
import { portalClientId } from './portal.ts';
import { isRedirectUri } from './redirect-uri.ts';
import { permissionList } from './roles.ts';
import { fingerprint } from './secrets.ts';

/** A program that calls through one dialect. Its key and secret are shown once, at creation, unless its protocol shows them again. */
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
  /** API products of its protocol that it was given. */
  products: string[];
  /** The most its tokens are good for; none named: whatever its protocol has. */
  scopes: string[];
  /** Whether it changes nothing, whatever it may otherwise. */
  readOnly: boolean;
  status: 'active' | 'revoked';
  createdAt: Instant;
  updatedAt: Instant;
  lastUsedAt: Instant | null;
}

const clientListing: Listing = {
  select: sql`c.id, c.dialect, c.name, c.key_hint as "keyHint", c.person_id as "personId", c.permissions, c.redirect_uris as "redirectUris",
    c.products, c.scopes, c.read_only as "readOnly", c.status, c.created_at as "createdAt", c.updated_at as "updatedAt", c.last_used_at as "lastUsedAt"`,
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
  products?: readonly string[];
  scopes?: readonly string[];
  readOnly?: boolean;
}

export interface MadeClient {
  client: ApiClient;
  /** What the caller shows, by whatever name its protocol has for it. */
  key: string;
  /** The secret half, for protocols that have one. */
  secret: string | null;
}

/** Makes a client with a key and, where its protocol has one, a secret. Nobody makes one that may do more than they may. */
export async function createClient(ctx: Context, input: NewClient): Promise<MadeClient> {
  demandWhole(ctx, 'clients.manage');
  const permissions = permissionList(input.permissions ?? []);
  demandAll(ctx, permissions);
  const dialect = input.dialect.name;
  const { products, scopes } = rightsIn(input.dialect, input);
  const readOnly = input.readOnly ?? false;
  const { key, secret, id: secretId } = await newSecrets(ctx, input.dialect);
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
        secret_id: secretId,
        products,
        scopes,
        read_only: readOnly,
        created_at: ctx.now,
        updated_at: ctx.now,
      })
      .execute();
    await append(ctx, [
      {
        type: 'api_client.created',
        entityId: id,
        personId: input.personId ?? null,
        data: { dialect, name: input.name, permissions, products, scopes, readOnly },
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
  products?: readonly string[];
  scopes?: readonly string[];
  readOnly?: boolean;
}

/** Changes a client, whose dialect is `dialectOf` its name; nobody gives it, or takes a hold of one with, more than they may themselves. */
export async function updateClient(
  ctx: Context,
  id: string,
  dialectOf: (name: string) => ClientDialect,
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
      ...rightsIn(dialectOf(before.dialect), { ...before, ...given(input) }),
      readOnly: input.readOnly ?? before.readOnly,
    };
    const changed = changesOf(before, after, ['name', 'permissions', 'redirectUris', 'products', 'scopes', 'readOnly']);
    if (!changed) return before;
    demandAll(ctx, [...before.permissions, ...after.permissions]);
    await ctx.db
      .updateTable('api_client')
      .set({
        name: after.name,
        permissions: after.permissions,
        redirect_uris: after.redirectUris,
        products: after.products,
        scopes: after.scopes,
        read_only: after.readOnly,
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
    const { key, secret, id: secretId } = await newSecrets(ctx, dialectOf(before.dialect));
    await run(
      ctx,
      sql`
      with ended as (delete from token where tenant_id = ${TENANT} and client_id = ${before.id})
      update api_client set key_hash = ${fingerprint(key)}, secret_hash = ${secret === null ? null : fingerprint(secret)},
             secret_id = ${secretId}, key_hint = ${key.slice(-4)}, updated_at = ${NOW}
       where tenant_id = ${TENANT} and id = ${before.id}`,
    );
    await append(ctx, [{ type: 'api_client.renewed', entityId: before.id }]);
    await accessChanged(ctx);
    return { client: { ...before, keyHint: key.slice(-4), updatedAt: ctx.now }, key, secret };
  });
  announced(ctx);
  return made;
}

/**
 * Key and secret as they were made, where the client's protocol shows them again. Refuses a revoked client, and with `shown_once` one
 * whose credentials nobody can show.
 */
export async function showClient(
  ctx: Context,
  id: string,
  dialectOf: (name: string) => ClientDialect,
): Promise<MadeClient> {
  demandWhole(ctx, 'clients.manage');
  const client = await readClient(ctx, id);
  demandAll(ctx, client.permissions);
  if (client.personId) await demandOver(ctx, [client.personId]);
  if (client.status === 'revoked') against('expired', 'api_client', client.id);
  const dialect = dialectOf(client.dialect);
  const { rows } = await run<{ secretId: string | null; hash: string }>(
    ctx,
    sql`select secret_id as "secretId", key_hash as hash from api_client where tenant_id = ${TENANT} and id = ${client.id}`,
  );
  const { secretId, hash } = rows[0]!;
  const shown = secretId === null ? undefined : await secretsOf(ctx, dialect, secretId);
  if (!dialect.client.shownAgain || !shown || fingerprint(shown.key) !== hash)
    return against('shown_once', 'api_client', client.id);
  return { client, ...shown };
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

/** Products and scopes that the dialect has, each once and in the dialect's order. */
function rightsIn(
  { client }: ClientDialect,
  { products = [], scopes = [] }: { products?: readonly string[]; scopes?: readonly string[] },
): { products: string[]; scopes: string[] } {
  return {
    products: wordsOf(Object.keys(client.products?.operations ?? {}), products, 'products'),
    scopes: wordsOf(client.scopes ?? [], scopes, 'scopes'),
  };
}

function wordsOf(known: readonly string[], named: readonly string[], member: string): string[] {
  const at = named.findIndex((word) => !known.includes(word));
  if (at >= 0)
    invalid(
      [member, at],
      'unknown_value',
      known.length > 0 ? `one of ${known.join(', ')}` : 'left out, as the protocol has none',
    );
  return known.filter((word) => named.includes(word));
}

/** What is given, without what is left out. */
const given = ({ products, scopes }: ClientChanges): Pick<ClientChanges, 'products' | 'scopes'> => ({
  ...(products && { products }),
  ...(scopes && { scopes }),
});

function redirectUri(uri: unknown, i: number): string {
  const text = plainText(uri, ['redirectUris', i], LONG);
  if (!isRedirectUri(text))
    invalid(['redirectUris', i], 'format', 'an https URL (http on this machine only) without fragment or user name');
  return text;
}
