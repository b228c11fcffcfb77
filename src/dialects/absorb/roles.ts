import type { Handlers } from '../../http/handlers.ts';
import { Roles } from '../../record/access/index.ts';
import { type Condition, equals, oneOf } from '../../record/kernel/condition.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { ROLE_FIELDS } from './fields.ts';
import type { Operations } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { administers, toRole } from './wire/people.ts';

const ADMINISTERING: Condition = { op: 'or', all: [equals('key', null), oneOf('key', Roles.ADMIN_KEYS)] };

/** Administrator roles; learner, instructor and their like are flags of a user here. */
export const roleHandlers = {
  async listRoles(caller, { query }, call) {
    const page = await Roles.list(caller, listQuery(query, ROLE_FIELDS, ascending('name'), ADMINISTERING));
    return pageAnswer(call, query, 'roles', page, (row) => toRole(row, caller.date));
  },

  async getRole(caller, { path }) {
    const role = await Roles.get(caller, path.id);
    return { status: 200, body: toRole(administers(role) ? role : notFound('role', path.id), caller.date) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
