import { answerWith } from '../../http/dialect.ts';
import type { Handlers } from '../../http/handlers.ts';
import { type Condition, equals, oneOf } from '../../record/kernel/condition.ts';
import { demand } from '../../record/kernel/context.ts';
import { invalid, Refusal, refuse } from '../../record/kernel/refusal.ts';
import { People } from '../../record/people/index.ts';
import { type Caller, ownId } from './caller.ts';
import { genderFrom, genderOf } from './codes.ts';
import { envelopeWriter } from './envelope.ts';
import { USER_FIELDS } from './fields.ts';
import { maybeInstantOf } from './formats.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { attributesFrom } from './slots.ts';
import { NO_ADMIN } from './texts.ts';
import { toUser } from './wire/people.ts';

export const userHandlers = {
  async listUsers(caller, { query }, call) {
    const page = await People.list(
      caller,
      listQuery(
        query,
        USER_FIELDS,
        ascending('login'),
        query.username !== undefined && equals('login', query.username),
        query.email !== undefined && equals('email', query.email),
        query.externalId !== undefined && equals('externalId', query.externalId),
        query._search !== undefined && searching(query._search.trim()),
      ),
    );
    return pageAnswer(call, query, 'users', page, (row) => toUser(row, caller.date));
  },

  async getUser(caller, { path }) {
    demand(caller, 'people.read');
    return { status: 200, body: toUser(await People.get(caller, path.userId), caller.date) };
  },

  async getMyDetails(caller) {
    return { status: 200, body: toUser(await People.get(caller, ownId(caller)), caller.date) };
  },

  async updateUser(caller, { path, body }) {
    demand(caller, 'people.write');
    demandConsistent(body);
    demandNames(body);
    const before = await People.get(caller, path.userId);
    const { id: _ignored, ...input } = inputOf(body, before);
    return { status: 200, body: toUser(await People.update(caller, path.userId, input), caller.date) };
  },

  async upsertUser(caller, { query, body }) {
    demand(caller, 'people.write');
    demandConsistent(body);
    demandNames(body);
    const key = keyOf(query.key, [body]);
    const [before] = await standing(caller, key, [body]);
    return { status: 201, body: toUser(await saved(caller, key, body, before), caller.date) };
  },

  /** Rows stand for themselves: a user missing from the answer failed. */
  async uploadUsers(caller, { query, body }) {
    demand(caller, 'people.write');
    const key = keyOf(query.key, []);
    const before = await standing(caller, key, body);
    const written: Schemas['UserUploadResult'][] = [];
    const unnamed = body.map((row) => blankNames(row).length > 0);
    const together = body.map((row, i) => (nameless(row, key) || unnamed[i] ? undefined : inputOf(row, before[i])));
    const outcomes = await People.upsertMany(
      caller,
      key,
      together.filter((input) => input !== undefined),
    );
    for (const [i, row] of body.entries()) {
      if (unnamed[i]) continue;
      if (together[i] === undefined) {
        const person = await orNothing(saved(caller, key, row, before[i]));
        if (person) written.push({ key: person.id, value: person.login });
      } else {
        const outcome = outcomes.shift()!;
        if (outcome.outcome !== 'refused') written.push({ key: outcome.id, value: outcome.login });
      }
    }
    return { status: 200, body: written };
  },
} satisfies Partial<Handlers<Operations, Caller>>;

const NAMES = { firstName: 'givenName', lastName: 'familyName', username: 'username' } as const;

