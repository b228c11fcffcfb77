import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { APPENDED, EXCEPTIONS, OWNERS, SPLICED } from './owners.ts';

const SRC = path.resolve(import.meta.dirname, '../../src');

const WRITES = [
  /\b(insert\s+into|delete\s+from|merge\s+into|truncate(?:\s+table)?|copy)\s+(?:only\s+)?(?:"?public"?\s*\.\s*)?(["\w]+|\$\{)/gi,
  /\b(update)\s+(?:only\s+)?(?:"?public"?\s*\.\s*)?(["\w]+|\$\{[^}]*\})(?:\s+(?:as\s+)?\w+)?\s+set\b/gi,
  /\b(insertInto|updateTable|deleteFrom|mergeInto)\(\s*(?:['"`](\w+)['"`]|(?=[^'"`]))/g,
  // the kit of the kernel, which is given a thing, named after its table
  /\b(insert|update|amend)\(\s*ctx,\s*([A-Z][A-Z_]+)\b/g,
  /\b(shapeOf|holderOf)\(\s*'(\w+)'/g,
];

interface Write {
  file: string;
  /** Empty where the statement is given the name. */
  table: string;
  adds: boolean;
}

/** What the statements of a file write. */
export function writesOf(file: string, text: string): Write[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return WRITES.flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, verb, name = '']) => ({
      file,
      table: name.startsWith('$') ? '' : name.replaceAll('"', '').toLowerCase(),
      adds: /^insert/i.test(verb!),
    })),
  );
}

const roomOf = (file: string): string => /^record\/\w+|^[\w-]+/.exec(file)![0];

/** Statements that write what another room owns, as `file table`. */
export function strangeWrites(
  writes: readonly Write[],
  spliced: Readonly<Record<string, readonly string[]>> = SPLICED,
): string[] {
  const found = writes.flatMap(({ file, table, adds }) => {
    if (table === '')
      return file in spliced
        ? spliced[file]!.filter((name) => OWNERS.get(name) !== roomOf(file)).map((name) => `${file} ${name}`)
        : [`${file} is given the name of a table`];
    const owner = OWNERS.get(table);
    if (owner === undefined || owner === roomOf(file)) return [];
    return adds && APPENDED.includes(table) && file.startsWith('record/') ? [] : [`${file} ${table}`];
  });
  return [...new Set(found)].sort();
}

const exceptions = Object.entries(EXCEPTIONS).flatMap(([file, tables]) => tables.map((table) => `${file} ${table}`));
const writes = globSync('**/*.ts', { cwd: SRC })
  .filter((file) => !/\.test\.ts$|\/testing\/|\/migrations\//.test(file))
  .flatMap((file) => writesOf(file, readFileSync(path.join(SRC, file), 'utf8')));

test('every table of the record has an owner', () => {
  const tables = readFileSync(path.join(SRC, 'database/tables.generated.ts'), 'utf8');
  const named = [...tables.slice(tables.indexOf('interface DB')).matchAll(/^ {2}(\w+):/gm)].map((match) => match[1]!);
  assert.deepEqual([...OWNERS.keys()].sort(), named.sort());
});

test('each room writes the tables it owns, and no others', () => {
  assert.deepEqual(
    strangeWrites(writes).filter((one) => !exceptions.includes(one)),
    [],
  );
});

test('no exception is left that is not needed', () => {
  const strange = strangeWrites(writes);
  assert.deepEqual(
    exceptions.filter((one) => !strange.includes(one)),
    [],
  );
  const given = new Set(writes.filter((write) => write.table === '').map((write) => write.file));
  assert.deepEqual(
    Object.keys(SPLICED).filter((file) => !given.has(file)),
    [],
  );
});

test('a statement in the wrong room is found', () => {
  const strange = (file: string, text: string, spliced?: Record<string, string[]>): boolean =>
    strangeWrites(writesOf(file, text), spliced).length > 0;
  for (const text of [
    'insert into enrollment (tenant_id) values ($1)',
    'INSERT INTO "enrollment" default values',
    'with x as (update enrollment e set state = 1 returning 1) select 1',
    'update only enrollment\n   set state = 1',
    'delete from enrollment where true',
    'merge into enrollment e using x on true when matched then delete',
    'truncate enrollment',
    'insert into public.enrollment default values',
    'delete\n from enrollment',
    'copy enrollment (id) from stdin',
    `db.insertInto('enrollment')`,
    `db.updateTable('enrollment').set(x)`,
    `db.deleteFrom('enrollment')`,
    `await amend(ctx, ENROLLMENT, before, own)`,
    `const SHAPE = shapeOf('enrollment', {})`,
  ]) {
    assert.ok(strange('interchange/oneroster/merge/users.ts', text), text);
    assert.ok(strange('record/catalog/course.ts', text), text);
    assert.ok(!strange('record/enrollment/enroll.ts', text), text);
  }
  assert.ok(!strange('record/catalog/course.ts', '// insert into enrollment\n/* delete from enrollment */'));
  assert.ok(!strange('record/catalog/course.ts', 'select 1 from enrollment for update of enrollment'));
  assert.ok(!strange('interchange/oneroster/stage.ts', 'insert into staged_users select 1'));
  assert.ok(!strange('record/people/groups.ts', 'insert into event (type) values ($1)'), 'everybody tells');
  assert.ok(strange('record/people/groups.ts', 'update event set data = null'));
  assert.ok(strange('interchange/oneroster/things.ts', 'insert into event (type) values ($1)'));
  for (const text of [
    `update \${table} t set a = 1`,
    `delete from \${a.table}`,
    `insert into \${t} (x)`,
    'db.insertInto(table)',
  ]) {
    assert.ok(strange('record/catalog/kit.ts', text, {}), text);
    assert.ok(strange('record/catalog/kit.ts', text, { 'record/catalog/kit.ts': ['mark'] }), text);
    assert.ok(!strange('record/catalog/kit.ts', text, { 'record/catalog/kit.ts': ['course'] }), text);
  }
});
