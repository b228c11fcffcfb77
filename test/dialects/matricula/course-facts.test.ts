import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

const create = (facts: object) => app.api('POST', '/courses', { body: { kind: 'online', name: 'Course', ...facts } });
const names = (answer: Answered): string[] => answer.body.data.map((row: { name: string }) => row.name);
const faults = (answer: Answered) => [answer.status, answer.body.errors?.map((each: { path: string }) => each.path)];

test('language, level and length of a course are kept, changed and cleared', async () => {
  const made = await create({ language: 'ZH-hant-tw', level: 'Fortgeschritten', durationMinutes: 0 });
  const facts = ({ body }: Answered) => [body.language, body.level, body.durationMinutes];
  assert.deepEqual(facts(made), ['zh-Hant-TW', 'Fortgeschritten', 0]);
  const path = `/courses/${made.body.id}`;
  const change = (body: object) => app.api('PATCH', path, { body });
  assert.deepEqual(facts(await change({ language: 'iw', durationMinutes: 95 })), ['he', 'Fortgeschritten', 95]);
  const [event] = (await app.api('GET', `/events?type=course.updated&limit=1`)).body.data;
  assert.deepEqual(event.data.changed, { language: ['zh-Hant-TW', 'he'], durationMinutes: [0, 95] });
  const tag = (await app.api('GET', path)).headers.etag;
  assert.equal((await change({ language: 'HE' })).headers.etag, tag);
  assert.deepEqual(facts(await change({ language: null, level: null, durationMinutes: null })), [null, null, null]);
  assert.deepEqual(facts(await create({})), [null, null, null]);
});

test('what is no language, level or length is refused by its member', async () => {
  for (const language of ['', 'd', 'english', 'de_AT', 'de-', 'x-klingon', `de-${'a'.repeat(8)}-`.repeat(12)])
    assert.deepEqual(faults(await create({ language })), [422, ['/language']], language);
  assert.deepEqual(faults(await create({ level: 'x'.repeat(101) })), [422, ['/level']]);
  for (const durationMinutes of [-1, 1.5, 2 ** 31, '5'])
    assert.deepEqual(faults(await create({ durationMinutes })), [422, ['/durationMinutes']]);
});

test('lists of courses are narrowed by them and stand in the order of length', async () => {
  await create({ name: 'long', code: 'facts', language: 'pt-BR', level: 'C1', durationMinutes: 600 });
  await create({ name: 'short', code: 'facts', language: 'pt', level: 'c1', durationMinutes: 5 });
  await create({ name: 'middle', code: 'facts', language: 'de', level: 'A1', durationMinutes: 60 });
  await create({ name: 'unsaid', code: 'facts' });
  const list = (query: string) => app.api('GET', `/courses?code=facts&${query}`);
  assert.deepEqual(names(await list('language=PT-br')), ['long']);
  assert.deepEqual(names(await list('language=pt,de')), ['short', 'middle']);
  assert.deepEqual(names(await list('level=C1')), ['long', 'short']);
  assert.deepEqual(names(await list('maxDurationMinutes=60&sort=durationMinutes')), ['short', 'middle']);
  assert.equal((await list('maxDurationMinutes=many')).status, 400);
  const walked: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: Answered = await list(`sort=-durationMinutes&limit=1${next && `&cursor=${next}`}`);
    walked.push(...names(page));
    next = page.body.next;
  }
  assert.deepEqual(walked, ['long', 'middle', 'short', 'unsaid']);
});
