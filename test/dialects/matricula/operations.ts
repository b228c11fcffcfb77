import assert from 'node:assert/strict';
import { CREDENTIALS } from './operations-credentials.ts';
import { LEARNING } from './operations-learning.ts';
import { PEOPLE } from './operations-people.ts';
import { list, type Recipe } from './recipes.ts';

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
};

/** Requests of every operation that is called in the ordinary way; the others stand in the test. */
export const OPERATIONS: Readonly<Record<string, Recipe>> = {
  ...PEOPLE,
  ...LEARNING,
  ...CREDENTIALS,
  ...around,
};

/** Those that are called in a way of their own, where a test wants them called at all. */
export const APART: Readonly<Record<string, Recipe>> = {
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
