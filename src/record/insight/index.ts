export { eventLagSeconds } from './event-lag.ts';
export {
  comparePlaces,
  type EventRow,
  FEED_START,
  type FeedFilter,
  type FeedPage,
  type FeedPosition,
  isBeforeReset,
  newestPosition,
  readEvents,
} from './events.ts';
export { createFeed, type Feed, type FeedPiece } from './follow-events.ts';
export { failLostImports, getImportRun, type ImportRun, importLock, listImportRuns } from './import-runs.ts';
export { listPerformance, type Performance, type PerformancePage, type PerformanceScope } from './performance.ts';
