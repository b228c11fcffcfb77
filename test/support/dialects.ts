import type { About } from '../../src/http/about.ts';

/** Our own API, as far as clients go. */
export { about as OWN } from '../../src/dialects/matricula/about.ts';

/** A made-up protocol whose clients have a secret. */
export const WITH_SECRET: About = {
  name: 'other',
  prefix: '/other/v1',
  title: 'Other API',
  settings: {},
  client: {
    newKey: (random) => `other_${random}`,
    secret: true,
    signsIn: null,
    credentials: ({ key, secret }) => ({ key, secret: secret! }),
    firstCall: () => [],
  },
};

/** One whose tokens are those of somebody who signs in. */
export const SIGNING_IN: About = {
  ...WITH_SECRET,
  name: 'signing',
  prefix: '/signing',
  client: {
    ...WITH_SECRET.client,
    signsIn: 'Signing',
    credentials: ({ key, signIn }) => ({ key, ...signIn }),
  },
};

/** One that shows its credentials again, and gives clients products and scopes. */
export const SHOWING: About = {
  ...WITH_SECRET,
  name: 'showing',
  prefix: '/showing',
  client: {
    ...WITH_SECRET.client,
    shownAgain: true,
    products: { operations: { catalog: ['getBook'], letters: ['writeLetter'] }, without: 'nothing' },
    scopes: ['learner:read', 'admin:read', 'admin:write'],
  },
};
