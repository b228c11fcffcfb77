import type { Awards, Certificates } from '../../../record/credentials/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toCertificate = ({ courses, ...certificate }: Certificates.Certificate): Schemas['Certificate'] => ({
  ...certificate,
  courseIds: courses.map((course) => course.id),
});

/** `origin`: where the pages for everybody are. */
export function toAward(award: Awards.Award, origin: string): Schemas['Award'] {
  const earned = award.certifiedAt !== null && award.code !== null;
  return {
    id: award.id,
    certificateId: award.certificateId,
    certificateName: award.certificateName,
    personId: award.personId,
    fullName: award.fullName,
    state: award.state,
    required: award.required,
    readyAt: award.readyAt,
    certifiedAt: award.certifiedAt,
    expiresAt: award.expiresAt,
    revokedAt: award.revokedAt,
    revokedBecause: award.revokedBecause,
    revocation: award.revocation,
    code: earned ? award.code : null,
    pdfUrl: earned && award.state !== 'revoked' ? `${origin}/certificates/${award.code}.pdf` : null,
    verificationUrl: earned ? `${origin}/verify/${award.code}` : null,
  };
}

export const toAwardDetails = (award: Awards.AwardWithSpans, origin: string): Schemas['AwardDetails'] => ({
  ...toAward(award, origin),
  spans: award.spans,
});
