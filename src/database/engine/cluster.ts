import { execFile, type PromiseWithChild } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  fchownSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findAccount, isRoot, runAs } from './account.ts';
import { diskFull, EngineError, meansDiskFull } from './error.ts';
import type { Place } from './place.ts';
import type { Programs } from './programs.ts';

const run = promisify(execFile);

/** Who may do everything in the cluster, who owns our database and connects to it, and its name. */
export const SUPERUSER = 'matricula';
export const OWNER = 'matricula_owner';
export const DATABASE = 'matricula';

/** Written into a new cluster's postgresql.conf, where an administrator may change them: for a small machine. */
const SIZES = {
  max_connections: 40,
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  min_wal_size: '80MB',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_logical_replication_workers: 0,
  wal_compression: 'on',
  random_page_cost: 1.1,
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  // rows and statements stay out of the log: they are about people
  log_min_messages: 'error',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** Makes sure that the place holds a cluster of this major version that only we can open; makes one where none is, and says so. */
export async function prepareCluster(
  place: Place,
  programs: Programs,
  onStep: (words: string) => void = () => {},
): Promise<void> {
  const { cluster, dataDir } = place;
  const version = path.join(cluster, 'PG_VERSION');
  if (existsSync(version)) {
    const made = readFileSync(version, 'utf8').trim();
    if (made !== programs.major)
      throw new EngineError(
        'other_version',
        `The database in ${dataDir} was made by PostgreSQL ${made} and this Matricula brings PostgreSQL ${programs.major}: run "matricula export academy" with the Matricula that made it, and import the file with this one into a new DATA_DIR.`,
      );
    // PostgreSQL refuses a folder that others may enter, as copying leaves behind
    if ((statSync(cluster).mode & 0o077) !== 0) chmodSync(cluster, 0o700);
  } else {
    if (existsSync(cluster) && readdirSync(cluster).length > 0)
      throw new EngineError(
        'folder',
        `${cluster} holds files but no PostgreSQL database: move them away, or set DATA_DIR to another folder.`,
      );
    onStep(`Making a PostgreSQL database in ${dataDir}`);
    await makeCluster(place, programs);
  }
  const names = [place.account.name, findAccount(0)?.name ?? 'root'];
  // a unix socket names its caller, so no password exists; root could become the account anyway
  writeIfChanged(place, 'pg_hba.conf', 'local all all peer map=matricula\n');
  const lines = [...new Set(names)].flatMap((name) =>
    [SUPERUSER, OWNER].map((role) => `matricula "${name}" ${role}\n`),
  );
  writeIfChanged(place, 'pg_ident.conf', lines.join(''));
}

/** Made beside its place and renamed, so that a cluster is whole or absent, whenever the process may be killed. */
async function makeCluster({ cluster, account, dataDir }: Place, programs: Programs): Promise<void> {
  const fresh = `${cluster}.new`;
  const sizes = Object.entries(SIZES).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const fixed = ['-D', fresh, '-U', SUPERUSER, '-E', 'UTF8', '--auth=peer', '--no-instructions', ...sizes];
  const builtin = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  let fault = '';
  // the system's C.UTF-8 is used where it exists; sorting and letters are PostgreSQL's own either way
  for (const locale of process.platform === 'darwin' ? ['C'] : ['C.UTF-8', 'C']) {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    if (isRoot()) lchownSync(fresh, account.uid, account.gid);
    try {
      const options = { ...runAs(account), env: { ...programs.env, LC_ALL: locale }, cwd: '/' };
      await endingWithUs(run(programs.initdb, [...fixed, ...builtin, `--locale=${locale}`], options));
      renameSync(fresh, cluster);
      return;
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      fault =
        stderr?.match(/(?:initdb: error|FATAL|PANIC): *(.*)/)?.[1] ?? stderr?.trim().split('\n').at(-1) ?? message;
      if (meansDiskFull(stderr ?? message)) {
        rmSync(fresh, { recursive: true, force: true });
        throw diskFull(dataDir, error);
      }
    }
  }
  rmSync(fresh, { recursive: true, force: true });
  throw new EngineError('failed', `PostgreSQL could not make its database in ${cluster}: ${fault}.`);
}

/** A program that is of no use without us is told to end when we do. */
async function endingWithUs<T>(program: PromiseWithChild<T>): Promise<T> {
  const end = () => void program.child.kill('SIGTERM');
  process.once('exit', end);
  try {
    return await program;
  } finally {
    process.off('exit', end);
  }
}

/** Written beside and renamed over: as root in a folder of another account, no link of theirs is followed. */
function writeIfChanged({ cluster, account }: Place, name: string, text: string): void {
  const file = path.join(cluster, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  rmSync(`${file}.new`, { force: true });
  const handle = openSync(`${file}.new`, 'wx', 0o600);
  try {
    writeSync(handle, text);
    if (isRoot()) fchownSync(handle, account.uid, account.gid);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
}
