/** Groups whose people are members of a program. */

export {
  getProgramAudience as get,
  listProgramAudiences as list,
  type ProgramAudience as Audience,
  removeProgramAudience as remove,
  setProgramAudience as set,
} from '../audiences.ts';
export { exceptFromProgramAudience as except } from '../save-stays.ts';
export { settleProgramAudiences as settle } from '../settle-audiences.ts';
