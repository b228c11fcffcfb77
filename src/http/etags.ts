import { createHash } from 'node:crypto';

/** A weak entity tag of a text: the same for the same text, whatever packs it. */
export const etagOf = (text: string): string => `W/"${createHash('sha256').update(text).digest('base64url')}"`;

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** RFC 9110, 13.1.2: whether what the client has is what there is. */
export const isKnown = (tag: string, ifNoneMatch: string | undefined): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' ||
    (ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? []).some((one) => opaque(one) === opaque(tag)));
