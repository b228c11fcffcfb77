import { randomBytes } from 'node:crypto';
import { transaction } from '../../database/transaction.ts';
import { createClient, type MadeClient, type NewClient } from '../access/index.ts';
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

/** Protocols whose token is that of somebody who signs in. */
const SIGNING_IN = { absorb: 'Absorb' } as const;

/**
 * A client with everything that its protocol needs to call. Where that is somebody who signs in and nobody is named, an administrator
 * is made for it; that takes what making an administrator takes.
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
    await createPerson(ctx, { username, fullName, password, isLearner: false, isAdmin: true });
    return { ...made, signIn: { username, password } };
  });
}
