import { type About, quoted } from '../../http/about.ts';

export const about = {
  name: 'enabley',
  prefix: '/enabley',
  title: 'Enabley external API',
  settings: {},
  client: {
    // says what it is, so that a leaked one is recognised
    newKey: (random) => `enabley_${random}`,
    secret: true,
    signsIn: null,
    credentials: ({ key, secret }) => ({ clientKey: key, ...(secret === null ? {} : { secret }) }),
    firstCall: (base, { clientKey, secret }) => {
      const query = new URLSearchParams({ clientKey: clientKey!, secret: secret! });
      return [
        `TOKEN=$(curl -s -X POST ${quoted(`${base}/api/v1/token?${query}`)} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
        `curl -H "Authorization: Bearer $TOKEN" ${quoted(`${base}/api/v2/users?limit=2`)}`,
      ];
    },
  },
} satisfies About;
