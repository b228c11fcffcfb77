/**
 * A value in pieces, so that none takes long to hand over: containers that are too large are opened, filled by runs of small members,
 * and closed.
 */
export type Piece =
  | { is: 'value'; value: unknown }
  | { is: 'open'; list: boolean }
  | { is: 'key'; key: string }
  | { is: 'items'; values: unknown[] }
  | { is: 'members'; members: [string, unknown][] }
  | { is: 'close' };

/** So many values are handed over in two or three milliseconds. */
const RUN = 4000;

/** How many values a value is made of, itself included; stops counting beyond `most`, and counts shared parts each time. */
export function countValues(value: unknown, most: number): number {
  let count = 0;
  const stack: unknown[] = [value];
  while (stack.length > 0 && count <= most) {
    const one = stack.pop();
    count++;
    if (one === null || typeof one !== 'object') continue;
    // a long list is not laid out on the stack when that alone is too much
    const inner = Array.isArray(one) ? one : Object.values(one);
    if (count + inner.length > most) return most + 1;
    for (const each of inner) stack.push(each);
  }
  return count;
}

export function takeApart(value: unknown, give: (piece: Piece) => void, run = RUN): void {
  if (value === null || typeof value !== 'object' || countValues(value, run) <= run) {
    give({ is: 'value', value });
    return;
  }
  give({ is: 'open', list: Array.isArray(value) });
  fill(value, give, run);
  give({ is: 'close' });
}

/** What fills a container that is open already. */
export function fill(value: object, give: (piece: Piece) => void, run = RUN): void {
  const list = Array.isArray(value);
  let held: [string, unknown][] = [];
  let size = 0;
  const flush = (): void => {
    if (held.length > 0)
      give(list ? { is: 'items', values: held.map(([, each]) => each) } : { is: 'members', members: held });
    held = [];
    size = 0;
  };
  for (const [key, each] of list ? value.entries() : Object.entries(value)) {
    const count = countValues(each, run);
    if (size + count > run) flush();
    if (count > run) {
      if (!list) give({ is: 'key', key: key as string });
      takeApart(each, give, run);
    } else {
      held.push([key as string, each]);
      size += count;
    }
  }
  flush();
}

/** Puts pieces together again, in the order in which they were given. */
export function putTogether(): { take(piece: Piece): void; value(): unknown } {
  const open: { container: unknown[] | Record<string, unknown>; key: string }[] = [];
  let whole: unknown;
  const add = (value: unknown): void => {
    const top = open.at(-1);
    if (!top) whole = value;
    else if (Array.isArray(top.container)) top.container.push(value);
    else top.container[top.key] = value;
  };
  return {
    take(piece) {
      const top = open.at(-1);
      switch (piece.is) {
        case 'value':
          return add(piece.value);
        case 'open': {
          const container = piece.list ? [] : {};
          add(container);
          open.push({ container, key: '' });
          return;
        }
        case 'key':
          top!.key = piece.key;
          return;
        case 'items':
          for (const each of piece.values) (top!.container as unknown[]).push(each);
          return;
        case 'members':
          for (const [key, each] of piece.members) (top!.container as Record<string, unknown>)[key] = each;
          return;
        case 'close':
          open.pop();
      }
    },
    value: () => whole,
  };
}
