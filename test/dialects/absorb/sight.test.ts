import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadContract } from '../../../src/http/contract.ts';
import { Entitlements, Roles } from '../../../src/record/access/index.ts';
import { Courses } from '../../../src/record/catalog/index.ts';
import { PERMISSIONS } from '../../../src/record/kernel/permission.ts';
import { Groups, People, Units } from '../../../src/record/people/index.ts';
import { giveRole } from '../../support/context.ts';
import { type Academy, type Answered, academy } from './academy.ts';
import { furnish, type Ids, NOTHING, type Request, requests } from './requests.ts';

/**
 * What an operation is about, for somebody who acts in one unit: the caller, a list of whatever is in sight, what everybody reads who
 * reads its kind, one thing that the request names, content of a course (which belongs to the account where its course does), or a batch
 * that leaves out what it cannot take.
 */
type About = 'self' | 'list' | 'shared' | 'thing' | 'content' | 'rows';

const all = (about: About, names: string): Record<string, About> =>
  Object.fromEntries(
    names
      .split(/\s+/)
      .filter(Boolean)
      .map((name) => [name, about]),
  );

/** Every operation stands here once; one that does not fails the test. */
const ABOUT: Readonly<Record<string, About>> = {
  ...all('self', 'createToken createOAuthToken getMyDetails listMyEnrollments getMyEnrollment createMyEnrollment'),
  ...all(
    'list',
    `listUsers listDepartments listCourses listOnlineCourses listInstructorLedCourses listSessions listChapters listLessons listGroups
     listBulkEnrollments`,
  ),
  ...all('shared', 'listRoles getRole listCountries listProvinces'),
  ...all(
    'content',
    `getCourse getOnlineCourse getInstructorLedCourse getSession listCourseSessions getCourseSession listCourseChapters getCourseChapter
     listCourseLessons getCourseLesson getChapter getLesson listCourseEnrollments listLessonEnrollments listSessionEnrollments`,
  ),
  ...all(
    'thing',
    `listUserCourseSessionEnrollments getUserCourseSessionEnrollment createUserSessionEnrollment listUserChapterEnrollments
     getUserChapterEnrollment createUserCourseEnrollment getUserCourseEnrollment upsertUserCourseEnrollment listUserEnrollments
     unenrollUsers getEnrollment getUserCourseGrade getUserChapterLessonEnrollment listUserLessonEnrollments getUserLessonEnrollment
     listUserChapterLessonEnrollments listLessonAttempts startLessonAttempt finishAttempt finishLessonAttempt upsertUser getUser updateUser
     upsertDepartment getDepartment getGroup`,
  ),
  ...all('rows', 'uploadUsers'),
};

const { operations } = loadContract('absorb');
const SECRET = 'Out Of Sight';

let a: Academy;
let north: string;
let things: { near: Ids; 'another unit': Ids; 'the account': Ids };
/** Ids that nobody of the unit may be shown. */
const hidden = new Set<string>();
const actors: Record<string, { id: string; token: string; learner: boolean }> = {};

const asked = operations.filter(({ id }) => ABOUT[id] !== 'self');
const eventCount = async (): Promise<number> =>
  (await a.db.pool.query('select count(*)::int as n from event')).rows[0].n;

before(async () => {
  a = await academy();
  const unit = async (name: string): Promise<string> => (await Units.create(a.ctx, { name })).id;
  const south = await unit(`${SECRET} South`);
  north = await unit('North');
  things = {
    near: await furnish(a, { unitId: north }),
    'another unit': await furnish(a, { unitId: south, name: SECRET }),
    'the account': await furnish(a, { name: SECRET }),
  };
  for (const id of Object.values(things['another unit'])) hidden.add(id);
  // content of the account is read by all who read its kind
  const { userId, enrollmentId, attemptId, groupId } = things['the account'];
  for (const id of [userId, enrollmentId, attemptId, groupId]) hidden.add(id);
  const { rows } = await Roles.list(a.ctx, { page: { kind: 'rows', offset: 0, limit: 100, total: false } });
  for (const { id } of rows) hidden.delete(id);
  const writer = await Roles.create(a.ctx, { name: 'Writes', permissions: [...PERMISSIONS] });
  for (const role of ['admin', 'training_admin', 'people_admin', 'instructor', writer.id, null]) {
    const { person, token } = await a.signedIn({ unitId: north });
    if (role !== null) await giveRole(a.ctx, person.id, role, north);
    actors[role ?? 'learner'] = { id: person.id, token, learner: role === null };
  }
  // without a role, by a word on one course
  const { person: author, token } = await a.signedIn({ unitId: north });
  const { courseId } = things.near;
  await Entitlements.entitle(a.ctx, { personId: author.id, role: 'author', entity: 'course', entityId: courseId });
  actors['author of a course'] = { id: author.id, token, learner: false };
});
after(() => a.close());

const telling = (answer: Answered): string =>
  `${answer.status} ${JSON.stringify(answer.body)?.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')}`;

