import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOfCurl } from '../../http/testing/shell.ts';
import { about } from './about.ts';

test('a key is a guid', () => {
  assert.match(about.client.newKey(), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('a shell leaves address and credentials of the first call as they are, whatever they hold', () => {
  const credentials = { username: "o'ne", password: '$HOME "x"', privateKey: 'k' };
  const words = wordsOfCurl(about.client.firstCall("http://h/it's $HOME", credentials));
  assert.deepEqual(JSON.parse(words[words.indexOf('-d') + 1]!), credentials);
  assert.equal(words.at(-1), "http://h/it's $HOME/users?_limit=2");
});
