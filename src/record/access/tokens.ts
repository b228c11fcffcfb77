import { run } from '../../database/run.ts';
import { NOW, type Sql, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { type Instant, later } from '../kernel/instant.ts';
import { refuse } from '../kernel/refusal.ts';
import { accessChanged, announced } from './access-changed.ts';
import { counter, missed } from './guesses.ts';
import { recordAccess } from './passwords.ts';
import { fingerprint, randomSecret } from './secrets.ts';
import type { Operator } from './tenants.ts';

type TokenKind = 'access' | 'refresh' | 'code';

export interface NewToken {
  kind: TokenKind;
  clientId: string;
  /** For whom; absent when the client acts as itself. */
  personId?: string | null;
  scope?: string | null;
  redirectUri?: string | null;
  lifetimeMs: number;
  /** Which tokens end together with it; a code begins a family of its own. */
  family?: string;
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
        family: input.family ?? (input.kind === 'code' ? newId() : null),
      })
      .execute();
    if (input.personId && input.kind !== 'code') await recordAccess(ctx, input.personId);
  });
  return { token, expiresAt };
}

const asItIs = async (random: string): Promise<string> => random;

export interface Traded {
  access: string;
  refresh: string;
  scope: string | null;
}

export interface Trade {
  kind: 'code' | 'refresh';
  token: string;
  clientId: string;
  /** The address that a code was asked with. */
  redirectUri?: string | null;
  accessMs: number;
  refreshMs: number;
  /** Where the code brought none. */
  scope: string;
}

/** An answer that was lost on the way may be asked for again so long, and workers that share a token may refresh at once. */
const REFRESH_AGAIN_MS = 60_000;

/**
 * Trades a code, or a refresh token, for an access token and the next refresh token. Either is good once (RFC 6749, 4.1.2; RFC 9700,
 * 4.14.2): when it comes again, everything that came from the same consent ends. Refuses with `unauthenticated`.
 */
export async function tradeToken(ctx: Context, trade: Trade): Promise<Traded> {
  const traded = await transaction(ctx, (ctx) => tradedIn(ctx, trade));
  if (typeof traded === 'object') return traded;
  if (traded === 'reused') announced(ctx);
  await missed(ctx.db, [counter('secret', 'client', trade.clientId)]);
  return refuse({ kind: 'unauthenticated', why: 'invalid' });
}

interface Held {
  personId: string | null;
  active: boolean;
  scope: string | null;
  redirectUri: string | null;
  family: string | null;
  usedAt: Instant | null;
}

/** What a refusal would take back is kept: that a token came again, and what ends by it. */
async function tradedIn(ctx: Context, trade: Trade): Promise<Traded | 'invalid' | 'reused'> {
  const hash = fingerprint(String(trade.token));
  const { rows } = await run<Held>(
    ctx,
    sql`
    select k.person_id as "personId", k.person_id is null or p.status = 'active' as active, k.scope, k.redirect_uri as "redirectUri",
           k.family, k.used_at as "usedAt"
      from token k left join person p on p.tenant_id = k.tenant_id and p.id = k.person_id
     where k.tenant_id = ${TENANT} and k.token_hash = ${hash} and k.kind = ${trade.kind} and k.client_id = ${trade.clientId}
       and k.revoked_at is null and k.expires_at > ${NOW} for update of k`,
  );
  const [held] = rows;
  if (!held?.active) return 'invalid';
  const again = held.usedAt !== null && (trade.kind === 'code' || later(held.usedAt, REFRESH_AGAIN_MS) < ctx.now);
  if (again) {
    await run(
      ctx,
      sql`
      update token set revoked_at = ${NOW}
       where tenant_id = ${TENANT} and family = ${held.family} and revoked_at is null`,
    );
    await accessChanged(ctx);
    return 'reused';
  }
  const family = held.family ?? newId();
  await run(
    ctx,
    sql`
    update token set used_at = coalesce(used_at, ${NOW}), family = ${family}
     where tenant_id = ${TENANT} and token_hash = ${hash}`,
  );
  if (held.redirectUri !== null && held.redirectUri !== trade.redirectUri) return 'invalid';
  const shared = { clientId: trade.clientId, personId: held.personId, scope: held.scope ?? trade.scope, family };
  const access = await issueToken(ctx, { ...shared, kind: 'access', lifetimeMs: trade.accessMs });
  const refresh = await issueToken(ctx, { ...shared, kind: 'refresh', lifetimeMs: trade.refreshMs });
  return { access: access.token, refresh: refresh.token, scope: shared.scope };
}

/** Ends one token; an unknown one changes nothing. */
export async function revokeToken(ctx: Context, token: string): Promise<void> {
  await end(ctx, sql`token_hash = ${fingerprint(String(token))}`);
}

async function end(ctx: Context, which: Sql): Promise<void> {
  await transaction(ctx, async (ctx) => {
    const { rows } = await run(
      ctx,
      sql`
      update token set revoked_at = ${NOW} where tenant_id = ${TENANT} and revoked_at is null and ${which} returning 1`,
    );
    if (rows.length > 0) await accessChanged(ctx);
  });
  announced(ctx);
}

/** Forgets tokens a day after they expired; gives how many. Every tenant's clock counts for its own. */
export async function removeExpiredTokens(by: Operator): Promise<number> {
  const { rows } = await run(
    by,
    sql`
    delete from token k using tenant t
     where t.id = k.tenant_id and k.expires_at < ${NOW} + t.clock_offset_ms * interval '1 ms' - interval '1 day'
    returning 1`,
  );
  return rows.length;
}
