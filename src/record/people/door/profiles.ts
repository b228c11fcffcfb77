/** Profiles: labels of people, which audiences go by. */

export {
  assignProfile as assign,
  createProfile as create,
  deleteProfile as delete,
  findProfiles as findMany,
  getProfile as get,
  labelPeople,
  listProfiles as list,
  PROFILE as MEMBERS,
  type Profile,
  unassignProfile as unassign,
  updateProfile as update,
  upsertProfile as upsert,
} from '../profiles.ts';
