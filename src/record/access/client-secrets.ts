import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { derivedSecret, randomSecret } from './secrets.ts';
import { signingKey } from './signing-key.ts';

/** API products: the operations of each, by its name. */
interface Products {
  readonly operations: Readonly<Record<string, readonly string[]>>;
  /** What a client without any reaches. */
  readonly without: 'everything' | 'nothing';
}

/** The protocol that a client speaks, as far as its credentials go; each dialect says its own. */
export interface ClientDialect {
  readonly name: string;
  readonly client: {
    /** A new key around a secret text that nobody has seen yet; the same around the same one, where it is shown again. */
    newKey(secret: string): string;
    /** Whether a secret goes with the key. */
    readonly secret: boolean;
    /** Whether key and secret can be shown again, and not only when they are made. */
    readonly shownAgain?: boolean;
    /** Where tokens are those of somebody who signs in: how the administrator made for a client is called; else null. */
    readonly signsIn: string | null;
    /** What clients are given of the protocol, where that is less than all. */
    readonly products?: Products;
    /** What tokens may be good for. */
    readonly scopes?: readonly string[];
  };
}

export interface Secrets {
  key: string;
  secret: string | null;
}

/** New ones; with the id that they are made from again, where the protocol shows them again. */
export async function newSecrets(ctx: Context, dialect: ClientDialect): Promise<Secrets & { id: string | null }> {
  const { client } = dialect;
  if (client.shownAgain) {
    const id = newId();
    return { ...(await secretsOf(ctx, dialect, id)), id };
  }
  return { key: client.newKey(randomSecret()), secret: client.secret ? randomSecret() : null, id: null };
}

/** Those of an id, the same each time. */
export async function secretsOf(ctx: Context, { client }: ClientDialect, id: string): Promise<Secrets> {
  const tenantKey = await signingKey(ctx, 'client shown again');
  return {
    key: client.newKey(derivedSecret(tenantKey, `key ${id}`)),
    secret: client.secret ? derivedSecret(tenantKey, `secret ${id}`) : null,
  };
}
