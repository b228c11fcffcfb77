import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Account, canReach, findAccount, isRoot, ownAccount, serviceAccount } from './account.ts';
import { EngineError } from './error.ts';
import { makeFolder } from './folder.ts';

/** Where root keeps what the server's account cannot reach elsewhere. */
export const SHELTER = '/var/lib/matricula';

/** Where the parts of one embedded server lie, and who runs it. */
export interface Place {
  dataDir: string;
  /** Folder of the cluster: `<dataDir>/postgres`, or what that links to. */
  cluster: string;
  account: Account;
  notes: string[];
}

/** Makes the data folder if need be and gives its real path. */
export function openDataDir(given: string): string {
  const dataDir = path.resolve(given);
  const made = makeFolder(dataDir);
  // a strict umask of root would close the folder to the server's account
  if (made && isRoot()) chmodSync(dataDir, 0o755);
  return realpathSync(dataDir);
}

/**
 * Finds or chooses the place of the cluster. An ordinary user keeps it in the data folder. Root keeps it there too, owned
 * by the account that runs the server, unless that account cannot reach the folder: then it goes to the shelter, and
 * `<dataDir>/postgres` is a link to it, so that the database is found again wherever the data folder is moved.
 */
export async function choosePlace(dataDir: string, shelter: string): Promise<Place> {
  const link = path.join(dataDir, 'postgres');
  const here = lstatSync(link, { throwIfNoEntry: false });
  if (here?.isSymbolicLink() && !existsSync(link))
    throw new EngineError(
      'folder',
      `${link} points to a database that is gone: bring it back, or delete ${link} to begin with an empty one.`,
    );
  const cluster = here ? realpathSync(link) : link;
  if (!isRoot()) return { dataDir, cluster, account: ownPlace(dataDir, here ? cluster : null), notes: [] };
  if (here) return { dataDir, ...(await existingPlace(cluster, link)) };

  const account = serviceAccount();
  if (await canReach(account, dataDir)) return { dataDir, cluster, account, notes: [] };
  const far = shelterFor(dataDir, shelter);
  if (!(await canReach(account, far.folder)))
    throw new EngineError(
      'account',
      `The account ${account.name}, which runs PostgreSQL for root, can reach neither ${dataDir} nor ${far.folder}: set DATA_DIR to a folder that it can reach.`,
    );
  mkdirSync(path.join(far.folder, 'postgres'), { mode: 0o700 });
  chownSync(path.join(far.folder, 'postgres'), account.uid, account.gid);
  symlinkSync(path.join(far.folder, 'postgres'), link);
  const notes = [shelterNote(account, dataDir, path.join(far.folder, 'postgres'))];
  if (far.older) notes.push(`An older database of a folder of this name was left untouched in ${far.older}.`);
  return { dataDir, cluster: realpathSync(link), account, notes };
}

function ownPlace(dataDir: string, cluster: string | null): Account {
  const own = ownAccount();
  const owner = cluster ? statSync(cluster).uid : own.uid;
  if (owner === own.uid) return own;
  const name = findAccount(owner)?.name ?? `number ${owner}`;
  throw new EngineError(
    'account',
    `The data folder ${dataDir} belongs to the account ${name}: start Matricula as that account or as root, or set DATA_DIR to a folder of your own.`,
  );
}

/** As root: an existing database is served by the account that owns it. */
async function existingPlace(
  cluster: string,
  link: string,
): Promise<{ cluster: string; account: Account; notes: string[] }> {
  const { uid } = statSync(cluster);
  const account = uid === 0 ? serviceAccount() : findAccount(uid);
  if (!account)
    throw new EngineError(
      'account',
      `The database in ${cluster} belongs to account number ${uid}, which has no name here: give the folder to an account that has one.`,
    );
  if (!(await canReach(account, path.dirname(cluster))))
    throw new EngineError(
      'account',
      `The account ${account.name}, which owns the database, cannot reach ${cluster}: open the folders above it (chmod o+x), or move the data folder to where it can.`,
    );
  const notes: string[] = [];
  if (uid === 0) {
    // brought back from a backup by root, say; PostgreSQL only serves what its account owns
    giveAll(cluster, account);
    notes.push(`The database in ${cluster} was given to the account ${account.name}, which runs PostgreSQL for root.`);
  }
  if (cluster !== path.join(path.dirname(link), 'postgres'))
    notes.push(shelterNote(account, path.dirname(link), cluster));
  return { cluster, account, notes };
}

