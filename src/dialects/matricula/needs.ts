import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { About } from '../../http/about.ts';
import type { Access } from '../../record/access/index.ts';
import type { Mails } from '../../record/delivery/index.ts';
import type { ImportRuns } from '../../record/insight/index.ts';
import type { Context, Database } from '../../record/kernel/context.ts';
import type { Instant } from '../../record/kernel/instant.ts';

/** What the dialect is put together from. */
export interface Needs {
  access: Access.Control;
  connected: { db: Database };
  /** Every protocol that a client may speak. */
  dialects: readonly About[];
  uploadBytes: number;
  /** Where mails come from. */
  sender: Mails.Sender;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Takes a sandbox back to its academy file. Refuses other tenants (`not_a_sandbox`). */
  resetSandbox(ctx: Context): Promise<{ resetAt: Instant }>;
  /** Takes a file in and begins; the import goes on by itself. Refuses another one meanwhile (`in_use`). */
  imports: {
    start(
      ctx: Context,
      kind: ImportRuns.ImportRun['kind'],
      file: Readable,
      options: { name: string; dryRun: boolean; strict: boolean; encoding?: 'utf-8' | 'windows-1252' },
    ): Promise<ImportRuns.ImportRun>;
  };
}
