import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import { Assessments } from '../../../record/assessment/index.ts';
import { invalid } from '../../../record/kernel/refusal.ts';
import { ending, key, maybe, moment, name, number, object, special, type TypeOf, text } from '../shape.ts';
import { every, externalOf, save } from '../simple.ts';
import { subject, without } from '../subject.ts';
import { activityOf } from './course-activities.ts';
import { checkPlace, PLACE, placeOf } from './sessions.ts';

const PLAIN = {
  description: maybe(text(100_000)),
  category: maybe(text(255)),
  markType: text(50, 'percent unless said otherwise.'),
  minimum: number(-1_000_000, 1_000_000, '0 unless said otherwise.'),
  maximum: number(-1_000_000, 1_000_000, '100 unless said otherwise.'),
  weight: maybe(number(0, 999_999)),
  categoryWeight: maybe(number(0, 999_999, 'Share of the category in the score of the offering; 0 is left out.')),
  opensAt: maybe(moment()),
  dueAt: maybe(ending()),
  closesAt: maybe(ending()),
};

const assessment = object(
  {
    key: key('assessment'),
    name: name(),
    activity: special<string>({ $ref: '#/$defs/key', description: 'Key or name of the activity that is marked.' }),
  },
  { ...PLACE, externalId: maybe(text(255)), ...PLAIN },
);

type AssessmentEntry = TypeOf<typeof assessment>;

export const assessments = subject<AssessmentEntry>({
  name: 'assessments',
  description: 'Graded pieces of offerings.',
  entry: assessment,
  check: checkPlace,
  async write(world, entries) {
    for (const entry of entries) {
      const { value } = entry;
      const place = await placeOf(world, entry);
      if (!place) continue;
      const own = without({
        name: value.name,
        ...(Object.fromEntries(
          Object.keys(PLAIN).map((member) => [member, value[member as keyof typeof PLAIN]]),
        ) as Pick<AssessmentEntry, keyof typeof PLAIN>),
      });
      await world.attempt(entry.path, async () => {
        const activityId =
          (await activityOf(world, place.courseId, value.activity)) ??
          invalid(['activity'], 'not_found', `the course has no activity ${value.activity}`);
        await save(
          world,
          { subject: 'assessments', kind: 'assessment' },
          entry,
          { get: Assessments.get, create: Assessments.create, update: Assessments.update },
          {
            create: () => ({
              ...own,
              name: value.name,
              activityId,
              offeringId: place.offeringId,
              externalId: externalOf(value),
            }),
            update: () => ({ ...own, ...without({ externalId: value.externalId }) }),
          },
        );
      });
    }
  },
  async *read(library) {
    const { ctx } = library;
    const { rows } = await run<{ id: string; courseId: string }>(
      ctx,
      sql`select id, course_id as "courseId" from offering where tenant_id = ${TENANT} and deleted_at is null`,
    );
    const courses = new Map(rows.map((row) => [row.id, row.courseId]));
    for await (const one of every((query) => Assessments.list(ctx, query))) {
      const courseId = courses.get(one.offeringId);
      if (courseId === undefined || !library.has('offering', one.offeringId)) continue;
      yield without({
        key: library.key('assessment', one.id),
        name: one.name,
        ...library.place(courseId, one.offeringId),
        activity: library.activity(courseId, one.activityId),
        ...library.external('assessment', one.id, one.externalId),
        description: one.description ?? undefined,
        category: one.category ?? undefined,
        markType: one.markType === 'percent' ? undefined : one.markType,
        minimum: one.minimum === 0 ? undefined : one.minimum,
        maximum: one.maximum === 100 ? undefined : one.maximum,
        weight: one.weight ?? undefined,
        categoryWeight: one.categoryWeight ?? undefined,
        opensAt: one.opensAt ?? undefined,
        dueAt: one.dueAt ?? undefined,
        closesAt: one.closesAt ?? undefined,
      });
    }
  },
});
