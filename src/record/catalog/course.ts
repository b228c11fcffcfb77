import type { Listing } from '../../database/listing.ts';
import type { Context } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { fieldsOf, select } from '../kernel/rows.ts';
import {
  choice,
  decimal,
  flag,
  id,
  ids,
  instant,
  key,
  label,
  list,
  maybe,
  object,
  type Patch,
  type Rule,
  type Rules,
  text,
  whole,
} from '../kernel/rules.ts';
import { seenPersonSql } from '../kernel/visibility.ts';

export const COLLECTION_KINDS = ['curriculum', 'bundle', 'certification', 'personal_path'] as const;
export const COURSE_KINDS = ['online', 'instructor_led', 'stream', 'clip', 'job_aid', ...COLLECTION_KINDS] as const;
export type CourseKind = (typeof COURSE_KINDS)[number];
export type CourseState = 'draft' | 'published' | 'retired';

export const isCollection = (kind: CourseKind): boolean => (COLLECTION_KINDS as readonly string[]).includes(kind);

/** Calendar time counted from the learner's start. */
export interface Duration {
  years: number;
  months: number;
  days: number;
  hours: number;
}

export interface Price {
  id: string;
  unitId: string | null;
  currency: string | null;
  amount: number;
}

export interface Prerequisite {
  courseId: string;
  /** Nothing of the course starts before it is complete. */
  enforced: boolean;
}

export interface CreditAward {
  creditTypeId: string;
  credits: number;
}

/** What a caller may set, beside state and links. */
export interface CourseFields {
  externalId: string | null;
  code: string | null;
  name: string;
  description: string | null;
  notes: string | null;
  /** Name and description by locale. */
  texts: Record<string, { name?: string | undefined; description?: string | undefined }>;
  template: boolean;
  unitId: string | null;
  approvalRequired: boolean;
  accessAt: Instant | null;
  expiresAt: Instant | null;
  expireAfter: Duration | null;
  dueAfterDays: number | null;
  terms: string | null;
  credits: number | null;
  tagIds: string[];
  resourceIds: string[];
  categoryId: string | null;
  evaluation: boolean;
  certificateUrl: string | null;
  audience: string | null;
  goals: string | null;
  vendor: string | null;
  companyCost: number | null;
  learnerCost: number | null;
  companyTime: number | null;
  learnerTime: number | null;
  attributes: Record<string, unknown>;
}

export interface Course extends CourseFields {
  id: string;
  number: number;
  kind: CourseKind;
  state: CourseState;
  /** The newest published version; null before the first. */
  currentVersionId: string | null;
  draftVersionId: string | null;
  defaultOfferingId: string | null;
  createdAt: Instant;
  updatedAt: Instant;
  /** People entitled as authors. */
  editorIds: string[];
  prices: Price[];
  prerequisites: Prerequisite[];
  prerequisiteCourseIds: string[];
  followUpCourseIds: string[];
  /** What completing is worth, by type. */
  creditAwards: CreditAward[];
  /** Sections of the current version, in order. */
  sectionIds: string[];
  sessionIds: string[];
}

/** Lists given replace the kept ones whole; a price keeps its id when that is sent along. */
export interface CourseLinks {
  editorIds: string[];
  prices: {
    id?: string | undefined;
    unitId?: string | null | undefined;
    currency?: string | null | undefined;
    amount: number;
  }[];
  prerequisites: { courseId: string; enforced?: boolean | undefined }[];
  followUpCourseIds: string[];
  creditAwards: CreditAward[];
}

export type CoursePatch = Patch<CourseFields & CourseLinks & { state: CourseState }>;

const texts: Rule = (value, path, issues) => {
  const kept = object(value, path, issues) as Record<string, unknown> | undefined;
  for (const [locale, own] of Object.entries(kept ?? {})) {
    if (typeof own !== 'object' || own === null) issues.push({ path: [...path, locale], fault: 'type' });
    else
      for (const [name, words] of Object.entries(own))
        if (typeof words !== 'string') issues.push({ path: [...path, locale, name], fault: 'type', detail: 'text' });
  }
  return kept;
};

const duration: Rule = (value, path, issues) => {
  const kept = object(value, path, issues) as Partial<Duration> | undefined;
  if (!kept) return undefined;
  const part = (name: keyof Duration): unknown => whole(0, 100_000)(kept[name] ?? 0, [...path, name], issues);
  return { years: part('years'), months: part('months'), days: part('days'), hours: part('hours') };
};

const money = maybe(decimal(0, 9_999_999_999));
const LONG = 100_000;

export const COURSE_RULES: Rules<CourseFields> = {
  externalId: key,
  code: key,
  name: label(500),
  description: maybe(text(LONG)),
  notes: maybe(text(LONG)),
  texts,
  template: flag,
  unitId: maybe(id),
  approvalRequired: flag,
  accessAt: maybe(instant),
  expiresAt: maybe(instant),
  expireAfter: maybe(duration),
  dueAfterDays: maybe(whole(0, 100_000)),
  terms: maybe(text(LONG)),
  credits: maybe(decimal(0, 999_999)),
  tagIds: ids(1000),
  resourceIds: ids(1000),
  categoryId: maybe(id),
  evaluation: flag,
  certificateUrl: maybe(text(4000)),
  audience: maybe(text(LONG)),
  goals: maybe(text(LONG)),
  vendor: maybe(text(4000)),
  companyCost: money,
  learnerCost: money,
  companyTime: money,
  learnerTime: money,
  attributes: object,
};

