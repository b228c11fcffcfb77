/** Keys by which people join. */

export {
  createJoinKey as create,
  deleteJoinKey as delete,
  getJoinKey as get,
  JOIN_KEY as MEMBERS,
  type JoinKey,
  listJoinKeys as list,
  updateJoinKey as update,
} from '../join-keys.ts';
