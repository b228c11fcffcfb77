/** Units of the organisation and who is in them. */

export { leaveUnit as leave } from '../leave-unit.ts';
export {
  addToUnit as addPerson,
  addToUnits as addPeople,
  listUnitsOf as listOfPerson,
  type PersonUnit,
  removeFromUnit as removePerson,
} from '../unit-members.ts';
export { findUnitByName as findByName, unitNames as names, unitsByName as byNames } from '../unit-names.ts';
export { dissolveUnitRows as dissolveRows, liftUnitRows as liftRows, saveUnitRows as saveRows } from '../unit-rows.ts';
export {
  createUnit as create,
  deleteUnit as delete,
  getRootUnit as getRoot,
  getUnit as get,
  listUnits as list,
  UNIT as MEMBERS,
  type Unit,
  type UnitInput as Input,
  updateUnit as update,
  upsertUnit as upsert,
} from '../units.ts';
