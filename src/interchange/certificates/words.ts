import type { Instant } from '../../record/kernel/instant.ts';

/** The words of a certificate. */
export const LABELS = {
  title: 'Certificate',
  certifies: 'This is to certify that',
  completed: 'has completed',
  issued: 'Issued on',
  expires: 'Valid until',
  forever: 'No expiry',
  number: 'Certificate number',
  verify: 'Verify at',
};

/** The words of the verification page, by how the award stands. */
export const STANDING = {
  valid: {
    mark: '✓',
    title: 'Valid certificate',
    told: (tenant: string, until: string | null): string =>
      until === null
        ? `${tenant} confirms this certificate. It does not expire.`
        : `${tenant} confirms this certificate. It is valid until ${until}.`,
  },
  expired: {
    mark: '!',
    title: 'Expired certificate',
    told: (tenant: string, until: string | null): string =>
      `${tenant} issued this certificate. It expired on ${until ?? 'an unknown date'} and has not been renewed.`,
  },
  revoked: {
    mark: '✕',
    title: 'Revoked certificate',
    told: (tenant: string): string => `${tenant} issued this certificate and has revoked it. It is not valid.`,
  },
} as const;

export const UNKNOWN = {
  mark: '?',
  title: 'No such certificate',
  told: 'No certificate has this number. Compare it with the one printed on the certificate: 16 letters and digits, without 0, 1, I and O.',
  asked: 'Number asked for',
  ask: 'Certificate number',
  button: 'Verify',
};

export const FACTS = {
  holder: 'Holder',
  certificate: 'Certificate',
  courses: 'Courses',
  issuer: 'Issued by',
  revoked: 'Revoked on',
  expired: 'Expired on',
  download: 'Download the certificate (PDF)',
};

/** A date for people, in a time zone: `1 March 2026`. */
export const day = (instant: Instant, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(new Date(instant));
