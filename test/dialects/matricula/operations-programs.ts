import assert from 'node:assert/strict';
import { list, type Make, of, type Recipe, taken } from './recipes.ts';
import type { World } from './world.ts';

const filled = async (w: World) => {
  const [program, course] = [await w.program(), await w.course()];
  const path = `/programs/${program.id}/contents/${course.id}`;
  assert.equal((await w.api('PUT', path, { body: {} })).status, 200);
  return { program, course, path };
};
const joined = async (w: World) => {
  const [program, person] = [await w.program(), await w.person()];
  const path = `/programs/${program.id}/members/${person.id}`;
  assert.equal((await w.api('PUT', path)).status, 204);
  return { program, person, path };
};
const tied = async (w: World) => {
  const [program, group] = [await w.program(), await w.group()];
  const path = `/programs/${program.id}/audiences/${group.id}`;
  assert.equal((await w.api('PUT', path, { body: { recursive: true } })).status, 200);
  return { program, group, path };
};
const routed = async (w: World) => {
  const { program, course } = await filled(w);
  const made = await w.post(`/programs/${program.id}/paths`, { name: 'Path', courses: [{ courseId: course.id }] });
  return { program, course, path: `/programs/${program.id}/paths/${made.id}` };
};
const staffed = async (w: World) => {
  const [program, person] = [await w.program(), await w.person()];
  const path = `/programs/${program.id}/staff/${person.id}`;
  assert.equal((await w.api('PUT', path, { body: { roles: ['manager'] } })).status, 200);
  return { path };
};
const at =
  (make: (w: World) => Promise<{ path: string }>, body?: unknown): Make =>
  async (w) => ({ path: (await make(w)).path, ...(body === undefined ? {} : { body }) });
const below =
  (name: string): Make =>
  async (w) => ({ path: `/programs/${(await w.program()).id}/${name}` });

export const PROGRAMS: Record<string, Recipe> = {
  listPrograms: list('/programs'),
  createProgram: {
    good: () => ({ path: '/programs', body: { name: 'New' } }),
    also: {
      409: async (w) => {
        const externalId = `taken-${Math.random()}`;
        await w.program({ externalId });
        return { path: '/programs', body: { name: 'New', externalId } };
      },
    },
  },
  getProgram: { good: of('/programs/{}', (w) => w.program()) },
  updateProgram: {
    good: of('/programs/{}', (w) => w.program(), { seats: 5 }),
    also: { 409: (w) => taken(w, 'programs', w.program) },
  },
  deleteProgram: {
    good: of('/programs/{}', (w) => w.program()),
    also: {
      409: async (w) => {
        const { body } = await w.api('GET', '/programs?sort=number&limit=200');
        return { path: `/programs/${body.data.find((one: { isDefault: boolean }) => one.isDefault).id}` };
      },
    },
  },
  listProgramContents: { good: below('contents') },
  putProgramContent: { good: at(filled, { position: 1 }) },
  deleteProgramContent: { good: at(filled) },
  listProgramMembers: { good: below('members') },
  getProgramMember: { good: at(joined) },
  putProgramMember: {
    good: async (w) => ({ path: `/programs/${(await w.program()).id}/members/${(await w.person()).id}` }),
    also: {
      409: async (w) => ({ path: `/programs/${(await w.program({ seats: 0 })).id}/members/${(await w.person()).id}` }),
    },
  },
  deleteProgramMember: { good: at(joined) },
  listProgramAudiences: { good: below('audiences') },
  getProgramAudience: { good: at(tied) },
  putProgramAudience: {
    good: async (w) => ({
      path: `/programs/${(await w.program()).id}/audiences/${(await w.group()).id}`,
      body: { recursive: true },
    }),
    also: {
      409: async (w) => ({
        path: `/programs/${(await w.program({ state: 'retired' })).id}/audiences/${(await w.group()).id}`,
        body: {},
      }),
    },
  },
  deleteProgramAudience: { good: at(tied) },
  listProgramPaths: { good: below('paths') },
  createProgramPath: {
    good: async (w) => {
      const { program, course } = await filled(w);
      return {
        path: `/programs/${program.id}/paths`,
        body: { name: 'Path', courses: [{ courseId: course.id, dueAfterDays: 30 }] },
      };
    },
  },
  getProgramPath: { good: at(routed) },
  updateProgramPath: { good: at(routed, { name: 'Other', courses: [] }) },
  deleteProgramPath: { good: at(routed) },
  listPersonPrograms: { good: of('/people/{}/programs', (w) => w.person()) },
  listProgramStaff: { good: below('staff') },
  putProgramStaff: { good: at(staffed, { roles: ['manager'] }) },
  deleteProgramStaff: { good: at(staffed) },
};
