import { run } from '../../database/run.ts';
import { NOW, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { keepingTokens } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { type Instant, later } from '../kernel/instant.ts';
import { accessChanged, announced } from './access-changed.ts';
import { recordAccess } from './passwords.ts';
import { derivedSecret, fingerprint, randomSecret } from './secrets.ts';
import { signingKey } from './signing-key.ts';
import type { Operator } from './tenants.ts';

type TokenKind = 'access' | 'refresh' | 'code';

/** When a token ends: never, where it lives without end. */
type End<Life> = Life extends number ? Instant : null;

/** How a protocol writes its tokens; finding one again takes the same. */
export interface TokenForm<Life extends number | null = number | null> {
  /** Written in front, so that a leaked one is recognised. */
  prefix?: string;
  /** The token as a protocol wants it (a signed one), made around 256 secret bits that are given; those bits themselves by default. */
  form?: (secret: string, expiresAt: End<Life>) => string | Promise<string>;
}

export interface NewToken<Life extends number | null = number> extends TokenForm<Life> {
  kind: TokenKind;
  clientId: string;
  /** For whom; absent when the client acts as itself. */
  personId?: string | null;
  scope?: string | null;
  redirectUri?: string | null;
  /** Null lives without end. */
  lifetimeMs: Life;
  /** Which tokens end together with it; a code begins a family of its own. */
  family?: string;
  /** Made from its row by a key of the tenant, and not at random: `findToken` gives it again. */
  shownAgain?: boolean;
}

export interface IssuedToken<Life extends number | null = number> {
  /** Around 256 secret bits; only its SHA-256 is kept. */
  token: string;
  expiresAt: End<Life>;
}

/** A new token, good by the tenant's clock. Earlier ones stay good for as long as they were to live. The caller has checked who asks. */
export async function issueToken<Life extends number | null>(
  ctx: Context,
  input: NewToken<Life>,
): Promise<IssuedToken<Life>> {
  const expiresAt = endOf(ctx, input.lifetimeMs);
  const id = input.shownAgain ? newId() : null;
  const token = await write(input, id === null ? randomSecret() : await secretOf(ctx, id), expiresAt);
  await transaction(keepingTokens(ctx), async (ctx) => {
    await ctx.db
      .insertInto('token')
      .values({
        tenant_id: ctx.tenant.id,
        id,
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

export const endOf = <Life extends number | null>(ctx: Context, lifetimeMs: Life): End<Life> =>
  (lifetimeMs === null ? null : later(ctx.now, lifetimeMs)) as End<Life>;

/** The same bits for the same row, as long as the tenant has its key. */
const secretOf = async (ctx: Context, id: string): Promise<string> =>
  derivedSecret(await signingKey(ctx, 'token shown again'), id);

const write = async <Life extends number | null>(
  { prefix = '', form }: TokenForm<Life>,
  secret: string,
  expiresAt: End<Life>,
): Promise<string> => `${prefix}${form ? await form(secret, expiresAt) : secret}`;

export interface Wanted extends TokenForm {
  kind: 'access' | 'refresh';
  clientId: string;
  personId?: string | null;
  scope?: string | null;
  /** From one consent. */
  family?: string;
  /** It must live for so long from now. */
  atLeastMs?: number;
}

/** The token that lives longest of those that can be shown again; undefined where none does. The caller has checked who asks. */
export async function findToken(
  ctx: Context,
  wanted: Wanted,
): Promise<{ token: string; expiresAt: Instant | null } | undefined> {
  const { kind, clientId, personId = null, scope = null, family, atLeastMs = 0 } = wanted;
  const { rows } = await run<{ id: string; hash: string; expiresAt: Instant | null }>(
    ctx,
    sql`
    select id, token_hash as hash, expires_at as "expiresAt" from token
     where tenant_id = ${TENANT} and client_id = ${clientId} and kind = ${kind} and id is not null
       and person_id is not distinct from ${personId}::uuid and scope is not distinct from ${scope}::text
       and revoked_at is null and (expires_at is null or expires_at > ${later(ctx.now, atLeastMs)}::timestamptz)
       ${family === undefined ? nothing : sql`and family = ${family}::uuid`}
     order by expires_at desc nulls first, id desc limit 1`,
  );
  const [row] = rows;
  if (!row) return undefined;
  const token = await write(wanted, await secretOf(ctx, row.id), row.expiresAt as End<number | null>);
  // one that was written otherwise is not the one that was given
  return fingerprint(token) === row.hash ? { token, expiresAt: row.expiresAt } : undefined;
}

/** Ends one token; an unknown one changes nothing. */
export async function revokeToken(ctx: Context, token: string): Promise<void> {
  await end(ctx, sql`token_hash = ${fingerprint(String(token))}`);
}

async function end(ctx: Context, which: Sql): Promise<void> {
  await transaction(keepingTokens(ctx), async (ctx) => {
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
