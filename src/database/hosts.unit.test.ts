import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsOf } from './hosts.ts';

test('one host is taken as it is', () => {
  assert.deepEqual(hostsOf('postgres://u:p%40@db:5433/name?sslmode=require'), {
    urls: ['postgres://u:p%40@db:5433/name?sslmode=require'],
    writable: false,
  });
  assert.deepEqual(hostsOf('postgresql:///name?host=%2Frun%2Fpg'), {
    urls: ['postgresql:///name?host=%2Frun%2Fpg'],
    writable: false,
  });
});

test('several hosts become a URL each, and the one that writes is wanted', () => {
  assert.deepEqual(hostsOf('postgres://u@a,b:5433,[::1]:5434/name?sslmode=require'), {
    urls: [
      'postgres://u@a/name?sslmode=require',
      'postgres://u@b:5433/name?sslmode=require',
      'postgres://u@[::1]:5434/name?sslmode=require',
    ],
    writable: true,
  });
  assert.equal(hostsOf('postgres://a,b/name?target_session_attrs=any').writable, false);
  assert.deepEqual(hostsOf('postgres://a/name?target_session_attrs=read-write'), {
    urls: ['postgres://a/name'],
    writable: true,
  });
});

test('what cannot be read is told without the URL', () => {
  for (const [url, words] of [
    ['mysql://u:secret@db/name', /begins with postgres:/],
    ['postgres://u:secret@a,,b/name', /host number 2/],
    ['postgres://u:secret@a,b:x/name', /host number 2/],
    ['postgres://u:secret@a b/name', /%40/],
    ['postgres://u:secret@a/name?target_session_attrs=standby', /any, read-write, primary/],
  ] as const)
    assert.throws(
      () => hostsOf(url),
      ({ message }: Error) => words.test(message) && !message.includes('secret'),
      url,
    );
});
