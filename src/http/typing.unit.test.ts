import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readContract } from './contract.ts';
import { coveragePage } from './coverage.ts';
import { contract as books } from './testing/books.ts';
import { typesOfContract } from './typing.ts';
import { validatorsOf } from './validation.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });

const answering = (schema: object, schemas: object = {}) => {
  const document = {
    paths: { '/x': { get: { operationId: 'getX', responses: { 200: { description: '', ...json(schema) } } } } },
    components: { schemas },
  };
  const contract = readContract('x', document);
  const validators = validatorsOf(contract);
  return (body: unknown) => validators.answer(contract.byId.get('getX')!, 200, null, body);
};

test('answers may hold nothing that the contract does not declare', () => {
  const schemas = {
    Base: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
    Full: { allOf: [{ $ref: '#/components/schemas/Base' }], properties: { name: { type: ['string', 'null'] } } },
    Free: { type: 'object' },
    Map: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Base' } },
    Node: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } } },
  };
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const good = (schema: object, body: unknown) => assert.deepEqual(answering(schema, schemas)(body), []);
  const bad = (schema: object, body: unknown) => assert.notDeepEqual(answering(schema, schemas)(body), []);
  good(ref('Base'), { id: 1 });
  good(ref('Base'), { id: 1, gone: undefined });
  bad(ref('Base'), { id: 1, more: 2 });
  good(ref('Full'), { id: 1, name: null });
  bad(ref('Full'), { id: 1, name: 'a', more: 2 });
  good(ref('Free'), { anything: 1 });
  good(ref('Map'), { a: { id: 1 } });
  bad(ref('Map'), { a: { id: 1, more: 2 } });
  good(ref('Node'), { children: [{ children: [] }] });
  bad(ref('Node'), { children: [{ children: [{ more: 1 }] }] });
  good({ oneOf: [ref('Full'), { type: 'null' }] }, null);
  good({ anyOf: [ref('Full'), { type: 'null' }] }, { id: 1, name: 'a' });
  bad({ anyOf: [ref('Full'), { type: 'null' }] }, { id: 1, more: 2 });
  good({ allOf: [ref('Base'), { type: 'object', properties: { x: { type: 'integer' } } }] }, { id: 1, x: 2 });
  bad({ allOf: [ref('Base'), { type: 'object', properties: { x: { type: 'integer' } } }] }, { id: 1, y: 2 });
  good({ ...ref('Base'), description: 'with a note' }, { id: 1 });
  bad({ type: 'object', properties: { in: ref('Base') } }, { in: { id: 1, more: 2 } });
  good({ type: 'object', properties: { in: ref('Base') }, additionalProperties: true }, { out: 1 });
});

test('types follow the contract, bodies and answers by media type', () => {
  const text = typesOfContract(books.document, 'books.openapi.yaml');
  const flat = text.replace(/\s+/g, ' ');
  assert.match(
    flat,
    /getBook: \{ path: \{ id: string; number: number \}; query: \{ pageSize\?: number; tags\?: \(string\)\[\];/,
  );
  assert.match(
    flat,
    /headers: \{ "if-none-match"\?: string \}; body: undefined; answers: \{ 200: Schemas\["Book"\]; "4XX": Schemas\["Problem"\] \}/,
  );
  assert.match(flat, /putBooks: .*? body: Row<Schemas\["Book"\]>\[\];/);
  assert.match(flat, /upload: .*? body: Readable; answers: \{ 200: number \}/);
  assert.match(flat, /followEvents: .*? answers: \{ 200: Streamed \}/);
  assert.match(flat, /exportCatalog: .*? answers: \{ 200: string \| Streamed \}/);
  assert.match(flat, /Author: \(\{ fullName\?: string \| undefined \} \| null\);/);
  assert.match(flat, /Book: \(Schemas\["Thing"\] & \{ pageCount\?: number \| undefined;/);
});

test('the coverage page counts handlers', () => {
  const page = coveragePage(books, { getBook: async () => ({}) });
  assert.match(page, /^1 of 13 operations implemented\.$/m);
  assert.match(page, /\| getBook \| GET \| `\/shelves\/\{id\}\/bound-books\/\{number\}` \| seed \| implemented \|/);
  assert.match(page, /\| planned \| GET \| `\/planned` \| {2}\| 501 \|/);
});
