import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Roles } from '../../../src/record/access/index.ts';
import { Groups } from '../../../src/record/people/index.ts';
import { type Academy, academy, NOBODY } from './academy.ts';

let a: Academy;
before(async () => {
  a = await academy();
});
after(() => a.close());

const four = (username: string) => ({ username, departmentId: a.rootId, firstName: 'Jo', lastName: 'Doe' });

describe('users', () => {
  it('are made with four properties, and answered whole', async () => {
    const answer = await a.post('/users', four('jo1'));
    assert.equal(answer.status, 201);
    assert.equal(Object.keys(answer.body).length, 38);
    const { customFields, ...user } = answer.body;
    assert.equal(Object.keys(customFields).length, 45);
    assert.deepEqual(
      [user.username, user.isLearner, user.isAdmin, user.activeStatus, user.gender, user.hasUsername, user.externalId],
      ['jo1', true, false, 0, 0, true, null],
    );
    assert.deepEqual((await a.get(`/users/${user.id}`)).body, answer.body);
  });

  it('are changed by login name or external id; the same again changes nothing', async () => {
    const { body: made } = await a.post('/users', { ...four('jo2'), externalId: 'X-2', phone: '1' });
    const { body: changed } = await a.post('/users?key=0', {
      ...four('JO2'),
      PHONE: '2',
      customFields: { Decimal1: 1.5, datetime2: '2026-01-01', nonsense: 1 },
    });
    assert.deepEqual([changed.id, changed.phone, changed.externalId], [made.id, '2', 'X-2']);
    assert.deepEqual([changed.customFields.decimal1, changed.customFields.datetime2], [1.5, '2026-01-01T00:00:00Z']);
    const { body: same } = await a.post('/users?Key=1', { ...changed, username: 'jo2' });
    assert.deepEqual({ ...same, username: changed.username }, changed);
    const { body: renamed } = await a.post('/users?key=1', { ...four('jo2b'), externalId: 'X-2' });
    assert.deepEqual([renamed.id, renamed.username], [made.id, 'jo2b']);
  });

  it('refuse an empty or unknown key before the body is looked at', async () => {
    for (const key of ['', '2', 'x']) {
      const answer = await a.post(`/users?key=${key}`, {});
      assert.deepEqual([answer.status, answer.body.message], [422, 'Invalid format provided for key']);
    }
    assert.equal(
      (await a.post('/users?key=1', four('nokey'))).body.validations[0],
      'The ExternalId field is required.',
    );
  });

  it('name what is missing or malformed', async () => {
    const validations = async (body: unknown) => {
      const answer = await a.post('/users', body);
      assert.equal(answer.status, 422, JSON.stringify(answer.body));
      return answer.body.validations as string[];
    };
    assert.deepEqual(await validations({ username: 'x', departmentId: a.rootId }), [
      'The FirstName field is required.',
      'The LastName field is required.',
    ]);
    for (const more of [
      { gender: 7 },
      { activeStatus: 'Active' },
      { departmentId: 'x' },
      { phone: 5 },
      { lastName: 'x'.repeat(256) },
      { ccEmailAddresses: Array(6).fill('a@b.org') },
      { customFields: { bool1: 'yes' } },
    ])
      assert.ok((await validations({ ...four('x'), ...more })).length > 0);
    assert.match((await validations({ ...four('x'), emailAddress: 'not an address' }))[0]!, /EmailAddress/);
    assert.match((await validations({ ...four('x'), departmentId: NOBODY }))[0]!, /DepartmentId|Department/);
    assert.match((await validations({ ...four('x'), supervisorId: NOBODY }))[0]!, /SupervisorId|User/);
    assert.match((await validations({ ...four('x'), password: 'short' }))[0]!, /Password/);
    assert.ok((await validations({ ...four('x'), notes: 'a\u0000b' })).length > 0);
  });

  it('names are not emptied by a change either', async () => {
    const { body: made } = await a.post('/users', four('named'));
    for (const [name, title] of [
      ['firstName', 'FirstName'],
      ['lastName', 'LastName'],
      ['username', 'Username'],
    ] as const)
      for (const blank of ['', ' ']) {
        const told = [`The ${title} field is required.`];
        const changed = await a.call('PUT', `/users/${made.id}`, { body: { [name]: blank } });
        assert.deepEqual([changed.status, changed.body.validations], [422, told], name);
        const again = await a.post('/users', { ...four('named'), [name]: blank });
        assert.deepEqual([again.status, again.body.validations], [422, told], name);
        const rows = [{ ...four('named'), [name]: blank }, four('beside')];
        assert.equal((await a.post('/users/upload', rows)).body.length, 1);
      }
    assert.deepEqual((await a.get(`/users/${made.id}`)).body, made);
  });

  it('tell the name of their department', async () => {
    const { body: made } = await a.post('/users', four('placed'));
    const { name } = (await a.get(`/departments/${made.departmentId}`)).body;
    assert.equal(made.departmentName, name);
    assert.equal((await a.get('/users?username=placed')).body.users[0].departmentName, name);
  });

  it('409 for what somebody else has', async () => {
    await a.post('/users', { ...four('holder'), externalId: 'HELD' });
    const other = (await a.post('/users', four('other'))).body;
    for (const body of [{ username: 'HOLDER' }, { externalId: 'HELD' }]) {
      const answer = await a.call('PUT', `/users/${other.id}`, { body });
      assert.equal(answer.status, 409, JSON.stringify(answer.body));
    }
    assert.equal((await a.post('/users?key=1', { ...four('holder'), externalId: 'NEW' })).status, 409);
  });

  it('PUT merges: PascalCase, a few properties, null clears, the path decides', async () => {
    const { body: made } = await a.post('/users', {
      ...four('merge'),
      jobTitle: 'Clerk',
      gender: 2,
      customFields: { string1: 'a', string2: 'b' },
    });
    const put = async (body: object) => {
      const answer = await a.call('PUT', `/users/${made.id}`, { body });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body;
    };
    const one = await put({ Id: NOBODY, LastName: 'Other', CustomFields: { string1: null } });
    assert.deepEqual(
      [one.id, one.lastName, one.firstName, one.jobTitle, one.gender],
      [made.id, 'Other', 'Jo', 'Clerk', 2],
    );
    assert.deepEqual([one.customFields.string1, one.customFields.string2], [null, 'b']);
    const two = await put({ jobTitle: null, gender: 0, activeStatus: 1 });
    assert.deepEqual([two.jobTitle, two.gender, two.activeStatus], [null, 0, 1]);
    assert.deepEqual(await put(two), two, 'as shown changes nothing');
    assert.equal((await a.call('PUT', `/users/${NOBODY}`, { body: {} })).status, 404);
  });

  it('keep a gender without a number, roles of a unit and a login name that is a mail address', async () => {
    const person = await a.person({ username: null, gender: 'other', email: 'nameless@example.org' });
    const { body } = await a.get(`/users/${person.id}`);
    assert.deepEqual([body.username, body.hasUsername, body.gender], ['nameless@example.org', false, 0]);
    const put = (await a.call('PUT', `/users/${person.id}`, { body })).body;
    assert.deepEqual(put, body);
    assert.deepEqual((await a.post('/users', body)).body, body);
    assert.equal((await a.get(`/users?_filter=gender eq 0 and username eq 'nameless@example.org'`)).body.totalItems, 1);
  });

  it('are uploaded up to 200 at a time; whoever is missing failed', async () => {
    const rows = [
      four('up1'),
      { ...four('up2'), emailAddress: 'nonsense' },
      { ...four('up3'), supervisorId: NOBODY },
      { ...four('up1'), phone: '9' },
    ];
    const answer = await a.post('/users/upload/', rows);
    assert.equal(answer.status, 200);
    assert.deepEqual(
      answer.body.map((row: any) => row.value),
      ['up1', 'up1'],
    );
    assert.equal(answer.body[0].key, answer.body[1].key);
    assert.equal((await a.get(`/users/${answer.body[0].key}`)).body.phone, '9');
    assert.equal((await a.post('/users/upload', [])).status, 422);
    assert.equal(
      (
        await a.post(
          '/users/upload',
          Array.from({ length: 201 }, (_, i) => four(`m${i}`)),
        )
      ).status,
      422,
    );
    assert.equal(
      (await a.post('/users/upload?key=1', [{ ...four('up9'), externalId: 'E9' }, four('up10')])).body.length,
      1,
    );
    assert.equal(
      (
        await a.post(
          '/users/upload',
          Array.from({ length: 200 }, (_, i) => four(`many${i}`)),
        )
      ).body.length,
      200,
    );
  });

  it('take roles, flags and passwords', async () => {
    const roles = (await a.get('/roles')).body.roles;
    const analyst = roles.find((role: any) => role.name === 'Analyst');
    const { body } = await a.post('/users', {
      ...four('boss'),
      roleIds: [analyst.id],
      isInstructor: true,
      isLearner: false,
      password: 'long enough words',
    });
    assert.deepEqual(
      [body.roleIds, body.isAdmin, body.isInstructor, body.isLearner],
      [[analyst.id], true, true, false],
    );
    assert.ok(!('password' in body));
    const token = (
      await a.post(
        '/authenticate',
        { username: 'boss', password: 'long enough words', privateKey: a.client.key },
        { token: null },
      )
    ).body;
    assert.equal((await a.get('/users', { token })).status, 200);
    assert.equal((await a.post('/users', four('nope'), { token })).status, 403);
    const supervised = (await a.post('/users', { ...four('sub'), supervisorId: body.id })).body;
    assert.equal(supervised.supervisorId, body.id);
    assert.equal((await a.get(`/users/${body.id}`)).body.isManager, true);
  });

  it('roles and isAdmin false do not go together', async () => {
    const [role] = (await a.get('/roles')).body.roles;
    const answer = await a.post('/users', { ...four('torn'), isAdmin: false, roleIds: [role.id] });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.message, 'Updating of user management settings for a non-admin user is not supported');
  });

  it('nobody becomes more than the caller is', async () => {
    const all = (await Roles.list(a.ctx, { page: { kind: 'rows', offset: 0, limit: 50, total: false } })).rows;
    const { token } = await a.signedIn({ roleIds: [all.find((role) => role.key === 'people_admin')!.id] });
    const admin = all.find((role) => role.key === 'admin')!;
    assert.equal((await a.post('/users', { ...four('climber'), roleIds: [admin.id] }, { token })).status, 403);
    assert.equal(
      (await a.call('PUT', `/users/${a.admin.id}`, { body: { password: 'taken over now' }, token })).status,
      403,
    );
  });
});

