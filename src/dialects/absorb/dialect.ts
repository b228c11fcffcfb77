import type { HttpCall } from '../../http/call.ts';
import { authorizePage } from '../../http/consent/authorize.ts';
import { loadContract } from '../../http/contract.ts';
import type { At, Dialect } from '../../http/dialect.ts';
import { readInstant } from '../../http/filters/instants.ts';
import { combine, type Handlers } from '../../http/handlers.ts';
import type { Access } from '../../record/access/index.ts';
import { demand } from '../../record/kernel/context.ts';
import type { Permission } from '../../record/kernel/permission.ts';
import { about } from './about.ts';
import { activityEnrollmentHandlers } from './activity-enrollments.ts';
import { attemptHandlers } from './attempts.ts';
import { authenticationHandlers, bearer, clientByKey } from './authentication.ts';
import type { Caller } from './caller.ts';
import { consentOf } from './consent.ts';
import { contentHandlers } from './content.ts';
import { courseHandlers } from './courses.ts';
import { departmentHandlers } from './departments.ts';
import { enrollmentHandlers } from './enrollments.ts';
import { envelopeWriter, faultsAnswer, malformedAnswer, refusalAnswer } from './envelope.ts';
import { dateWriter } from './formats.ts';
import type { Operations } from './generated/operations.ts';
import { groupHandlers } from './groups.ts';
import { oauthError } from './oauth-errors.ts';
import { placeHandlers } from './places.ts';
import { roleHandlers } from './roles.ts';
import { sessionEnrollmentHandlers } from './session-enrollments.ts';
import { sessionHandlers } from './sessions.ts';
import { userHandlers } from './users.ts';

export interface AbsorbOptions {
  access: Access.Control;
  /** Dates without the closing `Z`, as the vendor sends them. */
  datesWithoutZone?: boolean;
  /** `validations` in the nested form of v1.5. */
  nestedValidations?: boolean;
}

/** An address that no operation has. */
const NOWHERE = '/-/-/-/-/-/-/-/-';

/** This protocol is an administrator's: what the record shows to every learner takes the permission here. */
function needing<H extends Partial<Handlers<Operations, Caller>>>(permission: Permission, handlers: H): H {
  const guarded = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (caller: Caller, input: never, call: HttpCall) => {
      demand(caller, permission);
      return (handler as (...all: unknown[]) => Promise<unknown>)(caller, input, call);
    },
  ]);
  return Object.fromEntries(guarded) as H;
}

/** The Absorb Integration API v2: `contracts/absorb.openapi.yaml`, with what `contracts/absorb.md` says beside it. */
export function absorb({
  access,
  datesWithoutZone = false,
  nestedValidations = false,
}: AbsorbOptions): Dialect<Caller> {
  const write = envelopeWriter({ nestedValidations });
  const date = dateWriter({ zoneless: datesWithoutZone });
  const handlers = combine(
    authenticationHandlers(access),
    enrollmentHandlers,
    sessionEnrollmentHandlers,
    activityEnrollmentHandlers,
    attemptHandlers,
    userHandlers,
    departmentHandlers,
    needing('courses.read', courseHandlers),
    needing('courses.read', contentHandlers),
    needing('courses.read', sessionHandlers),
    groupHandlers,
    roleHandlers,
    needing('people.read', placeHandlers),
  ) satisfies Handlers<Operations, Caller>;
  const asked = ({ call }: At): string => `${call.method} ${call.url.split('?')[0]}`;

  return {
    ...about,
    contract: loadContract('absorb'),
    handlers,
    reading: {
      paths: 'tolerant',
      queryNames: 'any-case',
      unknownQuery: 'ignore',
      emptyQuery: 'absent',
      keepEmpty: ['key'],
      repeated: 'refuse',
      commaLists: true,
      bracketLists: true,
      booleans: 'any-case',
      bodyNames: 'any-case',
      formats: { 'date-time': (text) => readInstant(text) !== undefined },
    },
    cors: { exposedHeaders: ['link', 'retry-after'] },
    // an address of the vendor's that is not served here, and no course's id gone wrong
    rewrite: (path) => (/^\/courses\/for-?sale\/?$/i.test(path) ? NOWHERE : path),

    async authenticate(call, operation) {
      // the two OAuth addresses know their caller by other means
      if (operation.security.length === 0) return undefined as unknown as Caller;
      const key = await clientByKey(access, call);
      const found = operation.id === 'createToken' ? key : await bearer(access, call, key);
      return { ...access.contextOf(found, 'absorb'), client: found.client, date };
    },
    page(call, form) {
      const path = call.url.split('?')[0]!.toLowerCase().replace(/\/$/, '');
      return path === '/oauth/authorize' ? authorizePage(consentOf(access), call, form) : undefined;
    },

    refusal: (fact, at) => refusalAnswer(write, fact, at),
    invalid: (faults, at) => faultsAnswer(write, faults, at),
    malformed: (problem, at) => malformedAnswer(write, problem, at),
    notFound: (at) => write(404, `No resource was found that matches ${asked(at)}.`),
    methodNotAllowed: (_allow, at) => write(405, `The requested resource does not support ${asked(at)}.`),
    notImplemented: (operation) => write(501, `${operation.id} is not implemented.`),
    crash: (at) =>
      at.operation?.id === 'createOAuthToken'
        ? { ...oauthError('server_error', 'An error has occurred.', 500) }
        : write(500, `An error has occurred. Request ${at.call.id}.`),
  };
}
