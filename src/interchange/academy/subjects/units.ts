import { Units } from '../../../record/people/index.ts';
import { fileMembers } from '../members.ts';
import { key, later, list, maybe, name, object, type Path, type Shape, type TypeOf, text } from '../shape.ts';
import { collect, every, externalOf, filled, save } from '../simple.ts';
import { type Library, subject, without } from '../subject.ts';
import type { World } from '../world.ts';

const members = fileMembers(Units.MEMBERS, { except: ['name', 'externalId', 'parentId'], refs: {} });

/** What may be said of the unit at the top too. */
export const UNIT_MEMBERS = {
  externalId: maybe(text(255, 'What the outside calls it; its key unless said otherwise.')),
  ...members.shapes,
};

const own = object({ key: key('unit'), name: name() }, UNIT_MEMBERS);

interface UnitEntry extends TypeOf<typeof own> {
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
      ...unitMembers(library, one),
      ...library.external('unit', one.id, one.externalId),
      ...without({ units: filled((below.get(one.id) ?? []).map(tree)) }),
    });
    const root = all.find((one) => one.parentId === null);
    for (const one of below.get(root?.id ?? null) ?? []) yield tree(one);
  },
});

async function write(world: World, value: UnitEntry, path: Path, parentId: string | undefined): Promise<void> {
  const { units: below, externalId } = value;
  const parent = parentId ?? world.id('unit', 'root');
  const input = { ...members.input(world, value), name: value.name, parentId: parent };
  const id = await save(
    world,
    { subject: 'units', kind: 'unit' },
    { value, path },
    { get: Units.get, create: Units.create, update: Units.update },
    {
      create: () => ({ ...input, externalId: externalOf(value) }),
      update: () => ({ ...input, externalId }),
    },
  );
  if (id === undefined) return;
  for (const [i, each] of (below ?? []).entries()) await write(world, each, [...path, 'units', i], id);
}

export const unitMembers = (library: Library, one: Units.Unit): object => ({
  name: one.name,
  ...members.entry(library, one),
});
