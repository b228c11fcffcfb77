/** Mails: read by who manages the tenant, and sent by a worker that holds their place in the outbox. */

export { type Headers, headersOf, type Sender } from '../headers.ts';
export { getMail as get, listMails as list, type Mail } from '../mails.ts';
export {
  type ClaimedMail as Claimed,
  claimMails as claim,
  claimOverdueMails as claimOverdue,
  giveUpMails as giveUp,
  MAIL_DESTINATION as DESTINATION,
  type MailOutcome as Outcome,
  noteMails as note,
  reclaimMails as reclaim,
  returnMails as putBack,
  tenantsWithDueMail as tenantsDue,
} from '../sending.ts';
export { type Rendered, renderer } from '../templates.ts';
