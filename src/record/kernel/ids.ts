import { randomUUIDv7 } from 'node:crypto';

export const NIL_ID = '00000000-0000-0000-0000-000000000000';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isId = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);

/** A new id: UUID version 7 (RFC 9562), lower case. */
export const newId = (): string => randomUUIDv7();
