import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and those above it that are missing; tells whether it made any. Level by level, from the first that is there: Node's own
 * recursive way never ends in a file system that denies that a folder of its own exists, such as /proc.
 */
export function makeFolder(folder: string): boolean {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !isFolder(at); at = path.dirname(at)) missing.unshift(at);
  for (const at of missing) {
    try {
      mkdirSync(at);
    } catch (error) {
      // somebody else made it meanwhile
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(at)) throw error;
    }
  }
  return missing.length > 0;
}

const isFolder = (file: string): boolean => {
  try {
    return statSync(file).isDirectory();
  } catch (error) {
    // what cannot be looked at is tried, and its fault told, unless it is the root
    if (path.dirname(file) === file) throw error;
    return false;
  }
};