export const LINK_RULES: Rules<CourseLinks> = {
  editorIds: ids(1000),
  prices: list<Omit<Price, never>>(
    { id, unitId: maybe(id), currency: maybe(text(20)), amount: decimal(0, 9_999_999_999) },
    ['amount'],
    1000,
  ),
  prerequisites: list<Prerequisite>({ courseId: id, enforced: flag }, ['courseId'], 1000),
  followUpCourseIds: ids(1000),
  creditAwards: list<CreditAward>(
    { creditTypeId: id, credits: decimal(0, 999_999) },
    ['creditTypeId', 'credits'],
    1000,
  ),
};

/** The two parts of what a caller sent: columns of the course, and lists kept beside it. */
export function partsOf<T extends Patch<CourseLinks>>(
  given: T,
): { own: Omit<T, keyof CourseLinks>; links: Patch<CourseLinks> } {
  const { editorIds, prices, prerequisites, followUpCourseIds, creditAwards, ...own } = given;
  return { own, links: { editorIds, prices, prerequisites, followUpCourseIds, creditAwards } };
}

export const stateRule = choice(['draft', 'published', 'retired']);

const of = (table: string, alias: string, column = 'course_id'): string =>
  `from ${table} ${alias} where ${alias}.tenant_id = c.tenant_id and ${alias}.${column} = c.id`;

const jsonOf = (pairs: string, from: string, order: string): string =>
  `coalesce((select jsonb_agg(jsonb_build_object(${pairs}) order by ${order}) ${from}), '[]')`;

const AUTHOR = "e.role = 'author'";

/** Who edits a course is told to those who see the editor. */
export const coursesSeen = (ctx: Context): Listing =>
  ctx.actor.units === null
    ? courseListing
    : {
        ...courseListing,
        select: courseListing.select.replace(AUTHOR, `${AUTHOR} and ${seenPersonSql(ctx, 'e.person_id')} is not null`),
      };

/** Every course that is not deleted, drafts and retired ones too. Alias `c`. */
export const courseListing: Listing = {
  select: [
    select('c', [
      'id',
      'number',
      'kind',
      'state',
      'currentVersionId',
      ...Object.keys(COURSE_RULES),
      'createdAt',
      'updatedAt',
    ]),
    `(select v.id ${of('course_version', 'v')} and v.state = 'draft') as "draftVersionId"`,
    `(select o.id ${of('offering', 'o')} and o.is_default and o.deleted_at is null) as "defaultOfferingId"`,
    `array(select e.person_id from entitlement e where e.tenant_id = c.tenant_id and e.entity = 'course' and e.entity_id = c.id
      and ${AUTHOR} order by e.person_id) as "editorIds"`,
    `${jsonOf(`'id', p.id, 'unitId', p.unit_id, 'currency', p.currency, 'amount', p.amount`, of('course_price', 'p'), 'p.id')} as "prices"`,
    `${jsonOf(`'courseId', q.prerequisite_id, 'enforced', q.enforced`, of('course_prerequisite', 'q'), 'q.prerequisite_id')} as "prerequisites"`,
    `array(select q.prerequisite_id ${of('course_prerequisite', 'q')} order by q.prerequisite_id) as "prerequisiteCourseIds"`,
    `array(select f.follow_up_id ${of('course_follow_up', 'f')} order by f.follow_up_id) as "followUpCourseIds"`,
    `${jsonOf(`'creditTypeId', k.credit_type_id, 'credits', k.credits`, of('course_credit', 'k'), 'k.credit_type_id')} as "creditAwards"`,
    `array(select s.id from section s where s.tenant_id = c.tenant_id and s.version_id = c.current_version_id order by s.position, s.id) as "sectionIds"`,
    `array(select s.id from session s join offering o on o.tenant_id = s.tenant_id and o.id = s.offering_id
      where o.tenant_id = c.tenant_id and o.course_id = c.id and o.deleted_at is null and s.deleted_at is null
      order by s.created_at, s.id) as "sessionIds"`,
  ].join(', '),
  from: 'course c',
  fields: {
    named: {
      ...fieldsOf('c', {
        id: 'id',
        number: 'number',
        externalId: 'text?!',
        code: 'text?!',
        kind: 'text!',
        state: 'text!',
        name: 'text',
        description: 'text?',
        notes: 'text?',
        template: 'boolean',
        unitId: 'id?',
        currentVersionId: 'id?',
        approvalRequired: 'boolean',
        accessAt: 'instant?',
        expiresAt: 'instant?',
        dueAfterDays: 'number?',
        terms: 'text?',
        credits: 'number?',
        categoryId: 'id?',
        evaluation: 'boolean',
        certificateUrl: 'text?',
        audience: 'text?',
        goals: 'text?',
        vendor: 'text?',
        companyCost: 'number?',
        learnerCost: 'number?',
        companyTime: 'number?',
        learnerTime: 'number?',
        createdAt: 'instant',
        updatedAt: 'instant',
      }),
      expiry: {
        sql: `(case when c.expires_at is not null then 'date' when c.expire_after is not null then 'duration' else 'none' end)`,
        type: 'text',
        exact: true,
      },
    },
    attributes: 'c.attributes',
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};