/** Ids and names in an answer that belong out of sight and did not stand in the request. */
function leaks(answer: Answered, request: Request): string[] {
  const text = JSON.stringify(answer.body ?? null);
  const sent = JSON.stringify(request);
  const ids = [...new Set(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [])];
  const found = ids.filter((id) => hidden.has(id) && !sent.includes(id));
  return text.includes(SECRET) && !sent.includes(SECRET) ? [...found, SECRET] : found;
}

/** Further requests that name somebody or something out of sight where a body may. */
async function further({ userId, departmentId, roleId }: Ids, where: string): Promise<Record<string, Request[]>> {
  const there = (await a.get(`/users/${userId}`)).body;
  const post = (path: string, body: unknown): Request => ({ method: 'POST', path, options: { body } });
  const user = { firstName: 'New', lastName: 'Name', departmentId: north };
  const keyed = [
    { ...user, username: there.username },
    { ...user, username: `by-id-${where}`, id: userId },
  ];
  return {
    upsertUser: [
      ...keyed.map((body) => post('/users', body)),
      post('/users', { ...user, username: `supervised-${where}`, supervisorId: userId }),
      post('/users', { ...user, username: `ruling-${where}`, roleIds: [roleId] }),
    ],
    uploadUsers: [post('/users/upload', keyed)],
    upsertDepartment: [
      post('/departments', { id: departmentId, name: 'Taken', parentId: north }),
      post('/departments', { name: `Below ${where}`, parentId: departmentId }),
    ],
    updateUser: [
      { method: 'PUT', path: `/users/${things.near.userId}`, options: { body: { supervisorId: userId } } },
      { method: 'PUT', path: `/users/${things.near.userId}`, options: { body: { departmentId } } },
      { method: 'PUT', path: `/users/${things.near.userId}`, options: { body: { username: there.username } } },
    ],
  };
}

async function walk(where: 'another unit' | 'the account'): Promise<string[]> {
  const wrong: string[] = [];
  const more = await further(things[where], where);
  const of = (ids: Ids) => requests(a, ids);
  for (const { id, method } of asked) {
    const about = ABOUT[id]!;
    const own = of(things[where])[id]!;
    const list = [own, ...(more[id] ?? [])];
    for (const [who, { token, learner }] of Object.entries(actors))
      for (const request of list) {
        const before = await eventCount();
        const answer = await a.call(request.method, request.path, { ...request.options, token });
        const tell = (what: string) =>
          wrong.push(
            `${who}, ${where}: ${id} ${what} ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)} for ${JSON.stringify(request)}`,
          );
        const found = leaks(answer, request);
        if (found.length > 0 && !(where === 'the account' && about === 'content')) tell(`shows ${found.join(', ')}:`);
        if ((await eventCount()) > before) tell('changed something:');
        if (answer.status >= 500) tell('fails:');
        const reads = about === 'list' || about === 'shared' || about === 'rows';
        if (answer.status < 300 && learner) tell('is not for learners:');
        else if (answer.status < 300 && !reads && !(about === 'content' && where === 'the account' && method === 'GET'))
          tell('is answered:');
        else if (request === own && !reads && !(about === 'content' && where === 'the account')) {
          const nothing = of(NOTHING)[id]!;
          const absent = await a.call(nothing.method, nothing.path, { ...nothing.options, token });
          if (telling(answer) !== telling(absent)) tell(`differs from ${telling(absent)}:`);
        }
      }
  }
  return wrong;
}

test('every operation says whether it is about the caller, a list, a thing, or content', () => {
  assert.deepEqual(Object.keys(ABOUT).sort(), operations.map(({ id }) => id).sort());
});

test('things of another unit are as if absent, for who administers one and for learners', async () => {
  assert.deepEqual(await walk('another unit'), []);
});

test('of the account its content is read, and its people stay out of sight', async () => {
  assert.deepEqual(await walk('the account'), []);
});

test('what is in sight names nobody who is not, nor is it found by them or changed in what is not shown', async () => {
  const { userId } = things['another unit'];
  const near = await furnish(a, { unitId: north });
  // somebody of the other unit in the group, the courses and the session, as supervisor and as author
  await Groups.addMembers(a.ctx, near.groupId, [userId]);
  await People.update(a.ctx, near.userId, { managerId: userId });
  await Courses.update(a.ctx, near.courseId, { editorIds: [userId] });
  const base = `/users/${userId}/enrollments`;
  for (const path of [`${base}/${near.courseId}`, `${base}/${near.sessionCourseId}/session/${near.sessionId}`])
    assert.equal((await a.post(path)).status, 201);
  const wrong: string[] = [];
  const lists = ['listCourseEnrollments', 'listLessonEnrollments', 'listSessionEnrollments'];
  for (const [who, { token, learner }] of Object.entries(actors)) {
    for (const { id, method } of asked) {
      if (method !== 'GET') continue;
      const request = requests(a, near)[id]!;
      const answer = await a.call(request.method, request.path, { ...request.options, token });
      const found = leaks(answer, request);
      if (found.length > 0) wrong.push(`${who}: ${id} shows ${found.join(', ')}`);
      if (lists.includes(id) && answer.status === 200 && answer.body.totalItems !== 1)
        wrong.push(`${who}: ${id} counts ${answer.body.totalItems}`);
    }
    const supervised = await a.get(`/users?_filter=supervisorId eq guid'${userId}'`, { token });
    if (!learner && supervised.status === 200 && supervised.body.totalItems > 0)
      wrong.push(`${who} finds by supervisor`);
  }
  assert.deepEqual(wrong, []);
  const { token } = actors.admin!;
  const body = { supervisorId: null, jobTitle: 'Changed' };
  const changed = await a.call('PUT', `/users/${near.userId}`, { body, token });
  assert.deepEqual([changed.status, changed.body.supervisorId, changed.body.jobTitle], [200, null, 'Changed']);
  assert.equal((await a.get(`/users/${near.userId}`)).body.supervisorId, userId);
});

