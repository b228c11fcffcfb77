import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanName } from './names.ts';

test('a name is kept as it is read, and never as a path', () => {
  for (const [given, kept] of [
    ['Bericht März.pdf', 'Bericht März.pdf'],
    ['報告.docx', '報告.docx'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\..\\a.txt', 'a.txt'],
    ['..', 'file'],
    ['.', 'file'],
    ['...', 'file'],
    ['/', 'file'],
    ['', 'file'],
    ['   ', 'file'],
    ['.gitignore', '.gitignore'],
    ['a\u0000b.txt', 'ab.txt'],
    ['a\r\nSet-Cookie: x.txt', 'aSet-Cookie_ x.txt'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['\u2066a\u2069\u200B\uFEFF.txt', 'a.txt'],
    ['a\u2028b.txt', 'ab.txt'],
    ['nul', '_nul'],
    ['COM1.txt', '_COM1.txt'],
    ['console.txt', 'console.txt'],
    ['a<b>:"|?*.txt', 'a_b______.txt'],
    ['trailing. . ', 'trailing'],
    ['  a   b .txt', 'a b .txt'],
    ['\uD800broken.txt', '_broken.txt'],
    ['e\u0301.txt', '\u00e9.txt'],
    ['\u{E0041}tag.txt', 'tag.txt'],
    ['👩‍🏫.png', '👩‍🏫.png'],
  ] as const)
    assert.equal(cleanName(given), kept, JSON.stringify(given));
});

test('a name that is too long is cut between letters, before its ending', () => {
  for (const letter of ['a', 'ß', '漢', '👩‍🏫', 'e\u0301\u0323']) {
    const name = cleanName(`${letter.repeat(1000)}.pdf`);
    assert.ok(Buffer.byteLength(name) <= 255, letter);
    assert.ok(name.endsWith('.pdf'));
    assert.equal(name.slice(0, -4).length % letter.normalize('NFC').length, 0, letter);
  }
  assert.equal(Buffer.byteLength(cleanName(`a.${'b'.repeat(500)}`)), 255);
  assert.equal(Buffer.byteLength(cleanName(`a${'\u0301'.repeat(5000)}.pdf`)) <= 255, true);
});
