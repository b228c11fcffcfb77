import type { Organisation } from '../../record/enrollment/index.ts';
import { type Issue, Refusal } from '../../record/kernel/refusal.ts';
import type { Uploads } from '../../record/people/index.ts';
import type { CsvRow } from './csv.ts';
import type { Schemas } from './generated/operations.ts';
import { identifierText } from './keys.ts';
import { fieldsOf } from './users.ts';
import { ROLES, type RoleWord, roleKeyOf } from './words.ts';

/** What is wrong with a row before the record has seen it. */
export class RowFault extends Error {
  readonly issue: Issue;
  constructor(issue: Issue) {
    super(issue.fault);
    this.issue = issue;
  }
}

/** A cell; an empty one keeps what there is. */
const cell = (row: CsvRow, name: string): string | undefined => row.cells.get(name.toLowerCase());

const fault = (name: string, kind: Issue['fault'], detail?: string): never => {
  throw new RowFault(detail ? { path: [name], fault: kind, detail } : { path: [name], fault: kind });
};

function identifier(row: CsvRow, name: string, of?: 'user' | 'group'): string {
  try {
    return identifierText(cell(row, name) ?? '', of, name);
  } catch (error) {
    if (error instanceof Refusal && error.fact.kind === 'invalid') throw new RowFault(error.fact.issues[0]!);
    throw error;
  }
}

function flag(row: CsvRow, name: string): boolean | undefined {
  const text = cell(row, name)?.toLowerCase();
  if (text === undefined) return undefined;
  return text === 'true' || text === 'false' ? text === 'true' : fault(name, 'unknown_value', 'true or false');
}

function word<T extends string>(row: CsvRow, name: string, allowed: readonly T[]): T | undefined {
  const text = cell(row, name)?.toUpperCase();
  if (text === undefined) return undefined;
  return allowed.find((one) => one === text) ?? fault(name, 'unknown_value', allowed.join(', '));
}

const WORDS: readonly RoleWord[] = ROLES.map(([wire]) => wire);

export function userRow(row: CsvRow): Uploads.Person {
  const roles = cell(row, 'possibleRoles')
    ?.split('|')
    .map((part) => part.trim().toUpperCase())
    .filter((part) => part !== '');
  for (const role of roles ?? [])
    if (!(WORDS as readonly string[]).includes(role)) fault('possibleRoles', 'unknown_value', role);
  const attributes = Object.keys(row.attributes).length > 0 ? row.attributes : undefined;
  const body: Omit<Schemas['UserData'], 'identifier' | 'customAttributes'> = {
    firstName: cell(row, 'firstName'),
    lastName: cell(row, 'lastName'),
    username: cell(row, 'username'),
    email: cell(row, 'email'),
    password: cell(row, 'password'),
    phone: cell(row, 'phone'),
    address: cell(row, 'address'),
    isActive: flag(row, 'isActive'),
    possibleRoles: roles as RoleWord[] | undefined,
  };
  return {
    key: identifier(row, 'identifier', 'user'),
    // one column at a time: what other columns hold stays
    fields: { ...fieldsOf(body), ...(attributes ? { attributes } : {}) },
    roles: roles?.map(roleKeyOf),
    unitName: cell(row, 'subAccountName'),
  };
}

export const groupRow = (row: CsvRow): Uploads.Group => ({
  key: identifier(row, 'identifier', 'group'),
  name: cell(row, 'name'),
  level: cell(row, 'type'),
  parentKey: cell(row, 'parentIdentifier'),
  unitName: cell(row, 'subAccountName'),
});

const ENTITIES = { GROUP: 'group', COURSE: 'delivery', WORKSPACE: 'unit' } as const;

export function tieRow(row: CsvRow): Organisation.Tie {
  const entity = word(row, 'entityType', ['GROUP', 'COURSE', 'WORKSPACE'] as const) ?? 'GROUP';
  return {
    personKey: identifier(row, 'userIdentifier'),
    to: ENTITIES[entity],
    key: identifier(row, 'entityIdentifier'),
    role: roleKeyOf(word(row, 'userRole', WORDS) ?? 'LEARNER'),
    remove: word(row, 'action', ['ADD', 'REMOVE'] as const) === 'REMOVE',
    replace: flag(row, 'replace') ?? false,
  };
}
