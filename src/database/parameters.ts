export { run } from './run.ts';

/** Collects the values of a statement that is put together from pieces of text. */
export interface Parameters {
  readonly values: unknown[];
  /** Adds a value and gives its placeholder; a cast is written behind it (`$3::uuid`). */
  add(value: unknown, cast?: string): string;
}

export function parameters(...first: unknown[]): Parameters {
  const values = [...first];
  return {
    values,
    add(value, cast) {
      values.push(value);
      return cast ? `$${values.length}::${cast}` : `$${values.length}`;
    },
  };
}
