import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Members } from '../../src/record/kernel/event-data.ts';
import { EVENT_GROUPS, EVENT_THINGS, EVENT_TYPES } from '../../src/record/kernel/event-types.ts';
import { PERSON_COLUMNS } from '../../src/record/people/person.ts';
import { dataOf, THINGS as TABLES } from '../../src/record/things.ts';

const SRC = path.resolve(import.meta.dirname, '../../src');

/** The texts of a source's template strings and quoted strings, without what `${}` puts in. */
export function textsOf(source: string): { templates: string[]; quoted: string[] } {
  const templates: string[] = [];
  const quoted: string[] = [];
  const open: { text: string; depth: number }[] = [];
  const endOf = (mark: string, from: number): number => {
    const found = source.indexOf(mark, from);
    return found < 0 ? source.length : found + mark.length - 1;
  };
  for (let at = 0; at < source.length; at++) {
    const inner = open.at(-1);
    if (inner && inner.depth === 0) {
      if (source[at] === '\\') inner.text += source[at++]! + source[at]!;
      else if (source[at] === '`') templates.push(open.pop()!.text);
      else if (source.startsWith('${', at)) {
        inner.depth = 1;
        // what is put in stands apart from what is written out
        inner.text += '\u0000';
        at++;
      } else inner.text += source[at];
      continue;
    }
    if (source.startsWith('//', at)) at = endOf('\n', at);
    else if (source.startsWith('/*', at)) at = endOf('*/', at);
    else if (source[at] === '`') open.push({ text: '', depth: 0 });
    else if (source[at] === "'" || source[at] === '"') {
      const from = at;
      for (at++; at < source.length && source[at] !== source[from] && source[at] !== '\n'; at++)
        if (source[at] === '\\') at++;
      quoted.push(source.slice(from + 1, at));
    } else if (inner && source[at] === '{') inner.depth++;
    else if (inner && source[at] === '}') inner.depth--;
  }
  return { templates, quoted };
}

const THINGS = EVENT_THINGS.map(({ name }) => name).join('|');
/** A type of event in the text of a statement: written out, or put together from pieces. */
const WRITTEN_OUT = new RegExp(`'(?:(?:${THINGS})\\.[a-z_\\u0000]*|[a-z_]*\\u0000[a-z_]*\\.[a-z_\\u0000]+)'`, 'g');

/** The same as a value that a statement is given. */
const AS_VALUE = new RegExp(`\\$\\{\\s*'(?:${THINGS})\\.[a-z_]+'\\s*\\}`, 'g');

/** The types of events that statements of a source write out instead of taking them from the table. */
export function writtenOut(source: string): string[] {
  const { templates, quoted } = textsOf(source);
  return [...templates, ...quoted.filter((text) => /\bevent\b/.test(text))]
    .flatMap((text) => text.match(WRITTEN_OUT) ?? [])
    .map((found) => found.replaceAll('\u0000', '{…}'))
    .concat(source.match(AS_VALUE) ?? []);
}

const sources = globSync('**/*.ts', { cwd: SRC })
  .filter((file) => !file.endsWith('.test.ts') && !file.includes('/generated/'))
  .map((file) => ({ file, text: readFileSync(path.join(SRC, file), 'utf8') }));

test('statements take the types of events from the table', () => {
  assert.deepEqual(
    sources.flatMap(({ file, text }) => writtenOut(text).map((found) => `${file}: ${found}`)),
    [],
  );
});

test('every statement that appends events is read', () => {
  const count = (texts: readonly string[]) => texts.join('\n').match(/insert\s+into\s+event\b/gi)?.length ?? 0;
  const unread = sources.filter(({ text }) => count([text]) !== count(textsOf(text).templates));
  assert.deepEqual(
    unread.map(({ file }) => file),
    [],
  );
});

test('a type written out in a statement is found', () => {
  const statement = (text: string) => writtenOut(`run(db, \`insert into event (type) select ${text} from t\`)`);
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: sources
  assert.deepEqual(statement("'role.assigned'"), ["'role.assigned'"]);
  assert.deepEqual(statement("case when gone then 'mark.deleted' else 'mark.recorded' end").length, 2);
  assert.deepEqual(statement("'award.' || what"), ["'award.'"]);
  assert.deepEqual(statement("${'course.made_up'}"), ["${'course.made_up'}"]);
  assert.deepEqual(statement("'${table}.updated'"), ["'{…}.updated'"]);
  assert.deepEqual(writtenOut(`run(db, "select 1 from event where type = 'tenant.reset'")`), ["'tenant.reset'"]);
  assert.deepEqual(statement("${typeSql('role.assigned')}"), []);
  assert.deepEqual(statement("${gone ? `${typeSql('mark.deleted')}` : eventSql(`${table}.updated`)}"), []);
  assert.deepEqual(writtenOut("append(ctx, [{ type: 'role.assigned' }]); // 'role.gone'"), []);
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: sources
});

/** Something that has happened, or that has come to stand. */
const PAST = /(ed|wn|set|sent|about_to_expire|awaits_confirmation)$/;

test('types say what happened, each with a sentence', () => {
  assert.deepEqual(
    EVENT_TYPES.filter(({ type }) => !/^[a-z_]+\.[a-z_]+$/.test(type) || !PAST.test(type)),
    [],
  );
  assert.deepEqual(
    EVENT_TYPES.filter(({ change }) => change.length < 8),
    [],
  );
});

/** Words that name what nobody may read in the feed: what lets somebody in, and what says how work is judged. */
const SECRET =
  /password|secret|token|hash|digest|credential|cookie|private|signature|(?<!m)answer|correct|solution|rubric|grading|scoring|explanation|^code$|^key$/i;

test('no member of an event is named like a secret or an answer key', () => {
  const names = (members: Members): string[] =>
    Object.entries(members).flatMap(([name, held]) =>
      typeof held === 'string' ? [name] : Object.keys(held).filter((own) => held[own] !== 'withheld'),
    );
  const found = EVENT_TYPES.flatMap(({ type, entity, data }) =>
    names(dataOf({ entity, data }))
      .map((name) => name.replace('?', ''))
      .filter((name) => SECRET.test(name))
      .map((name) => `${type}: ${name}`),
  );
  // the key of an attribute is its name, the code of a course or offering what people call it by
  assert.deepEqual(found, [
    'attribute.created: key',
    'attribute.deleted: key',
    'course.updated: code',
    'offering.updated: code',
  ]);
});

test('what may change of a thing stands in its event', () => {
  assert.deepEqual(
    Object.keys(EVENT_GROUPS.person.types.updated[1].changed).sort(),
    PERSON_COLUMNS.map(([name]) => name).sort(),
  );
  for (const { entity, rules } of TABLES) {
    const updated = EVENT_TYPES.find(({ type }) => type === `${entity}.updated`)!;
    const { changed, 'changed?': maybe } = dataOf(updated);
    assert.deepEqual(Object.keys(changed ?? maybe!).sort(), Object.keys(rules).sort(), entity);
  }
});
