/** Academy files: a whole academy on one readable page, in and out. */
export { AcademyError, type Fault } from './error.ts';
export { academyText, type ExportOptions, exportAcademy } from './export.ts';
export { type AcademyReport, type ImportOptions, importAcademy, importRead } from './import.ts';
export { keepFile } from './keep.ts';
export { MOST_BESIDE, MOST_CHARACTERS, readAcademy } from './reader.ts';
export { academySchema } from './schema.ts';
