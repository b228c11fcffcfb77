import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { keepingTokens } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { type Instant, later } from '../kernel/instant.ts';
import { refuse } from '../kernel/refusal.ts';
import { accessChanged, announced } from './access-changed.ts';
import { counter, missed } from './guesses.ts';
import { fingerprint } from './secrets.ts';
import { endOf, findToken, issueToken, type TokenForm } from './tokens.ts';

export interface Traded {
  access: string;
  accessExpiresAt: Instant;
  refresh: string;
  scope: string | null;
}

export interface Trade {
  kind: 'code' | 'refresh';
  token: string;
  clientId: string;
  /** The address that a code was asked with. */
  redirectUri?: string | null;
  access: TokenForm & {
    lifetimeMs: number;
    /** While one of the same consent lives, it is given again. */
    givenAgain?: boolean;
  };
  refresh: TokenForm & {
    /** Null lives without end. */
    lifetimeMs: number | null;
    /** What its use does: there is a `next` one and this one was good once; it lives its time `anew`; it is `kept` as it is. */
    use: 'next' | 'anew' | 'kept';
  };
  /** Where the code brought none. */
  scope: string;
}

/** An answer that was lost on the way may be asked for again so long, and workers that share a token may refresh at once. */
const REFRESH_AGAIN_MS = 60_000;

/**
 * Trades a code, or a refresh token, for an access token and the refresh token that goes on. A code, and a refresh token that has a next
 * one, is good once (RFC 6749, 4.1.2; RFC 9700, 4.14.2): when it comes again, everything that came from the same consent ends. Access
 * tokens that were given before live their time. Refuses with `unauthenticated`.
 */
export async function tradeToken(ctx: Context, trade: Trade): Promise<Traded> {
  const traded = await transaction(keepingTokens(ctx), (ctx) => tradedIn(ctx, trade));
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
  const shown = String(trade.token);
  const hash = fingerprint(shown);
  const { rows } = await run<Held>(
    ctx,
    sql`
    select k.person_id as "personId", k.person_id is null or p.status = 'active' as active, k.scope, k.redirect_uri as "redirectUri",
           k.family, k.used_at as "usedAt"
      from token k left join person p on p.tenant_id = k.tenant_id and p.id = k.person_id
     where k.tenant_id = ${TENANT} and k.token_hash = ${hash} and k.kind = ${trade.kind} and k.client_id = ${trade.clientId}
       and k.revoked_at is null and (k.expires_at is null or k.expires_at > ${NOW}) for update of k`,
  );
  const [held] = rows;
  if (!held?.active) return 'invalid';
  const { use, ...refreshing } = trade.refresh;
  if (wasGoodOnce(ctx, trade, held)) {
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
  const goesOn = trade.kind === 'refresh' && use !== 'next';
  const anew = goesOn && use === 'anew';
  await run(
    ctx,
    sql`
    update token set used_at = coalesce(used_at, ${NOW}), family = ${family},
           expires_at = case when ${anew}::boolean then ${endOf(ctx, refreshing.lifetimeMs)}::timestamptz else expires_at end
     where tenant_id = ${TENANT} and token_hash = ${hash}`,
  );
  if (held.redirectUri !== null && held.redirectUri !== trade.redirectUri) return 'invalid';
  const shared = { clientId: trade.clientId, personId: held.personId, scope: held.scope ?? trade.scope, family };
  const access = await accessOf(ctx, shared, trade.access);
  const refresh = goesOn
    ? shown
    : (await issueToken(ctx, { ...shared, ...refreshing, kind: 'refresh', shownAgain: use !== 'next' })).token;
  return { access: access.token, accessExpiresAt: access.expiresAt, refresh, scope: shared.scope };
}

/** A refresh token without a next one may come as often as it likes. */
function wasGoodOnce(ctx: Context, { kind, refresh }: Trade, { usedAt }: Held): boolean {
  if (usedAt === null) return false;
  return kind === 'code' || (refresh.use === 'next' && later(usedAt, REFRESH_AGAIN_MS) < ctx.now);
}

async function accessOf(
  ctx: Context,
  shared: { clientId: string; personId: string | null; scope: string; family: string },
  { givenAgain = false, lifetimeMs, ...form }: Trade['access'],
): Promise<{ token: string; expiresAt: Instant }> {
  const there = givenAgain ? await findToken(ctx, { ...shared, ...form, kind: 'access' }) : undefined;
  if (there?.expiresAt) return { token: there.token, expiresAt: there.expiresAt };
  return issueToken(ctx, { ...shared, ...form, kind: 'access', lifetimeMs, shownAgain: givenAgain });
}
