/** Files: names, what they belong to, and contents in the store. */

export * as Contents from './door/contents.ts';
export * as Files from './door/files.ts';
