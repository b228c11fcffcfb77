import { JoinKeys } from '../../../record/catalog/index.ts';
import { fileMembers } from '../members.ts';
import { key, maybe, name, object, type TypeOf, text } from '../shape.ts';
import { every, externalOf, save } from '../simple.ts';
import { type Entry, subject, without } from '../subject.ts';
import { checkPlace, PLACE, placeOf } from './sessions.ts';

const members = fileMembers(JoinKeys.MEMBERS, { except: ['code', 'name', 'externalId'], refs: { unitId: 'unit' } });

const joinKey = object(
  { key: key('join_key') },
  {
    code: text(100, 'What people type; its key unless said otherwise.'),
    name: name('Its key unless said otherwise.'),
    ...PLACE,
    externalId: maybe(text(255)),
    ...members.shapes,
  },
);

type JoinKeyEntry = TypeOf<typeof joinKey>;

export const joinKeys = subject<JoinKeyEntry>({
  name: 'joinKeys',
  description: 'Codes that let people into an offering or, without one, into the academy.',
  entry: joinKey,
  check: (entries, fault) => checkPlace(entries.filter(placed), fault),
  async write(world, entries) {
    for (const entry of entries) {
      const { code, name, externalId, key } = entry.value;
      const place = placed(entry) ? await placeOf(world, entry) : null;
      if (place === undefined) continue;
      const own = () => members.input(world, entry.value);
      await save(
        world,
        { subject: 'joinKeys', kind: 'join_key' },
        entry,
        { get: JoinKeys.get, create: JoinKeys.create, update: JoinKeys.update },
        {
          create: () => ({
            ...own(),
            code: code ?? key,
            name: name ?? key,
            externalId: externalOf(entry.value),
            offeringId: place?.offeringId ?? null,
          }),
          update: () => without({ ...own(), code, name, externalId }),
        },
      );
    }
  },
  async *read(library) {
    for await (const one of every((query) => JoinKeys.list(library.ctx, query))) {
      if (one.offeringId && !library.has('offering', one.offeringId)) continue;
      const own = library.key('join_key', one.id);
      yield without({
        key: own,
        code: one.code === own ? undefined : one.code,
        name: one.name === own ? undefined : one.name,
        ...(one.offeringId ? library.place(one.courseId!, one.offeringId) : {}),
        ...library.external('join_key', one.id, one.externalId),
        ...members.entry(library, one),
      });
    }
  },
});

const placed = ({ value }: Entry<JoinKeyEntry>): boolean => value.course !== undefined || value.offering !== undefined;
