import { type Json, resolve, step } from './pointers.ts';

/** An array in a body whose items are checked one by one. */
export interface RowsAt {
  /** The members that lead to it; none where the body is the array. */
  path: readonly string[];
  /** JSON pointer of a row's schema in the contract. */
  items: string;
}

/** JSON pointers of `x-rows`: `true` is the body itself. */
export const rowPaths = (declared: unknown): string[][] =>
  declared === true
    ? [[]]
    : ((declared ?? []) as string[]).map((pointer) =>
        pointer
          .split('/')
          .slice(1)
          .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
      );

/** Where the rows of a body stand, as its schema at `pointer` has them. Throws where `x-rows` names what is no array, or one that may not be empty. */
export function rowsIn(document: Json, schema: Json, pointer: string, declared: unknown): RowsAt[] {
  return rowPaths(declared).map((path) => {
    const found = arrayAt(document, schema, pointer, path);
    if (!found) throw new Error(`x-rows: no array at /${path.join('/')} of ${pointer}`);
    const [array, at] = found;
    // checked without its rows, it would never have enough of them
    if (path.length > 0 && array.minItems > 0) throw new Error(`x-rows: minItems at ${at}`);
    return { path, items: `${at}/items` };
  });
}

function arrayAt(document: Json, schema: Json, pointer: string, path: readonly string[]): [Json, string] | undefined {
  const [own, at] = resolve(document, schema, pointer);
  const [first, ...more] = path;
  if (first === undefined ? own?.items : own?.properties?.[first])
    return first === undefined
      ? [own, at]
      : arrayAt(document, own.properties[first], `${at}/properties/${step(first)}`, more);
  for (const kind of ['allOf', 'oneOf', 'anyOf'])
    for (const [index, part] of (own?.[kind] ?? []).entries()) {
      const found = arrayAt(document, part, `${at}/${kind}/${index}`, path);
      if (found) return found;
    }
  return undefined;
}

/** The rows at a path, and the body with none in their place; undefined where no array stands there. */
export function takeOut(
  body: unknown,
  path: readonly string[],
  anyCase: boolean,
): { rows: unknown[]; rest: unknown } | undefined {
  const [first, ...more] = path;
  if (first === undefined) return Array.isArray(body) ? { rows: body, rest: [] } : undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const members = body as Record<string, unknown>;
  const name = nameIn(members, first, anyCase);
  const inner = name === undefined ? undefined : takeOut(members[name], more, anyCase);
  return inner && { rows: inner.rows, rest: { ...members, [name!]: inner.rest } };
}

/** The body with rows at a path where `takeOut` took some. */
export function putBack(body: unknown, path: readonly string[], rows: readonly unknown[]): unknown {
  const [first, ...more] = path;
  if (first === undefined) return rows;
  const members = body as Record<string, unknown>;
  return { ...members, [first]: putBack(members[first], more, rows) };
}

/** The exact spelling wins where a name comes in several. */
const nameIn = (members: Record<string, unknown>, name: string, anyCase: boolean): string | undefined =>
  Object.hasOwn(members, name)
    ? name
    : anyCase
      ? Object.keys(members).find((one) => one.toLowerCase() === name.toLowerCase())
      : undefined;
