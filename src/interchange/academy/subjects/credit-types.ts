import { CreditTypes } from '../../../record/catalog/index.ts';
import { fileMembers } from '../members.ts';
import { key, maybe, name, object, text } from '../shape.ts';
import { every, externalOf, save } from '../simple.ts';
import { subject, without } from '../subject.ts';

const members = fileMembers(CreditTypes.MEMBERS, { except: ['name', 'externalId'], refs: {} });

export const creditTypes = subject({
  name: 'creditTypes',
  description: 'Kinds of credit that courses can be worth.',
  entry: object({ key: key('credit_type'), name: name() }, { externalId: maybe(text(255)), ...members.shapes }),
  async write(world, entries) {
    for (const entry of entries) {
      const { name, externalId } = entry.value;
      const input = { ...members.input(world, entry.value), name };
      await save(
        world,
        { subject: 'creditTypes', kind: 'credit_type' },
        entry,
        { get: CreditTypes.get, create: CreditTypes.create, update: CreditTypes.update },
        {
          create: () => ({ ...input, externalId: externalOf(entry.value) }),
          update: () => without({ ...input, externalId }),
        },
      );
    }
  },
  async *read(library) {
    for await (const one of every((query) => CreditTypes.list(library.ctx, query)))
      yield {
        key: library.key('credit_type', one.id),
        name: one.name,
        ...library.external('credit_type', one.id, one.externalId),
        ...members.entry(library, one),
      };
  },
});
