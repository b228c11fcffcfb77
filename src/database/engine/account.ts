import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { EngineError } from './error.ts';

const run = promisify(execFile);

/** An account of the operating system. */
export interface Account {
  uid: number;
  gid: number;
  name: string;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/** The account of that name or number, or null. Reads /etc/passwd, and asks `id` for accounts of a directory service. */
export function findAccount(key: string | number): Account | null {
  for (const line of readLines('/etc/passwd')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid && (typeof key === 'number' ? Number(uid) === key : name === key))
      return { name, uid: Number(uid), gid: Number(gid) };
  }
  try {
    const ask = (flag: string) =>
      execFileSync('id', [flag, String(key)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return { name: ask('-un'), uid: Number(ask('-u')), gid: Number(ask('-g')) };
  } catch {
    return null;
  }
}

/** The account of this process. PostgreSQL needs its name, so an account without one is refused. */
export function ownAccount(): Account {
  const uid = process.getuid?.();
  if (uid === undefined)
    throw new EngineError(
      'no_programs',
      'The embedded PostgreSQL needs Linux or macOS: set DATABASE_URL to a PostgreSQL server instead.',
    );
  const account = findAccount(uid);
  if (account) return { ...account, gid: process.getgid?.() ?? account.gid };
  throw new EngineError(
    'account',
    `PostgreSQL cannot run under account number ${uid}, which has no name here: add it to /etc/passwd or set DATABASE_URL.`,
  );
}

/** Whom root lets the server run as: PostgreSQL refuses root, and no account is created. */
export function serviceAccount(): Account {
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const account = findAccount(name);
    if (account && account.uid !== 0) return account;
  }
  throw new EngineError(
    'account',
    'PostgreSQL does not run as root and there is neither an account postgres nor nobody: start Matricula as an ordinary user or set DATABASE_URL.',
  );
}

/** The spawn options that make a child run as the account. Only root may change accounts. */
export function runAs(account: Account): { uid: number; gid: number } | Record<never, never> {
  return isRoot() ? { uid: account.uid, gid: account.gid } : {};
}

/** Whether the account may pass through to the folder. Asked of the system itself: mode bits alone miss access lists. */
export async function canReach(account: Account, folder: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], { ...runAs(account), cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
