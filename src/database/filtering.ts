import type { Comparison, Condition, Literal, Term } from '../record/kernel/condition.ts';
import { isId } from '../record/kernel/ids.ts';
import { type Issue, Refusal } from '../record/kernel/refusal.ts';
import { constant, join, type Sql, sql, value } from './sql.ts';

export type FieldType = 'text' | 'id' | 'number' | 'boolean' | 'instant';

/** A field that a list may be filtered and sorted by. */
export interface Field {
  /** Its value; a text is ours, never a caller's. */
  sql: Sql | string;
  type: FieldType;
  nullable?: boolean;
  /** Text that is a fixed vocabulary or a key: compared and sorted as it stands. */
  exact?: boolean;
  /** Text whose index is in byte order: looked up in that order too. */
  byteOrder?: boolean;
}

/** The fields of a list by name; `attributes.KEY:TYPE` may be resolved by `attributes`. */
export interface Fields {
  readonly named: Readonly<Record<string, Field>>;
  /** SQL of the jsonb column that holds undeclared and declared attributes. */
  readonly attributes?: string;
}

const ATTRIBUTE = /^attributes\.([A-Za-z0-9_-]{1,60}):(text|number|boolean|instant)$/;

export function fieldOf(fields: Fields, name: string): Field {
  const own = Object.hasOwn(fields.named, name) ? fields.named[name] : undefined;
  if (own) return own;
  const [, key, type] = (fields.attributes && ATTRIBUTE.exec(name)) || [];
  if (!key || !fields.attributes) throw unfit(name, 'unknown_field');
  const at = constant(`${fields.attributes}->'${key}'`);
  const text = constant(`${fields.attributes}->>'${key}'`);
  const attribute: Record<string, Sql> = {
    text: sql`(${text})`,
    number: sql`(case when jsonb_typeof(${at}) = 'number' then (${text})::numeric end)`,
    boolean: sql`(case when jsonb_typeof(${at}) = 'boolean' then (${text})::boolean end)`,
    // kept as our own instants, whose text order is time order
    instant: sql`(case when pg_input_is_valid(${text}, 'timestamptz') then (${text})::timestamptz end)`,
  };
  return { sql: attribute[type!]!, type: type as FieldType, nullable: true };
}

/** What a field reads, as a piece. */
export const sqlOf = ({ sql }: Field): Sql => (typeof sql === 'string' ? constant(sql) : sql);

/**
 * SQL of a condition; every literal becomes a parameter. Text is compared without regard to case. A comparison with null
 * is false, but for `eq null` and `ne`. Refuses unknown fields and values that do not fit a field's type.
 */
export function compileCondition(condition: Condition, fields: Fields): Sql {
  switch (condition.op) {
    case 'and':
    case 'or':
      if (condition.all.length === 0) return condition.op === 'and' ? sql`true` : sql`false`;
      return sql`(${join(
        condition.all.map((each) => compileCondition(each, fields)),
        condition.op === 'and' ? sql` and ` : sql` or `,
      )})`;
    case 'not':
      return sql`((${compileCondition(condition.of, fields)}) is not true)`;
    case 'compare':
      return comparison(condition.left, condition.how, condition.right, fields);
    case 'contains':
    case 'starts':
    case 'ends': {
      const text = side(condition.text, fields, 'text');
      const part = side(condition.part, fields, 'text');
      if (text.type !== 'text') throw unfit(nameOf(condition.text), 'type');
      if (part.type !== 'text') throw unfit(nameOf(condition.part), 'type');
      if (condition.op === 'contains') return sql`(strpos(lower(${text.sql}), lower(${part.sql})) > 0)`;
      if (condition.op === 'starts') return sql`starts_with(lower(${text.sql}), lower(${part.sql}))`;
      return sql`(right(lower(${text.sql}), length(lower(${part.sql}))) = lower(${part.sql}))`;
    }
    case 'in': {
      if (!('field' in condition.term)) throw unfit('', 'type');
      const field = fieldOf(fields, condition.term.field);
      const name = condition.term.field;
      const values = condition.values.map((value) => fit(value, field.type, name)).filter((value) => value !== null);
      const folded = field.type === 'text' && !field.exact ? sql`lower(${sqlOf(field)})` : sqlOf(field);
      const compared = field.byteOrder ? sql`${folded} collate "C"` : folded;
      const list = field.type === 'text' && !field.exact ? values.map((value) => String(value).toLowerCase()) : values;
      return sql`(${compared} = any(${value(list, `${sqlType(field.type, ...list)}[]`)}))`;
    }
  }
}

/**
 * The SQL type that values of a field travel as. Whole numbers are `bigint`: next to `numeric` an index on a number could not be used,
 * while a column of decimals takes them just as well.
 */
