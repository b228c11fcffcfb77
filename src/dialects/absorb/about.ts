import { randomUUID } from 'node:crypto';
import { type About, quoted } from '../../http/about.ts';

export const about = {
  name: 'absorb',
  prefix: '/absorb',
  title: 'Absorb Integration API v2',
  settings: {
    datesWithoutZone: {
      name: 'ABSORB_DATES_WITHOUT_ZONE',
      default: 'off',
      meaning: 'Absorb: send dates without the closing `Z`.',
    },
    nestedValidations: {
      name: 'ABSORB_NESTED_VALIDATIONS',
      default: 'off',
      meaning: 'Absorb: send `validations` in the nested form of v1.5.',
    },
  },
  client: {
    // clients expect a guid
    newKey: () => randomUUID(),
    secret: true,
    signsIn: 'Absorb',
    credentials: ({ client, key, secret, signIn }) => ({
      ...signIn,
      privateKey: key,
      clientId: client.id,
      ...(secret === null ? {} : { clientSecret: secret }),
    }),
    firstCall: (base, { username, password, privateKey }) => {
      const key = `-H ${quoted(`x-api-key: ${privateKey}`)}`;
      const body = quoted(JSON.stringify({ username, password, privateKey }));
      return [
        `TOKEN=$(curl -s ${key} -H 'Content-Type: application/json' -d ${body} ${quoted(`${base}/authenticate`)} | tr -d '"')`,
        `curl ${key} -H "Authorization: $TOKEN" ${quoted(`${base}/users?_limit=2`)}`,
      ];
    },
  },
} satisfies About;