describe('departments', () => {
  it('are made and changed by id, 201 both times', async () => {
    const made = await a.post('/departments', {
      name: 'North',
      externalId: 'D-1',
      emailAddress: 'n@example.org',
      phoneNumber: '5',
      useDepartmentContactDetails: true,
    });
    assert.equal(made.status, 201);
    assert.equal(made.body.parentId, a.rootId);
    const changed = await a.post('/departments', { Id: made.body.id, Name: 'North 2' });
    assert.equal(changed.status, 201);
    assert.deepEqual([changed.body.id, changed.body.name, changed.body.phoneNumber], [made.body.id, 'North 2', '5']);
    const wished = '0190f000-0000-7000-8000-000000000d0e';
    assert.equal(
      (await a.post('/create-department', { id: wished, name: 'Wished', parentId: made.body.id })).body.id,
      wished,
    );
    assert.deepEqual((await a.get(`/departments/${made.body.id}`)).body, changed.body);
    assert.equal((await a.get('/departments?externalId=D-1')).body.totalItems, 1);
    assert.equal((await a.get('/departments?DepartmentName=north%202')).body.totalItems, 1);
    assert.equal((await a.get(`/departments?_filter=parentId eq guid'${made.body.id}'`)).body.totalItems, 1);
  });

  it('422 for an empty name with an all-zero parent, a cycle, a taken external id', async () => {
    const nil = '00000000-0000-0000-0000-000000000000';
    assert.equal((await a.post('/departments', { name: '', parentId: nil })).status, 422);
    assert.equal((await a.post('/departments', { name: 'x', parentId: nil })).status, 422);
    assert.deepEqual((await a.post('/departments', {})).body.validations, ['The Name field is required.']);
    const { body: upper } = await a.post('/departments', { name: 'Upper', externalId: 'D-2' });
    const { body: below } = await a.post('/departments', { name: 'Below', parentId: upper.id });
    assert.equal((await a.post('/departments', { id: upper.id, parentId: below.id })).status, 422);
    assert.equal((await a.post('/departments', { name: 'Twin', externalId: 'D-2' })).status, 422);
    assert.equal((await a.get(`/departments/${NOBODY}`)).body.message, 'Department with specified id was not found.');
  });
});

