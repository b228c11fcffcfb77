/** Academy files: a whole academy on one readable page, in and out. */
export { AcademyError, type Fault } from './error.ts';
export { academyText, type ExportOptions, exportAcademy } from './export.ts';
export { type AcademyReport, type ImportOptions, importAcademy } from './import.ts';
export { MOST_BESIDE, MOST_CHARACTERS } from './reader.ts';
export { resetSandbox } from './reset.ts';
export { academySchema } from './schema.ts';
