import { Terms } from '../../../record/catalog/index.ts';
import { fileMembers } from '../members.ts';
import { key, maybe, name, object, text } from '../shape.ts';
import { collect, every, externalOf, save } from '../simple.ts';
import { inOrder, subject } from '../subject.ts';

const members = fileMembers(Terms.MEMBERS, { except: ['name', 'externalId'], refs: { parentId: 'parent' } });

export const terms = subject({
  name: 'terms',
  description: 'Spans of the year: years, semesters, grading periods.',
  entry: object({ key: key('term'), name: name() }, { externalId: maybe(text(255)), ...members.shapes }),
  async write(world, entries) {
    const ordered = inOrder(
      entries,
      ({ value }) => value.key,
      ({ value }) => (value.parent ? [value.parent] : []),
    );
    for (const entry of ordered) {
      const { name, externalId } = entry.value;
      const input = () => ({ ...members.input(world, entry.value), name });
      await save(
        world,
        { subject: 'terms', kind: 'term' },
        entry,
        { get: Terms.get, create: Terms.create, update: Terms.update },
        {
          create: () => ({ ...input(), externalId: externalOf(entry.value) }),
          update: () => ({ ...input(), externalId }),
        },
      );
    }
  },
  async *read(library) {
    const all = await collect(every((query) => Terms.list(library.ctx, query)));
    const ordered = inOrder(
      all,
      (term) => term.id,
      (term) => (term.parentId ? [term.parentId] : []),
    );
    for (const term of ordered)
      yield {
        key: library.key('term', term.id),
        name: term.name,
        ...library.external('term', term.id, term.externalId),
        ...members.entry(library, term),
      };
  },
});
