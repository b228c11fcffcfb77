/** Audiences: who is enrolled because of the group, unit or profile they belong to. */

export { exceptPeople as except } from '../audience-exceptions.ts';
export {
  type Audience,
  getAudience as get,
  listAudiences as list,
  peopleMeant as peopleOf,
  removeAudience as remove,
  setAudience as set,
  settleAudiences as settle,
} from '../audiences.ts';
export { pageAudiences as page } from '../read-audiences.ts';
