import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadContract } from '../../http/contract.ts';
import { PROBLEMS, refusalProblem } from './envelope.ts';
import { etagOf, ifMatch } from './etags.ts';
import { decrypted, encrypted, requestPrint } from './kept-answers.ts';
import { placeOf } from './requests.ts';

const at = { call: { id: 'r/1' }, operation: null } as never;

test('an ETag is of what is shown, in whatever order', () => {
  assert.equal(
    etagOf({ a: 1, b: { c: 2, d: [1, { e: 3, f: 4 }] } }),
    etagOf({ b: { d: [1, { f: 4, e: 3 }], c: 2 }, a: 1 }),
  );
  assert.notEqual(etagOf({ a: [1, 2] }), etagOf({ a: [2, 1] }));
  assert.notEqual(etagOf({ a: null }), etagOf({}));
  assert.match(etagOf({}), /^"[\w-]{27}"$/);
});

test('If-Match takes several tags and *, never weak or unquoted ones', () => {
  const thing = { id: 'x' };
  const tag = etagOf(thing);
  const asked = (header: string) => ifMatch<typeof thing>({ 'if-match': header }, 'unit', (one) => one);
  assert.equal(asked('*'), undefined);
  assert.equal(
    ifMatch({}, 'unit', (one: { id: string }) => one),
    undefined,
  );
  for (const header of [tag, `"a",${tag}`, `W/"b", ${tag}`]) assert.doesNotThrow(() => asked(header)!(thing), header);
  for (const header of [`W/${tag}`, '"a"', tag.slice(1, -1), 'nonsense', `"a${tag.slice(1)}`])
    assert.throws(() => asked(header)!(thing), /stale/, header);
});

test('what is sealed is opened with the same secret only', () => {
  const sealed = encrypted('the key', 'mk_one');
  assert.ok(!Buffer.from(sealed, 'base64url').toString('latin1').includes('the key'));
  assert.equal(decrypted(sealed, 'mk_one'), 'the key');
  assert.equal(decrypted(sealed, 'mk_two'), undefined);
  assert.notEqual(encrypted('the key', 'mk_one'), sealed);
});

test('another body is another request, also where only the password differs', () => {
  assert.equal(requestPrint('POST', { a: 1, password: 'x' }), requestPrint('POST', { a: 1, password: 'x' }));
  assert.notEqual(requestPrint('POST', { a: 1, password: 'x' }), requestPrint('POST', { a: 1, password: 'y' }));
  assert.notEqual(requestPrint('POST', { a: 1 }), requestPrint('POST', { a: 2 }));
});

test('problems name every status that the contract promises', () => {
  const statuses = new Set(Object.values(PROBLEMS).map(([status]) => String(status)));
  for (const operation of loadContract('matricula').operations)
    for (const status of operation.answers.keys())
      if (Number(status) >= 400) assert.ok(statuses.has(status), `${operation.id} ${status}`);
});

test('a refusal becomes a problem with the facts a program needs', () => {
  const { status, body, headers } = refusalProblem(
    { kind: 'rule', rule: 'offering_full', entity: 'offering', id: 'o' },
    at,
  );
  assert.equal(status, 409);
  assert.deepEqual(
    [body.type, body.rule, body.entity, body.id],
    ['urn:matricula:problem:rule', 'offering_full', 'offering', 'o'],
  );
  assert.equal(body.instance, 'urn:matricula:request:r%2F1');
  assert.equal(headers?.['content-type'], 'application/problem+json');
  const page = refusalProblem({ kind: 'not_found', entity: 'page' }, at);
  assert.equal(page.status, 400);
  const pointer = refusalProblem({ kind: 'invalid', issues: [{ path: ['a/b', 0, '~'], fault: 'type' }] }, at);
  assert.equal(pointer.body.errors[0]!.path, '/a~1b/0/~0');
});

test('an id is found wherever it stands in a body', () => {
  assert.deepEqual(placeOf({ a: [{ b: 'X-1' }] }, 'x-1'), ['a', 0, 'b']);
  assert.equal(placeOf({ a: [{ b: 'X-1' }] }, 'x-2'), undefined);
  assert.equal(placeOf(undefined, 'x-1'), undefined);
});
