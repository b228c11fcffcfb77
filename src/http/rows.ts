import type { Page, Position } from '../record/kernel/page.ts';
import type { Chunks } from './handlers.ts';

/** Stands in a body where an array does; its rows are fetched while they are sent. */
class Rows {
  readonly source: AsyncIterable<unknown>;
  constructor(source: AsyncIterable<unknown>) {
    this.source = source;
  }
}

/** Rows of a body that `inRows` sends, as they come; typed as the array that clients read. */
export const rowsOf = <T>(source: AsyncIterable<T>): T[] => new Rows(source) as unknown as T[];

/** Every row of a list, fetched a page at a time after the position of the last one: nothing is held open between pages. */
export async function* everyRow<Row>(
  list: (page: { kind: 'keyset'; after?: Position; limit: number }) => Promise<Page<Row>>,
  limit = 500,
): AsyncGenerator<Row> {
  for (let after: Position | undefined; ; ) {
    const { rows, next } = await list({ kind: 'keyset', limit, ...(after && { after }) });
    yield* rows;
    if (!next) return;
    after = next;
  }
}

/** Characters that are sent in one piece; what goes wrong before so many is answered as any other trouble. */
const PIECE = 16_384;

/**
 * An answer in JSON whose `rowsOf` are sent while they come, with no more of them in memory than a piece, and no faster than the client
 * reads. What goes wrong before the first piece is full is thrown; after it the connection is cut, so that nobody takes half an answer
 * for the whole. Only arrays of plain members stand outside of rows.
 */
export async function inRows<A extends { status: number; body?: unknown }>(answer: A): Promise<A> {
  const { body, ...rest } = answer;
  const pieces = piecesOf(body);
  const first = await pieces.next();
  return { ...rest, stream: continued(first, pieces), json: true } as unknown as A;
}

const continued = (first: IteratorResult<string>, pieces: AsyncGenerator<string>): Chunks => {
  let begun = false;
  const next = async (): Promise<IteratorResult<string>> => {
    if (begun) return pieces.next();
    begun = true;
    return first;
  };
  // also where nobody read on
  return { [Symbol.asyncIterator]: () => ({ next, return: () => pieces.return(undefined) }) };
};

/** The text in pieces of some size. */
async function* piecesOf(body: unknown): AsyncGenerator<string> {
  let piece = '';
  for await (const text of textsOf(body)) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

async function* textsOf(value: unknown): AsyncGenerator<string> {
  if (value instanceof Rows) {
    let before = '[';
    for await (const row of value.source) {
      yield before + (JSON.stringify(row) ?? 'null');
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
  } else if (holdsRows(value)) {
    let before = '{';
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* textsOf(member);
      before = ',';
    }
    yield '}';
  } else yield JSON.stringify(value) ?? 'null';
}

const holdsRows = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).some((member) => member instanceof Rows || holdsRows(member));
