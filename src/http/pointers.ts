export type Json = any;

/** Follows references; gives the thing and the pointer where it really stands. */
export function resolve(document: Json, entry: Json, pointer: string): [Json, string] {
  let [thing, at] = [entry, pointer];
  while (thing && typeof thing === 'object' && typeof thing.$ref === 'string') {
    at = thing.$ref.slice(1);
    thing = lookUp(document, at);
  }
  return [thing, at];
}

/** What stands at a JSON pointer. */
export function lookUp(document: Json, pointer: string): Json {
  let thing = document;
  for (const part of pointer.split('/').slice(1))
    thing = thing?.[decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~')];
  if (thing === undefined) throw new Error(`the contract has nothing at #${pointer}`);
  return thing;
}

/** A name as one step of a JSON pointer in a URI fragment. */
export const step = (name: string): string => encodeURIComponent(name.replace(/~/g, '~0').replace(/\//g, '~1'));
