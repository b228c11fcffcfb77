/** Paths: courses of a program in the order in which they are to be taken, with deadlines. */

export {
  createPath as create,
  deletePath as delete,
  getPath as get,
  listPaths as list,
  type ProgramPath as Path,
  updatePath as update,
} from '../paths.ts';
