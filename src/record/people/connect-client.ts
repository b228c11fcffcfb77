import { randomBytes } from 'node:crypto';
import { transaction } from '../../database/transaction.ts';
import { Clients } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { createPerson } from './save-person.ts';

export interface ConnectedClient extends Clients.Made {
  /** Whom calls are made in the name of, where the protocol wants somebody to sign in: made along with the client, and shown this once. */
  signIn: { username: string; password: string } | null;
}

/**
 * A client with everything that its protocol needs to call. Where that is somebody who signs in and nobody is named, an administrator
 * is made for it, who stays with it when a sandbox is reset; that takes what making an administrator takes.
 */
export async function connectClient(ctx: Context, input: Clients.New): Promise<ConnectedClient> {
  const { name, client } = input.dialect;
  if (client.signsIn === null || input.personId) return { ...(await Clients.create(ctx, input)), signIn: null };
  return transaction(ctx, async (ctx) => {
    const username = `${name}-${randomBytes(6).toString('hex')}`;
    const password = randomBytes(15).toString('base64url');
    // refusals of the client come before those of its administrator
    const made = await Clients.create(ctx, input);
    const fullName = `${client.signsIn} API (${input.name.trim()})`.slice(0, 255);
    const { id } = await createPerson(ctx, { username, fullName, password, isLearner: false, isAdmin: true });
    await Clients.bindPerson(ctx, made.client.id, id);
    return { ...made, signIn: { username, password } };
  });
}
