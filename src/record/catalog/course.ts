import type { Listing } from '../../database/listing.ts';
import { constant, replaced, sql } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { beside, once, own, type PatchOf, type Read, shown, type Taken, thing } from '../kernel/members.ts';
import {
  choice,
  decimal,
  flag,
  id,
  ids,
  instant,
  key,
  label,
  language,
  list,
  maybe,
  object,
  type Rule,
  text,
  whole,
} from '../kernel/rules.ts';
import { seenPerson } from '../kernel/visibility.ts';

export const COLLECTION_KINDS = ['curriculum', 'bundle', 'certification', 'personal_path'] as const;
export const COURSE_KINDS = ['online', 'instructor_led', 'stream', 'clip', 'job_aid', ...COLLECTION_KINDS] as const;
export type CourseKind = (typeof COURSE_KINDS)[number];
const STATES = ['draft', 'published', 'retired'] as const;
export type CourseState = (typeof STATES)[number];

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

export type Texts = Record<string, { name?: string | undefined; description?: string | undefined }>;

const texts: Rule<Texts> = {
  jsonb: true,
  json: {
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { name: { type: 'string', maxLength: 500 }, description: { type: 'string', maxLength: 100_000 } },
      additionalProperties: false,
    },
  },
  check(value, path, issues) {
    const kept = object.check(value, path, issues);
    for (const [locale, own] of Object.entries(kept ?? {})) {
      if (typeof own !== 'object' || own === null) issues.push({ path: [...path, locale], fault: 'type' });
      else
        for (const [name, words] of Object.entries(own))
          if (typeof words !== 'string') issues.push({ path: [...path, locale, name], fault: 'type', detail: 'text' });
    }
    return kept as Texts | undefined;
  },
};

const span = whole(0, 100_000);
const duration: Rule<Duration> = {
  jsonb: true,
  json: {
    type: 'object',
    properties: { years: span.json, months: span.json, days: span.json, hours: span.json },
    additionalProperties: false,
  },
  check(value, path, issues) {
    const kept = object.check(value, path, issues) as Partial<Duration> | undefined;
    if (!kept) return undefined;
    const part = (name: keyof Duration) => span.check(kept[name] ?? 0, [...path, name], issues) as number;
    return { years: part('years'), months: part('months'), days: part('days'), hours: part('hours') };
  },
};

const amount = decimal(0, 9_999_999_999);
const money = maybe(amount);
const credits = decimal(0, 999_999);
const long = maybe(text(100_000));

const of = (table: string, alias: string, column = 'course_id'): string =>
  `from ${table} ${alias} where ${alias}.tenant_id = c.tenant_id and ${alias}.${column} = c.id`;

const jsonOf = (pairs: string, from: string, order: string): string =>
  `coalesce((select jsonb_agg(jsonb_build_object(${pairs}) order by ${order}) ${from}), '[]')`;

const AUTHOR = "e.role = 'author'";

