export { type OnProgress, type Progress, progressTo } from '../progress.ts';
export { ENCODINGS, type Encoding } from './encoding.ts';
export { importOneRoster, type OneRosterOptions } from './import-oneroster.ts';
export type { FileReport, OneRosterReport } from './report.ts';
export { keepStream, MOST_BYTES, type Source } from './source.ts';
