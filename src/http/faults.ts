import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Issue } from '../record/kernel/refusal.ts';
import type { Fault } from './dialect.ts';

const MOST = 100;

const KINDS: Record<string, Issue['fault']> = {
  required: 'required',
  dependentRequired: 'required',
  contains: 'required',
  type: 'type',
  anyOf: 'type',
  oneOf: 'type',
  enum: 'unknown_value',
  const: 'unknown_value',
  not: 'unknown_value',
  additionalProperties: 'unknown_field',
  unevaluatedProperties: 'unknown_field',
  propertyNames: 'unknown_field',
  'false schema': 'unknown_field',
  maxLength: 'too_long',
  maxItems: 'too_many',
  maxProperties: 'too_many',
  minItems: 'out_of_range',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
  exclusiveMinimum: 'out_of_range',
  exclusiveMaximum: 'out_of_range',
  uniqueItems: 'taken',
};

/** Ajv's errors as faults, at most a hundred. `base` is what the paths start with: a parameter's name, or nothing for a body. */
export function faultsOf(
  errors: readonly ErrorObject[],
  where: Fault['where'],
  base: readonly (string | number)[] = [],
): Fault[] {
  // comparing them with each other, a million would take hours
  return telling(errors.slice(0, 10 * MOST))
    .slice(0, MOST)
    .map((error) => faultOf(error, where, base));
}

function faultOf(error: ErrorObject, where: Fault['where'], base: readonly (string | number)[]): Fault {
  const params = error.params as Record<string, unknown>;
  const member =
    params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty ?? params.propertyName;
  const path = [...base, ...steps(error.instancePath), ...(typeof member === 'string' ? [member] : [])];
  // an empty text where something must stand is a missing value
  const empty = (error.keyword === 'minLength' || error.keyword === 'minItems') && params.limit === 1;
  return {
    where,
    path,
    fault: empty ? 'required' : (KINDS[error.keyword] ?? 'format'),
    keyword: error.keyword,
    params,
    ...(error.message === undefined ? {} : { detail: detailOf(error, params) }),
  };
}

function detailOf(error: ErrorObject, params: Record<string, unknown>): string {
  const allowed = params.allowedValues;
  if (Array.isArray(allowed) && allowed.length <= 30) return `must be one of ${allowed.join(', ')}`;
  if (error.keyword === 'required') return 'is required';
  return error.message ?? '';
}

const steps = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => (/^\d{1,9}$/.test(step) ? Number(step) : step.replace(/~1/g, '/').replace(/~0/g, '~')));

/** Of a failed choice, what its branches say beyond "another type" or "another value"; else the choice itself. */
function telling(errors: readonly ErrorObject[]): ErrorObject[] {
  const isChoice = (error: ErrorObject) => error.keyword === 'anyOf' || error.keyword === 'oneOf';
  const places = new Set(errors.filter(isChoice).map((error) => error.instancePath));
  const vague = (error: ErrorObject) =>
    error.keyword === 'if' || (places.has(error.instancePath) && ['type', 'enum', 'const'].includes(error.keyword));
  const kept = errors.filter((error) => !isChoice(error) && !vague(error));
  const covered = (place: string) =>
    kept.some((error) => error.instancePath === place || error.instancePath.startsWith(`${place}/`));
  return [...kept, ...errors.filter((error) => isChoice(error) && !covered(error.instancePath))];
}
