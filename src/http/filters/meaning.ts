import type { Comparison, Condition, Literal, Term } from '../../record/kernel/condition.ts';
import { isId } from '../../record/kernel/ids.ts';
import type { WireField, WireType } from './field.ts';
import { readInstant } from './instants.ts';
import { Fault } from './lexer.ts';

/** One side of a comparison as written, with its place in the text. */
export type Operand =
  | { kind: 'literal'; literal: Literal; at: number }
  | { kind: 'field'; field: WireField; at: number }
  | { kind: 'fold'; fold: 'lower' | 'upper'; of: Operand; at: number };

const ALWAYS: Condition = { op: 'and', all: [] };
const NEVER: Condition = { op: 'or', all: [] };
const truth = (value: boolean): Condition => (value ? ALWAYS : NEVER);

const MIRRORED: Record<Comparison, Comparison> = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' };

/** `left how right`, in either order of field and literal; a type that does not fit is a fault at the literal's place. */
export function comparison(left: Operand, how: Comparison, right: Operand): Condition {
  const a = bare(left);
  const b = bare(right);
  if (a.kind === 'literal') {
    if (b.kind === 'literal') return literals(a.literal, how, b.literal, b.at);
    return fieldAndLiteral(b.field, MIRRORED[how], a.literal, right, a.at);
  }
  if (b.kind === 'literal') return fieldAndLiteral(a.field, how, b.literal, left, b.at);
  if (a.field.type !== b.field.type) throw new Fault(right.at, `a field of type ${a.field.type}`);
  return { op: 'compare', left: term(left), how, right: term(right) };
}

/** A text test; null on either side is false. */
export function textTest(op: 'contains' | 'starts' | 'ends', text: Operand, part: Operand): Condition {
  const a = bare(text);
  const b = bare(part);
  for (const side of [a, b]) {
    const type = side.kind === 'field' ? side.field.type : side.literal.type;
    if (type !== 'text' && type !== 'null') throw new Fault(side.at, 'a text');
  }
  if ((a.kind === 'literal' && a.literal.type === 'null') || (b.kind === 'literal' && b.literal.type === 'null'))
    return NEVER;
  if ((a.kind === 'field' && a.field.absent) || (b.kind === 'field' && b.field.absent)) return NEVER;
  if (a.kind === 'field' && a.field.cases) {
    if (b.kind !== 'literal') throw new Fault(b.at, 'a quoted text');
    const needle = fold((b.literal as { value: string }).value);
    return anyCase(a.field.cases, (value) => tested(op, fold(String(value)), needle));
  }
  return { op, text: term(text), part: term(part) };
}

/** A field that stands alone is a boolean one: `isActive` is `isActive eq true`. */
export function bareField(operand: Operand): Condition {
  if (operand.kind !== 'field') throw new Fault(operand.at, 'a comparison');
  if (operand.field.type !== 'boolean') throw new Fault(operand.at, 'a comparison, or a field that is true or false');
  return fieldAndLiteral(operand.field, 'eq', { type: 'boolean', value: true }, operand, operand.at);
}

type Bare = Exclude<Operand, { kind: 'fold' }>;

/** Without `tolower` and `toupper`, which change nothing where case is not looked at; they do demand text. */
function bare(operand: Operand): Bare {
  if (operand.kind !== 'fold') return operand;
  const inner = bare(operand.of);
  const type = inner.kind === 'field' ? inner.field.type : inner.literal.type;
  if (type !== 'text' && type !== 'null') throw new Fault(inner.at, 'a text');
  return inner;
}

/** The operand as it goes to the database. */
function term(operand: Operand): Term {
  switch (operand.kind) {
    case 'literal':
      return { literal: operand.literal };
    case 'fold':
      return { fold: operand.fold, of: term(operand.of) };
    case 'field':
      if (operand.field.field === undefined || operand.field.cases || operand.field.convert)
        throw new Fault(operand.at, 'a field that can be compared with another field');
      return { field: operand.field.field };
  }
}

function fieldAndLiteral(field: WireField, how: Comparison, written: Literal, side: Operand, at: number): Condition {
  const literal = typed(written, field.type);
  if (!literal) throw new Fault(at, EXPECTED[field.type]);
  if (field.absent) return truth(literal.type === 'null' ? how === 'eq' : how === 'ne');
  if (field.cases) {
    if (literal.type === 'null') return truth(how === 'ne');
    const { value } = literal;
    return anyCase(field.cases, (shown) => compared(shown, how, value));
  }
  if (field.field === undefined) throw new Fault(at, 'a field that can be compared');
  const converted = field.convert && literal.type !== 'null' ? field.convert(literal) : literal;
  if (!converted) throw new Fault(at, EXPECTED[field.type]);
  const left: Term = side.kind === 'fold' && !field.convert ? term(side) : { field: field.field };
  return { op: 'compare', left, how, right: { literal: converted } };
}

const EXPECTED: Record<WireType, string> = {
  text: 'a quoted text',
  id: "a guid such as guid'c0de1f00-0000-4000-8000-000000000001'",
  number: 'a number',
  boolean: 'true or false',
  instant: "a date such as datetime'2026-01-15T00:00:00Z'",
};

/** The literal as one of the type; quoted guids and dates need no prefix. */
function typed(literal: Literal, type: WireType): Literal | undefined {
  if (literal.type === 'null' || literal.type === type) return literal;
  if (literal.type !== 'text') return undefined;
  if (type === 'id' && isId(literal.value)) return { type: 'id', value: literal.value.toLowerCase() };
  const instant = type === 'instant' ? readInstant(literal.value.trim()) : undefined;
  return instant === undefined ? undefined : { type: 'instant', value: instant };
}

const anyCase = (
  cases: NonNullable<WireField['cases']>,
  holds: (value: string | number | boolean) => boolean,
): Condition => {
  const all = cases.filter(([value]) => holds(value)).map(([, shown]) => shown);
  return all.length === cases.length ? ALWAYS : all.length === 1 ? all[0]! : { op: 'or', all };
};

function literals(a: Literal, how: Comparison, b: Literal, at: number): Condition {
  if (a.type === 'null' || b.type === 'null') {
    const same = a.type === b.type;
    return truth(how === 'eq' ? same : how === 'ne' && !same);
  }
  if (a.type !== b.type) throw new Fault(at, EXPECTED[a.type]);
  return truth(compared(a.value, how, b.value));
}

const fold = (value: string): string => value.toLowerCase();

function compared(left: string | number | boolean, how: Comparison, right: string | number | boolean): boolean {
  const a = typeof left === 'string' ? fold(left) : Number(left);
  const b = typeof right === 'string' ? fold(right) : Number(right);
  switch (how) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'gt':
      return a > b;
    case 'ge':
      return a >= b;
    case 'lt':
      return a < b;
    case 'le':
      return a <= b;
  }
}

const tested = (op: 'contains' | 'starts' | 'ends', text: string, part: string): boolean =>
  op === 'contains' ? text.includes(part) : op === 'starts' ? text.startsWith(part) : text.endsWith(part);
