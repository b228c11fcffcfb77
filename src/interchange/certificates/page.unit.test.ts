import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Awards } from '../../record/credentials/index.ts';
import { verificationPage } from './index.ts';

const AWARD: Awards.Facts = {
  code: 'ABCD2345EFGH6789',
  tenantName: 'Harbour Academy',
  timeZone: 'UTC',
  holder: 'Zoë Ångström',
  certificateName: 'Working at Height',
  courses: ['Ladders', 'Rescue'],
  state: 'valid',
  certifiedAt: '2026-03-01T08:00:00.000Z',
  expiresAt: '2028-03-01T08:00:00.000Z',
  revokedAt: null,
};
const asked = 'abcd-2345-efgh-6789';
const pdfUrl = '/certificates/ABCD2345EFGH6789.pdf';

/** What stands on the page, without marks. */
const read = (html: string): string =>
  html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\u2068\u2069]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

test('a valid certificate is told with its facts', () => {
  const html = verificationPage(AWARD, { asked, pdfUrl });
  const text = read(html);
  assert.match(html, /^<!doctype html>\n<html lang="en">/);
  assert.match(html, /<h1>Valid certificate<\/h1>/);
  assert.match(html, /<title>Valid certificate · Working at Height<\/title>/);
  for (const part of [
    'Harbour Academy confirms this certificate. It is valid until 1 March 2028.',
    'Holder Zoë Ångström',
    'Ladders Rescue',
    'Issued on 1 March 2026',
    'Valid until 1 March 2028',
    'Certificate number ABCD-2345-EFGH-6789',
    'Download the certificate (PDF)',
  ])
    assert.ok(text.includes(part), part);
  assert.ok(read(verificationPage({ ...AWARD, expiresAt: null }, { asked })).includes('It does not expire.'));
  assert.ok(!verificationPage(AWARD, { asked }).includes('href'));
});

test('an expired or revoked one says so first, and a revoked one has no PDF', () => {
  const expired = read(verificationPage({ ...AWARD, state: 'expired' }, { asked, pdfUrl }));
  assert.ok(expired.includes('Expired certificate'));
  assert.ok(expired.includes('It expired on 1 March 2028 and has not been renewed.'));
  assert.ok(!/valid until/i.test(expired));
  const revoked = verificationPage(
    { ...AWARD, state: 'revoked', revokedAt: '2026-05-01T08:00:00.000Z' },
    { asked, pdfUrl },
  );
  assert.ok(read(revoked).includes('has revoked it. It is not valid.'));
  assert.ok(read(revoked).includes('Revoked on 1 May 2026'));
  assert.ok(!read(revoked).includes('Valid until'));
  assert.ok(!revoked.includes(pdfUrl));
});

test('an unknown number is said to be unknown, and can be typed again', () => {
  const html = verificationPage(undefined, { asked: '<script>alert(1)</script>', formUrl: '/verify' });
  assert.ok(read(html).includes('No such certificate'));
  assert.ok(html.includes('&lt;script&gt;'));
  assert.ok(!html.includes('<script'));
  assert.match(html, /<label for="code">Certificate number<\/label>\s*<input id="code" name="code"/);
  assert.ok(!verificationPage(undefined, { asked: 'x'.repeat(10_000) }).includes('x'.repeat(200)));
  assert.ok(!verificationPage(undefined, { asked: '' }).includes('Number asked for'));
});

test('names cannot break out of the page', () => {
  const evil = `"><img src=x onerror=alert(1)>'&`;
  const html = verificationPage(
    { ...AWARD, holder: evil, tenantName: evil, certificateName: evil, courses: [evil] },
    { asked, pdfUrl: `/x"onclick="y` },
  );
  assert.ok(!html.includes('<img'));
  assert.ok(!html.includes('"onclick'));
  assert.match(html, /<bdi>&quot;&gt;&lt;img/);
});

test('the page needs nothing from elsewhere and is for light and dark', () => {
  for (const html of [verificationPage(AWARD, { asked, pdfUrl }), verificationPage(undefined, { asked })]) {
    assert.ok(!/<script|<link|@import|url\(|https?:/.test(html));
    assert.match(html, /prefers-color-scheme:dark/);
    assert.match(html, /name="viewport"/);
    assert.equal(html.match(/<h1>/g)?.length, 1);
    assert.match(html, /<main>/);
  }
});

test('every colour can be read on its ground, in both schemes', () => {
  const html = verificationPage(AWARD, { asked });
  const [light, dark] = [...html.matchAll(/:root\{([^}]*)\}/g)].map(
    ([, text]) => new Map([...text!.matchAll(/--(\w+):(#\w+)/g)].map(([, name, value]) => [name!, value!])),
  );
  for (const scheme of [light!, dark!]) {
    const value = (name: string): number => luminance(scheme.get(name) ?? light!.get(name)!);
    const pairs = ['ink', 'muted', 'link', 'valid', 'expired', 'revoked', 'unknown'].map((name) => [name, 'card']);
    pairs.push(...['valid', 'expired', 'revoked', 'unknown', 'link'].map((name) => ['mark', name]));
    for (const [one, other] of pairs) {
      const [low, high] = [value(one!), value(other!)].sort((a, b) => a - b) as [number, number];
      const contrast = (high + 0.05) / (low + 0.05);
      assert.ok(contrast >= 4.5, `${one} on ${other}: ${contrast}`);
    }
  }
});

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
