import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { exportAcademy } from '../interchange/academy/index.ts';
import { withDatabase } from './open.ts';

export function exportCommands(program: Command): void {
  program
    .command('export')
    .description('take data out')
    .command('academy')
    .description('write a tenant as an academy file')
    .requiredOption('--tenant <tenant>', 'slug or id')
    .option('--output <file>', 'instead of standard output')
    .action((options: { tenant: string; output?: string }) =>
      withDatabase(async ({ tenant }) => {
        const text = await exportAcademy(await tenant(options.tenant));
        if (options.output) writeFileSync(options.output, text);
        else process.stdout.write(text);
      }),
    );
}
