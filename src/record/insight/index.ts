export { eventLagSeconds } from './event-lag.ts';
export { type EventRow, type FeedFilter, type FeedPage, readEvents } from './events.ts';
export {
  demandPlace,
  FEED_START,
  type FeedPosition,
  type FeedState,
  feedState,
  feedStateSql,
  givePlaces,
  givePlacesEverywhere,
  newestPosition,
} from './feed-places.ts';
export { createFeed, type Feed, type FeedPiece } from './follow-events.ts';
export { failLostImports, getImportRun, type ImportRun, importLock, listImportRuns } from './import-runs.ts';
export { listPerformance, type Performance, type PerformancePage, type PerformanceScope } from './performance.ts';
