import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOfCurl } from '../../http/testing/shell.ts';
import { about } from './about.ts';

test('the token of the first answer goes into the second call', () => {
  const words = wordsOfCurl(about.client.firstCall("http://h/it's $HOME", { clientKey: 'c&d', secret: 's=1' }));
  assert.ok(words.includes("http://h/it's $HOME/api/v1/token?clientKey=c%26d&secret=s%3D1"));
  assert.ok(words.includes('Authorization: Bearer t1'));
});
