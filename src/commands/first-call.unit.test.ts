import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { firstCall } from './first-call.ts';

const CREDENTIALS = {
  matricula: { apiKey: 'mk_1' },
  absorb: { username: "o'ne", password: '$HOME "x"', privateKey: 'k' },
  enabley: { clientKey: 'c&d', secret: 's=1' },
} as const;

/** The words that each call of curl is given when a shell runs the lines. */
const wordsOf = (dialect: keyof typeof CREDENTIALS): string[] => {
  const lines = firstCall(
    { dialect, baseUrl: "http://h/it's $HOME", credentials: { ...CREDENTIALS[dialect] } },
    'Title:',
  ).split('\n');
  assert.equal(lines.shift(), 'Title:');
  const curl = `curl() { for word; do printf '%s\\n' "$word" >&3; done; echo '{"access_token":"t1","expires_in":1}'; }`;
  const script = `exec 3>&1; ${curl}; ${lines.join('\n')} >/dev/null`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
};

test('a shell leaves addresses and credentials as they are, whatever they hold', () => {
  assert.deepEqual(wordsOf('matricula'), [
    '-H',
    'Authorization: Bearer mk_1',
    "http://h/it's $HOME/enrollments?limit=2",
  ]);
  const absorb = wordsOf('absorb');
  assert.deepEqual(JSON.parse(absorb[absorb.indexOf('-d') + 1]!), CREDENTIALS.absorb);
  assert.equal(absorb.at(-1), "http://h/it's $HOME/users?_limit=2");
});

test('the token of the first answer goes into the second call', () => {
  const enabley = wordsOf('enabley');
  assert.ok(enabley.includes("http://h/it's $HOME/api/v1/token?clientKey=c%26d&secret=s%3D1"));
  assert.ok(enabley.includes('Authorization: Bearer t1'));
});
