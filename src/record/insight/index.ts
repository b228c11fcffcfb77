export { eventLagSeconds } from './event-lag.ts';
export { type EventRow, type FeedFilter, readEvents } from './events.ts';
export {
  demandPlace,
  FEED_START,
  type FeedPosition,
  feedState,
  givePlaces,
  givePlacesEverywhere,
  newestPosition,
} from './feed-places.ts';
export { createFeed, type FeedPiece } from './follow-events.ts';
export { failLostImports, getImportRun, type ImportRun, listImportRuns } from './import-runs.ts';
export { listPerformance, type Performance, type PerformanceScope } from './performance.ts';
