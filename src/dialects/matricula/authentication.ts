import type { HttpCall } from '../../http/call.ts';
import { type Access, Tenants, Tokens } from '../../record/access/index.ts';
import type { Database } from '../../record/kernel/context.ts';
import { Refusal, refuse } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';

const BEARER = /^bearer +(\S+) *$/i;
const KEY = /^mk_[\w-]{20,200}$/;
const TOKEN = /^mt_[\w-]{43}$/;
export const TOKEN_PREFIX = 'mt_';

/** The API key or token that came along. */
export function bearerOf(call: HttpCall): string {
  const header = call.headers.authorization;
  if (header === undefined || header.trim() === '') return refuse({ kind: 'unauthenticated', why: 'missing' });
  return BEARER.exec(header)?.[1] ?? refuse({ kind: 'unauthenticated', why: 'malformed' });
}

/** The caller of an operation, by API key or by the token of a person. Refuses with `unauthenticated`. */
export async function callerOf(access: Access.Control, call: HttpCall): Promise<Caller> {
  const shown = bearerOf(call);
  const demanded = { dialect: 'matricula', from: call.ip } as const;
  const found = KEY.test(shown)
    ? await access.resolveClient({ key: shown }, demanded)
    : TOKEN.test(shown)
      ? await access.resolveToken(shown, demanded)
      : refuse({ kind: 'unauthenticated', why: 'malformed' });
  return { ...access.contextOf(found, 'matricula'), access: found };
}

/** Signing out of a disabled tenant: everything else there is refused, so the token has to be ended without its context. */
export async function endTokenOfDisabled(db: Database, call: HttpCall, error: unknown): Promise<boolean> {
  if (!(error instanceof Refusal) || error.fact.kind !== 'rule' || error.fact.rule !== 'tenant_disabled') return false;
  const token = bearerOf(call);
  const by = Tenants.operator(db, 'matricula');
  const tenant = error.fact.id && TOKEN.test(token) ? await Tenants.find(by, error.fact.id) : undefined;
  if (!tenant) return false;
  await Tokens.revoke(Tenants.contextOf(by, tenant), token);
  return true;
}
