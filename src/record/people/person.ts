import type { Field } from '../../database/filtering.ts';
import type { Listing } from '../../database/listing.ts';
import { constant, type Sql, sql, TENANT } from '../../database/sql.ts';
import { Roles } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { peopleWithinSight } from '../kernel/visibility.ts';

export type PersonStatus = 'active' | 'suspended' | 'deleted';
type Gender = 'male' | 'female' | 'other';

/** What is stored of a person and may be written. */
export interface PersonData {
  externalId: string | null;
  username: string | null;
  email: string | null;
  /** Kept as written; parts written later rebuild it. */
  fullName: string;
  givenName: string;
  middleName: string | null;
  familyName: string;
  status: PersonStatus;
  /** The primary unit. */
  unitId: string;
  managerId: string | null;
  locale: string | null;
  timeZone: string | null;
  gender: Gender | null;
  phone: string | null;
  jobTitle: string | null;
  employeeNumber: string | null;
  referenceNumber: string | null;
  location: string | null;
  address: string | null;
  address2: string | null;
  city: string | null;
  provinceId: string | null;
  countryId: string | null;
  postalCode: string | null;
  languageId: number | null;
  ccEmails: string[];
  hiredAt: Instant | null;
  terminatedAt: Instant | null;
  notes: string | null;
  avatar: string | null;
  attributes: Record<string, unknown>;
}

export interface PersonRole {
  id: string;
  /** The name of a role that comes with Matricula; null for the tenant's own. */
  key: string | null;
  /** Null: in the whole account. */
  unitId: string | null;
}

/** A person without what ties them to others. */
export interface PersonAlone extends PersonData {
  id: string;
  number: number;
  /** What people sign in with: username, else email, else the id. */
  login: string;
  /** What stands where an outside key is demanded: external id, else email, else username, else the id. */
  handle: string;
  firstAccessAt: Instant | null;
  lastAccessAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
  deletedAt: Instant | null;
  /** When personal data was erased. */
  purgedAt: Instant | null;
}

export interface Person extends PersonAlone {
  /** Of the primary unit. */
  unitName: string;
  /** Further units, beside the primary one. */
  unitIds: string[];
  roles: PersonRole[];
  /** Somebody names this person as manager. */
  isManager: boolean;
}

/** What roles make of somebody, as `isLearner`, `isInstructor` and `isAdmin` are filtered by. */
export const standingOf = (roles: readonly PersonRole[]) => ({
  isLearner: roles.some(({ key }) => key === 'learner'),
  isInstructor: roles.some(({ key }) => key === 'instructor'),
  /** Holds a role that administers: one of ours, or one of the tenant's own. */
  isAdmin: roles.some(({ key }) => key === null || ADMINISTERING.has(key)),
});

type Kind =
  | 'key'
  | 'email'
  | 'short'
  | 'long'
  | 'text'
  | 'name'
  | 'id'
  | 'integer'
  | 'instant'
  | 'emails'
  | 'json'
  | 'word';

/** Property, column, what kind of value: the one list that reading, writing and filtering are made from. */
export const PERSON_COLUMNS: readonly (readonly [property: keyof PersonData, column: string, kind: Kind])[] = [
  ['externalId', 'external_id', 'key'],
  ['username', 'username', 'key'],
  ['email', 'email', 'email'],
  ['fullName', 'full_name', 'name'],
  ['givenName', 'given_name', 'name'],
  ['middleName', 'middle_name', 'short'],
  ['familyName', 'family_name', 'name'],
  ['status', 'status', 'word'],
  ['unitId', 'unit_id', 'id'],
  ['managerId', 'manager_id', 'id'],
  ['locale', 'locale', 'short'],
  ['timeZone', 'time_zone', 'short'],
  ['gender', 'gender', 'word'],
  ['phone', 'phone', 'short'],
  ['jobTitle', 'job_title', 'short'],
  ['employeeNumber', 'employee_number', 'short'],
  ['referenceNumber', 'reference_number', 'short'],
  ['location', 'location', 'short'],
  ['address', 'address', 'long'],
  ['address2', 'address2', 'long'],
  ['city', 'city', 'short'],
  ['provinceId', 'province_id', 'id'],
  ['countryId', 'country_id', 'id'],
  ['postalCode', 'postal_code', 'short'],
  ['languageId', 'language_id', 'integer'],
  ['ccEmails', 'cc_emails', 'emails'],
  ['hiredAt', 'hired_at', 'instant'],
  ['terminatedAt', 'terminated_at', 'instant'],
  ['notes', 'notes', 'text'],
  ['avatar', 'avatar', 'long'],
  ['attributes', 'attributes', 'json'],
];

export const SQL_TYPES: Record<Kind, string> = {
  key: 'text',
  email: 'text',
  short: 'text',
  long: 'text',
  text: 'text',
  name: 'text',
  word: 'text',
  id: 'uuid',
  integer: 'integer',
  instant: 'timestamptz',
  emails: 'text[]',
  json: 'jsonb',
};

