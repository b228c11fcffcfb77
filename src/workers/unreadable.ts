/** What must hold of a text from outside before it is taken for data. */
export interface Limits {
  /** Containers within containers. */
  depth: number;
  /** Values, members of shared parts counted each time. */
  values: number;
  /** How often YAML may repeat a shared part. */
  aliases: number;
}

export type Why =
  | 'syntax'
  /** No UTF-8. */
  | 'encoding'
  | 'depth'
  | 'values'
  | 'aliases'
  /** A member `__proto__`. */
  | 'proto'
  /** The character NUL, which no text column can hold. */
  | 'nul'
  /** Reading took too long, too much memory, or too many wait to be read. */
  | 'time'
  | 'memory'
  | 'busy';

export interface Trouble {
  why: Why;
  /** From 1, as editors count; for JSON always the beginning. */
  line: number;
  column: number;
  /** In words, for whoever wrote the text. */
  message: string;
}

/** A text from outside that cannot be taken. */
export class Unreadable extends Error {
  readonly why: Why;
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.message);
    this.why = trouble.why;
    this.trouble = trouble;
  }
}

export const unreadable = (why: Why, message: string, { line, column } = { line: 1, column: 1 }): Unreadable =>
  new Unreadable({ why, line, column, message });
