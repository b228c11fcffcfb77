import type { Context } from '../record/kernel/context.ts';

/** A piece of a statement, with its values. */
export class Sql {
  readonly strings: readonly string[];
  /** What stands between the strings. */
  readonly parts: readonly Part[];
  /** What it keeps changes only together with an event. */
  readonly steady: boolean;

  constructor(strings: readonly string[], parts: readonly Part[], steady = false) {
    this.strings = strings;
    this.parts = parts;
    this.steady = steady;
  }

  /** Texts that are not written with the tag yet take constant pieces. */
  toString(): string {
    if (this.parts.length > 0) throw new Error(`has values: ${this.strings.join('…')}`);
    return this.strings[0]!;
  }
}

/** A condition that changes for no row without an event, so that what was counted by it stays while nothing happens. */
export const steady = ({ strings, parts }: Sql): Sql => new Sql(strings, parts, true);

type Part = Sql | Parameter;

/** The call that runs a statement, as far as statements name it. */
export type Call = Partial<Omit<Context, 'db'>>;

/** A value that is one parameter, however often it is named: known by itself, never by what it holds, so that a text does not depend on values. */
class Parameter {
  /** What it holds in a call. */
  readonly of: (call: Call) => unknown;

  constructor(of: (call: Call) => unknown) {
    this.of = of;
  }
}

/** Pieces become part of the text; whatever else is interpolated is a parameter, the same one wherever the piece is used. */
export function sql(strings: TemplateStringsArray, ...parts: readonly unknown[]): Sql {
  // constant pieces are put together once, where they are written
  if (parts.length > 0 && parts.every(isConstant))
    return new Sql([parts.reduce<string>((text, part, i) => text + part.strings[0] + strings[i + 1], strings[0]!)], []);
  return new Sql(
    strings,
    parts.map((part) => (part instanceof Sql ? part : new Parameter(() => part))),
  );
}

const isConstant = (part: unknown): part is Sql => part instanceof Sql && part.parts.length === 0;

/** A value that a statement names several times and that travels once. */
export const value = (held: unknown, type?: string): Sql =>
  new Sql(['', type ? `::${type}` : ''], [new Parameter(() => held)]);

const ofCall = (type: string, of: (call: Call) => unknown): Sql =>
  new Sql(
    ['', `::${type}`],
    [
      new Parameter((call) => {
        const held = of(call);
        if (held === undefined) throw new Error('a statement that names its call is run with it');
        return held;
      }),
    ],
  );

/** What statements name of the call that runs them. */
export const TENANT: Sql = ofCall('uuid', ({ tenant }) => tenant?.id);
export const ZONE: Sql = ofCall('text', ({ tenant }) => tenant?.timeZone);
export const NOW: Sql = ofCall('timestamptz', ({ now }) => now);
export const ACTOR_KIND: Sql = ofCall('text', ({ actor }) => actor?.kind);
export const ACTOR_ID: Sql = ofCall('uuid', ({ actor }) => actor?.id);
export const DIALECT: Sql = ofCall('text', ({ dialect }) => dialect);

/** Text of ours that is made from a table in the source; nothing of a caller's ever goes this way. */
export const constant = (text: string | number): Sql => new Sql([String(text)], []);

const NAME = /^(\w+|"\w+")(\.(\w+|"\w+"))?$/;

/** A table, alias or column. */
export function name(text: string): Sql {
  if (!NAME.test(text)) throw new Error(`no name: ${text}`);
  return new Sql([text], []);
}

export const nothing: Sql = sql``;

export const join = (pieces: readonly Sql[], between: Sql = sql`, `): Sql =>
  pieces.length === 0
    ? nothing
    : new Sql(
        ['', ...pieces.flatMap((_, i) => (i === 0 ? [] : [''])), ''],
        pieces.map((piece, i) => (i === 0 ? piece : sql`${between}${piece}`)),
      );

/** A statement as the database takes it. */
export interface Written {
  text: string;
  values: unknown[];
}

/** The text with its placeholders, in the order in which values are named first. */
export function written(statement: Sql, call: Call = {}): Written {
  const parameters: Parameter[] = [];
  const textOf = ({ strings, parts }: Sql): string => {
    let text = strings[0]!;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!;
      if (part instanceof Sql) text += textOf(part);
      else {
        const known = parameters.indexOf(part);
        text += `$${known < 0 ? parameters.push(part) : known + 1}`;
      }
      text += strings[i + 1];
    }
    return text;
  };
  return { text: textOf(statement), values: parameters.map((parameter) => parameter.of(call)) };
}

/** The piece with another in place of each mention of a column in its own text. */
export function replaced(piece: Sql, column: string, by: Sql): Sql {
  const strings: string[] = [];
  const parts: Part[] = [];
  piece.strings.forEach((string, i) => {
    const [first, ...more] = string.split(column);
    if (i > 0) {
      const part = piece.parts[i - 1]!;
      parts.push(part instanceof Sql ? replaced(part, column, by) : part);
    }
    strings.push(first!);
    for (const one of more) {
      parts.push(by);
      strings.push(one);
    }
  });
  return new Sql(strings, parts);
}

/** The text of a piece, with a sign in place of each value: what it looks at can be seen in it. */
export const textOf = ({ strings, parts }: Sql, without: (part: Sql) => boolean = () => false): string =>
  strings.reduce((text, string, i) => {
    const part = parts[i - 1];
    return `${text}${!(part instanceof Sql) ? '?' : without(part) ? '' : textOf(part, without)}${string}`;
  });
