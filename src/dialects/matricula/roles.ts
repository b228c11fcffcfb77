import type { HttpCall } from '../../http/call.ts';
import type { Handlers } from '../../http/handlers.ts';
import { Entitlements, Roles, Staff } from '../../record/access/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { exactly, type List, listed, listedWhole, type PageQuery, searching } from './paging.ts';
import { given } from './patches.ts';
import { toEntitlement, toPersonRole, toRole, toStaffMember } from './wire/people.ts';

const LIST: List<Operations['listRoles']['query']> = {
  filters: { key: exactly('key'), search: searching('name', 'description') },
};

/** The staff of one kind of thing. */
const staffOf = (entity: Entitlements.Entity) => ({
  list: (caller: Caller, id: string, query: PageQuery, call: HttpCall) =>
    listed(caller, call, query, { sort: null }, (page) => Staff.list(caller, entity, id, page), toStaffMember),
  put: async (caller: Caller, id: string, personId: string, { roles }: Schemas['StaffMemberWrite']) => ({
    status: 200 as const,
    body: toStaffMember(await Staff.set(caller, entity, id, personId, roles)),
  }),
  remove: async (caller: Caller, id: string, personId: string) => {
    await Staff.remove(caller, entity, id, personId);
    return { status: 204 as const };
  },
});

const [units, groups, courses, offerings, programs] = (['unit', 'group', 'course', 'offering', 'program'] as const).map(
  staffOf,
) as [OfThing, OfThing, OfThing, OfThing, OfThing];
type OfThing = ReturnType<typeof staffOf>;

/** Who may do what: roles in the account or a unit, and staff of single things. */
export const roleHandlers = {
  listRoles: (caller, { query }, call) => listed(caller, call, query, LIST, (page) => Roles.list(caller, page), toRole),

  createRole: async (caller, { body }, call) => {
    const role = toRole(await Roles.create(caller, given(body)));
    return shown(201, role, `${call.baseUrl}/roles/${role.id}`);
  },

  getRole: async (caller, { path }) => shown(200, toRole(await Roles.get(caller, path.roleId))),

  updateRole: async (caller, { path, body, headers }) => {
    const precondition = ifMatch(headers, 'role', toRole);
    return shown(200, toRole(await Roles.update(caller, path.roleId, given(body), precondition)));
  },

  deleteRole: async (caller, { path, headers }) => {
    await Roles.delete(caller, path.roleId, ifMatch(headers, 'role', toRole));
    return { status: 204 };
  },

  listPersonRoles: async (caller, { path, query }, call) => {
    const held = await Roles.listHeld(caller, path.personId);
    return listedWhole(caller, call, query, held, (role) => [role.roleId], toPersonRole);
  },

  putPersonRole: async (caller, { path, body }) => ({
    status: 200,
    body: toPersonRole(await Roles.setPlaces(caller, path.personId, path.roleId, given(body ?? {}))),
  }),

  deletePersonRole: async (caller, { path }) => {
    await Roles.remove(caller, path.personId, path.roleId);
    return { status: 204 };
  },

  listPersonEntitlements: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      { sort: null },
      (page) => Entitlements.listOfPerson(caller, path.personId, page),
      toEntitlement,
    ),

  listUnitStaff: (caller, { path, query }, call) => units.list(caller, path.unitId, query, call),
  putUnitStaff: (caller, { path, body }) => units.put(caller, path.unitId, path.personId, body),
  deleteUnitStaff: (caller, { path }) => units.remove(caller, path.unitId, path.personId),

  listGroupStaff: (caller, { path, query }, call) => groups.list(caller, path.groupId, query, call),
  putGroupStaff: (caller, { path, body }) => groups.put(caller, path.groupId, path.personId, body),
  deleteGroupStaff: (caller, { path }) => groups.remove(caller, path.groupId, path.personId),

  listCourseStaff: (caller, { path, query }, call) => courses.list(caller, path.courseId, query, call),
  putCourseStaff: (caller, { path, body }) => courses.put(caller, path.courseId, path.personId, body),
  deleteCourseStaff: (caller, { path }) => courses.remove(caller, path.courseId, path.personId),

  listOfferingStaff: (caller, { path, query }, call) => offerings.list(caller, path.offeringId, query, call),
  putOfferingStaff: (caller, { path, body }) => offerings.put(caller, path.offeringId, path.personId, body),
  deleteOfferingStaff: (caller, { path }) => offerings.remove(caller, path.offeringId, path.personId),

  listProgramStaff: (caller, { path, query }, call) => programs.list(caller, path.programId, query, call),
  putProgramStaff: (caller, { path, body }) => programs.put(caller, path.programId, path.personId, body),
  deleteProgramStaff: (caller, { path }) => programs.remove(caller, path.programId, path.personId),
} satisfies Partial<Handlers<Operations, Caller>>;
