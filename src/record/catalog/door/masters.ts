/** Courses as masters of the instances that are taught. */

export {
  findMaster as find,
  findMasters as findMany,
  listMasters as list,
  type Master,
  saveInstance,
} from '../masters.ts';
