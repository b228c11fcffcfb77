import assert from 'node:assert/strict';
import type { World } from './world.ts';

/** A request of an operation; the method is the contract's. */
export interface Wanted {
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** In place of a JSON body. */
  payload?: string;
}

export type Make = (w: World) => Promise<Wanted> | Wanted;

export interface Recipe {
  /** A request that succeeds, with things of its own. */
  good: Make;
  /** Further answers, by status: requests beside those that all operations share. */
  also?: Partial<Record<number, Make>>;
}

export const list = (path: string): Recipe => ({ good: () => ({ path }) });
export const taken = async (w: World, kind: string, make: () => Promise<{ id: string }>): Promise<Wanted> => {
  const externalId = `taken-${Math.random()}`;
  const [one, other] = [await make(), await make()];
  const first = await w.api('PATCH', `/${kind}/${one.id}`, { body: { externalId } });
  assert.equal(first.status, 200, JSON.stringify(first.body));
  return { path: `/${kind}/${other.id}`, body: { externalId } };
};

export const of =
  (path: string, make: (w: World) => Promise<{ id: string }>, body?: unknown): Make =>
  async (w) => ({ path: path.replace('{}', (await make(w)).id), ...(body === undefined ? {} : { body }) });
