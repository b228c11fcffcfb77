import path from 'node:path';
import type { FileStore } from '../record/kernel/file-store.ts';
import { folderStore } from './folder.ts';
import { s3Store } from './s3.ts';

export { folderStore } from './folder.ts';
export { placeOfUrl, s3Store } from './s3.ts';

/** The store of the settings: any that speaks S3 where an address is given, else a folder below that of the data. */
export const openStore = ({ filesUrl, dataDir }: { filesUrl: string | null; dataDir: string }): FileStore =>
  filesUrl === null ? folderStore(path.join(dataDir, 'files')) : s3Store(filesUrl);
