import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { isEmail } from '../record/kernel/email.ts';
import { strictDocument } from './closed.ts';
import type { Contract, MediaType, Operation } from './contract.ts';
import type { Reading } from './dialect.ts';

type Check = (value: unknown) => readonly ErrorObject[];

export interface Validators {
  /** The check for the schema at a pointer of the contract; stops at the first error, `all` lists every one. */
  at(pointer: string, all?: boolean): Check;
  /**
   * What is wrong with an answer, unknown members included; empty when it is as the contract says. A status of 400 or
   * more that the operation does not list is accepted: those come from what all operations share.
   */
  answer(operation: Operation, status: number, mediaType: string | null, body: unknown): string[];
}

const NONE: readonly ErrorObject[] = [];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function makeAjv(name: string, document: object, all: boolean, own: Reading['formats']): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: all,
    validateSchema: false,
    validateFormats: true,
    logger: false,
  });
  formats.default(ajv);
  ajv.addFormat('uuid', UUID);
  ajv.addFormat('decimal', true);
  ajv.addFormat('email', isEmail);
  ajv.addFormat('idn-email', isEmail);
  for (const [format, how] of Object.entries(own ?? {})) ajv.addFormat(format, how);
  // Ajv's own compares every item with every other one where it does not see their type
  ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (wanted: boolean, items: readonly unknown[]) =>
      !wanted || new Set(items.map((item) => JSON.stringify(item))).size === items.length,
    error: { message: 'must not hold the same item twice' },
  });
  // the contract is added once; what an operation needs is compiled by reference at its first use
  return ajv.addSchema({ $id: name, ...pick(document) });
}

const pick = ({ paths, components }: { paths?: unknown; components?: unknown }): object => ({ paths, components });

function checks(name: string, make: () => Ajv2020): (pointer: string) => ValidateFunction {
  const compiled = new Map<string, ValidateFunction>();
  let ajv: Ajv2020 | undefined;
  return (pointer) => {
    let check = compiled.get(pointer);
    if (!check) {
      ajv ??= make();
      check = ajv.compile({ $ref: `${name}#${pointer}` });
      compiled.set(pointer, check);
    }
    return check;
  };
}

/** Lazily compiled checks for one contract. `own` formats hold for requests only. */
export function validatorsOf(contract: Contract, own?: Reading['formats']): Validators {
  const { name, document } = contract;
  const first = checks(name, () => makeAjv(name, document, false, own));
  const every = checks(name, () => makeAjv(name, document, true, own));
  const open = checks(name, () => makeAjv(name, document, true, undefined));
  const closed = checks(name, () => makeAjv(name, strictDocument(document), true, undefined));
  return {
    at: (pointer, all = false) => {
      const check = (all ? every : first)(pointer);
      return (value) => (check(value) ? NONE : (check.errors ?? NONE));
    },
    answer: (operation, status, mediaType, body) => {
      const media = mediaOf(operation, status, mediaType);
      if (typeof media === 'string') return [media];
      if (media === null) return [];
      if (media === undefined) return body === undefined ? [] : [`status ${status} of ${operation.id} has no body`];
      if (media.pointer === null || !/json/.test(media.type)) return [];
      // as the client reads it: without undefined members
      const wire = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
      const plain = open(media.pointer);
      if (!plain(wire)) return told(plain.errors);
      const strict = closed(media.pointer);
      return strict(wire) ? [] : told(strict.errors);
    },
  };
}

/** The media type of an answer; undefined when it has none, null when nothing can be said, text when it is wrong. */
function mediaOf(operation: Operation, status: number, type: string | null): MediaType | string | null | undefined {
  const { answers } = operation;
  const listed = answers.get(String(status)) ?? answers.get(`${String(status)[0]}XX`) ?? answers.get('default');
  if (!listed) return status >= 400 ? null : `status ${status} is not listed for ${operation.id}`;
  if (listed.length === 0) return undefined;
  const plain = type?.split(';')[0]?.trim().toLowerCase() ?? null;
  return listed.find((media) => media.type === plain) ?? (plain === null || /json/.test(plain) ? listed[0] : null);
}

const told = (errors: ErrorObject[] | null | undefined): string[] =>
  (errors ?? []).slice(0, 20).map((error) => {
    const { unevaluatedProperty, additionalProperty } = error.params as Record<string, string | undefined>;
    const extra = unevaluatedProperty ?? additionalProperty;
    return `${error.instancePath || '/'} ${error.message}${extra ? `: ${extra}` : ''}`;
  });
