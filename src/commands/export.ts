import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { academyText } from '../interchange/academy/index.ts';
import { unwritable } from './files.ts';
import { withDatabase } from './open.ts';

export function exportCommands(program: Command): void {
  program
    .command('export')
    .description('take data out')
    .command('academy')
    .description('write a tenant as an academy file')
    .requiredOption('--tenant <tenant>', 'slug or id')
    .option('--output <file>', 'instead of standard output')
    .option(
      '--password-hashes',
      'with fingerprints of passwords and codes of certificates, for a move to another server',
    )
    .action((options: { tenant: string; output?: string; passwordHashes?: boolean }) =>
      withDatabase(async ({ tenant }) => {
        const text = academyText(await tenant(options.tenant), { passwordHashes: options.passwordHashes ?? false });
        const to = options.output ? createWriteStream(options.output, { mode: 0o600 }) : process.stdout;
        // whoever reads only the first lines has what they want
        await pipeline(Readable.from(text), to, { end: to !== process.stdout }).catch(
          (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EPIPE') throw options.output ? unwritable(options.output, error) : error;
          },
        );
      }),
    );
}
