import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { DIALECTS } from '../app.ts';
import { clientCommands } from './client.ts';
import { demoCommand } from './demo.ts';
import { CommandError, explain } from './error.ts';
import { exportCommands } from './export.ts';
import { importCommands } from './import.ts';
import { LineCommand } from './line.ts';
import { migrateCommand } from './migrate.ts';
import { personCommands } from './person.ts';
import { serveCommand } from './serve.ts';
import { Stopped } from './stop.ts';
import { tenantCommands } from './tenant.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Runs one command; gives the exit code: 0 done, 1 refused or failed, 2 an import stopped at bad rows or lost much, 130 and 143 ended by a
 * signal. Whatever is wrong is told on standard error: a sentence a line, or with `--json` as one JSON document on its last line.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let command: LineCommand | undefined;
  try {
    const program = commandLine();
    program.hook('preAction', (_, action) => {
      command = action as LineCommand;
      command.demandNoFault();
    });
    const [, , word] = argv;
    // the default command would take it for one of its own
    if (word && !word.startsWith('-') && word !== 'help' && !program.commands.some((one) => one.name() === word))
      throw new CommandError(`There is no command ${JSON.stringify(word)}; \`matricula --help\` shows them.`);
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    // help and version were asked for
    if (error instanceof CommanderError) return error.exitCode;
    const code = error instanceof CommandError ? error.exitCode : 1;
    tell(argv, code, error, command);
    // what was left of its work must not go on
    if (error instanceof Stopped) process.exit(code);
    return code;
  }
}

/** What goes wrong outside of every command's own course is told like the rest. */
export function watchProcess(): void {
  // whoever reads only the first lines has what they want
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.on('uncaughtException', (error) => {
    tell(process.argv, 1, error);
    process.exit(1);
  });
}

function tell(argv: readonly string[], exitCode: number, error: unknown, command?: LineCommand): void {
  const text = explain(error, command);
  process.stderr.write(`${argv.includes('--json') ? JSON.stringify({ error: text, code: exitCode }) : text}\n`);
}

function commandLine(): LineCommand {
  const program = new LineCommand('matricula')
    .description(
      `One learning record that speaks ${DIALECTS.map(({ name }) => name).join(', ')}. Settings come from the environment; the README lists them.`,
    )
    .version(version)
    .exitOverride();
  for (const add of [
    serveCommand,
    migrateCommand,
    demoCommand,
    tenantCommands,
    clientCommands,
    personCommands,
    importCommands,
    exportCommands,
  ])
    add(program);
  return program;
}
