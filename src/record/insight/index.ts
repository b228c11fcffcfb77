export { eventLagSeconds } from './event-lag.ts';
export {
  type EventRow,
  FEED_START,
  type FeedFilter,
  type FeedPage,
  type FeedPosition,
  newestPosition,
  readEvents,
} from './events.ts';
