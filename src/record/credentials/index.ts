export { type Award, type AwardSpan, type AwardState, type AwardWithSpans, awardListing } from './award.ts';
export {
  type Certificate,
  type CertificateCourse,
  type CertificateScope,
  type CertificateStatus,
  certificateListing,
  findCertificate,
  getCertificate,
  listCertificates,
  type Validity,
  type ValidityUnit,
} from './certificate.ts';
export { confirmAward, reinstateAward, revokeAward } from './decide-award.ts';
export { expirySql } from './expiry-sql.ts';
export { type AwardOf, type AwardScope, findAward, getAward, listCertificateStates } from './read-awards.ts';
export { requireCertificate } from './require-certificate.ts';
export {
  archiveCertificate,
  type CertificateInput,
  createCertificate,
  deleteCertificate,
  updateCertificate,
} from './save-certificate.ts';
export type { Reopened } from './take-back.ts';
export { type AwardFacts, codeOf, getAwardFacts, shownCode, verifyAward } from './verify-award.ts';
