import type { Handlers } from '../../http/handlers.ts';
import { NIL_ID } from '../../record/kernel/ids.ts';
import { Groups } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import { GROUP_FIELDS } from './fields.ts';
import type { Operations } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toGroup } from './wire/people.ts';

const MOST_MEMBERS = 50_000;

export const groupHandlers = {
  async listGroups(caller, { query }, call) {
    const page = await Groups.list(caller, listQuery(query, GROUP_FIELDS, ascending('name')));
    const users = await userIdsOf(caller, page.rows);
    return pageAnswer(call, query, 'groups', page, (row) => toGroup(row, users(row), caller.date));
  },

  async getGroup(caller, { path }) {
    const group = await Groups.get(caller, path.id);
    const users = await userIdsOf(caller, [group]);
    return { status: 200, body: toGroup(group, users(group), caller.date) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;

/** At most 50,000 users of each group; the all-zero guid after them says that there are more. */
async function userIdsOf(caller: Caller, groups: readonly Groups.Group[]): Promise<(group: Groups.Group) => string[]> {
  const ids = groups.map((group) => group.id);
  const members =
    ids.length === 0 ? new Map<string, string[]>() : await Groups.membersOf(caller, ids, MOST_MEMBERS + 1);
  return ({ id }) => {
    const own = members.get(id) ?? [];
    return own.length > MOST_MEMBERS ? [...own.slice(0, MOST_MEMBERS), NIL_ID] : own;
  };
}
