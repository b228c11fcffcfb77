/** What is told of the record: the feed of events, how learners do, and how imports went. */

export * as Feed from './door/feed.ts';
export * as ImportRuns from './door/import-runs.ts';
export * as Performance from './door/performance.ts';
