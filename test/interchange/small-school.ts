import assert from 'node:assert/strict';
import type { TestDatabase } from '../support/database.ts';
import { type Academy, academy, csv } from './support.ts';

export const NOW = '2026-03-01T12:00:00.000Z';

// A small school: two orgs, one course, one class in a term, two students and a teacher.
export const ORGS = 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId';
export const SESSIONS = 'sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear';
export const COURSES =
  'sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes';
export const CLASSES =
  'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods';
export const USERS =
  'sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,primaryOrgSourcedId';
export const ROLES =
  'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId';
export const ENROLLMENTS =
  'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate';
export const CATEGORIES = 'sourcedId,status,dateLastModified,title,weight';
export const LINE_ITEMS =
  'sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId';
export const RESULTS =
  'sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,inProgress,incomplete,late,missing';

export const user = (
  id: string,
  more: Partial<Record<'status' | 'enabled' | 'given' | 'identifier' | 'email' | 'phone' | 'org', string>> = {},
) => [
  id,
  more.status ?? '',
  '',
  more.enabled ?? 'true',
  id,
  '',
  more.given ?? 'Ada',
  id,
  '',
  more.identifier ?? id.toUpperCase(),
  more.email ?? `${id}@x.example`,
  '',
  more.phone ?? '',
  more.org ?? 'school',
];
export const enrollment = (
  id: string,
  person: string,
  more: Partial<Record<'status' | 'role' | 'begin' | 'end' | 'class', string>> = {},
) => [
  id,
  more.status ?? '',
  '',
  more.class ?? 'algebra-1',
  'school',
  person,
  more.role ?? 'student',
  '',
  more.begin ?? '2026-01-10',
  more.end ?? '',
];
export const item = (
  id: string,
  more: Partial<Record<'status' | 'description' | 'due' | 'category' | 'title' | 'max', string>> = {},
) => [
  id,
  more.status ?? '',
  '',
  more.title ?? id,
  more.description ?? '',
  '',
  more.due ?? '2026-02-01',
  'algebra-1',
  more.category ?? 'homework',
  '',
  '0',
  more.max ?? '50',
  'school',
];
export const result = (
  id: string,
  work: string,
  person: string,
  more: Partial<Record<'status' | 'score' | 'state' | 'date' | 'text' | 'inProgress', string>> = {},
) => [
  id,
  more.status ?? '',
  '',
  work,
  person,
  more.state ?? 'fully graded',
  more.score ?? '',
  more.date ?? '2026-01-31',
  '',
  more.text ?? '',
  'algebra-1',
  more.inProgress ?? '',
  '',
  '',
  '',
];

export const school = {
  orgs: csv(
    ORGS,
    ['district', '', '', 'District', 'district', '', ''],
    ['school', '', '', 'School', 'school', '', 'district'],
  ),
  academicSessions: csv(SESSIONS, ['t1', '', '', 'Spring', 'term', '2026-01-07', '2026-06-30', '', '2026']),
  courses: csv(COURSES, ['algebra', '', '', '', 'Algebra', 'ALG', '', 'school', '', '']),
  classes: csv(CLASSES, [
    'algebra-1',
    '',
    '',
    'Algebra, group 1',
    '',
    'algebra',
    'ALG-1',
    'scheduled',
    '',
    'school',
    't1',
    '',
    '',
    '',
  ]),
  categories: csv(CATEGORIES, ['homework', '', '', 'Homework', ''], ['grade', '', '', 'Final grade', '']),
  lineItems: csv(
    LINE_ITEMS,
    item('w1', { description: 'Weight: 3' }),
    item('w2', { description: 'weight 1', due: '2026-02-20' }),
    item('end', { category: 'grade', max: '100' }),
  ),
  users: csv(USERS, user('ann'), user('bob'), user('tom')),
  roles: csv(
    ROLES,
    ['r1', '', '', 'ann', 'primary', 'student', '', '', 'school', ''],
    ['r2', '', '', 'bob', 'primary', 'student', '', '', 'school', ''],
    ['r3', '', '', 'tom', 'primary', 'teacher', '', '', 'school', ''],
    ['r4', '', '', 'tom', 'secondary', 'siteAdministrator', '', '', 'district', ''],
  ),
  enrollments: csv(
    ENROLLMENTS,
    enrollment('e1', 'ann'),
    enrollment('e2', 'bob'),
    enrollment('e3', 'tom', { role: 'teacher' }),
  ),
  results: csv(
    RESULTS,
    result('s1', 'w1', 'ann', { score: '40' }),
    result('s2', 'w2', 'ann', { score: '25' }),
    result('s3', 'w1', 'bob', { state: 'submitted' }),
  ),
};

export const delta = (files: Record<string, string>) => ({
  manifest: csv(
    'propertyName,value',
    ['manifest.version', '1.0'],
    ['oneroster.version', '1.2'],
    ...Object.keys(files).map((name) => [`file.${name}`, 'delta']),
  ),
  ...files,
});

export async function openedIn(database: TestDatabase, now = NOW): Promise<Academy> {
  const place = await academy(database, 'UTC', now);
  const report = await place.bring(school);
  assert.deepEqual(report.refusals, []);
  assert.match(report.text, /There is no manifest.csv/);
  return place;
}

export const one = async (place: Academy, text: string, values: unknown[] = []) => (await place.rows(text, values))[0];
export const ENROLLED = `select e.state, e.ending, e.ended_at, e.progress, e.score, e.result, e.enrolled_at, e.is_primary from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id where e.tenant_id = $1 and p.username = $2`;
