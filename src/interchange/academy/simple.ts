import type { Context } from '../../record/kernel/context.ts';
import type { Instant } from '../../record/kernel/instant.ts';
import type { ListQuery, Page, Position } from '../../record/kernel/page.ts';
import type { Kind } from './shape.ts';
import type { Entry, World } from './world.ts';

interface Thing {
  id: string;
  updatedAt: Instant;
}

interface Keyed {
  key: string;
  externalId?: string | null | undefined;
}

/** How one kind of thing is written, one by one. */
export interface Verbs<T extends Thing, New, Patch> {
  get(ctx: Context, id: string): Promise<T>;
  create(ctx: Context, input: New): Promise<T>;
  update(ctx: Context, id: string, input: Patch): Promise<T>;
}

/** Makes the thing of an entry, or brings the one that is there in line with it. */
export async function save<V extends Keyed, T extends Thing, New, Patch>(
  world: World,
  { subject, kind }: { subject: string; kind: Kind },
  { value, path }: Entry<V>,
  verbs: Verbs<T, New, Patch>,
  input: { create: () => New; update: () => Patch },
): Promise<string | undefined> {
  return world.attempt(path, async () => {
    const known = world.known(kind, value.key);
    if (known === undefined) {
      const made = await verbs.create(world.past, input.create());
      world.remember(kind, value.key, made.id);
      world.count(subject, 'created');
      return made.id;
    }
    const before = await verbs.get(world.ctx, known);
    const after = await verbs.update(world.ctx, known, input.update());
    world.remember(kind, value.key, known);
    world.count(subject, sameThing(before, after) ? 'unchanged' : 'changed');
    return known;
  });
}

/** Whether a verb changed nothing: `updatedAt` alone does not tell within one moment. */
export const sameThing = (before: object, after: object): boolean => JSON.stringify(before) === JSON.stringify(after);

/** The outside key of a new thing is its key in the file, unless that says otherwise. */
export const externalOf = ({ key, externalId }: Keyed): string | null => (externalId === undefined ? key : externalId);

const PAGE = 1000;

/** Every row of a list, in the order in which things were made unless another is asked for. */
export async function* every<Row>(
  list: (query: ListQuery) => Promise<Page<Row>>,
  sort: ListQuery['sort'] = [{ field: 'number', descending: false }],
): AsyncGenerator<Row> {
  let after: Position | undefined;
  do {
    const page: Page<Row> = await list({ sort, page: { kind: 'keyset', after, limit: PAGE } });
    yield* page.rows;
    after = page.next;
  } while (after);
}

export async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** A JSON `{}` says as little as nothing. */
export const filled = <T extends object>(value: T): T | undefined =>
  (Array.isArray(value) ? value.length : Object.keys(value).length) > 0 ? value : undefined;
