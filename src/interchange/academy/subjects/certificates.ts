import { Certificates } from '../../../record/credentials/index.ts';
import { choice, flag, key, list, maybe, name, object, ref, type TypeOf, text, whole } from '../shape.ts';
import { every, externalOf, filled, save } from '../simple.ts';
import { subject, unlike, without } from '../subject.ts';

const certificate = object(
  { key: key('certificate'), name: name() },
  {
    externalId: maybe(text(255)),
    description: maybe(text(100_000)),
    status: choice(['active', 'inactive', 'archived'], 'Only an active one is awarded. Active unless said otherwise.'),
    validity: maybe(
      object(
        { count: whole(1, 36_500), unit: choice(['day', 'month', 'year']) },
        {},
        'How long an award is good, by the calendar; for ever unless said.',
      ),
    ),
    confirmation: flag('The learner has to confirm before the award is made.'),
    courses: list(ref('course'), 'All of them have to be completed.'),
  },
);

type CertificateEntry = TypeOf<typeof certificate>;

/** What it is when nobody says anything. */
const USUAL = { description: null, status: 'active', validity: null, confirmation: false } as const;

export const certificates = subject<CertificateEntry>({
  name: 'certificates',
  description: 'What completing all of some courses earns. Who earned one follows from completions; see awards.',
  entry: certificate,
  async write(world, entries) {
    for (const entry of entries) {
      const { key: _, externalId, courses, ...rest } = entry.value;
      const input = () => without({ ...rest, courseIds: courses?.map((course) => world.id('course', course)) });
      await save(
        world,
        { subject: 'certificates', kind: 'certificate' },
        entry,
        {
          get: Certificates.get,
          create: Certificates.create,
          update: (ctx, id, change: Parameters<typeof Certificates.update>[2]) => Certificates.update(ctx, id, change),
        },
        {
          create: () => ({ ...input(), externalId: externalOf(entry.value) }),
          update: () => ({ ...input(), ...without({ externalId }) }),
        },
      );
    }
  },
  async *read(library) {
    for await (const one of every((query) => Certificates.list(library.ctx, query)))
      yield without({
        key: library.key('certificate', one.id),
        name: one.name,
        ...library.external('certificate', one.id, one.externalId),
        ...unlike(one, USUAL),
        courses: filled(one.courses.map((course) => library.key('course', course.id))),
      });
  },
});
