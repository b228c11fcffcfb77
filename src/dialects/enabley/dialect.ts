import { loadContract } from '../../http/contract.ts';
import type { Dialect } from '../../http/dialect.ts';
import { readInstant } from '../../http/filters/instants.ts';
import { combine, type Handlers } from '../../http/handlers.ts';
import type { Access } from '../../record/access/index.ts';
import { about } from './about.ts';
import { authenticationHandlers, bearer } from './authentication.ts';
import type { Caller } from './caller.ts';
import { certificateHandlers } from './certificates.ts';
import { channelHandlers } from './channels.ts';
import { entitlementHandlers } from './entitlements.ts';
import { failed, faultsAnswer, malformedAnswer, refusalAnswer } from './envelope.ts';
import type { Operations } from './generated/operations.ts';
import { groupHandlers } from './groups.ts';
import { performanceHandlers } from './performance.ts';
import { profileHandlers } from './profiles.ts';
import { uploadHandlers } from './uploads.ts';
import { userHandlers } from './users.ts';

export interface EnableyOptions {
  access: Access.Control;
}

/** The Enabley external API: `contracts/enabley.openapi.yaml`, with what `contracts/enabley.md` says beside it. */
export function enabley({ access }: EnableyOptions): Dialect<Caller> {
  const handlers = combine(
    authenticationHandlers(access),
    certificateHandlers,
    channelHandlers,
    entitlementHandlers,
    groupHandlers,
    performanceHandlers,
    profileHandlers,
    uploadHandlers,
    userHandlers,
  ) satisfies Handlers<Operations, Caller>;

  return {
    ...about,
    contract: loadContract('enabley'),
    handlers,
    reading: {
      unknownQuery: 'ignore',
      emptyQuery: 'absent',
      commaLists: true,
      bracketLists: true,
      booleans: 'any-case',
      bodyTypes: 'any',
      strayBodies: 'ignore',
      formats: { 'date-time': (text) => readInstant(text) !== undefined },
    },

    async authenticate(call, operation) {
      // whoever asks for a token is nobody yet
      if (operation.security.length === 0) return undefined as unknown as Caller;
      const found = await bearer(access, call);
      // whoever cleans up users would lock a client out
      return { ...access.contextOf(found, 'enabley'), client: found.client, withoutClients: true };
    },

    refusal: refusalAnswer,
    invalid: faultsAnswer,
    malformed: malformedAnswer,
    notFound: () => failed(404, 'not_found', 'Path not found'),
    methodNotAllowed: (allow) => failed(405, 'invalid_request', `This path takes ${allow.join(', ')}`),
    notImplemented: (operation) => failed(501, 'general_error', `${operation.id} is not built yet`),
    crash: (at) => failed(500, 'general_error', `General error, request ${at.call.id}`),
  };
}
