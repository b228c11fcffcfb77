import type { Awards } from '../../record/credentials/index.ts';
import { createCrew } from '../../workers/crew.ts';
import type { CertificateOptions } from './pdf.ts';

export { Stopped } from '../../workers/crew.ts';
export { verificationPage } from './page.ts';
export type { CertificateOptions };

export interface DrawTask {
  award: Awards.Facts;
  options: CertificateOptions;
}

const crew = createCrew<DrawTask, Uint8Array>({
  script: new URL('./draw-worker.ts', import.meta.url),
  most: 1,
  waiting: 64,
  megabytes: 512,
  ms: 20_000,
});

/** As in `pdf.ts`, on a thread beside the loop: fonts and shaping take a second. Rejects with `Stopped` when too many ask at once. */
export const certificatePdf = (award: Awards.Facts, options: CertificateOptions): Promise<Uint8Array> =>
  crew.run({ award, options });
