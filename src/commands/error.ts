import type { Command } from 'commander';
import { ConfigError } from '../config.ts';
import { EngineError } from '../database/engine/index.ts';
import { DatabaseFault } from '../database/fault.ts';
import { hostsOf } from '../database/hosts.ts';
import { AcademyError } from '../interchange/academy/index.ts';
import { type Outage, outageOf } from '../record/kernel/outage.ts';
import { Refusal } from '../record/kernel/refusal.ts';
import { issuesText } from './invalid.ts';

/** Ends a command with a sentence and an exit code. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const TOLD_BY_ITSELF = [CommandError, ConfigError, EngineError, DatabaseFault, AcademyError];

const FILES: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is a file',
  EISDIR: 'is a folder, and a file is wanted',
  EEXIST: 'exists already',
  EACCES: 'may not be used by this account',
  EPERM: 'may not be used by this account',
  EROFS: 'cannot be written: its disk is read-only',
  ENOSPC: 'cannot be written: its disk is full',
  EDQUOT: 'cannot be written: its disk quota is used up',
  EMFILE: 'cannot be opened: too many files are open',
  ENAMETOOLONG: 'has too long a name',
  ELOOP: 'links to itself',
};

const OUTAGES: Record<Outage, string> = {
  unreachable: 'The own PostgreSQL does not answer, or went away.',
  read_only: 'The database is read-only.',
  full: 'The disk of the database is full.',
  failing: 'The database cannot read or write its files.',
  busy: 'The database is too busy: try again later.',
};

/** PostgreSQL's codes about who may what. */
const ACCESS: Record<string, string> = {
  '28P01': 'The database of DATABASE_URL refuses this user or password.',
  '28000': 'The database of DATABASE_URL refuses this user.',
  '3D000': 'The database that DATABASE_URL names does not exist.',
  '42501': 'The user of DATABASE_URL may not do this in the database: it must own it.',
  '53300': 'The server of DATABASE_URL has no free connection: lower DATABASE_POOL or raise its max_connections.',
};

function outageText(outage: Outage | null): string | undefined {
  const url = process.env['DATABASE_URL']?.trim();
  if (outage !== 'unreachable' || !url) return outage ? OUTAGES[outage] : undefined;
  return `The database of DATABASE_URL does not answer at ${addressesOf(url)}, or went away.`;
}

/** Hosts and ports alone: the rest of the URL may hold a password. */
const addressesOf = (url: string): string =>
  hostsOf(url)
    .urls.map((one) => new URL(one))
    .map(
      ({ hostname, port, searchParams }) => searchParams.get('host') ?? `${hostname || 'localhost'}:${port || '5432'}`,
    )
    .join(', ');

/** What went wrong, in a sentence; how it came about only for whoever looks for faults (`LOG_LEVEL=debug`). The command is that of the line. */
export function explain(error: unknown, command?: Command): string {
  if (TOLD_BY_ITSELF.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof Refusal) return refusalText(error, command);
  const { code = '', syscall, path: file, message, stack } = error as NodeJS.ErrnoException;
  const told =
    ACCESS[code] ??
    (FILES[code] && syscall !== 'connect' ? `${file ?? 'A file'} ${FILES[code]}.` : undefined) ??
    outageText(outageOf(error));
  const debug = process.env['LOG_LEVEL']?.toLowerCase() === 'debug';
  if (debug) return `${told ?? ''}\n${stack ?? String(error)}`.trim();
  return (
    told ??
    `Something went wrong that is a fault of Matricula (${message ?? String(error)}): LOG_LEVEL=debug tells more.`
  );
}

const thing = (entity: string): string => entity.replaceAll('_', ' ');

function refusalText({ fact }: Refusal, command: Command | undefined): string {
  switch (fact.kind) {
    case 'not_found':
      return `There is no such ${thing(fact.entity)}${fact.id ? ` (${fact.id})` : ''}.`;
    case 'taken':
      return `Another ${thing(fact.entity)} has this ${fact.field}${fact.value ? `: ${fact.value}` : ''}.`;
    case 'invalid':
      return issuesText(fact.issues, command);
    case 'rule':
      return `Refused: ${fact.rule.replaceAll('_', ' ')}.`;
    default:
      return `Refused: ${fact.kind.replaceAll('_', ' ')}.`;
  }
}