/** A course of any kind. Alias `c`. */
export const COURSE = thing(
  'course',
  'c',
  {
    kind: once(choice(COURSE_KINDS), { about: 'Online unless said otherwise.', usual: 'online' }),
    state: own(choice(STATES), { about: 'Published unless said otherwise.', usual: 'published' }),
    /** The newest published version; null before the first. */
    currentVersionId: shown(maybe(id('course_version'))),
    externalId: own(key, { unique: 'exact' }),
    code: own(key),
    name: own(label(500)),
    description: own(long),
    notes: own(long),
    texts: own(texts, 'Name and description in further languages, by locale.'),
    language: own(maybe(language), 'What it is taught in.'),
    level: own(maybe(text(100)), 'How hard it is, in whatever words.'),
    durationMinutes: own(maybe(whole(0, 2_147_483_647)), 'How long it takes.'),
    template: own(flag, 'Meant to be delivered in offerings; it has no default offering until one is needed.'),
    unitId: own(maybe(id('unit')), 'Key of the unit it belongs to; none is the whole academy.'),
    approvalRequired: own(flag, 'Whoever enrolls themselves waits for approval.'),
    accessAt: own(maybe(instant), 'Nothing starts before.'),
    expiresAt: own(maybe(instant), { about: 'Nothing starts after.', ends: true }),
    expireAfter: own(maybe(duration), 'Time from each learner’s own start.'),
    dueAfterDays: own(maybe(span), 'Days from each learner’s own start.'),
    terms: own(long, 'What learners have to accept.'),
    credits: own(maybe(credits), 'What completing is worth, where it has no type.'),
    tagIds: own(ids(1000), 'Tags, by the ids an integration gave them.'),
    resourceIds: own(ids(1000), 'Resources, by the ids an integration gave them.'),
    categoryId: own(maybe(id()), 'A category, by the id an integration gave it.'),
    evaluation: own(flag),
    certificateUrl: own(maybe(text(4000))),
    audience: own(long),
    goals: own(long),
    vendor: own(maybe(text(4000))),
    companyCost: own(money),
    learnerCost: own(money),
    companyTime: own(money),
    learnerTime: own(money),
    attributes: own(object, 'Fields by key, declared or not.'),
    draftVersionId: shown(
      maybe(id('course_version')),
      `select v.id ${of('course_version', 'v')} and v.state = 'draft'`,
    ),
    defaultOfferingId: shown(
      maybe(id('offering')),
      `select o.id ${of('offering', 'o')} and o.is_default and o.deleted_at is null`,
    ),
    /** People entitled as authors. */
    editorIds: beside(
      ids(1000, 'person'),
      `array(select e.person_id from entitlement e where e.tenant_id = c.tenant_id and e.entity = 'course' and e.entity_id = c.id
        and ${AUTHOR} order by e.person_id)`,
    ),
    /** Lists given replace the kept ones whole; a price keeps its id when that is sent along. */
    prices: beside(
      list<Price, 'amount'>(
        { id: id(), unitId: maybe(id('unit')), currency: maybe(text(20)), amount },
        ['amount'],
        1000,
      ),
      jsonOf(
        `'id', p.id, 'unitId', p.unit_id, 'currency', p.currency, 'amount', p.amount`,
        of('course_price', 'p'),
        'p.id',
      ),
    ),
    prerequisites: beside(
      list<Prerequisite, 'courseId'>({ courseId: id('course'), enforced: flag }, ['courseId'], 1000),
      jsonOf(
        `'courseId', q.prerequisite_id, 'enforced', q.enforced`,
        of('course_prerequisite', 'q'),
        'q.prerequisite_id',
      ),
      'Courses to be completed first.',
    ),
    prerequisiteCourseIds: shown(
      ids(1000, 'course'),
      `array(select q.prerequisite_id ${of('course_prerequisite', 'q')} order by q.prerequisite_id)`,
    ),
    followUpCourseIds: beside(
      ids(1000, 'course'),
      `array(select f.follow_up_id ${of('course_follow_up', 'f')} order by f.follow_up_id)`,
      'Courses that completing this one enrolls in.',
    ),
    creditAwards: beside(
      list<CreditAward, 'creditTypeId' | 'credits'>(
        { creditTypeId: id('credit_type'), credits },
        ['creditTypeId', 'credits'],
        1000,
      ),
      jsonOf(`'creditTypeId', k.credit_type_id, 'credits', k.credits`, of('course_credit', 'k'), 'k.credit_type_id'),
      'What completing is worth, by type.',
    ),
    /** Sections of the current version, in order. */
    sectionIds: shown(
      ids(1000, 'section'),
      'array(select s.id from section s where s.tenant_id = c.tenant_id and s.version_id = c.current_version_id order by s.position, s.id)',
    ),
    sessionIds: shown(
      ids(1000, 'session'),
      `array(select s.id from session s join offering o on o.tenant_id = s.tenant_id and o.id = s.offering_id
        where o.tenant_id = c.tenant_id and o.course_id = c.id and o.deleted_at is null and s.deleted_at is null
        order by s.created_at, s.id)`,
    ),
  },
  { marked: true },
);

export type Course = Read<typeof COURSE>;
export type CourseFields = Omit<Taken<typeof COURSE, 'own'>, 'state'>;
export type CourseLinks = Taken<typeof COURSE, 'beside'>;
export type CoursePatch = PatchOf<typeof COURSE>;

/** Who edits a course is told to those who see the editor. */
export const coursesSeen = (ctx: Context): Listing =>
  ctx.actor.units === null
    ? courseListing
    : {
        ...courseListing,
        select: replaced(
          constant(COURSE.select),
          AUTHOR,
          sql`${constant(AUTHOR)} and ${seenPerson(ctx, sql`e.person_id`)} is not null`,
        ),
      };

/** Every course that is not deleted, drafts and retired ones too. */
const courseListing: Listing = {
  select: constant(COURSE.select),
  from: sql`course c`,
  fields: {
    named: {
      ...COURSE.fields,
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
