import { randomBytes } from 'node:crypto';
import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { may } from '../kernel/actor.ts';
import { type Context, type Database, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId } from '../kernel/ids.ts';
import { invalid, notFound, refuse } from '../kernel/refusal.ts';
import { plainText } from '../kernel/text.ts';
import { accessChanged, announced } from './access-changed.ts';
import { demandOver } from './authority.ts';
import { addressOf, counter, type Guarding, guarded } from './guesses.ts';
import { hashPassword, verifyPassword } from './hashing.ts';
import { fingerprint } from './secrets.ts';

const SHORTEST_PASSWORD = 8;
const PASSWORD_LONGEST = 1000;

/** A password that may be set, or a refusal: at least eight characters. */
export function passwordText(value: unknown, path: readonly (string | number)[]): string {
  const password = plainText(value, path, PASSWORD_LONGEST);
  if ([...password].length < SHORTEST_PASSWORD)
    invalid(path, 'out_of_range', `at least ${SHORTEST_PASSWORD} characters`);
  return password;
}

export interface PasswordOptions {
  /** The present password: whoever sets their own without `people.write` shows it. */
  current?: string;
  /** The token of this very call, which goes on. */
  keepToken?: string;
}

/**
 * Sets or (null) removes a password. Takes `people.write` and every permission the person has; people may set their own by showing the
 * present one. The person's tokens end.
 */
export async function setPassword(
  ctx: Context,
  personId: string,
  password: string | null,
  options: PasswordOptions = {},
): Promise<void> {
  const own = ctx.actor.kind === 'person' && ctx.actor.id === personId;
  if (!own) demand(ctx, 'people.write');
  const text = password === null ? null : passwordText(password, ['password']);
  if (own && !may(ctx.actor, 'people.write')) {
    const { rows } = await run<{ hash: string }>(
      ctx,
      sql`
      select password_hash as hash from person_secret where tenant_id = ${TENANT} and person_id = ${personId}`,
    );
    const { current } = options;
    if (current === undefined) invalid(['currentPassword'], 'required');
    const own = counter('person', 'password', ctx.tenant.id, personId);
    const right = await guarded(ctx.db, { own }, async () =>
      (await verifyPassword(current!, rows[0]?.hash ?? '', { from: personId, familiar: true })) ? true : undefined,
    );
    if (!right || text === null) invalid(['currentPassword'], 'unknown_value');
  } else await demandOver(ctx, [personId]);
  const hash = text === null ? null : await hashPassword(text);
  await transaction(ctx, (ctx) => storePasswords(ctx, [{ personId, hash }], options.keepToken));
  announced(ctx);
}

/** Writes password hashes (null removes) inside the transaction of the caller, ends the people's tokens, appends events. */
export async function storePasswords(
  ctx: Context,
  secrets: readonly { personId: string; hash: string | null }[],
  keepToken?: string,
): Promise<void> {
  if (secrets.length === 0) return;
  const rows = JSON.stringify(secrets.map(({ personId, hash }) => ({ person_id: personId, hash })));
  const tenant = ctx.tenant.id;
  await run(
    ctx,
    sql`
    with given as (select * from jsonb_to_recordset(${rows}::jsonb) as g (person_id uuid, hash text)),
    gone as (delete from person_secret s using given g where s.tenant_id = ${tenant} and s.person_id = g.person_id and g.hash is null),
    ended as (
      delete from token k using given g
       where k.tenant_id = ${tenant} and k.person_id = g.person_id and k.token_hash <> ${keepToken ? fingerprint(keepToken) : ''})
    insert into person_secret (tenant_id, person_id, password_hash, updated_at)
    select ${tenant}, person_id, hash, ${NOW} from given where hash is not null
    on conflict (tenant_id, person_id) do update set password_hash = excluded.password_hash, updated_at = excluded.updated_at`,
  );
  await append(
    ctx,
    secrets.map(({ personId }) => ({
      type: 'person.password_changed',
      entityId: personId,
      personId,
    })),
  );
  await accessChanged(ctx);
}

export interface SignedIn {
  id: string;
  login: string;
  fullName: string;
}

let nobody: Promise<string> | undefined;

/** Made once, so that an unknown name costs what a wrong password costs. */
function nobodys(): Promise<string> {
  nobody ??= hashPassword(randomBytes(16).toString('hex'));
  return nobody;
}

/**
 * The active person with this login name (username, else email) and password; else `unauthenticated`, whatever was wrong. `from` is the
 * address of whoever asks. Refuses with `too_many_requests` after too many misses for this account or from this address.
 */
export async function signIn(ctx: Context, login: string, password: string, from?: string): Promise<SignedIn> {
  const name = typeof login === 'string' && !login.includes('\u0000') ? login.trim() : '';
  const found = await guarded(ctx.db, attemptsOf(ctx.tenant.id, name, from), async (familiar) => {
    const { rows } = await run<SignedIn & { status: string; hash: string | null }>(
      ctx,
      sql`
      select p.id, p.login, p.full_name as "fullName", p.status, s.password_hash as hash
        from person p left join person_secret s on s.tenant_id = p.tenant_id and s.person_id = p.id
       where p.tenant_id = ${TENANT} and p.status <> 'deleted' and lower(p.login) collate "C" = lower(${name})
       order by p.username is null limit 1`,
    );
    const [found] = rows;
    const hash = found?.hash ?? (await nobodys());
    const right = await verifyPassword(String(password), hash, { from: at(from), familiar });
    return found?.hash && right && found.status === 'active' ? found : undefined;
  });
  if (!found) return refuse({ kind: 'unauthenticated', why: 'invalid' });
  return { id: found.id, login: found.login, fullName: found.fullName };
}

/** The answer to a sign-in where not even the tenant is known: the same refusal after the same work. */
export async function spendSignIn(
  db: Database,
  tenant: string,
  login: string,
  password: string,
  from?: string,
): Promise<never> {
  await guarded(db, attemptsOf(tenant, login, from), async () => {
    await verifyPassword(String(password), await nobodys(), { from: at(from), familiar: false });
    return undefined;
  });
  return refuse({ kind: 'unauthenticated', why: 'invalid' });
}

const at = (from: string | undefined): string => (from === undefined ? '' : addressOf(from));

/** Counted by what was typed, so that unknown names are limited as known ones are. */
function attemptsOf(tenant: string, login: string, from?: string): Guarding {
  const account = [tenant.toLowerCase(), login.trim().toLowerCase()];
  const address = from === undefined ? [] : [addressOf(from)];
  return {
    own: counter('pair', ...account, ...address),
    shared: [counter('account', ...account), ...address.map((one) => counter('address', one))],
  };
}

/** Remembers that the person came: first and last access. No event, no change of `updatedAt`. */
export async function recordAccess(ctx: Context, personId: string): Promise<void> {
  if (!isId(personId)) notFound('person', personId);
  await run(
    ctx,
    sql`
    update person set first_access_at = coalesce(first_access_at, ${NOW}), last_access_at = greatest(last_access_at, ${NOW})
     where tenant_id = ${TENANT} and id = ${personId}`,
  );
}
