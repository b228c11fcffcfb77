import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languagesOf, renderer, templateNames } from './templates.ts';

const TENANT = { name: 'Harbour School', timeZone: 'Europe/Oslo', settings: {} };
const SITE = 'https://learn.example.org/base';

const enrolled = (data: object, more: Partial<{ locale: string; name: string | null }> = {}) => ({
  template: 'enrolled',
  data: { course: 'Knots', offeringId: 'o1', dueAt: null, ...data },
  locale: 'en',
  name: 'Bo Lie',
  ...more,
});

test('every template speaks four languages, and says the same in each', () => {
  for (const template of templateNames()) {
    assert.deepEqual(languagesOf(template).slice(0, 4), ['en', 'de', 'fr', 'es'], template);
    const said = languagesOf(template).map((locale) => {
      const values = { course: '«course»', certificate: '«certificate»', offeringId: '1', code: '2' };
      const moments = { dueAt: '2027-03-01T12:00:00.000Z', expiresAt: '2027-03-01T12:00:00.000Z' };
      const { subject, text } = renderer(
        TENANT,
        SITE,
      )({ template, data: { ...values, ...moments }, locale, name: 'Bo' });
      return [/«\w+»/.exec(subject)?.[0], text.split('\n\n').length, text.includes('2027'), text.includes(SITE)];
    });
    assert.equal(new Set(said.map((one) => JSON.stringify(one))).size, 1, `${template} ${JSON.stringify(said)}`);
  }
});

test('the language is the recipient’s, else the tenant’s, else English', () => {
  const german = { ...TENANT, settings: { mail: { locale: 'de' } } };
  const subject = (tenant: typeof TENANT, locale: string) => renderer(tenant, SITE)(enrolled({}, { locale })).subject;
  assert.match(subject(TENANT, 'fr-CA'), /^Vous/);
  assert.match(subject(german, 'nb'), /^Sie/);
  assert.match(subject(TENANT, 'nb'), /^You/);
  assert.match(subject(TENANT, '__proto__'), /^You/);
});

test('a paragraph that names what is not there is left out; text and HTML hold the same', () => {
  const render = renderer(TENANT, SITE);
  const { text, html } = render(enrolled({}));
  assert.equal(
    text,
    `Hello Bo Lie,\n\nyou are enrolled in Knots from now on.\n\nOpen the course:\n${SITE}/learn/offerings/o1\n\n-- \nHarbour School\n`,
  );
  for (const part of ['Hello Bo Lie,', 'you are enrolled in Knots', `href="${SITE}/learn/offerings/o1"`])
    assert.ok(html.includes(part), part);
  assert.doesNotMatch(renderer(TENANT, null)(enrolled({}, { name: null })).text, /Hello|Open/);
  // by the calendar of the tenant: it is the first of March in Oslo already
  assert.match(render(enrolled({ dueAt: '2027-02-28T23:30:00.000Z' })).text, /due on March 1, 2027/);
});

test('a tenant’s own text stands in place of ours, with the same values and no others', () => {
  const templates = {
    enrolled: {
      en: {
        subject: 'Welcome to {course}',
        text: 'Dear {name}\n\n{constructor}\n\n[Go]({site}/x?c={course})\n\n[No](javascript:{course})',
      },
      nb: { subject: 'Velkommen', text: 'Hei {name}' },
    },
  };
  const render = renderer({ ...TENANT, settings: { mail: { templates } } }, SITE);
  const { subject, text, html } = render(enrolled({ course: 'A&B <c>' }));
  assert.equal(subject, 'Welcome to A&B <c>');
  assert.equal(text, `Dear Bo Lie\n\nGo:\n${SITE}/x?c=A%26B%20%3Cc%3E\n\n-- \nHarbour School\n`);
  assert.doesNotMatch(html, /javascript|<c>/);
  assert.equal(render(enrolled({}, { locale: 'nb' })).subject, 'Velkommen');
});

test('values stay on their line and in their direction', () => {
  const { subject, text } = renderer(TENANT, SITE)(enrolled({ course: 'A\r\nB\u2029C\u202eD\u0000' }));
  assert.equal(subject, 'You are enrolled: A B CD');
  assert.match(text, /enrolled in A B CD from/);
});
