import { Groups } from '../../../src/record/people/index.ts';
import { type Academy, type CallOptions, NOBODY, PASSWORD, REDIRECT } from './academy.ts';

export interface Request {
  method: string;
  path: string;
  options?: CallOptions;
}

/** Things of a tenant that requests can name. */
export interface Ids {
  userId: string;
  courseId: string;
  sessionCourseId: string;
  sessionId: string;
  chapterId: string;
  lessonId: string;
  attemptId: string;
  enrollmentId: string;
  departmentId: string;
  groupId: string;
  roleId: string;
}

/** Where things are put, and what they are called; of the account's own only people are. */
export interface Placed {
  unitId?: string;
  name?: string;
}

/** A learner enrolled in a course with an open attempt, and with a place in a session of another. */
export async function furnish(a: Academy, { unitId, name }: Placed = {}): Promise<Ids> {
  const of = unitId === undefined ? {} : { unitId };
  const called = unitId === undefined || name === undefined ? of : { unitId, name };
  const learner = await a.person({ ...of, ...(name === undefined ? {} : { familyName: name }) });
  const course = await a.course(called);
  const group = await Groups.create(a.ctx, { name: 'Group', ...called });
  const { course: taught, sessionIds } = await a.taught(called);
  const base = `/users/${learner.id}/enrollments`;
  const enrollmentId = (await a.post(`${base}/${course.id}`)).body.enrollmentId;
  await a.post(`${base}/${taught.id}/session/${sessionIds[0]}`);
  const [lesson] = (await a.get(`${base}/${course.id}/lessons`)).body;
  const attemptId = (await a.post(`${base}/${course.id}/lessons/${lesson.lessonId}/startattempt`)).body.attemptId;
  return {
    userId: learner.id,
    courseId: course.id,
    sessionCourseId: taught.id,
    sessionId: sessionIds[0]!,
    chapterId: lesson.chapterId,
    lessonId: lesson.lessonId,
    attemptId,
    enrollmentId,
    departmentId: unitId ?? a.rootId,
    groupId: group.id,
    roleId: (await a.get('/roles')).body.roles[0].id,
  };
}

const json = (method: string, path: string, body?: unknown): Request => ({
  method,
  path,
  ...(body === undefined ? {} : { options: { body } }),
});
const bare: CallOptions = { token: null };
let counter = 0;

const newUser = (ids: Ids) => ({
  username: `made${++counter}`,
  departmentId: ids.departmentId,
  firstName: 'Made',
  lastName: 'Here',
});

