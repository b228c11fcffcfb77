import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config.ts';
import { EngineError } from '../database/engine/index.ts';
import { DatabaseFault } from '../database/fault.ts';
import { AcademyError } from '../interchange/academy/index.ts';
import { DIALECTS } from '../record/access/index.ts';
import { Refusal } from '../record/kernel/refusal.ts';
import { clientCommands } from './client.ts';
import { demoCommand } from './demo.ts';
import { exportCommands } from './export.ts';
import { importCommands } from './import.ts';
import { migrateCommand } from './migrate.ts';
import { CommandError } from './open.ts';
import { personCommands } from './person.ts';
import { serveCommand } from './serve.ts';
import { tenantCommands } from './tenant.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Runs one command; gives the exit code: 0 done, 1 refused or failed, 2 an import stopped at bad rows. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const program = new Command('matricula')
    .description(
      `One learning record that speaks ${DIALECTS.join(', ')}. Settings come from the environment; the README lists them.`,
    )
    .version(version)
    .showHelpAfterError()
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
  try {
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`${explain(error)}\n`);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}

function explain(error: unknown): string {
  if (
    error instanceof CommandError ||
    error instanceof ConfigError ||
    error instanceof EngineError ||
    error instanceof DatabaseFault
  )
    return error.message;
  if (error instanceof AcademyError) return error.message;
  if (error instanceof Refusal) return refusalText(error);
  const { code } = error as { code?: string };
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT')
    return 'The database of DATABASE_URL does not answer.';
  if (code === '28P01' || code === '28000') return 'The database of DATABASE_URL refuses this user.';
  if (code === '3D000') return 'The database that DATABASE_URL names does not exist.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function refusalText({ fact }: Refusal): string {
  switch (fact.kind) {
    case 'not_found':
      return `There is no such ${fact.entity}${fact.id ? ` (${fact.id})` : ''}.`;
    case 'taken':
      return `Another ${fact.entity} has this ${fact.field}${fact.value ? `: ${fact.value}` : ''}.`;
    case 'invalid':
      return fact.issues
        .map((issue) => `${issue.path.join('.') || 'input'}: ${issue.fault}${issue.detail ? ` (${issue.detail})` : ''}`)
        .join('\n');
    case 'rule':
      return `Refused: ${fact.rule.replaceAll('_', ' ')}.`;
    default:
      return `Refused: ${fact.kind.replaceAll('_', ' ')}.`;
  }
}
