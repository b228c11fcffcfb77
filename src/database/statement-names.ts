const names = new Map<string, string>();
const sightings = new Map<string, number>();
const MOST_NAMES = 1000;
const NAMED_AFTER = 3;

/** Elements of an array, or characters of a JSON text, from which on a statement carries many rows. */
const MANY_ELEMENTS = 100;
const MANY_CHARACTERS = 10_000;

/**
 * A name for statements with values that come again and again, so that PostgreSQL parses and plans them once a connection. Texts that
 * callers' filters vary stay without one and cannot fill the table; so do statements that carry many rows.
 */
export function nameOf(text: unknown, values: unknown): string | undefined {
  if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0 || carriesMany(values))
    return undefined;
  const name = names.get(text);
  if (name || names.size >= MOST_NAMES) return name;
  const seen = (sightings.get(text) ?? 0) + 1;
  if (seen < NAMED_AFTER) {
    if (sightings.size >= MOST_NAMES) sightings.clear();
    sightings.set(text, seen);
    return undefined;
  }
  sightings.delete(text);
  names.set(text, `q${names.size}`);
  return names.get(text);
}

/**
 * Whether many rows come as parameters. Such a statement is planned when it is run: a plan kept from a time when the tables were small may
 * meet each row with a whole table.
 */
const carriesMany = (values: readonly unknown[]): boolean =>
  values.some((value) =>
    Array.isArray(value) ? value.length > MANY_ELEMENTS : typeof value === 'string' && value.length > MANY_CHARACTERS,
  );
