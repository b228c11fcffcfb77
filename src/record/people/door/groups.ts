/** Groups and who is in them. */

export {
  findGroup as find,
  findGroups as findMany,
  type GroupHead as Head,
  listGroupHeads as listHeads,
  listGroupTies as listTies,
  upsertGroup as upsert,
} from '../group-heads.ts';
export { groupLevels as levels } from '../group-levels.ts';
export {
  addMembers,
  changeMemberships,
  type GroupMember as Member,
  type GroupMembership as Membership,
  listGroupMembers as listMembers,
  listGroupsOf as listOfPerson,
  membersOf,
  removeMembers,
} from '../group-members.ts';
export {
  createGroup as create,
  deleteGroup as delete,
  GROUP as MEMBERS,
  type Group,
  getGroup as get,
  listGroups as list,
  updateGroup as update,
} from '../groups.ts';
export { lockGroups as lock } from '../groups-lock.ts';
export { joinGroup as join } from '../join-group.ts';
export { idsFound, inParts, isList, type PeopleFound, peopleOf, peopleWithin } from '../people-found.ts';
