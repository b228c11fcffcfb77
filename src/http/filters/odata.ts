import type { Comparison, Condition } from '../../record/kernel/condition.ts';
import { invalid } from '../../record/kernel/refusal.ts';
import type { FieldLookup } from './field.ts';
import { Fault, type Token, tokenize } from './lexer.ts';
import { bareField, comparison, type Operand, textTest } from './meaning.ts';

const MOST_CHARACTERS = 8192;
const DEEPEST = 50;

/**
 * A filter in OData style as a `Condition` over the list's own field names. Time and
 * memory grow with the length of the text. Refuses with `invalid` at `[parameter]`, the place and what was expected there in
 * `detail`; throws nothing else.
 */
export function parseFilter(text: string, parameter: string, lookup: FieldLookup): Condition {
  if (text.length > MOST_CHARACTERS)
    return invalid([parameter], 'too_long', `at most ${MOST_CHARACTERS} characters, got ${text.length}`);
  try {
    const parser = new Parser(tokenize(text), lookup);
    return parser.whole();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return invalid([parameter], 'syntax', `position ${error.at + 1}: expected ${error.expected}`);
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const TESTS = { substringof: 'contains', startswith: 'starts', endswith: 'ends' } as const;

/** Recursive only where the text nests, and never deeper than `DEEPEST`. */
class Parser {
  private readonly tokens: readonly Token[];
  private readonly lookup: FieldLookup;
  private next = 0;
  private depth = 0;

  constructor(tokens: readonly Token[], lookup: FieldLookup) {
    this.tokens = tokens;
    this.lookup = lookup;
  }

  whole(): Condition {
    const condition = this.anyOf();
    if (this.here.kind !== 'end') throw new Fault(this.here.at, 'and, or, or the end');
    return condition;
  }

  private anyOf(): Condition {
    const all = [this.allOf()];
    while (this.takeWord('or')) all.push(this.allOf());
    return all.length === 1 ? all[0]! : { op: 'or', all };
  }

  private allOf(): Condition {
    const all = [this.negated()];
    while (this.takeWord('and')) all.push(this.negated());
    return all.length === 1 ? all[0]! : { op: 'and', all };
  }

  private negated(): Condition {
    return this.takeWord('not') ? { op: 'not', of: this.primary() } : this.primary();
  }

  private primary(): Condition {
    const token = this.here;
    if (token.kind === '(') {
      this.enter(token);
      const inner = this.anyOf();
      this.leave();
      return inner;
    }
    const test = this.textTest();
    if (test) return this.comparedWithBoolean(test);
    const left = this.operand();
    const how = this.takeComparison();
    if (how) {
      const laterTest = this.textTest();
      if (laterTest) return booleanTest(laterTest, how, left, left.at);
      return comparison(left, how, this.operand());
    }
    return bareField(left);
  }

  /** `substringof('a', name)` and its like, when one stands here. */
  private textTest(): Condition | undefined {
    const token = this.here;
    if (token.kind !== 'word' || this.tokens[this.next + 1]?.kind !== '(') return undefined;
    const op = TESTS[token.text.toLowerCase() as keyof typeof TESTS];
    if (op === undefined) return undefined;
    this.next++;
    this.enter(this.here);
    const first = this.operand();
    this.take(',');
    const second = this.operand();
    this.leave();
    return op === 'contains' ? textTest(op, second, first) : textTest(op, first, second);
  }

  /** OData 2 clients write `substringof('a', name) eq true`. */
  private comparedWithBoolean(test: Condition): Condition {
    const how = this.takeComparison();
    if (!how) return test;
    const at = this.here.at;
    return booleanTest(test, how, this.operand(), at);
  }

  private operand(): Operand {
    const token = this.here;
    if (token.kind === 'literal') {
      this.next++;
      return { kind: 'literal', literal: token.literal, at: token.at };
    }
    if (token.kind !== 'word') throw new Fault(token.at, 'a field, a literal or a function');
    const lower = token.text.toLowerCase();
    this.next++;
    if (this.here.kind === '(') return this.fold(lower, token.at);
    if (lower === 'null') return { kind: 'literal', literal: { type: 'null' }, at: token.at };
    if (lower === 'true' || lower === 'false')
      return { kind: 'literal', literal: { type: 'boolean', value: lower === 'true' }, at: token.at };
    const field = this.lookup(token.text);
    if (!field) throw new Fault(token.at, 'a field of this list');
    return { kind: 'field', field, at: token.at };
  }

  /** `tolower(x)`, `toupper(x)`: text is compared without regard to case anyway. */
  private fold(name: string, at: number): Operand {
    if (name !== 'tolower' && name !== 'toupper')
      throw new Fault(at, 'substringof, startswith, endswith, tolower or toupper');
    this.enter(this.here);
    const of = this.operand();
    this.leave();
    return { kind: 'fold', fold: name === 'tolower' ? 'lower' : 'upper', of, at };
  }

  private get here(): Token {
    return this.tokens[this.next]!;
  }

  private takeWord(word: string): boolean {
    const { here } = this;
    if (here.kind !== 'word' || here.text.toLowerCase() !== word) return false;
    this.next++;
    return true;
  }

  private takeComparison(): Comparison | undefined {
    const { here } = this;
    const word = here.kind === 'word' ? here.text.toLowerCase() : '';
    if (!COMPARISONS.has(word)) return undefined;
    this.next++;
    return word as Comparison;
  }

  private take(kind: '(' | ')' | ','): void {
    if (this.here.kind !== kind) throw new Fault(this.here.at, `"${kind}"`);
    this.next++;
  }

  private enter(token: Token): void {
    if (++this.depth > DEEPEST) throw new Fault(token.at, `at most ${DEEPEST} nested parentheses`);
    this.take('(');
  }

  private leave(): void {
    this.take(')');
    this.depth--;
  }
}

function booleanTest(test: Condition, how: Comparison, value: Operand, at: number): Condition {
  if (value.kind !== 'literal' || value.literal.type !== 'boolean' || (how !== 'eq' && how !== 'ne'))
    throw new Fault(at, 'eq or ne with true or false');
  return value.literal.value === (how === 'eq') ? test : { op: 'not', of: test };
}