describe('groups and roles', () => {
  it('show their users', async () => {
    const [one, two] = [await a.person(), await a.person()];
    const group = await Groups.create(a.ctx, { name: 'Choir' });
    await Groups.addMembers(a.ctx, group.id, [one.id, two.id]);
    const { body } = await a.get(`/groups/${group.id}`);
    assert.deepEqual(
      [body.name, body.isAutomatic, [...body.userIds].sort()],
      ['Choir', false, [one.id, two.id].sort()],
    );
    assert.deepEqual((await a.get('/groups')).body.groups, [body]);
    assert.equal((await a.get('/groups?_filter=isAutomatic')).body.totalItems, 0);
    assert.equal((await a.get(`/groups/${NOBODY}`)).status, 404);
  });

  it('roles are those that administer', async () => {
    const { body } = await a.get('/roles');
    assert.ok(body.roles.some((role: any) => role.name === 'Administrator'));
    assert.ok(!body.roles.some((role: any) => role.name === 'Learner'));
    assert.deepEqual((await a.get(`/roles/${body.roles[0].id}`)).body, body.roles[0]);
    assert.equal((await a.get(`/roles/${NOBODY}`)).status, 404);
  });
});

describe('catalogue', () => {
  it('shows courses by kind; a single read equals the list entry', async () => {
    const online = await a.course({
      externalId: 'C-1',
      expireAfter: { years: 1, months: 0, days: 2, hours: 0 },
      prices: [{ amount: 12.5, currency: 'EUR' }],
    });
    const clip = await a.course({ kind: 'clip' });
    const { course: taught } = await a.taught();
    const draft = await a.course({ state: 'draft' });
    const curriculum = await a.course({
      kind: 'curriculum',
      content: { sections: [{ name: 'One', members: [{ courseId: online.id }] }] },
    });
    const { body } = await a.get('/courses?_limit=1000');
    const byId = new Map<string, any>(body.courses.map((course: any) => [course.id, course]));
    assert.deepEqual(
      [online, clip, taught, draft, curriculum].map(({ id }) => byId.get(id).courseType),
      ['OnlineCourse', 'OnlineCourse', 'InstructorLedCourse', 'OnlineCourse', 'Curriculum'],
    );
    assert.deepEqual([byId.get(draft.id).activeStatus, byId.get(online.id).activeStatus], [1, 0]);
    const shown = byId.get(online.id);
    assert.deepEqual([shown.expireType, shown.expireDuration], [2, { years: 1, months: 0, days: 2, hours: 0 }]);
    const lasting = (await a.get(`/courses/${(await a.course()).id}`)).body;
    assert.deepEqual([lasting.expireType, lasting.expireDuration], [0, { years: 0, months: 0, days: 0, hours: 0 }]);
    assert.deepEqual([shown.prices[0].amount, shown.prices[0].departmentId], [12.5, null]);
    assert.deepEqual((await a.get(`/courses/${online.id}`)).body, shown);
    assert.equal((await a.get('/courses?externalId=C-1')).body.totalItems, 1);
    assert.equal((await a.get(`/courses?_filter=expireType eq 2 and courseType eq 'OnlineCourse'`)).body.totalItems, 1);
    const list = (await a.get('/online-courses?_limit=1000')).body.onlineCourses;
    assert.deepEqual(
      (await a.get(`/online-courses/${online.id}`)).body,
      list.find((course: any) => course.id === online.id),
    );
    assert.ok(!list.some((course: any) => course.id === taught.id));
    assert.equal((await a.get(`/online-courses/${taught.id}`)).status, 404);
    const led = (await a.get('/instructor-led-courses')).body.instructorLedCourses;
    assert.deepEqual((await a.get(`/instructor-led-courses/${taught.id}`)).body, led[0]);
    assert.equal(led[0].sessionIds.length, 2);
    assert.equal(
      (await a.get(`/instructor-led-courses/${NOBODY}`)).body.message,
      'Course with specified id was not found.',
    );
  });

  it('shows chapters, lessons and sessions', async () => {
    const course = await a.course();
    const chapters = (await a.get(`/courses/${course.id}/chapters`)).body;
    assert.deepEqual(
      chapters.map((chapter: any) => [chapter.name, chapter.lessonIds.length]),
      [
        ['Basics', 2],
        ['Practice', 2],
      ],
    );
    assert.deepEqual(
      (await a.get(`/online-courses/${course.id}`)).body.chapterIds,
      chapters.map((chapter: any) => chapter.id),
    );
    assert.deepEqual((await a.get(`/courses/${course.id}/chapters/${chapters[0].id}`)).body, chapters[0]);
    assert.deepEqual((await a.get(`/chapters/${chapters[0].id}`)).body, chapters[0]);
    const lessons = (await a.get(`/courses/${course.id}/lessons`)).body;
    assert.deepEqual(
      lessons.map((lesson: any) => [lesson.name, lesson.type, lesson.chapterId]),
      [
        ['First quiz', 'Quiz', chapters[0].id],
        ['Second quiz', 'Quiz', chapters[0].id],
        ['Reading', 'Page', chapters[1].id],
        ['Deep quiz', 'Quiz', chapters[1].id],
      ],
    );
    assert.deepEqual((await a.get(`/lessons/${lessons[1].id}`)).body, lessons[1]);
    assert.deepEqual((await a.get(`/courses/${course.id}/lessons/${lessons[1].id}`)).body, lessons[1]);
    const other = await a.course();
    assert.equal((await a.get(`/courses/${other.id}/lessons/${lessons[1].id}`)).status, 404);
    assert.equal((await a.get(`/courses/${other.id}/chapters/${chapters[1].id}`)).status, 404);
    assert.equal((await a.get(`/chapters?_filter=id eq guid'${chapters[0].id}'`)).body.totalItems, 1);
    assert.equal((await a.get(`/lessons?_filter=chapterId eq '${chapters[0].id}' and weight ge 3`)).body.totalItems, 1);

    const { course: taught, sessionIds } = await a.taught();
    const sessions = (await a.get(`/courses/${taught.id}/sessions`)).body;
    assert.deepEqual(
      sessions.map((session: any) => session.id),
      sessionIds,
    );
    assert.deepEqual([sessions[0].courseId, sessions[0].sessionScheduleIds.length], [taught.id, 1]);
    assert.deepEqual((await a.get(`/sessions/${sessionIds[0]}`)).body, sessions[0]);
    assert.deepEqual((await a.get(`/courses/${taught.id}/sessions/${sessionIds[0]}`)).body, sessions[0]);
    assert.equal(
      (await a.get(`/courses/${course.id}/sessions/${sessionIds[0]}`)).body.message,
      'Session with specified id was not found.',
    );
    assert.equal((await a.get(`/sessions?_filter=courseId eq guid'${taught.id}'`)).body.totalItems, 2);
    for (const what of ['chapters', 'lessons', 'sessions']) {
      assert.equal((await a.get(`/courses/${NOBODY}/${what}`)).body.message, 'Course with specified id was not found.');
      assert.equal((await a.get(`/${what}/${NOBODY}`)).status, 404);
    }
  });
});
