import type { HttpCall } from '../../http/call.ts';
import { loadContract, type Operation } from '../../http/contract.ts';
import { answerWith, type Dialect } from '../../http/dialect.ts';
import { may, mayAnywhere } from '../../record/kernel/actor.ts';
import type { Permission } from '../../record/kernel/permission.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import { about } from './about.ts';
import { callerOf, endTokenOfDisabled } from './authentication.ts';
import type { Caller } from './caller.ts';
import { faultsProblem, malformedProblem, problem, refusalProblem } from './envelope.ts';
import { handlersOf } from './handlers.ts';
import { limitingGuesses } from './joining.ts';
import type { Needs } from './needs.ts';
import { withRules } from './requests.ts';

export type { Needs } from './needs.ts';

/** An address that no operation has. */
const NOWHERE = '/-/-/-/-/-/-/-/-';

/** Operations that a further permission opens too; the record decides then. */
const ALSO: Readonly<Record<string, Permission>> = { putPersonRole: 'people.write', deletePersonRole: 'people.write' };

/** Our own API: `contracts/matricula.openapi.yaml`, with what `contracts/matricula.md` says beside it. */
export function matricula(needs: Needs): Dialect<Caller> {
  const contract = loadContract('matricula');
  const handlers = Object.fromEntries(
    Object.entries<Dialect['handlers'][string]>(handlersOf(needs)).map(([id, handler]) => {
      const operation = contract.byId.get(id);
      const whole = operation ? withRules(handler, operation) : handler;
      return [id, id === 'createEnrollment' ? limitingGuesses(needs.connected.db, whole) : whole];
    }),
  );

  async function authenticate(call: HttpCall, operation: Operation): Promise<Caller> {
    // whoever signs in is nobody yet
    if (operation.security.length === 0) return undefined as unknown as Caller;
    try {
      return await callerOf(needs.access, call);
    } catch (error) {
      if (operation.id === 'deleteMyToken' && (await endTokenOfDisabled(needs.connected.db, call, error)))
        return answerWith({ status: 204 });
      throw error;
    }
  }

  /** A permission that is missing is told before anything of the request is looked at; people may do some things for themselves. */
  function authorize(caller: Caller, operation: Operation): void {
    const permission = operation.raw['x-permission'] as Permission | undefined;
    if (permission === undefined || mayAnywhere(caller.actor, permission)) return;
    const also = ALSO[operation.id];
    if (also && may(caller.actor, also)) return;
    if (operation.raw['x-own'] === true && caller.actor.kind === 'person') return;
    refuse({ kind: 'forbidden', permission });
  }

  return {
    ...about,
    contract,
    handlers,
    reading: { unknownQuery: 'refuse' },
    cors: { exposedHeaders: ['www-authenticate', 'idempotency-replayed'] },
    // the shared router passes over a trailing slash; here it is another address
    rewrite: (path) => (path.length > 1 && path.endsWith('/') ? NOWHERE : path),
    authenticate,
    authorize,
    // everybody who signs in does so through one client: each person counts for themselves
    rate: (caller, _operation, _call, configured) =>
      configured && caller?.actor.kind === 'person' ? { key: caller.actor.id, limit: configured } : undefined,
    refusal: refusalProblem,
    invalid: faultsProblem,
    malformed: malformedProblem,
    notFound: (at) => problem(at, 'not-found', 'There is nothing at this address.'),
    methodNotAllowed: (allow, at) => problem(at, 'method-not-allowed', `This address takes ${allow.join(', ')}.`),
    notImplemented: (operation, at) => problem(at, 'not-implemented', `${operation.id} is not built yet.`),
    crash: (at) => problem(at, 'internal', 'The request id leads to the log.'),
    // what is answered is for this caller, at this moment
    finish: (answer) => ({ ...answer, headers: { 'cache-control': 'no-store', ...answer.headers } }),
  };
}
