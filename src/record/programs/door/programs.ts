/** Programs: what people find and may enroll themselves in. */

export { PROGRAM as MEMBERS, type Program } from '../program.ts';
export {
  demandUnder,
  getProgram as get,
  listPrograms as list,
  listProgramsOf as listOfPerson,
} from '../read-programs.ts';
export { createProgram as create, deleteProgram as delete, updateProgram as update } from '../save-program.ts';
