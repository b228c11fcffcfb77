export { type Gender, type Person, type PersonRole, type PersonStatus, personListing } from './person.ts';
export type { PersonInput } from './person-input.ts';
export {
  findLogin,
  findPeople,
  findPerson,
  getPeople,
  getPerson,
  listPeople,
  type PeopleScope,
} from './read-people.ts';
export {
  activatePerson,
  BATCH_ROWS,
  changeIdentifier,
  createPerson,
  type Saved,
  suspendPerson,
  type UpsertKey,
  updatePerson,
  upsertPeople,
  upsertPerson,
} from './save-person.ts';
export type { PersonOutcome } from './write-people.ts';
