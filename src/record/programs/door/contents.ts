/** What a program holds: courses of any kind, in order. */

export {
  deleteProgramContent as remove,
  listProgramContents as list,
  type ProgramContent as Content,
  putProgramContent as put,
  saveProgramContents as save,
} from '../contents.ts';
