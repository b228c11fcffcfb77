import { randomBytes } from 'node:crypto';
import { transaction } from '../../database/transaction.ts';
import { bindClientPerson, createClient, type DialectName, type MadeClient, type NewClient } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { createPerson } from './save-person.ts';

/** Whom calls through a client are made in the name of, where its protocol wants somebody to sign in. */
export interface SignInName {
  username: string;
  password: string;
}

export interface ConnectedClient extends MadeClient {
  /** Made along with the client, and shown this once. */
  signIn: SignInName | null;
}

const NAMES: Partial<Record<DialectName, (made: MadeClient, signIn: SignInName | null) => Record<string, string>>> = {
  absorb: ({ client, key, secret }, signIn) => ({
    ...signIn,
    privateKey: key,
    clientId: client.id,
    ...(secret === null ? {} : { clientSecret: secret }),
  }),
  enabley: ({ key, secret }) => ({ clientKey: key, ...(secret === null ? {} : { secret }) }),
};

/** What a program is given to call with, by the names that its protocol has for it. */
export const credentialsOf = (made: MadeClient, signIn: SignInName | null): Record<string, string> =>
  NAMES[made.client.dialect]?.(made, signIn) ?? {
    apiKey: made.key,
    ...(made.secret === null ? {} : { secret: made.secret }),
  };

/** Protocols whose token is that of somebody who signs in. */
const SIGNING_IN = { absorb: 'Absorb' } as const;

/**
 * A client with everything that its protocol needs to call. Where that is somebody who signs in and nobody is named, an administrator
 * is made for it, who stays with it when a sandbox is reset; that takes what making an administrator takes.
 */
export async function connectClient(ctx: Context, input: NewClient): Promise<ConnectedClient> {
  const title = SIGNING_IN[input.dialect as keyof typeof SIGNING_IN];
  if (!title || input.personId) return { ...(await createClient(ctx, input)), signIn: null };
  return transaction(ctx, async (ctx) => {
    const username = `${input.dialect}-${randomBytes(6).toString('hex')}`;
    const password = randomBytes(15).toString('base64url');
    // refusals of the client come before those of its administrator
    const made = await createClient(ctx, input);
    const fullName = `${title} API (${input.name.trim()})`.slice(0, 255);
    const { id } = await createPerson(ctx, { username, fullName, password, isLearner: false, isAdmin: true });
    await bindClientPerson(ctx, made.client.id, id);
    return { ...made, signIn: { username, password } };
  });
}
