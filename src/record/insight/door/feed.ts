/** The feed of events, in the order of their places. */

export { eventLagSeconds as lagSeconds } from '../event-lag.ts';
export { type EventRow as Event, type FeedFilter as Filter, readEvents as read } from '../events.ts';
export {
  demandPlace,
  FEED_START as START,
  type FeedPosition as Position,
  givePlacesEverywhere,
  newestPosition,
} from '../feed-places.ts';
export { createFeed as follow, type FeedPiece as Piece } from '../follow-events.ts';
