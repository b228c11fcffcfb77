/** Files of people, courses and submissions. */

export type { FileOwner as Owner, FileRecord as File } from '../file.ts';
export { servedType } from '../media-types.ts';
export { getFile as get, listFiles as list, openContent as open, readFile as read } from '../read-files.ts';
export { deleteFile as delete } from '../remove-files.ts';
export { type TakenTo, takeOverFile as takeOver } from '../take-over-file.ts';
export { uploadFile as upload } from '../upload-file.ts';
