import type { Handlers } from '../../http/handlers.ts';
import { equals } from '../../record/kernel/condition.ts';
import { Units } from '../../record/people/index.ts';
import type { Caller } from './caller.ts';
import { DEPARTMENT_FIELDS } from './fields.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toDepartment } from './wire/people.ts';

export const departmentHandlers = {
  async listDepartments(caller, { query }, call) {
    const page = await Units.list(
      caller,
      listQuery(
        query,
        DEPARTMENT_FIELDS,
        ascending('name'),
        query.externalId !== undefined && equals('externalId', query.externalId),
        query.departmentName !== undefined && equals('name', query.departmentName),
      ),
    );
    return pageAnswer(call, query, 'departments', page, (row) => toDepartment(row, caller.date));
  },

  async getDepartment(caller, { path }) {
    return { status: 200, body: toDepartment(await Units.get(caller, path.id), caller.date) };
  },

  async upsertDepartment(caller, { body }) {
    const { unit } = await Units.upsert(caller, { ...inputOf(body), ...(body.id ? { id: body.id } : {}) });
    return { status: 201, body: toDepartment(unit, caller.date) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;

/** Members left out keep their value, so that what is undefined must not be there. */
function inputOf(body: Schemas['DepartmentWrite']): Units.Input {
  const input = {
    name: body.name,
    useOwnContact: body.useDepartmentContactDetails,
    companyName: body.companyName,
    phone: body.phoneNumber,
    email: body.emailAddress,
    externalId: body.externalId,
    parentId: body.parentId,
    currencyId: body.currencyId,
  };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
