import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ACTOR_ID,
  constant,
  join,
  NOW,
  name,
  nothing,
  replaced,
  sql,
  steady,
  TENANT,
  textOf,
  value,
  written,
} from './sql.ts';

describe('statements', () => {
  it('take values as parameters, whatever they hold', () => {
    const evil = `'; drop table person; --`;
    assert.deepEqual(
      written(sql`select 1 from person where name = ${evil} and n = any(${[1, 2]}::int[]) or x is ${null}`),
      {
        text: 'select 1 from person where name = $1 and n = any($2::int[]) or x is $3',
        values: [evil, [1, 2], null],
      },
    );
  });

  it('number the values of pieces as they come', () => {
    const own = sql`a = ${1}`;
    assert.deepEqual(written(sql`select ${0} where ${own} and ${sql`b = ${2}::int`} limit ${3}`), {
      text: 'select $1 where a = $2 and b = $3::int limit $4',
      values: [0, 1, 2, 3],
    });
  });

  it('name a value once, by what it is and not by what it holds', () => {
    const person = value('x', 'uuid');
    const piece = sql`d = ${'x'}`;
    assert.deepEqual(written(sql`a = ${person} and b = ${person} and c = ${'x'} and ${piece} and ${piece}`), {
      text: 'a = $1::uuid and b = $1::uuid and c = $2 and d = $3 and d = $3',
      values: ['x', 'x', 'x'],
    });
    const equal = (a: unknown, b: unknown): string => written(sql`${value(a)} ${value(b)} ${a} ${b}`).text;
    assert.equal(equal(1, 1), equal(1, 2));
  });

  it('name the call that runs them', () => {
    const call = { tenant: { id: 't' }, now: '2030-01-01T00:00:00Z', actor: { id: null } } as never;
    assert.deepEqual(written(sql`${TENANT} ${NOW} ${TENANT} ${ACTOR_ID}`, call), {
      text: '$1::uuid $2::timestamptz $1::uuid $3::uuid',
      values: ['t', '2030-01-01T00:00:00Z', null],
    });
    assert.throws(() => written(sql`select ${TENANT}`));
  });

  it('put constant pieces together where they are written', () => {
    const columns = sql`a, ${sql`b`}`;
    assert.deepEqual(columns.strings, ['a, b']);
    assert.deepEqual(written(sql`select ${columns} limit ${constant(5)}`), { text: 'select a, b limit 5', values: [] });
    assert.equal(`${columns}`, 'a, b');
    assert.throws(() => `${sql`a = ${1}`}`);
  });

  it('are joined', () => {
    const rows = [1, 2, 3].map((n) => sql`(${n})`);
    assert.deepEqual(written(sql`values ${join(rows)}`), { text: 'values ($1), ($2), ($3)', values: [1, 2, 3] });
    assert.equal(written(join([sql`a`, sql`b`], sql` or `)).text, 'a or b');
    assert.equal(join([]), nothing);
  });

  it('take names that are names', () => {
    for (const good of ['person', 'p.id', '"personId"', 'page."personId"']) assert.equal(`${name(good)}`, good);
    for (const bad of ['', 'a b', 'a;', "a'", 'a.b.c', 'a--', '"a"b"', '"a', 'p.*', 'a()'])
      assert.throws(() => name(bad), bad);
  });

  it('show what they look at, but for what is steady', () => {
    const kept = steady(sql`k.id = ${2}`);
    const piece = sql`a = ${1} and ${kept}`;
    assert.equal(textOf(piece), 'a = ? and k.id = ?');
    assert.equal(
      textOf(piece, (part) => part.steady),
      'a = ? and ',
    );
  });

  it('have a column replaced', () => {
    const by = sql`seen(${'v'}, p.m)`;
    assert.deepEqual(written(replaced(sql`p.m as m, ${sql`f(p.m)`}, ${1}`, 'p.m', by)), {
      text: 'seen($1, p.m) as m, f(seen($1, p.m)), $2',
      values: ['v', 1],
    });
  });
});
