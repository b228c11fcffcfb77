import { type About, quoted } from '../../http/about.ts';

export const about = {
  name: 'matricula',
  prefix: '/matricula/v1',
  title: 'Matricula API',
  settings: {},
  client: {
    // says what it is, so that a leaked one is recognised
    newKey: (random) => `mk_${random}`,
    secret: false,
    signsIn: null,
    credentials: ({ key }) => ({ apiKey: key }),
    firstCall: (base, { apiKey }) => [
      `curl -H ${quoted(`Authorization: Bearer ${apiKey}`)} ${quoted(`${base}/enrollments?limit=2`)}`,
    ],
  },
} satisfies About;
