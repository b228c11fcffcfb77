export {
  type Attribute,
  type AttributeType,
  attributeListing,
  declareAttribute,
  deleteAttribute,
  getAttribute,
  listAttributes,
  type NewAttribute,
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
  type GroupTie,
  listGroupHeads,
  listGroupTies,
  type SavedGroup,
  upsertGroup,
} from './group-heads.ts';
export { groupLevels } from './group-levels.ts';
export {
  addMembers,
  type GroupMember,
  type GroupMembership,
  groupMemberListing,
  listGroupMembers,
  listGroupsOf,
  membersOf,
  removeMembers,
} from './group-members.ts';
export {
  createGroup,
  deleteGroup,
  type Group,
  type GroupInput,
  type GroupKind,
  getGroup,
  groupListing,
  listGroups,
  updateGroup,
} from './groups.ts';
export { lockGroups } from './groups-lock.ts';
export {
  INSTRUCTOR_PERMISSIONS,
  type InstructorPermission,
  listInstructorPermissions,
  setInstructorPermissions,
} from './instructor-permissions.ts';
export { type JoinOptions, joinGroup } from './join-group.ts';
export { leaveUnit } from './leave-unit.ts';
export {
  type Gender,
  type Person,
  type PersonAlone,
  type PersonRole,
  type PersonStatus,
  standingOf,
} from './person.ts';
export type { PersonInput } from './person-input.ts';
export {
  assignProfile,
  createProfile,
  deleteProfile,
  findProfiles,
  getProfile,
  listProfiles,
  type Profile,
  type ProfileInput,
  profileListing,
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
export { type ByKeyInput, changeIdentifier, savePersonByKey } from './save-by-key.ts';
export {
  activatePerson,
  BATCH_ROWS,
  createPerson,
  type Saved,
  suspendPerson,
  type UpsertKey,
  updatePerson,
  upsertPeople,
  upsertPerson,
} from './save-person.ts';
export { addToUnit, addToUnits, listUnitsOf, type PersonUnit, removeFromUnit } from './unit-members.ts';
export { findUnitByName, type NamedUnit, unitNames, unitsByName } from './unit-names.ts';
export {
  createUnit,
  deleteUnit,
  getRootUnit,
  getUnit,
  listUnits,
  type Unit,
  type UnitInput,
  unitListing,
  updateUnit,
  upsertUnit,
} from './units.ts';
export { lockAllKeys, type PersonOutcome } from './write-people.ts';
