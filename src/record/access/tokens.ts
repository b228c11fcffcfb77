import { sql } from 'kysely';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { type Instant, later } from '../kernel/instant.ts';
import { refuse } from '../kernel/refusal.ts';
import { accessChanged, announced } from './access-changed.ts';
import { recordAccess } from './passwords.ts';
import { fingerprint, randomSecret } from './secrets.ts';
import type { Operator } from './tenants.ts';

export type TokenKind = 'access' | 'refresh' | 'code';

export interface NewToken {
  kind: TokenKind;
  clientId: string;
  /** For whom; absent when the client acts as itself. */
  personId?: string | null;
  scope?: string | null;
  redirectUri?: string | null;
  lifetimeMs: number;
  /** Written in front, so that a leaked one is recognised. */
  prefix?: string;
  /** The token as a protocol wants it (a signed one), made around 256 random bits that are given; those bits themselves by default. */
  form?: (random: string, expiresAt: Instant) => Promise<string>;
}

export interface IssuedToken {
  /** 256 random bits; only its SHA-256 is kept. */
  token: string;
  expiresAt: Instant;
}

/** A new token, good by the tenant's clock. Earlier ones stay good. The caller has checked who asks. */
export async function issueToken(ctx: Context, input: NewToken): Promise<IssuedToken> {
  const expiresAt = later(ctx.now, input.lifetimeMs);
  const token = `${input.prefix ?? ''}${await (input.form ?? asItIs)(randomSecret(), expiresAt)}`;
  await transaction(ctx, async (ctx) => {
    await ctx.db
      .insertInto('token')
      .values({
        tenant_id: ctx.tenant.id,
        token_hash: fingerprint(token),
        kind: input.kind,
        client_id: input.clientId,
        person_id: input.personId ?? null,
        scope: input.scope ?? null,
        redirect_uri: input.redirectUri ?? null,
        created_at: ctx.now,
        expires_at: expiresAt,
      })
      .execute();
    if (input.personId && input.kind !== 'code') await recordAccess(ctx, input.personId);
  });
  return { token, expiresAt };
}

const asItIs = async (random: string): Promise<string> => random;

export interface Exchanged {
  personId: string | null;
  scope: string | null;
}

/** Uses up a code: the first of many gets its person, every later one `unauthenticated`. The address must be the one asked with. */
export async function exchangeCode(
  ctx: Context,
  { code, clientId, redirectUri }: { code: string; clientId: string; redirectUri?: string | null },
): Promise<Exchanged> {
  const { rows } = await sql<Exchanged & { redirectUri: string | null }>`
    update token set revoked_at = ${ctx.now}
     where tenant_id = ${ctx.tenant.id} and token_hash = ${fingerprint(String(code))} and kind = 'code' and client_id = ${clientId}
       and revoked_at is null and expires_at > ${ctx.now}
    returning person_id as "personId", scope, redirect_uri as "redirectUri"`.execute(ctx.db);
  const [found] = rows;
  if (!found || (found.redirectUri !== null && found.redirectUri !== redirectUri))
    return refuse({ kind: 'unauthenticated', why: 'invalid' });
  await stillActive(ctx, found.personId);
  return { personId: found.personId, scope: found.scope };
}

/** Whom a refresh token stands for. It stays good until it expires or is revoked. */
export async function readRefreshToken(
  ctx: Context,
  { token, clientId }: { token: string; clientId: string },
): Promise<Exchanged> {
  const { rows } = await sql<Exchanged>`
    select person_id as "personId", scope from token
     where tenant_id = ${ctx.tenant.id} and token_hash = ${fingerprint(String(token))} and kind = 'refresh' and client_id = ${clientId}
       and revoked_at is null and expires_at > ${ctx.now}`.execute(ctx.db);
  const found = rows[0] ?? refuse({ kind: 'unauthenticated', why: 'invalid' });
  await stillActive(ctx, found.personId);
  return found;
}

async function stillActive(ctx: Context, personId: string | null): Promise<void> {
  if (!personId) return;
  const { rows } = await sql`
    select 1 from person where tenant_id = ${ctx.tenant.id} and id = ${personId} and status = 'active'`.execute(ctx.db);
  if (rows.length === 0) refuse({ kind: 'unauthenticated', why: 'revoked' });
}

/** Ends one token; an unknown one changes nothing. */
export async function revokeToken(ctx: Context, token: string): Promise<void> {
  await end(ctx, sql`token_hash = ${fingerprint(String(token))}`);
}

/** Ends every token of a person. */
export async function revokeTokensOf(ctx: Context, personId: string): Promise<void> {
  await end(ctx, sql`person_id = ${personId}`);
}

async function end(ctx: Context, which: ReturnType<typeof sql>): Promise<void> {
  await transaction(ctx, async (ctx) => {
    const { rows } = await sql`
      update token set revoked_at = ${ctx.now} where tenant_id = ${ctx.tenant.id} and revoked_at is null and ${which} returning 1`.execute(
      ctx.db,
    );
    if (rows.length > 0) await accessChanged(ctx);
  });
  announced(ctx);
}

/** Forgets tokens a day after they expired; gives how many. Every tenant's clock counts for its own. */
export async function removeExpiredTokens(by: Operator): Promise<number> {
  const { rows } = await sql`
    delete from token k using tenant t
     where t.id = k.tenant_id and k.expires_at < ${by.now}::timestamptz + t.clock_offset_ms * interval '1 ms' - interval '1 day'
    returning 1`.execute(by.db);
  return rows.length;
}
