/**
 * in_use: another Matricula holds the folder. other_version: made by another major version of PostgreSQL.
 * folder: cannot be written or holds something else. account: belongs to, or can only be served by, another account.
 * no_programs: PostgreSQL is not there or does not run here. disk_full and failed: what they say.
 */
export type EngineFault = 'in_use' | 'other_version' | 'folder' | 'account' | 'no_programs' | 'disk_full' | 'failed';

/** Why the embedded PostgreSQL cannot be had. The message is one sentence for a person, with the way out. */
export class EngineError extends Error {
  readonly fault: EngineFault;

  constructor(fault: EngineFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.fault = fault;
  }
}

/** Turns a fault of the file system under `folder` into an EngineError; everything else passes as it is. */
export function folderFault(folder: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof EngineError || !code) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, error);
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ENAMETOOLONG', 'ELOOP', 'EIO'].includes(code))
    return error;
  return new EngineError(
    'folder',
    `The data folder ${folder} cannot be created or written (${code}): set DATA_DIR to a folder that this account may write.`,
    { cause: error },
  );
}

/** Whether PostgreSQL's words mean that there is no room. */
export const meansDiskFull = (words: string): boolean =>
  /No space left on device|Disk quota exceeded|wrote only \d+ of \d+ bytes/.test(words);

export function diskFull(folder: string, cause?: unknown): EngineError {
  return new EngineError('disk_full', `The disk that holds ${folder} is full: make room on it and start again.`, {
    cause,
  });
}
