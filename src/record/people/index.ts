export {
  type Attribute,
  declareAttribute,
  deleteAttribute,
  getAttribute,
  listAttributes,
  updateAttribute,
} from './attributes.ts';
export {
  type BulkGroup,
  type BulkOutcome,
  type BulkPerson,
  refusedRow,
} from './bulk.ts';
export { loadGroups } from './bulk-groups.ts';
export { loadPeople } from './bulk-people.ts';
export { connectClient } from './connect-client.ts';
export { deletePerson, purgePerson } from './delete-person.ts';
export { endPeople } from './end-people.ts';
export {
  findGroup,
  findGroups,
  type GroupHead,
  listGroupHeads,
  listGroupTies,
  upsertGroup,
} from './group-heads.ts';
export { groupLevels } from './group-levels.ts';
export {
  addMembers,
  changeMemberships,
  type GroupMember,
  type GroupMembership,
  listGroupMembers,
  listGroupsOf,
  membersOf,
  removeMembers,
} from './group-members.ts';
export {
  createGroup,
  deleteGroup,
  type Group,
  getGroup,
  listGroups,
  updateGroup,
} from './groups.ts';
export { lockGroups } from './groups-lock.ts';
export {
  INSTRUCTOR_PERMISSIONS,
  listInstructorPermissions,
  setInstructorPermissions,
} from './instructor-permissions.ts';
export { joinGroup } from './join-group.ts';
export { leaveUnit } from './leave-unit.ts';
export {
  freeKeys,
  PERSON_KEYS,
  saveFactsRows,
  saveFurtherUnitRows,
  saveHomeRows,
  savePeopleRows,
  saveStatusRows,
} from './people-rows.ts';
export {
  type Person,
  type PersonAlone,
  standingOf,
} from './person.ts';
export type { PersonInput } from './person-input.ts';
export {
  assignProfile,
  createProfile,
  deleteProfile,
  findProfiles,
  getProfile,
  labelPeople,
  listProfiles,
  type Profile,
  type ProfileInput,
  unassignProfile,
  updateProfile,
  upsertProfile,
} from './profiles.ts';
export {
  findLogin,
  findPeople,
  findPerson,
  getPeople,
  getPerson,
  getPersonAlone,
  listPeople,
  listPeopleAlone,
  type PeopleScope,
} from './read-people.ts';
export { restorePeople } from './restore-people.ts';
export { changeIdentifier, savePersonByKey } from './save-by-key.ts';
export {
  activatePerson,
  BATCH_ROWS,
  createPerson,
  suspendPerson,
  updatePerson,
  upsertPeople,
  upsertPerson,
} from './save-person.ts';
export { addToUnit, addToUnits, listUnitsOf, type PersonUnit, removeFromUnit } from './unit-members.ts';
export { findUnitByName, unitNames, unitsByName } from './unit-names.ts';
export { dissolveUnitRows, liftUnitRows, saveUnitRows } from './unit-rows.ts';
export {
  createUnit,
  deleteUnit,
  getRootUnit,
  getUnit,
  listUnits,
  type Unit,
  type UnitInput,
  updateUnit,
  upsertUnit,
} from './units.ts';
export { lockAllKeys } from './write-people.ts';
