import { statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { importAcademy, keepFile, MOST_BESIDE, MOST_CHARACTERS } from '../interchange/academy/index.ts';
import { ENCODINGS, type Encoding, importOneRoster, progressTo } from '../interchange/oneroster/index.ts';
import { CommandError } from './error.ts';
import { readText, unwritable } from './files.ts';
import { withDatabase } from './open.ts';
import { printJson, printLine } from './print.ts';
import { telling } from './steps.ts';

export function importCommands(program: Command): void {
  const command = program.command('import').description('bring data in; repeating an import changes nothing');
  command
    .command('oneroster <path>')
    .description('a OneRoster 1.1 or 1.2 CSV set, as a zip file or a folder')
    .requiredOption('--tenant <tenant>', 'slug or id')
    .option('--dry-run', 'say row by row what would happen, change nothing')
    .option('--strict', 'stop at the first file with a bad row')
    .option('--lenient', 'end with 0 whatever refused rows cost')
    .option('--changes <file>', 'of a dry run: write every change there, a JSON line each')
    .option('--refusals <file>', 'write every refused row there, a JSON line each')
    .addOption(new Option('--encoding <name>', 'of files that are not UTF-8').choices(ENCODINGS).default('utf-8'))
    .option('--json', 'report, progress and faults as JSON')
    .action(
      (
        path: string,
        options: {
          tenant: string;
          dryRun?: boolean;
          strict?: boolean;
          lenient?: boolean;
          refusals?: string;
          changes?: string;
          encoding: Encoding;
          json?: boolean;
        },
      ) =>
        withDatabase(async ({ tenant, database, stop }) => {
          const ctx = await tenant(options.tenant);
          const folder = exists(path).isDirectory();
          const report = await importOneRoster(
            { ctx, pool: database.connected.pool },
            folder ? { folder: path } : { zipPath: path },
            {
              dryRun: options.dryRun ?? false,
              strict: options.strict ?? false,
              encoding: options.encoding,
              ...(options.refusals ? { refusalsFile: options.refusals } : {}),
              ...(options.changes ? { changesFile: options.changes } : {}),
              onProgress: progressTo(process.stderr, { json: options.json ?? false }),
              signal: stop,
            },
          ).catch((error: NodeJS.ErrnoException) => {
            const file = [options.refusals, options.changes].find((one) => one !== undefined && one === error.path);
            throw file === undefined ? error : unwritable(file, error);
          });
          if (options.json) printJson(report);
          else printLine(report.text);
          if (report.stopped) throw new CommandError('The import stopped at a bad row, as --strict asks.', 2);
          if (report.warning === null) return;
          if (!options.lenient) throw new CommandError(report.warning, 2);
          if (!options.json) printLine(report.warning);
        }),
    );
  command
    .command('academy <file>')
    .description('an academy file: a whole academy on one readable page')
    .requiredOption('--tenant <tenant>', 'slug or id')
    .option('--json', 'report as JSON')
    .action((path: string, options: { tenant: string; json?: boolean }) =>
      withDatabase(async ({ tenant }) => {
        exists(path);
        const ctx = await tenant(options.tenant);
        const text = readText(path);
        const report = await telling(`Importing ${path}`, importAcademy(ctx, text, { most: MOST_CHARACTERS }));
        // a reset happens in the server
        const first = ctx.tenant.sandbox && ctx.tenant.academy === null && text.length <= MOST_BESIDE;
        if (first) await keepFile(ctx, text);
        if (options.json) return printJson(report);
        const told = [
          ['Made', report.created],
          ['Changed', report.changed],
        ] as const;
        for (const [word, counts] of told)
          if (Object.keys(counts).length > 0)
            printLine(
              `${word}: ${Object.entries(counts)
                .map(([kind, count]) => `${count} ${kind}`)
                .join(', ')}.`,
            );
        const toBring = report.counts['filesToBring']?.unchanged ?? 0;
        if (toBring > 0) printLine(`Files to bring, whose contents are not in the academy file: ${toBring}`);
        if (told.every(([, counts]) => Object.keys(counts).length === 0)) printLine('Nothing to change.');
        if (first) printLine('A reset of this sandbox takes it back to this file.');
      }),
    );
}

function exists(path: string): ReturnType<typeof statSync> & object {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new CommandError(`There is no file or folder ${path}.`);
  return found;
}
