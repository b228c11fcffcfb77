/** What goes out: mails, and the places of destinations in the feed. */

export * as Mails from './door/mails.ts';
export * as Outbox from './door/outbox.ts';
