import { type FieldLookup, fieldTable, type WireField, type WireType } from '../../http/filters/field.ts';
import { equals } from '../../record/kernel/condition.ts';
import {
  ACTIVITY_TYPE_CASES,
  COURSE_TYPE_CASES,
  COURSE_TYPE_GROUPS,
  GENDER_CASES,
  STATUS_CASES,
  STATUS_GROUPS,
} from './codes.ts';
import { ticksOf } from './formats.ts';
import { SLOTS } from './slots.ts';

/** What the lists can be filtered and sorted by: wire names to the record's. */

const as =
  (type: WireType) =>
  (field: string): WireField => ({ type, field });
const text = as('text');
const id = as('id');
const number = as('number');
const boolean = as('boolean');
const instant = as('instant');

/** A TimeSpan, compared as ticks. */
const timeSpan = (field: string): WireField => ({
  type: 'text',
  field,
  convert: (literal) => {
    const ticks = literal.type === 'text' ? ticksOf(literal.value) : undefined;
    return ticks === undefined ? undefined : { type: 'number', value: ticks };
  },
});

const status: WireField = { type: 'number', field: 'state', cases: STATUS_CASES, groups: STATUS_GROUPS };

export const COURSE_ENROLLMENT_FIELDS = fieldTable({
  id: id('id'),
  courseId: id('courseId'),
  courseName: text('courseName'),
  progress: number('progress'),
  score: number('score'),
  status,
  dateCompleted: instant('completedAt'),
  dateExpires: instant('expiresAt'),
  dateEdited: instant('updatedAt'),
  dateAdded: instant('createdAt'),
  fullName: text('fullName'),
  courseVersionId: id('versionId'),
  userId: id('personId'),
  acceptedTermsAndConditions: boolean('termsAccepted'),
  timeSpentTicks: number('timeTicks'),
  timeSpent: timeSpan('timeTicks'),
  dateStarted: instant('startedAt'),
  enrollmentKeyId: id('joinKeyId'),
  certificateId: id('certificateId'),
  credits: number('credits'),
  isActive: boolean('isPrimary'),
  dateDue: instant('dueAt'),
  accessDate: instant('accessAt'),
  jobTitle: text('jobTitle'),
  courseCollectionId: id('collectionId'),
  avatar: text('avatar'),
});

/** What enrollments in sessions and lessons share. */
const PART_FIELDS = {
  id: id('id'),
  courseEnrollmentId: id('enrollmentId'),
  userId: id('personId'),
  fullName: text('fullName'),
  status,
  progress: number('progress'),
  score: number('score'),
  timeSpent: timeSpan('timeTicks'),
  dateEnrolled: instant('enrolledAt'),
  dateStarted: instant('startedAt'),
  dateCompleted: instant('completedAt'),
  dateEdited: instant('updatedAt'),
};

export const SESSION_ENROLLMENT_FIELDS = fieldTable({
  ...PART_FIELDS,
  sessionId: id('sessionId'),
  name: text('sessionName'),
});

export const LESSON_ENROLLMENT_FIELDS = fieldTable({
  ...PART_FIELDS,
  chapterEnrollmentId: id('sectionStateId'),
  type: { type: 'text', field: 'kind', cases: ACTIVITY_TYPE_CASES },
  attempts: number('attempts'),
  failures: number('failures'),
  lastAttempt: instant('lastAttemptAt'),
  chapterId: id('sectionId'),
  lessonId: id('activityId'),
  name: text('name'),
  dateAdded: instant('createdAt'),
});

const active = equals('state', 'published');

export const COURSE_FIELDS = fieldTable({
  id: id('id'),
  courseType: { type: 'text', field: 'kind', cases: COURSE_TYPE_CASES, groups: COURSE_TYPE_GROUPS },
  name: text('name'),
  description: text('description'),
  notes: text('notes'),
  externalId: text('externalId'),
  accessDate: instant('accessAt'),
  expireType: {
    type: 'number',
    field: 'expiry',
    groups: [['none'], ['date'], ['duration']],
    cases: [
      [0, equals('expiry', 'none')],
      [1, equals('expiry', 'date')],
      [2, equals('expiry', 'duration')],
    ],
  },
  expiryDate: instant('expiresAt'),
  activeStatus: {
    type: 'number',
    field: 'state',
    groups: [['published'], ['draft', 'retired']],
    cases: [
      [0, active],
      [1, { op: 'not', of: active }],
    ],
  },
  allowCourseEvaluation: boolean('evaluation'),
  categoryId: id('categoryId'),
  certificateUrl: text('certificateUrl'),
  audience: text('audience'),
  goals: text('goals'),
  vendor: text('vendor'),
  companyCost: number('companyCost'),
  learnerCost: number('learnerCost'),
  companyTime: number('companyTime'),
  learnerTime: number('learnerTime'),
  dateEdited: instant('updatedAt'),
  dateAdded: instant('createdAt'),
});

