import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Entitlements, Roles, Staff } from '../../src/record/access/index.ts';
import { Assessments } from '../../src/record/assessment/index.ts';
import { Courses, CreditTypes, JoinKeys, Offerings, Rooms, Sessions, Terms } from '../../src/record/catalog/index.ts';
import { Certificates } from '../../src/record/credentials/index.ts';
import { Audiences, Enrollments, Places } from '../../src/record/enrollment/index.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import { newId } from '../../src/record/kernel/ids.ts';
import { Refusal } from '../../src/record/kernel/refusal.ts';
import { Groups, People, Profiles, Units } from '../../src/record/people/index.ts';
import { giveRole } from '../support/context.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Fixture, fixture } from '../support/fixture.ts';
import { beside } from '../support/held.ts';

// Whatever is put into a thing that is being deleted is refused in words, and nothing of it stays.
let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 10 });
  f = await fixture(database.db);
});
after(() => database.close());

type Made = { id: string };
interface Parent {
  make: () => Promise<Made>;
  remove: (ctx: Context, id: string) => Promise<unknown>;
  children: Record<string, (id: string) => Promise<unknown>>;
}

const LIVE = { kind: 'instructor_led' as const, activities: [{ name: 'Live', kind: 'live_session' as const }] };
const ROLE = { name: 'Helper', permissions: ['people.read' as const] };

