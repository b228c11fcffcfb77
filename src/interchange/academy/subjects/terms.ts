import { createTerm, getTerm, listTerms, updateTerm } from '../../../record/catalog/index.ts';
import { day, key, maybe, name, object, ref, text } from '../shape.ts';
import { collect, every, externalOf, save } from '../simple.ts';
import { inOrder, subject, without } from '../subject.ts';

export const terms = subject({
  name: 'terms',
  description: 'Spans of the year: years, semesters, grading periods.',
  entry: object(
    { key: key('term'), name: name() },
    {
      externalId: maybe(text(255)),
      kind: text(100, 'In the academy’s own words; term unless said otherwise.'),
      startsOn: maybe(day()),
      endsOn: maybe(day()),
      parent: maybe(ref('term', 'Key of the term it is a part of.')),
      schoolYear: maybe(text(100)),
    },
  ),
  async write(world, entries) {
    const ordered = inOrder(
      entries,
      ({ value }) => value.key,
      ({ value }) => (value.parent ? [value.parent] : []),
    );
    for (const entry of ordered) {
      const { key: _, externalId, parent, ...rest } = entry.value;
      const input = () => ({ ...rest, parentId: world.idOf('term', parent) });
      await save(
        world,
        { subject: 'terms', kind: 'term' },
        entry,
        { get: getTerm, create: createTerm, update: updateTerm },
        {
          create: () => ({ ...input(), externalId: externalOf(entry.value) }),
          update: () => ({ ...input(), externalId }),
        },
      );
    }
  },
  async *read(library) {
    const all = await collect(every((query) => listTerms(library.ctx, query)));
    const ordered = inOrder(
      all,
      (term) => term.id,
      (term) => (term.parentId ? [term.parentId] : []),
    );
    for (const term of ordered)
      yield without({
        key: library.key('term', term.id),
        name: term.name,
        ...library.external('term', term.id, term.externalId),
        kind: term.kind === 'term' ? undefined : term.kind,
        startsOn: term.startsOn ?? undefined,
        endsOn: term.endsOn ?? undefined,
        parent: library.keyOf('term', term.parentId),
        schoolYear: term.schoolYear ?? undefined,
      });
  },
});
