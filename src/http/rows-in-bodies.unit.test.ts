import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, readContract } from './contract.ts';
import type { Reading } from './dialect.ts';
import { booksDialect, booksServer } from './testing/books.ts';
import { typesOfContract } from './typing.ts';

const book = { $ref: '#/components/schemas/Book' };
const crate = { $ref: '#/components/schemas/Crate' };

/** One operation whose rows may come bare, or in a crate at two places. */
const document = (rows: unknown, more: Json = {}): Json => ({
  openapi: '3.1.0',
  info: { title: 'Crates', version: '1' },
  security: [{ key: [] }],
  paths: {
    '/crates': {
      put: {
        operationId: 'putCrate',
        requestBody: {
          required: true,
          content: {
            'application/json': { 'x-rows': rows, schema: { oneOf: [{ type: 'array', items: book }, crate] } },
          },
        },
        responses: { 200: { description: 'Read.', content: { 'application/json': { schema: {} } } } },
      },
    },
  },
  components: {
    schemas: {
      Book: {
        type: 'object',
        required: ['title'],
        properties: { title: { type: 'string' }, pageCount: { type: 'integer' } },
      },
      Crate: {
        type: 'object',
        required: ['elements'],
        properties: {
          elements: { type: 'array', items: book, ...more },
          data: { type: 'object', properties: { books: { type: 'array', items: book }, note: { type: 'string' } } },
        },
      },
    },
  },
});

const ALL = ['', '/elements', '/data/books'];

async function open(reading: Reading = {}) {
  const { dialect } = booksDialect(reading);
  const handlers = { putCrate: async (_who: unknown, { body }: Json) => ({ status: 200, body }) };
  const { app } = await booksServer({
    ...dialect,
    contract: readContract('crates', document(ALL)),
    handlers,
    dispatch: [],
  });
  return async (body: unknown) => {
    const answer = await app.inject({
      method: 'PUT',
      url: '/books/crates',
      headers: { 'x-key': 'k', 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
}

test('rows are checked one by one wherever they stand', async () => {
  const put = await open();
  const bad = { line: 2, issues: [{ path: ['title'], fault: 'type', detail: 'must be string' }] };
  const shape = (row: any) => (row.issues ? [row.line, row.issues[0].path, row.issues[0].fault] : row);
  const expected = [{ line: 1, value: { title: 'A' } }, [2, ['title'], bad.issues[0]!.fault]];
  const rows = [{ title: 'A' }, { title: 1 }];

  assert.deepEqual((await put(rows)).body.map(shape), expected);
  const { body } = await put({ elements: rows, data: { books: rows, note: 'n' }, extra: 1 });
  assert.deepEqual(body.elements.map(shape), expected);
  assert.deepEqual(body.data.books.map(shape), expected);
  assert.deepEqual([body.data.note, body.extra], ['n', 1]);
  assert.deepEqual((await put({ elements: [] })).body, { elements: [] });
});

test('what stands around rows is checked as any body', async () => {
  const put = await open();
  assert.equal((await put({ elements: [{ title: 'A' }], data: { note: 1 } })).status, 422);
  assert.equal((await put({ data: { books: [] } })).status, 422);
  for (const elements of [{}, null, 'text']) assert.equal((await put({ elements })).status, 422);
  const many = { elements: Array.from({ length: 6000 }, () => ({ title: 'A' })) };
  assert.equal((await put(many)).status, 200);
  const tooMany = await put({ ...many, data: { books: many.elements } });
  assert.deepEqual([tooMany.status, tooMany.body.problem], [400, 'too_many_rows']);
  const wide = await put({ elements: [], extra: Array.from({ length: 100_001 }, () => 0) });
  assert.equal(wide.body.problem, 'too_many_values');
});

test('names in any case lead to rows too', async () => {
  const put = await open({ bodyNames: 'any-case' });
  const { body } = await put({ Elements: [{ TITLE: 'A', PageCount: 3 }], DATA: { Books: [{ Title: 'B' }] } });
  assert.deepEqual(body, {
    elements: [{ line: 1, value: { title: 'A', pageCount: 3 } }],
    data: { books: [{ line: 1, value: { title: 'B' } }] },
  });
});

test('a contract that names rows where none can stand stops the start', () => {
  assert.throws(() => readContract('x', document(['/nothing'])), /no array at \/nothing/);
  assert.throws(() => readContract('x', document(['/elements'], { minItems: 1 })), /minItems/);
});

test('handlers see rows where they stand', () => {
  const text = typesOfContract(document(ALL), 'crates.yaml').replaceAll(/\s+/g, ' ');
  const row = 'Row<Schemas["Book"]>[]';
  assert.ok(
    text.includes(`body: ${row} | (Omit<Schemas["Crate"], "elements" | "data"> & { elements: ${row}; data?: (Omit<`),
  );
  assert.ok(text.includes(`"books"> & { books?: ${row} | undefined }) | undefined })`), text);
});
