/** Awards: certificates that people hold, or have to. */

export type { Award, AwardState as State, AwardWithSpans } from '../award.ts';
export {
  AWARD_ROW as ROW,
  type AwardRow as Row,
  type AwardWish as Wish,
  expiriesOf,
  type Pair,
  pairKey,
  readAwardRows as readRows,
  restoreAwards as restore,
} from '../award-facts.ts';
export { confirmAward as confirm, reinstateAward as reinstate, revokeAward as revoke } from '../decide-award.ts';
export { expirySql } from '../expiry-sql.ts';
export { findAward as find, getAward as get, listCertificateStates as listStates } from '../read-awards.ts';
export { requireCertificate as require } from '../require-certificate.ts';
export { type AwardFacts as Facts, shownCode, verifyAward as verify } from '../verify-award.ts';
