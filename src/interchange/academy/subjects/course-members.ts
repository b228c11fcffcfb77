import {
  choice,
  ending,
  flag,
  list,
  maybe,
  moment,
  number,
  object,
  open,
  ref,
  short,
  special,
  text,
  uuid,
  whole,
} from '../shape.ts';

const LONG = 100_000;
const long = (description?: string) => maybe(text(LONG, description));
const money = maybe(number(0, 9_999_999_999));

/** Members that go to the record as they are, with what they are when nobody says anything. */
export const COURSE_USUAL = {
  code: null,
  description: null,
  notes: null,
  texts: {},
  template: false,
  approvalRequired: false,
  accessAt: null,
  expiresAt: null,
  expireAfter: null,
  dueAfterDays: null,
  terms: null,
  credits: null,
  tagIds: [],
  resourceIds: [],
  categoryId: null,
  evaluation: false,
  certificateUrl: null,
  audience: null,
  goals: null,
  vendor: null,
  companyCost: null,
  learnerCost: null,
  companyTime: null,
  learnerTime: null,
  attributes: {},
} as const;

const span = whole(0, 100_000);

export const COURSE_PLAIN = {
  code: maybe(text(255)),
  description: long(),
  notes: long(),
  texts: special<Record<string, { name?: string; description?: string }>>({
    type: 'object',
    description: 'Name and description in further languages, by locale.',
    additionalProperties: {
      type: 'object',
      properties: { name: { type: 'string', maxLength: 500 }, description: { type: 'string', maxLength: LONG } },
      additionalProperties: false,
    },
  }),
  template: flag('Meant to be delivered in offerings; it has no default offering until one is needed.'),
  approvalRequired: flag('Whoever enrolls themselves waits for approval.'),
  accessAt: maybe(moment('Nothing starts before.')),
  expiresAt: maybe(ending('Nothing starts after.')),
  expireAfter: maybe(
    object({}, { years: span, months: span, days: span, hours: span }, 'Time from each learner’s own start.'),
  ),
  dueAfterDays: maybe(whole(0, 100_000, 'Days from each learner’s own start.')),
  terms: long('What learners have to accept.'),
  credits: maybe(number(0, 999_999, 'What completing is worth, where it has no type.')),
  tagIds: list(uuid('A tag, by the id an integration gave it.')),
  resourceIds: list(uuid('A resource, by the id an integration gave it.')),
  categoryId: maybe(uuid('A category, by the id an integration gave it.')),
  evaluation: flag(),
  certificateUrl: maybe(text()),
  audience: long(),
  goals: long(),
  vendor: maybe(text()),
  companyCost: money,
  learnerCost: money,
  companyTime: money,
  learnerTime: money,
  attributes: open('Fields by key, declared or not.'),
};

export const COURSE_LINKS = {
  prerequisites: list(
    short(
      'course',
      object({ course: ref('course') }, { enforced: flag('False is advice; true unless said otherwise.') }),
    ),
    'Courses to be completed first.',
  ),
  followUps: list(ref('course'), 'Courses that completing this one enrolls in.'),
  editors: list(ref('person'), 'People who write it.'),
  creditAwards: list(
    object({ type: ref('credit_type'), credits: number(0, 999_999) }, {}),
    'What completing is worth, by type.',
  ),
  prices: list(object({ amount: number(0, 9_999_999_999) }, { currency: maybe(text(20)), unit: maybe(ref('unit')) })),
};

export const STATES = choice(['draft', 'published', 'retired'], 'Published unless said otherwise.');
