import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmail } from './email.ts';

const GOOD = [
  'ada@example.org',
  "o'shea@school.example",
  'jürgen@schule.example',
  'jürgen.groß@münchen.example',
  '用户@例子.广告',
  'अजय@उदाहरण.भारत',
  'a.b+tag/dept={x}|y~!#$%&*?^_`-@example.org',
  'root@localhost',
  'a@x',
  '"ada lovelace"@example.org',
  '"a@b\\"c"@example.org',
  'ada@[192.0.2.1]',
  'ada@[IPv6:2001:db8::1]',
  `${'a'.repeat(64)}@${`${'b'.repeat(63)}.`.repeat(3)}example`,
  'ada@xn--mnchen-3ya.example',
  'ada@1.example',
];

const BAD = [
  '',
  '@',
  'ada',
  'ada@',
  '@example.org',
  'a b@example.org',
  ' ada@example.org',
  'ada@example.org ',
  'ada@exa mple.org',
  'ada@@example.org',
  'a@b@example.org',
  '.ada@example.org',
  'ada.@example.org',
  'a..b@example.org',
  'ada@example..org',
  'ada@.example.org',
  'ada@example.org.',
  'ada@-example.org',
  'ada@example-.org',
  'ada@exa_mple.org',
  'ada@example.org>',
  'Ada <ada@example.org>',
  'ada,bob@example.org',
  'ada;bob@example.org',
  'a(b)@example.org',
  'a:b@example.org',
  'a\\b@example.org',
  '"a"b@example.org',
  '"a@example.org',
  'a\n@example.org',
  'a\u0000@example.org',
  'a\u0085@example.org',
  'a\u00a0b@example.org',
  'a\u202eb@example.org',
  'a\ufffd@example.org',
  'a\ud800@example.org',
  'ada@mün\u00a0chen.example',
  'ada@[192.0.2.256]',
  'ada@[IPv6:fe80::1%eth0]',
  'ada@[192.0.2.1',
  `${'a'.repeat(65)}@example.org`,
  `${'ü'.repeat(33)}@example.org`,
  `ada@${'b'.repeat(64)}.example`,
  `ada@${`${'b'.repeat(63)}.`.repeat(4)}example`,
];

test('addresses as RFC 5321 and 6531 allow are taken', () => {
  assert.deepEqual(
    GOOD.filter((text) => !isEmail(text)),
    [],
  );
});

test('what is no mailbox is not', () => {
  assert.deepEqual(BAD.filter(isEmail), []);
});
