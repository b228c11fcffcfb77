import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { countValues } from '../../workers/pieces.ts';
import type { Found } from './error.ts';
import { MOST_FAULTS, type Part } from './read-text.ts';
import type { Json, Path } from './shape.ts';

/** Of larger things only the first fault is told: a hostile one must not make a million of them. */
const TELL_ALL_BELOW = 20_000;

/** What of a part the published schema does not allow. */
export function checkForm({ name, first, value }: Part): Found[] {
  const list = lists.get(name);
  if (list === undefined || !Array.isArray(value)) {
    return check('file', name === '' ? value : Object.fromEntries([[name, value]]), []);
  }
  const faults: Found[] = [];
  for (const [i, entry] of value.entries()) {
    faults.push(...check(name, entry, [name, (first ?? 0) + i]));
    if (faults.length >= MOST_FAULTS) break;
  }
  return faults;
}

/** The published schema, as it is made of the subjects: the thread need not load these. */
const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/academy.schema.json', import.meta.url), 'utf8'),
) as Json;
const properties = schema.properties as Record<string, Json>;
const lists = new Map(Object.entries(properties).filter(([, each]) => each.type === 'array'));

/** By the name of a list the schema of its entries; by `file` that of everything else. */
const schemas = new Map<string, Json>([
  ...[...lists].map(([name, { items }]) => [name, { ...(items as Json), $defs: schema.$defs }] as const),
  [
    'file',
    {
      ...schema,
      properties: Object.fromEntries(Object.entries(properties).map(([name, { items: _, ...each }]) => [name, each])),
    },
  ],
]);

const compiled = new Map<string, ValidateFunction>();

function check(name: string, value: unknown, path: Path): Found[] {
  const all = countValues(value, TELL_ALL_BELOW) <= TELL_ALL_BELOW;
  const own = `${name} ${all}`;
  const validate = compiled.get(own) ?? validator(schemas.get(name)!, all);
  compiled.set(own, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).flatMap((error) => {
    const told = tell(error);
    if (!told) return [];
    return {
      path: [...path, ...steps(error.instancePath, value), ...told.member],
      fault: told.fault,
      message: told.message,
    };
  });
}

/** That the schema itself is sound is tested, not asked at every start. */
const validator = (of: Json, allErrors: boolean): ValidateFunction =>
  new Ajv2020({ allErrors, verbose: true, strict: false, validateSchema: false, inlineRefs: false }).compile(of);

interface Told {
  fault: Found['fault'];
  message: string;
  member: Path;
}

function tell(error: ErrorObject): Told | undefined {
  const params = error.params as Record<string, any>;
  const about = (error.parentSchema as { description?: string } | undefined)?.description;
  const told = (fault: Found['fault'], message: string, member: Path = []): Told => ({ fault, message, member });
  switch (error.keyword) {
    case 'if':
      // what is wrong inside is told by itself
      return undefined;
    case 'required':
      return told('required', `${params.missingProperty} is missing`);
    case 'additionalProperties':
      return told('unknown_field', `there is no member ${JSON.stringify(params.additionalProperty)} here`, [
        params.additionalProperty,
      ]);
    case 'enum':
      return told('unknown_value', `must be one of ${params.allowedValues.join(', ')}`);
    case 'type':
      return told('type', `must be ${[params.type].flat().map(typeText).join(' or ')}${hint(error)}`);
    case 'pattern':
      return error.parentSchema?.pattern === '\\S'
        ? told('required', 'must not be blank')
        : told('format', about ? `must be ${lower(about)}` : `must match ${params.pattern}`);
    case 'minLength':
      return told('required', 'must not be empty');
    case 'maxLength':
      return told('too_long', `must have at most ${params.limit} characters`);
    case 'maxItems':
      return told('too_many', `must have at most ${params.limit} entries`);
    case 'minItems':
      return told('required', 'must not be empty');
    case 'minimum':
      return told('out_of_range', `must be at least ${params.limit}`);
    case 'maximum':
      return told('out_of_range', `must be at most ${params.limit}`);
    case 'uniqueItems':
      return told('taken', 'must not name anything twice');
    default:
      return told('format', error.message ?? 'is not as it should be');
  }
}

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a set of members',
  array: 'a list',
  null: 'null',
};
const typeText = (type: string): string => TYPES[type] ?? type;

/** YAML takes bare digits for numbers and bare words such as true for truth values. */
const hint = ({ data, params }: ErrorObject): string =>
  [(params as { type: string | string[] }).type].flat().includes('string') &&
  ['number', 'boolean'].includes(typeof data)
    ? `: write "${String(data)}"`
    : '';

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');

/** A JSON pointer as a path: digits are places in lists, names elsewhere. */
function steps(pointer: string, data: unknown): Path {
  let value = data;
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const step = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      const key = Array.isArray(value) ? Number(step) : step;
      value = (value as Record<string | number, unknown> | undefined)?.[key];
      return key;
    });
}
