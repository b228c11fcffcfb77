import { hash } from 'node:crypto';
import { Requests } from '../../record/access/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { type Entity, refuse } from '../../record/kernel/refusal.ts';
import type { Precondition } from '../../record/kernel/text.ts';

/** When something was last used is noted as it happens; whoever changes a thing does not mean that. */
const USE: ReadonlySet<string> = new Set(['firstAccessAt', 'lastAccessAt', 'lastUsedAt']);

/** A strong ETag of what is shown, whatever order its members come in; moments of use apart. */
export const etagOf = (shown: object): string => `"${hash('sha256', inOrder(shown), 'base64url').slice(0, 27)}"`;

/** One text for one value. By hand: `JSON.stringify` with a function that sorts takes five times as long as all else of reading a person. */
function inOrder(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(inOrder).join()}]`;
  const members = value as Record<string, unknown>;
  let text = '{';
  for (const name of Object.keys(members).sort())
    if (members[name] !== undefined && !USE.has(name)) text += `${JSON.stringify(name)}:${inOrder(members[name])},`;
  return `${text}}`;
}

/** An answer that shows one thing. */
export function shown<Status extends number, Wire extends object>(
  status: Status,
  body: Wire,
  location?: string,
): { status: Status; body: Wire; headers: Record<string, string> } {
  return { status, body, headers: { etag: etagOf(body), ...(location === undefined ? {} : { location }) } };
}

interface Conditional {
  'if-match'?: string;
}

/** Whether the tag is among those of If-Match. Weak ones never match. */
function matches(header: string, etag: string): boolean {
  const tags: readonly string[] = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.includes(etag);
}

/** What a verb asks before it changes a thing: is it still what If-Match says? Undefined when everything is. */
export function ifMatch<T>(
  headers: Conditional,
  entity: Entity,
  shape: (thing: T) => object,
  idOf: (thing: T) => string = (thing) => (thing as { id: string }).id,
): Precondition<T> | undefined {
  const header = headers['if-match'];
  if (header === undefined || header.trim() === '*') return undefined;
  return (thing) => {
    if (!matches(header, etagOf(shape(thing)))) refuse({ kind: 'stale', entity, id: idOf(thing) });
  };
}

/**
 * For verbs that take no precondition: reads and compares in the transaction of the change. `read` refuses with `not_found` where
 * there is nothing; giving undefined means that nothing stands there yet, which no tag matches.
 */
export async function whileMatching<T, R>(
  ctx: Context,
  headers: Conditional,
  thing: { entity: Entity; id: string },
  read: (ctx: Context) => Promise<T | undefined>,
  shape: (thing: T) => object,
  change: (ctx: Context) => Promise<R>,
): Promise<R> {
  const header = headers['if-match'];
  if (header === undefined) return change(ctx);
  return Requests.oneWriter(ctx, thing.id, async (ctx) => {
    const current = await read(ctx);
    const same = current !== undefined && (header.trim() === '*' || matches(header, etagOf(shape(current))));
    if (!same) refuse({ kind: 'stale', ...thing });
    return change(ctx);
  });
}
