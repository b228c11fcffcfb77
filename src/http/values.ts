import type { IncomingHttpHeaders } from 'node:http';
import type { Operation, Parameter } from './contract.ts';
import { type Fault, InvalidInput, MalformedRequest, type Reading } from './dialect.ts';
import { faultsOf } from './faults.ts';
import { refuseProto } from './json.ts';
import type { Validators } from './validation.ts';

type Values = Record<string, unknown>;

/** Reads an operation's parameters: coerces them to the contract's types, checks them, refuses by InvalidInput. */
export interface ParameterReader {
  path(raw: Record<string, string>): Values;
  query(raw: string): Values;
  headers(raw: IncomingHttpHeaders): Values;
}

export function parameterReader(operation: Operation, validators: Validators, reading: Reading): ParameterReader {
  const list = (where: Parameter['in']) => operation.parameters.filter((parameter) => parameter.in === where);
  const [inPath, inQuery, inHeaders] = [list('path'), list('query'), list('header')];
  const anyCase = reading.queryNames === 'any-case';
  const nameKey = (name: string) => (anyCase ? name.toLowerCase() : name);
  const named = new Map(inQuery.map((parameter) => [nameKey(parameter.name), parameter]));
  const required = inQuery.some((parameter) => parameter.required);

  function check(parameter: Parameter, value: unknown, faults: Fault[]): void {
    if (hasNul(value)) {
      faults.push(fault(parameter, 'format', 'nul', 'must not hold the character NUL'));
      return;
    }
    const errors = validators.at(parameter.pointer)(value);
    if (errors.length > 0) faults.push(...faultsOf(errors, parameter.in, [parameter.name]));
  }

  function read(
    parameters: readonly Parameter[],
    given: (parameter: Parameter) => string[] | undefined,
    more: Fault[],
  ): Values {
    const values: Values = {};
    const faults: Fault[] = [];
    for (const parameter of parameters) {
      const raw = given(parameter);
      const value = raw && coerce(parameter, raw, reading, faults);
      if (value === undefined) {
        if (parameter.required && !raw) faults.push(fault(parameter, 'required', 'required', 'is required'));
        continue;
      }
      const before = faults.length;
      check(parameter, value, faults);
      if (faults.length === before)
        values[parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name] = value;
    }
    const all = [...faults, ...more];
    if (all.length > 0) throw new InvalidInput(all as [Fault, ...Fault[]]);
    return values;
  }

  return {
    path: (raw) => read(inPath, (parameter) => [raw[parameter.name] ?? ''], []),
    query: (raw) => {
      if (raw === '' && !required) return {};
      const faults: Fault[] = [];
      const given = new Map<Parameter, string[]>();
      const numbered = new Map<Parameter, [at: number, text: string][]>();
      for (const [name, value] of pairs(raw)) {
        if (/^__proto__(\[|$)|\[__proto__\]/.test(name)) refuseProto('query');
        const [parameter, text, at] = whose(name, value, named, nameKey, reading);
        if (!parameter) {
          if (reading.unknownQuery === 'refuse') faults.push(unknown(name));
        } else if (value !== '' || reading.emptyQuery !== 'absent' || reading.keepEmpty?.includes(parameter.name)) {
          const there = given.get(parameter);
          if (at !== undefined) numbered.set(parameter, [...(numbered.get(parameter) ?? []), [at, text]]);
          if (there) there.push(text);
          else given.set(parameter, [text]);
        }
      }
      return read(inQuery, (parameter) => inOrder(given.get(parameter), numbered.get(parameter)), faults);
    },
    headers: (raw) =>
      inHeaders.length === 0
        ? {}
        : read(
            inHeaders,
            (parameter) => {
              const value = raw[parameter.name.toLowerCase()];
              return value === undefined ? undefined : [value].flat();
            },
            [],
          ),
  };
}

/** Which parameter a query name means, and its value (`key=value` for members of an object parameter). */
function whose(
  name: string,
  value: string,
  named: ReadonlyMap<string, Parameter>,
  nameKey: (name: string) => string,
  reading: Reading,
): [parameter: Parameter | undefined, value: string, at?: number] {
  const exact = named.get(nameKey(name));
  if (exact) return [exact, value];
  const bracket = /^([^[]+)\[([^\]]*)\]$/.exec(name);
  if (!bracket) return [undefined, value];
  const parameter = named.get(nameKey(bracket[1]!));
  if (parameter?.style === 'deepObject') return [parameter, `${bracket[2]}=${value}`];
  if (reading.bracketLists && bracket[2] === '' && parameter?.types.includes('array')) return [parameter, value];
  if (reading.bracketLists === 'indexed' && /^\d{1,4}$/.test(bracket[2]!) && parameter?.types.includes('array'))
    return [parameter, value, Number(bracket[2])];
  return [undefined, value];
}

/** Where every value was numbered, by the numbers. */
const inOrder = (
  given: string[] | undefined,
  numbered: [at: number, text: string][] | undefined,
): string[] | undefined =>
  given && numbered && given.length === numbered.length
    ? numbered.sort(([one], [other]) => one - other).map(([, text]) => text)
    : given;

function coerce(parameter: Parameter, raw: readonly string[], reading: Reading, faults: Fault[]): unknown {
  if (parameter.style === 'deepObject') {
    return Object.fromEntries(raw.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
  }
  if (parameter.types.includes('array')) {
    const split = parameter.style === 'simple' || !parameter.explode || reading.commaLists;
    const parts = split ? raw.flatMap((text) => text.split(',').map((part) => part.trim())) : raw;
    const kept = reading.emptyQuery === 'absent' ? parts.filter((part) => part !== '') : parts;
    return kept.map((part) => scalar(part, parameter.itemTypes, parameter.format, reading));
  }
  if (raw.length > 1 && (reading.repeated ?? 'refuse') === 'refuse') {
    faults.push(fault(parameter, 'too_many', 'repeated', 'must be given once'));
    return undefined;
  }
  const text = reading.repeated === 'last' ? raw.at(-1)! : raw[0]!;
  return scalar(text, parameter.types, parameter.format, reading);
}

/** A text as the contract's type, where it can be one; else as it is, for the check to refuse. */
export function scalar(text: string, types: readonly string[], format: string | null, reading: Reading): unknown {
  if (types.includes('boolean')) {
    const word = reading.booleans === 'any-case' ? text.toLowerCase() : text;
    if (word === 'true' || word === 'false') return word === 'true';
  }
  if (types.includes('integer') && /^[+-]?\d{1,15}$/.test(text)) return Number(text);
  if (types.includes('number') && /^[+-]?\d{1,30}(\.\d{1,30})?$/.test(text)) return Number(text);
  // ids are compared as text further in
  return format === 'uuid' ? text.toLowerCase() : text;
}

const fault = (parameter: Parameter, kind: Fault['fault'], keyword: string, detail: string): Fault => ({
  where: parameter.in,
  path: [parameter.name],
  fault: kind,
  keyword,
  params: {},
  detail,
});

const unknown = (name: string): Fault => ({
  where: 'query',
  path: [name.slice(0, 100)],
  fault: 'unknown_field',
  keyword: 'unknown',
  params: {},
  detail: 'is not a parameter of this operation',
});

const hasNul = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.includes('\0')
    : typeof value === 'object' && value !== null && Object.values(value).some(hasNul);

/** Names and values of a query string, decoded once. */
export function pairs(raw: string): [string, string][] {
  const list: [string, string][] = [];
  for (const part of raw.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    list.push(at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]);
  }
  return list;
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw new MalformedRequest({ kind: 'url' });
  }
}