/** Names that are sent, but empty; a login name that is not to be one's own does not count. */
const blankNames = (row: Schemas['UserWrite']): (keyof typeof NAMES)[] =>
  (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter(
    (name) => row[name]?.trim() === '' && !(name === 'username' && row.hasUsername === false),
  );

/** What must be there at creation may be left out of a change, but not emptied by it. */
function demandNames(row: Schemas['UserWrite']): void {
  const blank = blankNames(row);
  if (blank.length > 0)
    refuse({ kind: 'invalid', issues: blank.map((name) => ({ path: [NAMES[name]], fault: 'required' as const })) });
}

/** Keyed by a login name that is none of the account's own: what stands there is a mail address or an id. */
const nameless = (row: Schemas['UserWrite'], key: Key): boolean => key === 'username' && row.hasUsername === false;

async function saved(
  caller: Caller,
  key: Key,
  row: Schemas['UserWrite'],
  before: People.Person | undefined,
): Promise<People.Person> {
  const input = inputOf(row, before);
  if (!nameless(row, key)) return (await People.upsert(caller, key, input)).person;
  return before ? People.update(caller, before.id, input) : People.create(caller, input);
}

async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A part of first name, last name, login name or mail address. */
const searching = (part: string): Condition => ({
  op: 'or',
  all: ['givenName', 'familyName', 'fullName', 'login', 'email'].map((field) => ({
    op: 'contains' as const,
    text: { field },
    part: { literal: { type: 'text' as const, value: part } },
  })),
});

type Key = 'username' | 'externalId';

function keyOf(code: 0 | 1 | undefined, rows: readonly Schemas['UserWrite'][]): Key {
  if (code !== 1) return 'username';
  for (const row of rows) if (!row.externalId) return invalid(['externalId'], 'required');
  return 'externalId';
}

const keyText = (row: Schemas['UserWrite'], key: Key): string | undefined =>
  (key === 'username' ? row.username : row.externalId)?.trim() || undefined;

/**
 * Who stands there already, for rows that cannot be written without knowing: those without a login name of their own, and those
 * whose gender says none, because one that this protocol cannot name shows as none and must not be lost when it is sent back.
 */
async function standing(
  caller: Caller,
  key: Key,
  rows: readonly Schemas['UserWrite'][],
): Promise<(People.Person | undefined)[]> {
  const texts = rows.map((row) => (row.gender === 0 || nameless(row, key) ? keyText(row, key) : undefined));
  const asked = texts.filter((text) => text !== undefined);
  if (asked.length === 0) return [];
  const field = key === 'username' ? 'login' : 'externalId';
  const found = await People.list(caller, {
    where: oneOf(field, asked),
    page: { kind: 'rows', offset: 0, limit: asked.length, total: false },
  });
  const fold = (text: string) => (key === 'username' ? text.toLowerCase() : text);
  const byKey = new Map(found.rows.map((person) => [fold(person[field] ?? ''), person]));
  return texts.map((text) => (text === undefined ? undefined : byKey.get(fold(text))));
}

/** Roles are what makes an administrator here: they cannot be given to somebody who is to be none. */
function demandConsistent(body: Schemas['UserWrite']): void {
  if (body.isAdmin === false && body.roleIds && body.roleIds.length > 0)
    answerWith(envelopeWriter({ nestedValidations: false })(400, NO_ADMIN));
}

function inputOf(body: Schemas['UserWrite'], before: People.Person | undefined): People.Input {
  const { gender, activeStatus, customFields } = body;
  return {
    id: body.id,
    // an account without a login name of its own has none, whatever stands in its place
    username: body.hasUsername === false ? null : body.username,
    password: body.password,
    unitId: body.departmentId,
    givenName: body.firstName,
    familyName: body.lastName,
    middleName: body.middleName,
    address: body.address,
    address2: body.address2,
    city: body.city,
    postalCode: body.postalCode,
    provinceId: body.provinceId,
    countryId: body.countryId,
    location: body.location,
    hiredAt: maybeInstantOf(body.dateHired),
    terminatedAt: maybeInstantOf(body.dateTerminated),
    email: body.emailAddress,
    ccEmails: body.ccEmailAddresses,
    employeeNumber: body.employeeNumber,
    managerId: body.supervisorId,
    externalId: body.externalId,
    languageId: body.languageId,
    gender: gender === undefined || (before && genderOf(before.gender) === gender) ? undefined : genderFrom(gender),
    status: activeStatus === undefined ? undefined : activeStatus === 0 ? 'active' : 'suspended',
    jobTitle: body.jobTitle,
    notes: body.notes,
    phone: body.phone,
    referenceNumber: body.referenceNumber,
    roleIds: body.roleIds,
    isLearner: body.isLearner,
    isInstructor: body.isInstructor,
    isAdmin: body.isAdmin,
    attributes: customFields === undefined ? undefined : attributesFrom(customFields),
  } as People.Input;
}
