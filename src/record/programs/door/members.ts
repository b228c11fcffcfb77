/** Who is in a program, how they came and when they left. */

export { joinProgram as join, leaveProgram as leave } from '../members.ts';
export { getProgramMember as get, listProgramMembers as list, type ProgramMember as Member } from '../read-members.ts';
export { saveStays } from '../save-stays.ts';