export const CHAPTER_FIELDS = fieldTable({ id: id('id'), name: text('name') });

export const LESSON_FIELDS = fieldTable({
  id: id('id'),
  chapterId: id('sectionId'),
  name: text('name'),
  description: text('description'),
  notes: text('notes'),
  type: { type: 'text', field: 'kind', cases: ACTIVITY_TYPE_CASES },
  width: number('width'),
  height: number('height'),
  url: text('url'),
  usePopup: boolean('popup'),
  passingScore: number('passingScore'),
  weight: number('weight'),
  refId: text('refId'),
});

export const SESSION_FIELDS = fieldTable({
  id: id('id'),
  courseId: id('courseId'),
  name: text('name'),
  description: text('description'),
  dateEdited: instant('updatedAt'),
  dateAdded: instant('createdAt'),
});

const SLOT_TYPES = { decimal: 'number', string: 'text', datetime: 'instant', bool: 'boolean' } as const;

const SLOT_FIELDS = new Map<string, WireField>(
  SLOTS.map(([name, kind]) => [
    `customfields/${name}`,
    { type: SLOT_TYPES[kind], field: `attributes.${name}:${SLOT_TYPES[kind]}` },
  ]),
);

/** `customFields/decimal1`: a slot is the person's attribute of that key. */
const customField: FieldLookup = (name) => SLOT_FIELDS.get(name.toLowerCase());

export const USER_FIELDS = fieldTable(
  {
    id: id('id'),
    departmentId: id('unitId'),
    departmentName: text('unitName'),
    firstName: text('givenName'),
    middleName: text('middleName'),
    lastName: text('familyName'),
    username: text('login'),
    emailAddress: text('email'),
    externalId: text('externalId'),
    languageId: number('languageId'),
    gender: { type: 'number', field: 'gender', cases: GENDER_CASES, groups: [['male'], ['female']] },
    address: text('address'),
    address2: text('address2'),
    city: text('city'),
    provinceId: id('provinceId'),
    countryId: id('countryId'),
    postalCode: text('postalCode'),
    phone: text('phone'),
    employeeNumber: text('employeeNumber'),
    location: text('location'),
    jobTitle: text('jobTitle'),
    referenceNumber: text('referenceNumber'),
    dateHired: instant('hiredAt'),
    dateTerminated: instant('terminatedAt'),
    dateEdited: instant('updatedAt'),
    dateAdded: instant('createdAt'),
    lastLoginDate: instant('lastAccessAt'),
    notes: text('notes'),
    activeStatus: {
      type: 'number',
      field: 'status',
      cases: [
        [0, equals('isActive', true)],
        [1, equals('isActive', false)],
      ],
    },
    isLearner: boolean('isLearner'),
    isAdmin: boolean('isAdmin'),
    isInstructor: boolean('isInstructor'),
    isManager: boolean('isManager'),
    supervisorId: id('managerId'),
    hasUsername: boolean('hasUsername'),
  },
  customField,
);

export const DEPARTMENT_FIELDS = fieldTable({
  id: id('id'),
  name: text('name'),
  useDepartmentContactDetails: boolean('useOwnContact'),
  companyName: text('companyName'),
  phoneNumber: text('phone'),
  emailAddress: text('email'),
  externalId: text('externalId'),
  parentId: id('parentId'),
  currencyId: id('currencyId'),
  dateEdited: instant('updatedAt'),
  dateAdded: instant('createdAt'),
});

const automatic = equals('kind', 'automatic');

export const GROUP_FIELDS = fieldTable({
  id: id('id'),
  name: text('name'),
  isAutomatic: {
    type: 'boolean',
    field: 'kind',
    groups: [['custom', 'hierarchical'], ['automatic']],
    cases: [
      [true, automatic],
      [false, { op: 'not', of: automatic }],
    ],
  },
  dateEdited: instant('updatedAt'),
  dateAdded: instant('createdAt'),
});

export const ROLE_FIELDS = fieldTable({
  id: id('id'),
  name: text('name'),
  description: text('description'),
  dateEdited: instant('updatedAt'),
  dateAdded: instant('createdAt'),
});

export const COUNTRY_FIELDS = fieldTable({ id: id('id'), countryCode: text('code'), name: text('name') });

export const PROVINCE_FIELDS = fieldTable({ id: id('id'), name: text('name') });
