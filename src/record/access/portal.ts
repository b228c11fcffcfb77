import { createHash } from 'node:crypto';
import { run } from '../../database/run.ts';
import { NOW, sql } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { against } from '../kernel/refusal.ts';
import { signIn, spendSignIn } from './passwords.ts';
import { fingerprint, randomSecret } from './secrets.ts';
import { findTenant, type Operator, tenantContext } from './tenants.ts';
import { type IssuedToken, issueToken } from './tokens.ts';

/** The built-in client of a tenant's own portal, which people sign in through. It has no key that anybody knows. */
export function portalClientId(tenantId: string): string {
  const hex = createHash('sha256').update(`portal ${tenantId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const LIFETIME_MS = 12 * 3_600_000;

export interface PersonToken extends IssuedToken {
  personId: string;
}

export interface Credentials {
  /** Slug of the tenant. */
  tenant: string;
  login: string;
  password: string;
  /** Written in front of the token. */
  prefix?: string;
  /** The address of whoever signs in. */
  from?: string;
}

/**
 * Signs a person in through the tenant's own portal: a token for twelve hours. Refuses with `unauthenticated`, whatever was wrong and
 * after the same work; with the rule `tenant_disabled` only whoever could sign in otherwise.
 */
export async function signInToPortal(
  by: Operator,
  { tenant: slug, login, password, prefix = '', from }: Credentials,
): Promise<PersonToken> {
  const tenant = await findTenant(by, slug);
  if (!tenant || tenant.slug !== slug.toLowerCase()) return spendSignIn(by.db, slug, login, password, from);
  const ctx = tenantContext(by, tenant);
  const person = await signIn(ctx, login, password, from);
  if (tenant.status !== 'active') against('tenant_disabled', 'tenant', tenant.id);
  const clientId = portalClientId(tenant.id);
  return transaction(ctx, async (ctx) => {
    await run(
      ctx,
      sql`
      insert into api_client (tenant_id, id, dialect, name, key_hash, key_hint, created_at, updated_at)
      values (${tenant.id}, ${clientId}, 'matricula', 'Portal', ${fingerprint(randomSecret())}, '', ${NOW}, ${NOW})
      on conflict (tenant_id, id) do nothing`,
    );
    const issued = await issueToken(ctx, {
      kind: 'access',
      clientId,
      personId: person.id,
      lifetimeMs: LIFETIME_MS,
      prefix,
    });
    return { ...issued, personId: person.id };
  });
}
