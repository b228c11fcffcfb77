import { randomUUIDv7 } from 'node:crypto';

export const NIL_ID = '00000000-0000-0000-0000-000000000000';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isId = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);

/** The thing of each key, in the order asked: an external id as it is written, an id of ours in any case. */
export function byKeys<T extends { id: string }>(
  keys: readonly string[],
  things: readonly T[],
  keyOf: (thing: T) => string,
): (T | undefined)[] {
  const found = new Map(things.map((thing) => [keyOf(thing), thing]));
  return keys.map((key) => found.get(key) ?? (isId(key) ? found.get(key.toLowerCase()) : undefined));
}

/** A new id: UUID version 7 (RFC 9562), lower case. */
export const newId = (): string => randomUUIDv7();
