import { type FileHandle, mkdir, open, opendir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { type FileStore, type Stored, StoreFault, type StoreTrouble } from '../record/kernel/file-store.ts';
import { partsOf } from './keys.ts';

const PAGE = 1000;

const TROUBLES: Readonly<Record<string, StoreTrouble>> = {
  ENOENT: 'missing',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EACCES: 'refused',
  EPERM: 'refused',
  EROFS: 'refused',
};

/** Does something with the disk; what goes wrong is told as trouble of the store. */
async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new StoreFault(TROUBLES[code] ?? 'failing', message);
  }
}

/** Files in a folder, a folder for each tenant and each first two digits below it. The folder is made when it is first needed. */
export function folderStore(root: string): FileStore {
  const pathOf = (key: string): string => {
    const { tenant, id } = partsOf(key);
    // the last digits: the first ones of ids that are made together are the same
    return path.join(root, tenant, id.slice(-2), id);
  };
  return {
    async put(key, content, signal) {
      const file = pathOf(key);
      const folder = path.dirname(file);
      const made = await onDisk(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return open(file, 'wx', 0o600);
      });
      try {
        for await (const chunk of content) {
          signal?.throwIfAborted();
          await onDisk(() => made.appendFile(chunk));
        }
        signal?.throwIfAborted();
        await onDisk(() => made.sync());
      } catch (error) {
        await made.close().catch(() => {});
        await rm(file, { force: true }).catch(() => {});
        throw error;
      }
      await onDisk(async () => {
        await made.close();
        await keepName(folder);
      });
    },

    read: (key, range) =>
      onDisk(async (): Promise<Readable> => {
        const handle = await open(pathOf(key), 'r');
        return handle.createReadStream(range && { start: range.first, end: range.last });
      }),

    remove: (keys) =>
      onDisk(async () => {
        for (const key of keys) await rm(pathOf(key), { force: true });
      }),

    async *list(prefix) {
      const tenant = prefix.slice(0, -1);
      let page: Stored[] = [];
      for await (const folder of entriesOf(path.join(root, tenant)))
        for await (const file of entriesOf(path.join(root, tenant, folder))) {
          const found = await stat(path.join(root, tenant, folder, file)).catch(() => undefined);
          if (found) page.push({ key: `${tenant}/${file}`, at: found.mtime });
          if (page.length < PAGE) continue;
          yield page;
          page = [];
        }
      if (page.length > 0) yield page;
    },
  };
}

/** A name in a folder is on the disk when the folder is. */
async function keepName(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } finally {
    await handle?.close();
  }
}

async function* entriesOf(folder: string): AsyncGenerator<string> {
  const found = await opendir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new StoreFault('failing', error.message);
  });
  if (found) for await (const entry of found) yield entry.name;
}
