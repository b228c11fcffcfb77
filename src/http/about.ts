/** A setting that is `on` or `off`. */
interface Flag {
  /** The environment variable. */
  name: string;
  default: 'on' | 'off';
  meaning: string;
}

/** What a client was given to call with, this once. */
export interface Given {
  readonly client: { readonly id: string };
  readonly key: string;
  readonly secret: string | null;
  /** Whom it signs in as, where somebody was made for that. */
  readonly signIn?: { username: string; password: string } | null;
}

/** What is known of a dialect before anything runs: the command line, the settings and other dialects read it here. */
export interface About {
  /** Lower case, also the host name before `.localhost` and the name in metrics. */
  readonly name: string;
  /** Where it is mounted: `/<name>`, or with a version behind it. */
  readonly prefix: string;
  readonly title: string;
  /** By the names that the dialect takes them by when it is made. */
  readonly settings: Readonly<Record<string, Flag>>;
  readonly client: {
    /** A new key around a secret text that nobody has seen yet; the same around the same one, where it is shown again. */
    newKey(secret: string): string;
    /** Whether a secret goes with the key. */
    readonly secret: boolean;
    /** Whether key and secret can be shown again, and not only when they are made. */
    readonly shownAgain?: boolean;
    /** Where tokens are those of somebody who signs in: how the administrator made for a client is called; else null. */
    readonly signsIn: string | null;
    /** API products, where clients are given less than all: the operations of each, and what one without any reaches. */
    readonly products?: {
      readonly operations: Readonly<Record<string, readonly string[]>>;
      readonly without: 'everything' | 'nothing';
    };
    /** What tokens may be good for. */
    readonly scopes?: readonly string[];
    /** What a program is given to call with, by the names that the protocol has for it. */
    credentials(given: Given): Record<string, string>;
    /** What it sends first, as lines of a shell; where that takes two calls, the token is kept in a variable. */
    firstCall(baseUrl: string, credentials: Readonly<Record<string, string>>): string[];
  };
}

/** The one of this name. */
export function named<A extends { readonly name: string }>(all: readonly A[], name: string): A {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`no dialect is called ${name}`);
  return found;
}

/** Any text as one word of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
