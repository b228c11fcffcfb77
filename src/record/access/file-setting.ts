import { invalid } from '../kernel/refusal.ts';

/** The setting `files` of a tenant: which files it takes. */
export interface FileSetting {
  /** Patterns such as `image/*` and `application/pdf`. */
  types?: string[];
  mostBytes?: number;
}

const MOST_TYPES = 100;
const PATTERN = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/(\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})$/;

/** What the setting says; refuses `invalid` what is none. Nothing said is everything that the installation takes. */
export function fileSetting(setting: unknown): FileSetting {
  if (setting === undefined) return {};
  const path = ['settings', 'files'];
  if (setting === null || typeof setting !== 'object' || Array.isArray(setting))
    return invalid(path, 'type', 'an object');
  for (const name of Object.keys(setting))
    if (!['types', 'mostBytes'].includes(name)) invalid([...path, name], 'unknown_field');
  const { types, mostBytes } = setting as { types?: unknown; mostBytes?: unknown };
  if (mostBytes !== undefined && !(Number.isSafeInteger(mostBytes) && (mostBytes as number) > 0))
    invalid([...path, 'mostBytes'], 'out_of_range', 'a whole number of bytes');
  if (types === undefined) return setting as FileSetting;
  if (!Array.isArray(types)) return invalid([...path, 'types'], 'type', 'a list of media types');
  if (types.length > MOST_TYPES) invalid([...path, 'types'], 'too_many', `at most ${MOST_TYPES}`);
  types.forEach((type: unknown, i) => {
    if (typeof type !== 'string' || !PATTERN.test(type))
      invalid([...path, 'types', i], 'format', 'such as image/* or application/pdf');
  });
  return setting as FileSetting;
}