export const sqlType = (type: FieldType, ...values: readonly unknown[]): string =>
  type === 'number' && values.every(Number.isSafeInteger) ? 'bigint' : SQL_TYPE[type];

const SQL_TYPE: Record<FieldType, string> = {
  text: 'text',
  id: 'uuid',
  number: 'numeric',
  boolean: 'boolean',
  instant: 'timestamptz',
};
const OPERATOR: Record<Comparison, string> = { eq: '=', ne: 'is distinct from', gt: '>', ge: '>=', lt: '<', le: '<=' };

interface Side {
  sql: Sql;
  type: FieldType | 'null';
  exact: boolean;
  byteOrder?: boolean;
}

function comparison(left: Term, how: Comparison, right: Term, fields: Fields): Sql {
  const leftType = typeOf(left, fields);
  const rightType = typeOf(right, fields);
  // a bare literal takes the type of the field on the other side
  const a = side(left, fields, isLiteral(left) ? rightType : leftType);
  const b = side(right, fields, isLiteral(right) ? leftType : rightType);
  if (a.type === 'null' || b.type === 'null') {
    if (a.type === 'null' && b.type === 'null')
      return how === 'eq' || how === 'ge' || how === 'le' ? sql`true` : sql`false`;
    const other = a.type === 'null' ? b : a;
    return how === 'eq' ? sql`(${other.sql} is null)` : how === 'ne' ? sql`(${other.sql} is not null)` : sql`false`;
  }
  if (a.type !== b.type) throw unfit(nameOf(left) || nameOf(right), 'type');
  const bare = a.type !== 'text' || a.exact || b.exact;
  const fold = (s: Side): Sql => (bare ? s.sql : sql`lower(${s.sql})`);
  const inOrder = (how !== 'eq' && how !== 'ne') || a.byteOrder || b.byteOrder;
  const operator = constant(`${a.type === 'text' && inOrder ? ' collate "C"' : ''} ${OPERATOR[how]} `);
  return sql`(${fold(a)}${operator}${fold(b)})`;
}

const isLiteral = (term: Term): term is { literal: Literal } => 'literal' in term;

function typeOf(term: Term, fields: Fields): FieldType | 'null' {
  if ('field' in term) return fieldOf(fields, term.field).type;
  if ('fold' in term) return 'text';
  return term.literal.type;
}

function side(term: Term, fields: Fields, wanted: FieldType | 'null'): Side {
  if ('field' in term) {
    const field = fieldOf(fields, term.field);
    return { sql: sqlOf(field), type: field.type, exact: field.exact ?? false, byteOrder: field.byteOrder ?? false };
  }
  if ('fold' in term) {
    const inner = side(term.of, fields, 'text');
    if (inner.type === 'null') return inner;
    if (inner.type !== 'text') throw unfit(nameOf(term.of), 'type');
    return { sql: sql`${constant(term.fold)}(${inner.sql})`, type: 'text', exact: false };
  }
  const { literal } = term;
  if (literal.type === 'null') return { sql: sql`null`, type: 'null', exact: false };
  const type = wanted === 'null' ? literal.type : wanted;
  const given = fit(literal, type, '');
  return { sql: value(given, sqlType(type, given)), type, exact: false };
}

/** The literal as a value of the type; quoted ids and instants count as such. */
function fit(literal: Literal, type: FieldType, field: string): unknown {
  if (literal.type === 'null') return null;
  if (literal.type === 'text' && literal.value.includes('\u0000')) throw unfit(field, 'format');
  if (literal.type === type) return literal.value;
  if (literal.type === 'text' && type === 'id' && isId(literal.value)) return literal.value.toLowerCase();
  if (literal.type === 'text' && type === 'instant') {
    const at = Date.parse(
      /\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$/i.test(literal.value) || /^\d{4}-\d{2}-\d{2}$/.test(literal.value)
        ? literal.value
        : `${literal.value}Z`,
    );
    const read = /^\d{4}-\d{2}-\d{2}/.test(literal.value) && Number.isFinite(at) ? new Date(at).toISOString() : '';
    // the database knows no year 0, and offsets may push a date out of four digits
    if (/^(?!0000)\d{4}-/.test(read)) return read;
  }
  if (literal.type === 'id' && type === 'text') return literal.value;
  throw unfit(field, 'type');
}

const nameOf = (term: Term): string => ('field' in term ? term.field : 'fold' in term ? nameOf(term.of) : '');

const unfit = (field: string, fault: Issue['fault']): Refusal =>
  new Refusal({ kind: 'invalid', issues: [{ path: ['filter', field], fault }] });
