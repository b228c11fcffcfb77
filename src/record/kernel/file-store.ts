import type { Readable } from 'node:stream';

/** What is in the store under a key, and since when. */
export interface Stored {
  key: string;
  at: Date;
}

/** Where the contents of files are: bytes under keys (`tenant/id`), written once and never changed. Everything may throw a `StoreFault`. */
export interface FileStore {
  /**
   * Keeps what the source gives; it is safe when this resolves. When the source fails or the signal is aborted, nothing is left, and
   * the error is thrown as it came.
   */
  put(key: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** The bytes, or those from `first` to `last`, both included. */
  read(key: string, range?: { first: number; last: number }): Promise<Readable>;
  /** What is not there is as if removed. Takes pieces of what was never completed too. */
  remove(keys: readonly string[]): Promise<void>;
  /** What lies under a prefix that ends with a slash, page by page. */
  list(prefix: string): AsyncIterable<readonly Stored[]>;
}

/** missing: nothing is under the key. full: no room. refused: it says no to us. slow, unreachable, failing: as they say. */
export type StoreTrouble = 'missing' | 'full' | 'refused' | 'slow' | 'unreachable' | 'failing';

/** The store cannot do now what was asked of it. */
export class StoreFault extends Error {
  readonly trouble: StoreTrouble;
  constructor(trouble: StoreTrouble, message: string) {
    super(message);
    this.name = 'StoreFault';
    this.trouble = trouble;
  }
}
