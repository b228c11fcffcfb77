export type { Award, AwardState, AwardWithSpans } from './award.ts';
export {
  AWARD_ROW,
  type AwardRow,
  type AwardWish,
  expiriesOf,
  type Pair,
  pairKey,
  readAwardRows,
  restoreAwards,
} from './award-facts.ts';
export {
  type Certificate,
  findCertificate,
  getCertificate,
  listCertificates,
} from './certificate.ts';
export { confirmAward, reinstateAward, revokeAward } from './decide-award.ts';
export { expirySql } from './expiry-sql.ts';
export { type AwardScope, findAward, getAward, listCertificateStates } from './read-awards.ts';
export { requireCertificate } from './require-certificate.ts';
export {
  archiveCertificate,
  type CertificateInput,
  createCertificate,
  deleteCertificate,
  updateCertificate,
} from './save-certificate.ts';

export { type AwardFacts, getAwardFacts, shownCode, verifyAward } from './verify-award.ts';
