import assert from 'node:assert/strict';
import { CREDENTIALS } from './operations-credentials.ts';
import { LEARNING } from './operations-learning.ts';
import { PEOPLE } from './operations-people.ts';
import { PROGRAMS } from './operations-programs.ts';
import { list, type Recipe } from './recipes.ts';
import type { World } from './world.ts';

const FILE = { payload: 'hello', headers: { 'content-type': 'text/plain' } };

/** Work with a file that was marked, and may not be changed any more. */
async function markedWork(w: World): Promise<{ query: string; fileId: string }> {
  const course = await w.course();
  const { id: assessmentId } = await w.assessment(course);
  const { id: enrollmentId } = await w.enroll(course.defaultOfferingId);
  const query = `assessmentId=${assessmentId}&enrollmentId=${enrollmentId}&name=work.txt`;
  const { status, body } = await w.api('POST', `/files?${query}`, FILE);
  assert.equal(status, 201, JSON.stringify(body));
  const path = `/assessments/${assessmentId}`;
  assert.equal((await w.api('PUT', `${path}/submissions/${enrollmentId}`, { body: {} })).status, 200);
  const marked = await w.api('PUT', `${path}/marks/${enrollmentId}`, { body: { score: 5 } });
  assert.ok(marked.status < 300, JSON.stringify(marked.body));
  return { query, fileId: body.id };
}

/** The address of the content of a file. */
async function contentOf(w: World): Promise<string> {
  const { contentUrl } = await w.file();
  return contentUrl.slice(contentUrl.indexOf('/files/'));
}

const around: Record<string, Recipe> = {
  listEvents: list('/events'),
  getEventStream: list('/event-stream'),
  listImports: list('/imports'),
  listMails: list('/mails'),
  getMail: {
    good: async (w) => {
      const mail = { notices: ['enrolled'] };
      assert.equal((await w.api('PATCH', '/tenant', { body: { settings: { mail } } })).status, 200);
      const { id } = await w.post('/people', { fullName: 'Reader', email: `m${Math.random()}@x.example` });
      await w.enroll((await w.course()).defaultOfferingId, id);
      // what comes of it is not to be taken for what somebody else did
      for (;;) {
        const [mail] = (await w.api('GET', `/mails?personId=${id}`)).body.data;
        if (mail.state === 'sent') return { path: `/mails/${mail.id}` };
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  },
  listFiles: { good: async (w) => ({ path: `/files?personId=${(await w.person()).id}` }) },
  getFile: { good: async (w) => ({ path: `/files/${(await w.file()).id}` }) },
  deleteFile: {
    good: async (w) => ({ path: `/files/${(await w.file()).id}` }),
    also: { 409: async (w) => ({ path: `/files/${(await markedWork(w)).fileId}` }) },
  },
};

/** Requests of every operation that is called in the ordinary way; the others stand in the test. */
export const OPERATIONS: Readonly<Record<string, Recipe>> = {
  ...PEOPLE,
  ...LEARNING,
  ...CREDENTIALS,
  ...PROGRAMS,
  ...around,
};

/** Those that are called in a way of their own, where a test wants them called at all. */
export const APART: Readonly<Record<string, Recipe>> = {
  createFile: {
    good: async (w) => ({ path: `/files?personId=${(await w.person()).id}&name=a.txt`, ...FILE }),
    also: {
      200: async (w) => {
        const { personId, name } = await w.file();
        return { path: `/files?personId=${personId}&name=${name}`, ...FILE };
      },
      201: async (w) => ({ path: `/files?personId=${(await w.person()).id}&name=a.txt`, ...FILE }),
      409: async (w) => ({ path: `/files?${(await markedWork(w)).query}`, ...FILE, payload: 'hello again' }),
      415: async (w) => ({
        path: `/files?personId=${(await w.person()).id}&name=a.txt`,
        payload: 'hello',
        headers: { 'content-encoding': 'gzip' },
      }),
      422: async (w) => ({
        path: `/files?personId=${(await w.person()).id}&name=a.png`,
        payload: 'hello',
        headers: { 'content-type': 'image/png' },
      }),
    },
  },
  getFileContent: {
    good: async (w) => ({ path: await contentOf(w) }),
    also: {
      200: async (w) => ({ path: await contentOf(w) }),
      206: async (w) => ({ path: await contentOf(w), headers: { range: 'bytes=1-2' } }),
      304: async (w) => ({ path: await contentOf(w), headers: { 'if-none-match': '*' } }),
      416: async (w) => ({ path: await contentOf(w), headers: { range: 'bytes=9-' } }),
    },
  },
  updateClock: { good: () => ({ path: '/clock', body: { advanceMs: 1000 } }) },
  createReset: { good: () => ({ path: '/resets' }) },
  createImport: {
    good: () => ({
      path: '/imports',
      payload: 'units:\n  - key: north\n    name: North\n',
      headers: { 'content-type': 'application/yaml' },
    }),
  },
};
