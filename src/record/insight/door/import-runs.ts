/** Runs of imports and what they reported. */

export {
  failLostImports as failLost,
  getImportRun as get,
  type ImportRun,
  listImportRuns as list,
} from '../import-runs.ts';
