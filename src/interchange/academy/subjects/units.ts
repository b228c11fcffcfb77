import { Units } from '../../../record/people/index.ts';
import { flag, key, later, list, maybe, name, object, open, type Path, type Shape, text, uuid } from '../shape.ts';
import { collect, every, externalOf, filled, save } from '../simple.ts';
import { subject, without } from '../subject.ts';
import type { World } from '../world.ts';

/** What may be said of the unit at the top too. */
export const UNIT_MEMBERS = {
  externalId: maybe(text(255, 'What the outside calls it; its key unless said otherwise.')),
  kind: maybe(text(255, 'School, department, region …')),
  useOwnContact: flag(),
  companyName: maybe(text(255)),
  phone: maybe(text(255)),
  email: maybe(text(320)),
  currencyId: maybe(uuid('A currency, by the id an integration gave it.')),
  attributes: open('Fields of it, by key.'),
};

interface UnitEntry {
  key: string;
  name: string;
  externalId?: string | null | undefined;
  kind?: string | null | undefined;
  useOwnContact?: boolean | undefined;
  companyName?: string | null | undefined;
  phone?: string | null | undefined;
  email?: string | null | undefined;
  currencyId?: string | null | undefined;
  attributes?: Record<string, unknown> | undefined;
  units?: UnitEntry[] | undefined;
}

const unit: Shape<UnitEntry> = object(
  { key: key('unit'), name: name() },
  {
    ...UNIT_MEMBERS,
    units: list(
      later<UnitEntry>('unit', () => unit),
      'The units below it.',
    ),
  },
  'A part of the organisation. Those of the first level stand below the unit at the top, whose key is root.',
);

export const units = subject<UnitEntry>({
  name: 'units',
  description: 'The parts of the organisation, as a tree.',
  entry: later('unit', () => unit),
  defs: { unit },
  async write(world, entries) {
    for (const { value, path } of entries) await write(world, value, path, undefined);
  },
  async *read(library) {
    const all = await collect(every((query) => Units.list(library.ctx, query)));
    const below = Map.groupBy(all, (one) => one.parentId);
    const tree = (one: Units.Unit): object => ({
      key: library.key('unit', one.id),
      ...unitMembers(one),
      ...library.external('unit', one.id, one.externalId),
      ...without({ units: filled((below.get(one.id) ?? []).map(tree)) }),
    });
    const root = all.find((one) => one.parentId === null);
    for (const one of below.get(root?.id ?? null) ?? []) yield tree(one);
  },
});

async function write(world: World, value: UnitEntry, path: Path, parentId: string | undefined): Promise<void> {
  const { key: _, units: below, externalId, ...members } = value;
  const input = without({ ...members, parentId: parentId ?? world.id('unit', 'root') });
  const id = await save(
    world,
    { subject: 'units', kind: 'unit' },
    { value, path },
    { get: Units.get, create: Units.create, update: Units.update },
    {
      create: () => ({ ...input, externalId: externalOf(value) }),
      update: () => without({ ...input, externalId }),
    },
  );
  if (id === undefined) return;
  for (const [i, each] of (below ?? []).entries()) await write(world, each, [...path, 'units', i], id);
}

export const unitMembers = (one: Units.Unit): object =>
  without({
    name: one.name,
    kind: one.kind ?? undefined,
    useOwnContact: one.useOwnContact || undefined,
    companyName: one.companyName ?? undefined,
    phone: one.phone ?? undefined,
    email: one.email ?? undefined,
    currencyId: one.currencyId ?? undefined,
    attributes: filled(one.attributes),
  });
