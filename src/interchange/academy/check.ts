import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Fault } from './error.ts';
import type { Source } from './parse.ts';
import { academySchema } from './schema.ts';
import type { Path } from './shape.ts';

let compiled: ValidateFunction | undefined;

/** What of the file the published schema does not allow. */
export function checkForm({ data, at }: Source): Fault[] {
  // that the schema itself is sound is tested, not asked at every start
  compiled ??= new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    validateSchema: false,
    inlineRefs: false,
  }).compile(academySchema());
  if (compiled(data)) return [];
  const faults: Fault[] = [];
  for (const error of compiled.errors ?? []) {
    const told = tell(error);
    if (!told) continue;
    const path = [...steps(error.instancePath, data), ...told.member];
    faults.push({ ...at(path), path, fault: told.fault, message: told.message });
  }
  return faults;
}

interface Told {
  fault: Fault['fault'];
  message: string;
  member: Path;
}

function tell(error: ErrorObject): Told | undefined {
  const params = error.params as Record<string, any>;
  const about = (error.parentSchema as { description?: string } | undefined)?.description;
  const told = (fault: Fault['fault'], message: string, member: Path = []): Told => ({ fault, message, member });
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