const ALWAYS: ReadonlySet<string> = new Set(['fullName', 'givenName', 'familyName', 'status', 'unitId']);

function personFields(): Record<string, Field> {
  const fields: Record<string, Field> = {
    id: { sql: 'p.id', type: 'id' },
    number: { sql: 'p.number', type: 'number' },
    login: { sql: 'p.login', type: 'text', byteOrder: true },
    handle: { sql: 'p.handle', type: 'text' },
    firstAccessAt: { sql: 'p.first_access_at', type: 'instant', nullable: true },
    lastAccessAt: { sql: 'p.last_access_at', type: 'instant', nullable: true },
    createdAt: { sql: 'p.created_at', type: 'instant' },
    updatedAt: { sql: 'p.updated_at', type: 'instant' },
    unitName: {
      sql: '(select u.name from unit u where u.tenant_id = p.tenant_id and u.id = p.unit_id)',
      type: 'text',
      nullable: true,
    },
    hasUsername: { sql: '(p.username is not null)', type: 'boolean' },
    isActive: { sql: "(p.status = 'active')", type: 'boolean' },
    isLearner: { sql: sql`(${holds(sql`p.id`, sql`r.key = 'learner'`)})`, type: 'boolean' },
    isInstructor: { sql: sql`(${holds(sql`p.id`, sql`r.key = 'instructor'`)})`, type: 'boolean' },
    isAdmin: { sql: sql`(${holds(sql`p.id`, ADMINISTERS)})`, type: 'boolean' },
    isManager: { sql: sql`(${manages(sql`p.id`)})`, type: 'boolean' },
  };
  for (const [property, column, kind] of PERSON_COLUMNS) {
    if (kind === 'json' || kind === 'emails') continue;
    fields[property] = {
      sql: `p.${column}`,
      type: kind === 'id' ? 'id' : kind === 'integer' ? 'number' : kind === 'instant' ? 'instant' : 'text',
      ...(ALWAYS.has(property) ? {} : { nullable: true }),
      ...(kind === 'word' || property === 'externalId' ? { exact: true } : {}),
    };
  }
  return fields;
}

const holds = (person: Sql, which: Sql): Sql =>
  sql`exists (select 1 from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
     where a.tenant_id = ${TENANT} and a.person_id = ${person} and ${which})`;
const ADMINISTERING: ReadonlySet<string> = new Set(Roles.ADMIN_KEYS);
const ADMINISTERS = constant(`(r.key is null or r.key in (${Roles.ADMIN_KEYS.map((key) => `'${key}'`).join(', ')}))`);
const manages = (person: Sql): Sql =>
  sql`exists (select 1 from person m where m.tenant_id = ${TENANT} and m.manager_id = ${person} and m.status <> 'deleted')`;

const rolesOf = (person: Sql): Sql =>
  sql`coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'key', r.key, 'unitId', a.unit_id) order by r.number, a.unit_id nulls first)
     from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
    where a.tenant_id = ${TENANT} and a.person_id = ${person}), '[]')`;

/** Who manages somebody is told to those who see the manager. */
export const peopleSeen = (ctx: Context, listing: Listing): Listing => peopleWithinSight(ctx, listing, 'p.manager_id');

/** People alone, by login name unless asked otherwise. */
export const personAloneListing: Listing = {
  select: constant(
    [
      'p.id, p.number, p.login, p.handle',
      ...PERSON_COLUMNS.map(([property, column]) => `p.${column} as "${property}"`),
      'p.first_access_at as "firstAccessAt", p.last_access_at as "lastAccessAt", p.created_at as "createdAt"',
      'p.updated_at as "updatedAt", p.deleted_at as "deletedAt", p.purged_at as "purgedAt"',
    ].join(', '),
  ),
  from: sql`person p`,
  fields: { named: personFields(), attributes: 'p.attributes' },
  sort: [{ field: 'login', descending: false }],
  id: 'id',
  narrow: { id: 'p.id', rejoin: sql`person p on p.tenant_id = ${TENANT} and p.id = narrow.id` },
  // whoever comes, goes or comes back is told of in an event
  remembered: { columns: ['p.tenant_id', 'p.status'] },
};

/** The same with what ties them to others. */
export const personListing = {
  ...personAloneListing,
  late: sql`(select u.name from unit u where u.tenant_id = ${TENANT} and u.id = page."unitId") as "unitName",
    coalesce((select array_agg(pu.unit_id order by pu.created_at, pu.unit_id) from person_unit pu
      where pu.tenant_id = ${TENANT} and pu.person_id = page.id), '{}') as "unitIds",
    ${rolesOf(sql`page.id`)} as roles, ${manages(sql`page.id`)} as "isManager"`,
} satisfies Listing;