const shelterNote = (account: Account, dataDir: string, cluster: string) =>
  `The database of ${dataDir} is kept in ${cluster}, where the account ${account.name}, which runs PostgreSQL for root, can reach it.`;

/** A folder of our own in the shelter. One that is there already is another's: its data folder was moved or deleted. */
function shelterFor(dataDir: string, shelter: string): { folder: string; older: string | null } {
  openShelter(shelter);
  const base = path.join(shelter, hashOf(dataDir));
  let folder = base;
  for (let n = 2; existsSync(folder); n++) folder = `${base}-${n}`;
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  writeFileSync(path.join(folder, 'belongs-to.txt'), `${dataDir}\n`);
  return { folder, older: folder === base ? null : base };
}

/** Makes a folder that only this account may write and everybody may pass. */
export function openShelter(folder: string): void {
  makeFolder(folder);
  const found = statSync(folder);
  if (found.uid !== process.getuid?.())
    throw new EngineError('folder', `${folder} belongs to another account: give it to this one or move it away.`);
  chmodSync(folder, 0o755);
}

/**
 * A short folder for the socket and the library links, made anew at every start. The address of a unix socket has room
 * for 107 bytes, a list of library folders none for a colon, one of socket folders none for a comma.
 */
export async function openRunFolder(place: Place): Promise<{ run: string; socket: string }> {
  const name = `matricula-${hashOf(`${process.getuid?.()} ${place.dataDir}`)}`;
  const candidates = [
    path.join(path.dirname(place.cluster), 'run'),
    path.join(os.tmpdir(), name),
    path.join('/tmp', name),
    path.join('/tmp', `matricula-${randomBytes(6).toString('hex')}`),
  ];
  for (const run of candidates) {
    const socket = path.join(run, 'socket');
    const most = process.platform === 'darwin' ? 103 : 107;
    if (Buffer.byteLength(`${socket}/.s.PGSQL.5432`) > most || !isPlain(run)) continue;
    try {
      const found = lstatSync(run, { throwIfNoEntry: false });
      // in a folder that everybody may write, the name may be taken by somebody else
      if (found && (!found.isDirectory() || found.uid !== process.getuid?.())) continue;
      if (found) for (const old of readdirSync(run)) rmSync(path.join(run, old), { recursive: true, force: true });
      else mkdirSync(run);
      chmodSync(run, isRoot() ? 0o711 : 0o700);
      mkdirSync(socket, { mode: 0o700 });
      if (isRoot()) lchownSync(socket, place.account.uid, place.account.gid);
    } catch {
      continue;
    }
    if (await canReach(place.account, socket)) return { run, socket };
    rmSync(run, { recursive: true, force: true });
  }
  throw new EngineError(
    'folder',
    `There is no folder for PostgreSQL's socket: neither ${candidates[0]} nor ${candidates[1]} can be used.`,
  );
}

/** Whether a path can stand in a list of library folders and in a command line that PostgreSQL gives to a shell. */
export const isPlain = (file: string): boolean => !/[:;,$"`\\\n]/.test(file);

/** As root: what was made in somebody's data folder is given to its owner, so that they can go on without root. */
export function giveToOwner(file: string, dataDir: string): void {
  if (!isRoot()) return;
  const { uid, gid } = statSync(dataDir);
  lchownSync(file, uid, gid);
}

function giveAll(folder: string, account: Account): void {
  lchownSync(folder, account.uid, account.gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    lchownSync(path.join(folder, entry), account.uid, account.gid);
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
