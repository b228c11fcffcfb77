import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { DIALECTS } from '../record/access/index.ts';
import { clientCommands } from './client.ts';
import { demoCommand } from './demo.ts';
import { CommandError, explain } from './error.ts';
import { exportCommands } from './export.ts';
import { importCommands } from './import.ts';
import { migrateCommand } from './migrate.ts';
import { personCommands } from './person.ts';
import { serveCommand } from './serve.ts';
import { Stopped } from './stop.ts';
import { tenantCommands } from './tenant.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Runs one command; gives the exit code: 0 done, 1 refused or failed, 2 an import stopped at bad rows, 130 and 143 ended by a signal.
 * Whatever is wrong is told in a sentence on standard error.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let command: Command | undefined;
  try {
    const program = commandLine().hook('preAction', (_, action) => {
      command = action;
    });
    const [, , word] = argv;
    // the default command would take it for one of its own
    if (word && !word.startsWith('-') && word !== 'help' && !program.commands.some((one) => one.name() === word))
      throw new CommandError(`There is no command ${JSON.stringify(word)}; \`matricula --help\` shows them.`);
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    // its sentence was written already
    if (error instanceof CommanderError) return error.exitCode;
    tell(explain(error, command));
    const code = error instanceof CommandError ? error.exitCode : 1;
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
    tell(explain(error));
    process.exit(1);
  });
}

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

function commandLine(): Command {
  const program = new Command('matricula')
    .description(
      `One learning record that speaks ${DIALECTS.join(', ')}. Settings come from the environment; the README lists them.`,
    )
    .version(version)
    .configureOutput({ outputError: (text) => tell(`${sentence(text)} See \`matricula --help\`.`) })
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

/** `error: unknown option '--x'` with a guess on a line of its own, as one sentence. */
function sentence(text: string): string {
  const words = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
  return words[0]!.toUpperCase() + words.slice(1) + (/[.)?]$/.test(words) ? '' : '.');
}
