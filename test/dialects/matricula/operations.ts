import { CREDENTIALS } from './operations-credentials.ts';
import { LEARNING } from './operations-learning.ts';
import { PEOPLE } from './operations-people.ts';
import { list, type Recipe } from './recipes.ts';

const around: Record<string, Recipe> = {
  listEvents: list('/events'),
  getEventStream: list('/event-stream'),
  listImports: list('/imports'),
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
