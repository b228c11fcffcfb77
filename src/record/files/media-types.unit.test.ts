import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../kernel/refusal.ts';
import { isAmong, mediaTypeOf, servedType } from './media-types.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de', 'hex');
const ZIP = Buffer.from('504b0304140000000800000021000000000000000000000000000500000061', 'hex');
const BYTES = Buffer.from([1, 2, 3, 4, 0, 255, 254]);
const text = (words: string): Buffer => Buffer.from(words);

test('what the content says counts, and what it leaves open is as it was brought', async () => {
  for (const [sample, label, type] of [
    [PNG, undefined, 'image/png'],
    [PNG, 'application/octet-stream', 'image/png'],
    [PNG, 'image/x-png', 'image/png'],
    [PNG, 'IMAGE/PNG; q=1', 'image/png'],
    [text('%PDF-1.7\n%\u00e2\u00e3\u0000'), 'application/x-www-form-urlencoded', 'application/pdf'],
    [
      ZIP,
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [ZIP, 'application/x-zip-compressed', 'application/zip'],
    [text('hello'), undefined, 'text/plain'],
    [text('a;b\n1;2'), 'text/csv', 'text/csv'],
    [text('{"a":1}'), 'application/json', 'application/json'],
    [text('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml', 'image/svg+xml'],
    [text('BM: a note'), 'text/plain', 'text/plain'],
    [Buffer.from('\ufeffhello', 'utf16le'), 'text/plain', 'text/plain'],
    [BYTES, undefined, 'application/octet-stream'],
    [BYTES, 'application/x-own', 'application/x-own'],
  ] as const)
    assert.equal(await mediaTypeOf(sample, label), type, `${label} ${sample.subarray(0, 8).toString('latin1')}`);
});

test('a label that the content contradicts is refused, and one that is none', async () => {
  for (const [sample, label] of [
    [PNG, 'application/pdf'],
    [PNG, 'text/plain'],
    [PNG, 'image/jpeg'],
    [text('MZ\u0000\u0003\u0000\u0000 a program'), 'image/png'],
    [text('<html><script>'), 'image/png'],
    [text('hello'), 'application/pdf'],
    [BYTES, 'text/html'],
    [BYTES, 'application/zip'],
    [ZIP, 'image/png'],
    [PNG, 'image'],
    [PNG, 'image/png\u0000'],
    [PNG, '../png'],
  ] as const)
    await assert.rejects(
      mediaTypeOf(sample, label),
      (error) => error instanceof Refusal && error.fact.kind === 'invalid',
      label,
    );
});

test('what a browser might run goes out as bytes', () => {
  for (const type of [
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/javascript',
    'application/xml',
    'text/xsl',
    'application/x-shockwave-flash',
    'application/x-own',
  ])
    assert.equal(servedType(type), 'application/octet-stream', type);
  for (const type of ['image/png', 'application/pdf', 'text/plain', 'video/mp4']) assert.equal(servedType(type), type);
});

test('types are taken by name and by kind', () => {
  assert.ok(isAmong('image/png', ['application/pdf', 'image/*']));
  assert.ok(!isAmong('imagex/png', ['image/*']));
  assert.ok(isAmong('image/jpeg', ['image/jpg']));
  assert.ok(!isAmong('text/html', ['text/plain']));
});
