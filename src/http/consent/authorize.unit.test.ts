import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpCall } from '../call.ts';
import { authorizePage, type Consent } from './authorize.ts';

const BACK = 'https://client.example/back';

async function ask(scope: string | null, posted: boolean) {
  const asked: { scope?: string } = {};
  const consent: Consent<any> = {
    scope: 'learner:read',
    clientOf: async (id) => ({
      id,
      name: 'Client',
      portal: 'Portal',
      redirectUris: [BACK],
      scopes: ['learner:read', 'learner:write'],
    }),
    codeFor: async (_client, given) => {
      asked.scope = given.scope;
      return 'code-1';
    },
  };
  const query = new URLSearchParams({ client_id: 'c', response_type: 'code', state: 's', decision: 'allow' });
  if (scope !== null) query.set('scope', scope);
  const call = { method: posted ? 'POST' : 'GET', query: query.toString(), url: '/oauth/authorize' } as HttpCall;
  const answer = await authorizePage(consent, call, async () => query);
  return { answer, location: String(answer.headers?.location ?? ''), asked };
}

test('a client asks for scopes of its own, with blanks or commas between them', async () => {
  for (const scope of [
    'learner:read learner:write',
    'learner:read,learner:write',
    ' learner:read, learner:write,learner:read',
  ]) {
    const { answer } = await ask(scope, false);
    assert.equal(answer.status, 200);
    assert.match(String(answer.body), /learner:read learner:write/);
    const { location, asked } = await ask(scope, true);
    assert.equal(location, `${BACK}?code=code-1&state=s`);
    assert.equal(asked.scope, 'learner:read learner:write');
  }
  assert.equal((await ask(null, true)).asked.scope, 'learner:read');
});

test('other scopes are refused at the client’s address', async () => {
  for (const scope of ['admin:read', 'learner:read admin:write', ',', ' '])
    for (const posted of [true, false]) {
      const { location, asked } = await ask(scope, posted);
      assert.equal(location, `${BACK}?error=invalid_scope&state=s`);
      assert.equal(asked.scope, undefined);
    }
});