const PARENTS: Record<string, Parent> = {
  unit: {
    make: () => Units.create(f.ctx, { name: 'Unit' }),
    remove: Units.delete,
    children: {
      person: (unitId) => People.create(f.ctx, { fullName: 'In a unit', unitId }),
      unit: (parentId) => Units.create(f.ctx, { name: 'Below', parentId }),
      'unit moved': async (parentId) =>
        Units.update(f.ctx, (await Units.create(f.ctx, { name: 'Moved' })).id, { parentId }),
      group: (unitId) => Groups.create(f.ctx, { name: 'Of a unit', unitId }),
      course: (unitId) => Courses.create(f.ctx, { kind: 'online', name: 'Of a unit', unitId }),
      'course moved': async (unitId) => Courses.update(f.ctx, (await f.course()).id, { unitId }),
      'offering moved': async (unitId) => Offerings.update(f.ctx, await f.offering(await f.course()), { unitId }),
      offering: async (unitId) => Offerings.create(f.ctx, { courseId: (await f.course()).id, unitId }),
      'join key': (unitId) => JoinKeys.create(f.ctx, { name: 'Key', unitId }),
      belonging: async (unitId) => Units.addPerson(f.ctx, await f.person(), unitId),
      role: async (unitId) => giveRole(f.ctx, await f.person(), 'manager', unitId),
      staff: async (id) => Staff.set(f.ctx, 'unit', id, await f.person(), ['manager']),
    },
  },
  group: {
    make: () => Groups.create(f.ctx, { name: 'Group' }),
    remove: Groups.delete,
    children: {
      group: (parentId) => Groups.create(f.ctx, { name: 'Below', parentId }),
      member: async (id) => Groups.addMembers(f.ctx, id, [await f.person()]),
      audience: async (id) => Audiences.set(f.ctx, id, (await f.course()).offeringId),
      staff: async (id) => Staff.set(f.ctx, 'group', id, await f.person(), ['manager']),
    },
  },
  course: {
    make: () => f.course(LIVE),
    remove: Courses.delete,
    children: {
      offering: (courseId) => Offerings.create(f.ctx, { courseId }),
      session: (courseId) => Sessions.create(f.ctx, { courseId, name: 'Session' }),
      enrollment: async (courseId) => Enrollments.enroll(f.ctx, { personId: await f.person(), courseId }),
      prerequisite: async (courseId) =>
        Courses.update(f.ctx, (await f.course()).id, { prerequisites: [{ courseId, enforced: true }] }),
      member: (courseId) =>
        Courses.create(f.ctx, {
          kind: 'curriculum',
          name: 'Collection',
          content: { sections: [{ name: 'Courses', members: [{ courseId }] }] },
        }),
      certificate: (courseId) => Certificates.create(f.ctx, { name: `Certificate ${newId()}`, courseIds: [courseId] }),
      staff: async (id) =>
        Entitlements.entitle(f.ctx, { personId: await f.person(), role: 'instructor', entity: 'course', entityId: id }),
    },
  },
  offering: {
    make: async () => ({ id: await f.offering(await f.course(LIVE)) }),
    remove: Offerings.delete,
    children: {
      session: (offeringId) => Sessions.create(f.ctx, { offeringId, name: 'Session' }),
      'join key': (offeringId) => JoinKeys.create(f.ctx, { name: 'Key', offeringId }),
      enrollment: async (offeringId) => Enrollments.enroll(f.ctx, { personId: await f.person(), offeringId }),
      audience: async (id) => Audiences.set(f.ctx, (await Groups.create(f.ctx, { name: 'Group' })).id, id),
      assessment: async (offeringId) => {
        const [{ id }] = (await f.rows<Made>(
          `select a.id from offering o join activity a on a.tenant_id = o.tenant_id and a.version_id = o.version_id where o.tenant_id = $1 and o.id = $2::uuid`,
          offeringId,
        )) as [Made];
        return Assessments.create(f.ctx, { offeringId, activityId: id, name: 'Assessment' });
      },
      staff: async (id) => Staff.set(f.ctx, 'offering', id, await f.person(), ['instructor']),
    },
  },
  session: {
    make: async () => {
      const course = await f.course(LIVE);
      return Sessions.create(f.ctx, { courseId: course.id, name: 'Session' });
    },
    remove: Sessions.delete,
    children: {
      meeting: (sessionId) =>
        Sessions.update(f.ctx, sessionId, {
          meetings: [{ startsAt: '2026-03-03T08:00:00.000Z', endsAt: '2026-03-03T09:00:00.000Z' }],
        }),
      place: async (id) => {
        const [{ courseId }] = (await f.rows<{ courseId: string }>(
          `select o.course_id as "courseId" from session s join offering o on o.tenant_id = s.tenant_id and o.id = s.offering_id where s.tenant_id = $1 and s.id = $2::uuid`,
          id,
        )) as [{ courseId: string }];
        return Places.take(f.ctx, await f.person(), courseId, id);
      },
    },
  },
  room: {
    make: () => Rooms.create(f.ctx, { name: 'Room' }),
    remove: Rooms.delete,
    children: {
      meeting: async (roomId) => {
        const session = await Sessions.create(f.ctx, { courseId: (await f.course(LIVE)).id, name: 'Session' });
        const span = { startsAt: '2026-03-03T08:00:00.000Z', endsAt: '2026-03-03T09:00:00.000Z' };
        return Sessions.update(f.ctx, session.id, { meetings: [{ ...span, roomId }] });
      },
    },
  },
  term: {
    make: () => Terms.create(f.ctx, { name: 'Term', startsOn: '2026-01-01', endsOn: '2026-06-30' } as never),
    remove: Terms.delete,
    children: {
      offering: async (id) => Offerings.create(f.ctx, { courseId: (await f.course()).id, termIds: [id] }),
      term: (parentId) =>
        Terms.create(f.ctx, { name: 'Part', startsOn: '2026-02-01', endsOn: '2026-03-30', parentId } as never),
    },
  },
  'credit type': {
    make: () => CreditTypes.create(f.ctx, { name: 'Credits' }),
    remove: CreditTypes.delete,
    children: {
      award: (creditTypeId) =>
        Courses.create(f.ctx, {
          kind: 'online',
          name: 'Awards',
          creditAwards: [{ creditTypeId, credits: 1 }],
        } as never),
    },
  },
  role: {
    make: () => Roles.create(f.ctx, { ...ROLE, name: `Helper ${newId()}` }),
    remove: Roles.delete,
    children: {
      assignment: async (role) => giveRole(f.ctx, await f.person(), role),
    },
  },
  profile: {
    make: () => Profiles.create(f.ctx, { name: `Profile ${newId()}` } as never),
    remove: Profiles.delete,
    children: {
      assignment: async (id) => Profiles.assign(f.ctx, await f.person(), id),
    },
  },
  person: {
    make: async () => ({ id: await f.person() }),
    remove: People.delete,
    children: {
      enrollment: async (personId) => Enrollments.enroll(f.ctx, { personId, courseId: (await f.course()).id }),
      member: async (id) => {
        const group = await Groups.create(f.ctx, { name: 'Group' });
        const came = await Groups.addMembers(f.ctx, group.id, [id]);
        if (came.length === 0) throw new Refusal({ kind: 'not_found', entity: 'person', id });
      },
      role: (id) => giveRole(f.ctx, id, 'manager'),
      staff: async (id) => Staff.set(f.ctx, 'course', (await f.course()).id, id, ['instructor']),
      belonging: async (id) => Units.addPerson(f.ctx, id, (await Units.create(f.ctx, { name: 'Unit' })).id),
      managed: (managerId) => People.create(f.ctx, { fullName: 'Managed', managerId }),
    },
  },
};

for (const [parent, { make, remove, children }] of Object.entries(PARENTS))
  for (const [child, put] of Object.entries(children))
    test(`${child} of a ${parent} that is being deleted`, async () => {
      const { id } = await make();
      // what the child needs besides is made before: the deletion is all that it waits for
      const result = await beside(
        database,
        f.ctx,
        (inner) => remove(inner, id),
        () => put(id),
      );
      assert.equal(result.status, 'rejected');
      const { reason } = result as PromiseRejectedResult;
      if (!(reason instanceof Refusal)) throw reason;
      const { fact } = reason;
      assert.ok(
        fact.kind === 'not_found' ||
          (fact.kind === 'invalid' && fact.issues.every((issue) => issue.fault === 'not_found')),
        JSON.stringify(fact),
      );
    });