/** A request of every operation that names these things and, when they are there, succeeds. */
export const requests = (a: Academy, ids: Ids): Record<string, Request> => {
  const { userId: u, courseId: c, sessionCourseId: sc, sessionId: s, chapterId: ch, lessonId: l } = ids;
  const mine = `/users/${u}/enrollments`;
  return {
    listUserCourseSessionEnrollments: json('GET', `${mine}/${sc}/sessions`),
    getUserCourseSessionEnrollment: json('GET', `${mine}/${sc}/sessions/${s}`),
    createUserSessionEnrollment: json('POST', `${mine}/${sc}/session/${s}`),
    listSessionEnrollments: json('GET', `/courses/${sc}/sessions/${s}/enrollments`),
    listUserChapterEnrollments: json('GET', `${mine}/${c}/chapters`),
    getUserChapterEnrollment: json('GET', `${mine}/${c}/chapters/${ch}`),
    createUserCourseEnrollment: json('POST', `${mine}/${c}`),
    getUserCourseEnrollment: json('GET', `${mine}/${c}`),
    upsertUserCourseEnrollment: json('POST', mine, { courseId: c, status: 1 }),
    listUserEnrollments: json('GET', mine),
    unenrollUsers: json('POST', '/enrollments/unenroll', [ids.enrollmentId]),
    getEnrollment: json('GET', `/enrollments/${ids.enrollmentId}`),
    listCourseEnrollments: json('GET', `/courses/${c}/enrollments`),
    getUserCourseGrade: json('GET', `/users/${u}/grades/${c}`),
    listBulkEnrollments: json('GET', `/bulk/student-courses?userIds=${u}&courseIds=${c}`),
    listLessonEnrollments: json('GET', `/courses/${c}/lessons/${l}/enrollments`),
    getUserChapterLessonEnrollment: json('GET', `${mine}/${c}/chapters/${ch}/lessons/${l}`),
    listUserLessonEnrollments: json('GET', `${mine}/${c}/lessons`),
    getUserLessonEnrollment: json('GET', `${mine}/${c}/lessons/${l}`),
    listUserChapterLessonEnrollments: json('GET', `${mine}/${c}/chapters/${ch}/lessons`),
    listLessonAttempts: json('GET', `${mine}/${c}/lessons/${l}/attempts`),
    startLessonAttempt: json('POST', `${mine}/${c}/lessons/${l}/startattempt`),
    finishAttempt: json('POST', `/attempts/${ids.attemptId}/finish`, { status: 1 }),
    finishLessonAttempt: json('POST', `${mine}/${c}/lessons/${l}/attempts/${ids.attemptId}/finish`, { status: 1 }),
    getMyEnrollment: json('GET', `/my-enrollments/${c}`),
    createMyEnrollment: json('POST', `/enroll/${c}`),
    listMyEnrollments: json('GET', '/my-enrollments'),
    createToken: {
      method: 'POST',
      path: '/authenticate',
      options: { ...bare, body: { username: 'admin', password: PASSWORD, privateKey: a.client.key } },
    },
    createOAuthToken: { method: 'POST', path: '/oauth/token', options: { ...bare, key: null, body: {} } },
    listUsers: json('GET', '/users'),
    upsertUser: json('POST', '/users', newUser(ids)),
    getUser: json('GET', `/users/${u}`),
    updateUser: json('PUT', `/users/${u}`, { jobTitle: 'Tester' }),
    uploadUsers: json('POST', '/users/upload', [newUser(ids)]),
    getMyDetails: json('GET', '/my-details'),
    listDepartments: json('GET', '/departments'),
    upsertDepartment: json('POST', '/departments', { name: 'New', parentId: ids.departmentId }),
    getDepartment: json('GET', `/departments/${ids.departmentId}`),
    listCourses: json('GET', '/courses'),
    getCourse: json('GET', `/courses/${c}`),
    listOnlineCourses: json('GET', '/online-courses'),
    getOnlineCourse: json('GET', `/online-courses/${c}`),
    listInstructorLedCourses: json('GET', '/instructor-led-courses'),
    getInstructorLedCourse: json('GET', `/instructor-led-courses/${sc}`),
    listSessions: json('GET', '/sessions'),
    getSession: json('GET', `/sessions/${s}`),
    listCourseSessions: json('GET', `/courses/${sc}/sessions`),
    getCourseSession: json('GET', `/courses/${sc}/sessions/${s}`),
    listCourseChapters: json('GET', `/courses/${c}/chapters`),
    getCourseChapter: json('GET', `/courses/${c}/chapters/${ch}`),
    listCourseLessons: json('GET', `/courses/${c}/lessons`),
    getCourseLesson: json('GET', `/courses/${c}/lessons/${l}`),
    listChapters: json('GET', '/chapters'),
    getChapter: json('GET', `/chapters/${ch}`),
    listLessons: json('GET', '/lessons'),
    getLesson: json('GET', `/lessons/${l}`),
    listGroups: json('GET', '/groups'),
    getGroup: json('GET', `/groups/${ids.groupId}`),
    listRoles: json('GET', '/roles'),
    listCountries: json('GET', '/countries'),
    listProvinces: json('GET', `/provinces?countryId=${NOBODY}`),
    getRole: json('GET', `/roles/${ids.roleId}`),
  };
};

/** The same names, none of which exists. */
export const NOTHING: Ids = {
  userId: NOBODY,
  courseId: NOBODY,
  sessionCourseId: NOBODY,
  sessionId: NOBODY,
  chapterId: NOBODY,
  lessonId: NOBODY,
  attemptId: NOBODY,
  enrollmentId: NOBODY,
  departmentId: NOBODY,
  groupId: NOBODY,
  roleId: NOBODY,
};

/** A grant that is good once. */
export async function grantOf(a: Academy): Promise<Request> {
  const credentials = { client_id: a.client.client.id, client_secret: a.client.secret! };
  const form = new URLSearchParams({
    client_id: credentials.client_id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    username: 'admin',
    password: PASSWORD,
    decision: 'allow',
  });
  const allowed = await a.call('POST', '/oauth/authorize', {
    ...bare,
    key: null,
    raw: String(form),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const code = new URL(String(allowed.headers.location)).searchParams.get('code');
  return {
    method: 'POST',
    path: '/oauth/token',
    options: {
      ...bare,
      key: null,
      body: { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...credentials },
    },
  };
}
