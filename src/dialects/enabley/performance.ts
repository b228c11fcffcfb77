import type { Handlers } from '../../http/handlers.ts';
import { Performance } from '../../record/insight/index.ts';
import { invalid } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';
import { channelAt, userAt } from './keys.ts';
import { paged } from './paging.ts';
import { toPerformance } from './wire.ts';

const MOST_ROWS = 1_000_000;

/** Whom and what the rows are about; at least one has to be named. */
async function scopeOf(
  caller: Caller,
  channelKey: string | undefined,
  userKey: string | undefined,
  member: string,
): Promise<Performance.Scope> {
  if (!channelKey && !userKey) return invalid([member], 'required');
  return {
    offeringId: channelKey ? (await channelAt(caller, channelKey)).id : undefined,
    personId: userKey ? (await userAt(caller, userKey)).id : undefined,
  };
}

export const performanceHandlers = {
  async listPerformance(caller, { query }) {
    const scope = await scopeOf(caller, query.externalChannelId, query.externalUserId, 'externalUserId');
    const { rows } = await Performance.list(caller, { ...scope, externalPeople: true }, { limit: MOST_ROWS });
    return { status: 200, body: rows.map(toPerformance) };
  },

  async listPerformancePaged(caller, { query }) {
    const { paginationKey, channelIdentifier, userIdentifier } = query;
    const scope = paginationKey ? {} : await scopeOf(caller, channelIdentifier, userIdentifier, 'channelIdentifier');
    return paged(
      caller,
      'performance',
      paginationKey,
      { personId: scope.personId, offeringId: scope.offeringId },
      (filters, part) => Performance.list(caller, filters, part),
      (rows) => rows.map(toPerformance),
    );
  },
} satisfies Partial<Handlers<Operations, Caller>>;
