import { Awards, Certificates } from '../../src/record/credentials/index.ts';
import { Enrollments } from '../../src/record/enrollment/index.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import type { Instant } from '../../src/record/kernel/instant.ts';
import { at } from './context.ts';
import { days, type Fixture } from './fixture.ts';

/** A certificate of so many courses of one quiz each, and somebody in all of them. */
export async function holderIn(f: Fixture, input: Parameters<typeof Certificates.create>[1] = {}, n = 1) {
  const on = (n: number): Context => at(f.ctx, days(n));
  const courses = await Promise.all(Array.from({ length: n }, () => f.course({ activities: ['Quiz'] })));
  const certificate = await Certificates.create(f.ctx, {
    name: 'Certificate',
    courseIds: courses.map((course) => course.id),
    ...input,
  });
  const personId = await f.person();
  const ids: string[] = [];
  for (const course of courses)
    ids.push((await Enrollments.enroll(f.ctx, { personId, courseId: course.id })).enrollmentId);
  const award = async (day = 0) => (await Awards.find(on(day), { personId, certificateId: certificate.id }))!;
  return {
    courses,
    certificate,
    personId,
    ids,
    award,
    state: async (day = 0) => (await award(day))?.state,
    complete: (i: number, day: number, completedAt?: Instant) =>
      Enrollments.setOutcome(on(day), ids[i]!, { state: 'complete', ...(completedAt ? { completedAt } : {}) }),
    /** Starts the ith course over. */
    again: async (i: number, day: number) => {
      const made = await Enrollments.enroll(on(day), { personId, courseId: courses[i]!.id }, { reEnroll: true });
      ids[i] = made.enrollmentId;
    },
    events: async () => (await f.events((await award()).id)).map((type) => type.replace('award.', '')),
  };
}