test('what is in sight is answered to who administers the unit', async () => {
  const wrong: string[] = [];
  const ids = await furnish(a, { unitId: north });
  const { token } = actors.admin!;
  for (const { id } of asked) {
    if (id === 'unenrollUsers') continue;
    const { method, path, options } = requests(a, ids)[id]!;
    const answer = await a.call(method, path, { ...options, token });
    if (answer.status >= 300) wrong.push(`${id} ${answer.status} ${JSON.stringify(answer.body)}`);
    const [list] = Object.values(answer.body ?? {}).filter(Array.isArray);
    if (ABOUT[id] === 'list' && Array.isArray(list) && list.length === 0) wrong.push(`${id} is empty`);
  }
  const unenrolled = await a.post('/enrollments/unenroll', [ids.enrollmentId], { token });
  assert.deepEqual([unenrolled.status, wrong], [204, []]);
});

/** What of their own learners may do here: read, enroll themselves, start attempts and save them. All else is refused. */
const OWN =
  `listUserCourseSessionEnrollments getUserCourseSessionEnrollment listUserChapterEnrollments getUserChapterEnrollment
  createUserCourseEnrollment getUserCourseEnrollment listUserEnrollments getEnrollment getUserCourseGrade getUserChapterLessonEnrollment
  listUserLessonEnrollments getUserLessonEnrollment listUserChapterLessonEnrollments listLessonAttempts startLessonAttempt finishAttempt
  finishLessonAttempt`.split(/\s+/);

test('a learner does with their own what taking a course is, and nothing else', async () => {
  const { id: userId, token } = actors.learner!;
  const course = await a.course({ unitId: north });
  const { course: taught, sessionIds } = await a.taught({ unitId: north });
  const base = `/users/${userId}/enrollments`;
  const enrollmentId = (await a.post(`${base}/${course.id}`)).body.enrollmentId;
  assert.equal((await a.post(`${base}/${taught.id}/session/${sessionIds[0]}`)).status, 201);
  const lessons: { name: string; lessonId: string; chapterId: string }[] = (
    await a.get(`${base}/${course.id}/lessons`, { token })
  ).body;
  const begun = async (name: string) => {
    const { lessonId, chapterId } = lessons.find((lesson) => lesson.name === name)!;
    const path = `${base}/${course.id}/lessons/${lessonId}`;
    const { attemptId } = (await a.post(`${path}/startattempt`, undefined, { token })).body;
    return { lessonId, chapterId, attemptId: String(attemptId), path };
  };
  const quiz = await begun('First quiz');
  const own: Ids = {
    ...NOTHING,
    ...quiz,
    userId,
    courseId: course.id,
    sessionCourseId: taught.id,
    sessionId: sessionIds[0]!,
    enrollmentId,
    departmentId: north,
  };
  const may: string[] = [];
  for (const { id } of asked) {
    const { method, path, options } = requests(a, own)[id]!;
    const answer = await a.call(method, path, { ...options, token });
    assert.ok(answer.status < 500, id);
    if (answer.status < 300) may.push(id);
  }
  assert.deepEqual(may.sort(), OWN.toSorted());
  // results are for others to give
  const before = await eventCount();
  for (const { body } of [
    { body: { status: 3, score: 100 } },
    { body: { status: 5 } },
    { body: { status: 1, score: 100 } },
    { body: { status: 1, startDate: '2020-01-01' } },
  ])
    for (const path of [`/attempts/${quiz.attemptId}/finish`, `${quiz.path}/attempts/${quiz.attemptId}/finish`])
      assert.equal((await a.post(path, body, { token })).status, 403, JSON.stringify(body));
  assert.equal(await eventCount(), before);
  const page = await begun('Reading');
  const reported = await a.post(`/attempts/${page.attemptId}/finish`, { status: 3 }, { token });
  assert.equal(reported.status, 200);
  const lesson = (await a.get(page.path, { token })).body;
  assert.equal(lesson.status, 3);
});
