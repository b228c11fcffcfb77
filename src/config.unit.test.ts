import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig as readWith, settingsWith } from './config.ts';

/** A dialect with settings of its own, and one without. */
const DIALECTS = [
  {
    name: 'first',
    settings: { loudly: { name: 'FIRST_LOUDLY', default: 'on', meaning: 'Loudly.' } },
  },
  { name: 'second', settings: {} },
] as const;
const readConfig = (env: Record<string, string>) => readWith(env, DIALECTS);

test('defaults stand without any variable', () => {
  const config = readConfig({});
  assert.equal(config.port, 4000);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.demo, true);
  assert.equal(config.rate, null);
});

test('the demo is not made in a database of one’s own unless asked', () => {
  assert.equal(readConfig({ DATABASE_URL: 'postgres://db/learn' }).demo, false);
  assert.equal(readConfig({ DATABASE_URL: 'postgres://db/learn', DEMO: 'on' }).demo, true);
  assert.equal(readConfig({ DEMO: 'off' }).demo, false);
});

test('every fault is told, and a URL with a password never', () => {
  const wrong: Record<string, string> = {
    PORT: '70000',
    HOST: 'a b',
    PUBLIC_URL: 'ftp://x',
    DATABASE_URL: 'mysql://user:secret@db',
    FILES_URL: 'https://user:secret@files',
    DATABASE_POOL: '1',
    DATABASE_NAMED_STATEMENTS: 'perhaps',
    DEMO: 'maybe',
    DIALECT_HOSTS: 'moodle=x.org',
    CORS_ORIGINS: 'https://x.org/path',
    TRUST_PROXY: 'some',
    RATE_LIMIT: '-1',
    RATE_BURST: '0',
    BODY_LIMIT_MB: 'x',
    UPLOAD_LIMIT_MB: '0',
    REQUEST_TIMEOUT_S: '0',
    DRAIN_S: '-1',
    SMTP_URL: 'http://user:secret@mail',
    MAIL_FROM: 'a\r\nBcc: b@x.org',
    LOG_LEVEL: 'loud',
    FIRST_LOUDLY: '?',
  };
  assert.throws(
    () => readConfig(wrong),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      for (const name of Object.keys(wrong))
        assert.ok(
          error.faults.some((fault) => fault.startsWith(`${name} `)),
          name,
        );
      assert.doesNotMatch(error.message, /secret/);
      return true;
    },
  );
  // DATA_DIR takes any text
  assert.equal(Object.keys(wrong).length, settingsWith(DIALECTS).length - 1);
});

test('hosts, origins and proxies are read as lists', () => {
  const config = readConfig({
    DIALECT_HOSTS: 'first=Rest.Example.org, second=api.example.org',
    CORS_ORIGINS: 'https://a.org,http://b.org:8080',
    TRUST_PROXY: '10.0.0.0/8, ::1',
  });
  assert.deepEqual(config.dialectHosts, { 'rest.example.org': 'first', 'api.example.org': 'second' });
  assert.deepEqual(config.corsOrigins, ['https://a.org', 'http://b.org:8080']);
  assert.deepEqual(config.trustProxy, ['10.0.0.0/8', '::1']);
  assert.equal(readConfig({ TRUST_PROXY: '2' }).trustProxy, 2);
  assert.equal(readConfig({}).trustProxy, 0);
  // nobody is believed without being named or counted
  for (const all of ['on', 'true', '*', '999', '1, 2', '10.0.0', '::1/', '10.0.0.0/33', '::1/129', '10.0.0.0/8/8'])
    assert.throws(() => readConfig({ TRUST_PROXY: all }), /TRUST_PROXY/, all);
});

test('a dialect brings settings of its own', () => {
  assert.deepEqual(readConfig({}).dialects, { first: { loudly: true }, second: {} });
  assert.deepEqual(readConfig({ FIRST_LOUDLY: 'off' }).dialects['first'], { loudly: false });
});

test('a public URL may have a path and nothing behind it', () => {
  assert.equal(readConfig({ PUBLIC_URL: 'https://x.org/courses/' }).publicUrl, 'https://x.org/courses');
  for (const url of ['https://x.org/?a=b', 'https://x.org/#a', 'https://me:secret@x.org'])
    assert.throws(() => readConfig({ PUBLIC_URL: url }), /PUBLIC_URL/);
});
