import type { AwardFacts } from '../../record/credentials/index.ts';
import type { CertificateOptions } from './pdf.ts';

export { type PageOptions, verificationPage } from './page.ts';
export type { CertificateOptions };

/** As in `pdf.ts`, which brings fonts and shaping along and is read when the first certificate is drawn. */
export const certificatePdf = async (award: AwardFacts, options: CertificateOptions): Promise<Uint8Array> =>
  (await import('./pdf.ts')).certificatePdf(award, options);
