import { serve } from '../../workers/serve.ts';
import type { DrawTask } from './index.ts';
import { certificatePdf } from './pdf.ts';

serve<DrawTask, Uint8Array>(async ({ award, options }) => Uint8Array.from(await certificatePdf(award, options)));
