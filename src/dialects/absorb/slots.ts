import { type DateWriter, instantOf } from './formats.ts';
import type { Schemas } from './generated/operations.ts';

/** `customFields`: fixed slots, each a person's attribute of the same key. */

const KINDS = { decimal: 5, string: 30, datetime: 5, bool: 5 } as const;
type Kind = keyof typeof KINDS;

export const SLOTS: readonly (readonly [name: string, kind: Kind])[] = (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
  Array.from({ length: KINDS[kind] }, (_, i) => [`${kind}${i + 1}`, kind] as const),
);

const KIND_OF = new Map(SLOTS);

/** Every slot, null where the attribute is missing or of another type. */
export function toCustomFields(attributes: Record<string, unknown>, date: DateWriter): Schemas['CustomFields'] {
  const fields: Record<string, unknown> = {};
  for (const [name, kind] of SLOTS) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    fields[name] = value === undefined || value === null ? null : shown(value, kind, date);
  }
  return fields as Schemas['CustomFields'];
}

function shown(value: unknown, kind: Kind, date: DateWriter): unknown {
  switch (kind) {
    case 'decimal':
      return typeof value === 'number' ? value : null;
    case 'bool':
      return typeof value === 'boolean' ? value : null;
    case 'string':
      return typeof value === 'object' ? null : String(value);
    case 'datetime':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T.*Z$/.test(value) ? date(value) : null;
  }
}

/** Slots as attributes; null clears, unknown names are ignored. */
export function attributesFrom(fields: Schemas['CustomFields']): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const kind = KIND_OF.get(name);
    if (kind === undefined || value === undefined) continue;
    attributes[name] = kind === 'datetime' && typeof value === 'string' ? instantOf(value) : value;
  }
  return attributes;
}
