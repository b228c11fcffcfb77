import type { Handlers } from '../../http/handlers.ts';
import { Entitlements } from '../../record/access/index.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import { Paths, ProgramAudiences, ProgramContents, ProgramMembers, Programs } from '../../record/programs/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { after, exactly, type List, listed, searching } from './paging.ts';
import { given, moments } from './patches.ts';
import { toPath, toProgram, toProgramAudience, toProgramContent, toProgramMember } from './wire/programs.ts';

const PROGRAMS: List<Operations['listPrograms']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    state: exactly('state'),
    slug: exactly('slug'),
    unitId: exactly('unitId'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'externalId', 'description'),
  },
};

const dated = <T extends { startsAt?: string | null | undefined; endsAt?: string | null | undefined }>(body: T) =>
  given(moments(body, 'startsAt', 'endsAt'));

const scheduled = <T extends { courses?: Schemas['PathCourseWrite'][] | undefined }>(body: T): T =>
  body.courses ? { ...body, courses: body.courses.map((course) => moments(course, 'dueAt')) } : body;

/** What people find and may enroll themselves in, and who is in it. */
export const programHandlers = {
  listPrograms: (caller, { query }, call) =>
    listed(caller, call, query, PROGRAMS, (page) => Programs.list(caller, page), toProgram),

  createProgram: async (caller, { body }, call) => {
    const program = toProgram(await Programs.create(caller, dated(body)));
    return shown(201, program, `${call.baseUrl}/programs/${program.id}`);
  },

  getProgram: async (caller, { path }) => shown(200, toProgram(await Programs.get(caller, path.programId))),

  updateProgram: async (caller, { path, headers, body }) => {
    const precondition = ifMatch(headers, 'program', toProgram);
    return shown(200, toProgram(await Programs.update(caller, path.programId, dated(body), precondition)));
  },

  deleteProgram: async (caller, { path, headers }) => {
    await Programs.delete(caller, path.programId, ifMatch(headers, 'program', toProgram));
    return { status: 204 };
  },

  listProgramContents: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      { sort: null },
      (page) => ProgramContents.list(caller, path.programId, page),
      toProgramContent,
    ),

  putProgramContent: async (caller, { path, body }) => ({
    status: 200,
    body: toProgramContent(await ProgramContents.put(caller, path.programId, path.courseId, given(body ?? {}))),
  }),

  deleteProgramContent: async (caller, { path }) => {
    await ProgramContents.remove(caller, path.programId, path.courseId);
    return { status: 204 };
  },

  listProgramMembers: (caller, { path, query }, call) => {
    const { left, personId } = query;
    return listed(
      caller,
      call,
      query,
      { sort: 'joinedAt' },
      (page) => ProgramMembers.list(caller, path.programId, page, { left, personId }),
      toProgramMember,
    );
  },

  getProgramMember: async (caller, { path }) => ({
    status: 200,
    body: toProgramMember(await ProgramMembers.get(caller, path.programId, path.personId)),
  }),

  putProgramMember: async (caller, { path }) => {
    await ProgramMembers.join(caller, path.programId, [path.personId]);
    return { status: 204 };
  },

  deleteProgramMember: async (caller, { path }) => {
    const left = await ProgramMembers.leave(caller, path.programId, [path.personId]);
    return left.length === 0 ? notFound('person', path.personId) : { status: 204 };
  },

  listProgramAudiences: async (caller, { path, query }, call) => {
    const { programId } = path;
    await Entitlements.demandThing(caller, 'program', programId);
    return listed(
      caller,
      call,
      query,
      { sort: null },
      (page) => ProgramAudiences.list(caller, page, { programId }),
      toProgramAudience,
    );
  },

  getProgramAudience: async (caller, { path }) => ({
    status: 200,
    body: toProgramAudience(await ProgramAudiences.get(caller, path.programId, path.groupId)),
  }),

  putProgramAudience: async (caller, { path, body }) => {
    const { audience } = await ProgramAudiences.set(caller, path.programId, path.groupId, given(body ?? {}));
    return { status: 200, body: toProgramAudience(audience) };
  },

  deleteProgramAudience: async (caller, { path }) =>
    (await ProgramAudiences.remove(caller, path.programId, path.groupId)) ? { status: 204 } : notFound('audience'),

  listProgramPaths: (caller, { path, query }, call) =>
    listed(caller, call, query, { sort: null }, (page) => Paths.list(caller, path.programId, page), toPath),

  createProgramPath: async (caller, { path, body }, call) => {
    const made = toPath(await Paths.create(caller, path.programId, scheduled(body)));
    return shown(201, made, `${call.baseUrl}/programs/${made.programId}/paths/${made.id}`);
  },

  getProgramPath: async (caller, { path }) => shown(200, toPath(await Paths.get(caller, path.programId, path.pathId))),

  updateProgramPath: async (caller, { path, headers, body }) => {
    const precondition = ifMatch(headers, 'path', toPath);
    return shown(200, toPath(await Paths.update(caller, path.programId, path.pathId, scheduled(body), precondition)));
  },

  deleteProgramPath: async (caller, { path, headers }) => {
    await Paths.delete(caller, path.programId, path.pathId, ifMatch(headers, 'path', toPath));
    return { status: 204 };
  },

  listPersonPrograms: (caller, { path, query }, call) =>
    listed(caller, call, query, {}, (page) => Programs.listOfPerson(caller, path.personId, page), toProgram),
} satisfies Partial<Handlers<Operations, Caller>>;
