/** The outbox: how far each destination has come in the feed of its tenant, and who is at work there. */

export {
  type Hold,
  holdPlace as hold,
  leavePlace as leave,
  movePlace as move,
  type OutboxPlace as Place,
  pausePlace as pause,
} from '../places.ts';
export { OUTBOX_CHANNEL as CHANNEL } from '../queue-mails.ts';
