/** People and groups as an upload names them. */

export {
  type BulkGroup as Group,
  type BulkOutcome as Outcome,
  type BulkPerson as Person,
  refusedRow,
} from '../bulk.ts';
export { loadGroups } from '../bulk-groups.ts';
export { loadPeople } from '../bulk-people.ts';
