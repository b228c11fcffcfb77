import { Entitlements, Roles } from '../../../record/access/index.ts';
import { choice, object, ref, type TypeOf } from '../shape.ts';
import { every } from '../simple.ts';
import { subject } from '../subject.ts';

const STAFF = Roles.KEYS.filter((role): role is Exclude<Roles.Key, 'learner'> => role !== 'learner');

const entitlement = object(
  { person: ref('person'), role: choice(STAFF) },
  { unit: ref('unit'), group: ref('group'), course: ref('course'), offering: ref('offering'), program: ref('program') },
);

type EntitlementEntry = TypeOf<typeof entitlement>;
const THINGS = ['unit', 'group', 'course', 'offering', 'program'] as const;

export const entitlements = subject<EntitlementEntry>({
  name: 'entitlements',
  description: 'Who is staff of what: the instructor of an offering, the author of a course. Each names one thing.',
  entry: entitlement,
  check(entries, fault) {
    for (const { value, path } of entries)
      if (THINGS.filter((thing) => value[thing] !== undefined).length !== 1)
        fault(path, 'required', `needs exactly one of ${THINGS.join(', ')}`);
  },
  async write(world, entries) {
    for (const { value, path } of entries)
      await world.attempt(path, async () => {
        const entity = THINGS.find((thing) => value[thing] !== undefined)!;
        const { created } = await Entitlements.entitle(world.past, {
          personId: world.id('person', value.person),
          role: value.role,
          entity,
          entityId: world.id(entity, value[entity]!),
        });
        world.count('entitlements', created ? 'created' : 'unchanged');
      });
  },
  async *read(library) {
    const sort = [
      { field: 'createdAt', descending: false },
      { field: 'entity', descending: false },
      { field: 'role', descending: false },
    ];
    const lines: { person: string; role: Roles.Key; [thing: string]: string }[] = [];
    for await (const one of every((query) => Entitlements.list(library.ctx, query), sort)) {
      // authors of courses stand there as editors
      if (one.entity === 'course' && one.role === 'author') continue;
      if (!library.has(one.entity, one.entityId) || !library.has('person', one.personId)) continue;
      lines.push({
        person: library.key('person', one.personId),
        role: one.role,
        [one.entity]: library.key(one.entity, one.entityId),
      });
    }
    yield* lines.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  },
});
