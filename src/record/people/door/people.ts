/** People: reading, keys, and every change of a person. */

export { connectClient } from '../connect-client.ts';
export { deletePerson as delete, purgePerson as purge } from '../delete-person.ts';
export { endPeople as end } from '../end-people.ts';
export {
  freeKeys,
  PERSON_KEYS as KEYS,
  saveFactsRows,
  saveFurtherUnitRows,
  saveHomeRows,
  savePeopleRows as saveRows,
  saveStatusRows,
} from '../people-rows.ts';
export { type Person, type PersonAlone, standingOf } from '../person.ts';
export type { PersonInput as Input } from '../person-input.ts';
export {
  findLogin,
  findPeople as findMany,
  findPerson as find,
  getPeople as getMany,
  getPerson as get,
  getPersonAlone as getAlone,
  listPeople as list,
  listPeopleAlone as listAlone,
  type PeopleScope as Scope,
} from '../read-people.ts';
export { restorePeople as restore } from '../restore-people.ts';
export { changeIdentifier, savePersonByKey as saveByKey } from '../save-by-key.ts';
export {
  BATCH_ROWS,
  createPerson as create,
  updatePerson as update,
  upsertPeople as upsertMany,
  upsertPerson as upsert,
} from '../save-person.ts';
export { lockAllKeys } from '../write-people.ts';
