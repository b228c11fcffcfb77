import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRedirectUri } from './redirect-uri.ts';

test('codes are sent by https, or to the reader’s own machine', () => {
  const good = [
    'https://client.example/back?x=1',
    'https://client.example:8443/',
    'https://xn--bcher-kva.example/a%20b',
    'http://localhost:3000/back',
    'http://127.0.0.1/back',
    'http://[::1]:8080/back',
    'https://192.0.2.1/back',
  ];
  assert.deepEqual(
    good.filter((uri) => !isRedirectUri(uri)),
    [],
  );
});

test('nothing else is an address to return to', () => {
  const bad = [
    '',
    '/back',
    'blob:https://client.example/1',
    'ws://client.example/',
    'view-source:https://client.example/',
    'javascript:alert(1)',
    'com.example.app:/back',
    'http://client.example/',
    'http://a;script-src/',
    'https://a;script-src/',
    'https://a,b/',
    "https://a'b/",
    'https://a b/',
    'https://a_b/',
    'https://*.example/',
    'https://client.example/#x',
    'https://client.example/#',
    'https://user:word@client.example/',
    'https://user@client.example/',
    'https:client.example',
    'https://client.example/\r\nx: y',
    'https://client.example\\@evil.example/',
    ' https://client.example/',
    'https://клиент.example/',
    'http://localhost.evil.example/',
    'http://127.1.evil.example/',
    'https://[2001:db8::1]/',
  ];
  assert.deepEqual(bad.filter(isRedirectUri), []);
});
