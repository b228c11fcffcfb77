import type { Command } from 'commander';
import { withDatabase } from './open.ts';
import { printLine } from './print.ts';

export function migrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the database to the newest schema (every start does so too)')
    .action(() => withDatabase(async () => printLine('The database has the newest schema.')));
}
