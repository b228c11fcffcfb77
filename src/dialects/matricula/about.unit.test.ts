import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOfCurl } from '../../http/testing/shell.ts';
import { about } from './about.ts';

test('a shell leaves address and key of the first call as they are, whatever they hold', () => {
  assert.deepEqual(wordsOfCurl(about.client.firstCall("http://h/it's $HOME", { apiKey: 'mk_1' })), [
    '-H',
    'Authorization: Bearer mk_1',
    "http://h/it's $HOME/enrollments?limit=2",
  ]);
});
