import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from './error.ts';

/** The text of a file; what is wrong with it is told with its name. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // a folder is opened well and read badly, and then Node names nothing
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}

/** A fault of a file that was to be written: that it does not exist is no news then. */
export function unwritable(file: string, error: NodeJS.ErrnoException): unknown {
  if (error.code !== 'ENOENT') return error;
  const folder = path.dirname(path.resolve(file));
  const there = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  return new CommandError(
    `${file} cannot be written: ${there ? `nothing can be made in ${folder}` : `the folder ${folder} does not exist`}.`,
  );
}
