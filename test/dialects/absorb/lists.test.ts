import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Roles } from '../../../src/record/access/index.ts';
import { type People, Units } from '../../../src/record/people/index.ts';
import { giveRole } from '../../support/context.ts';
import { type Academy, academy, NOBODY } from './academy.ts';

let a: Academy;
let people: People.Person[];
let unitId: string;
before(async () => {
  a = await academy();
  unitId = (await Units.create(a.ctx, { name: 'Sales' })).id;
  people = [];
  for (let i = 0; i < 7; i++)
    people.push(
      await a.person({
        username: `list${i}`,
        givenName: i % 2 ? 'Even' : 'Odd',
        familyName: `O'Leb${String.fromCharCode(65 + i)}`,
        jobTitle: i < 3 ? 'Clerk' : null,
        gender: i === 0 ? 'other' : i < 3 ? 'female' : null,
        attributes:
          i < 4
            ? {
                decimal1: i * 1.5,
                string1: i === 0 ? '' : `s${i}`,
                bool1: i === 1,
                datetime1: `2026-01-0${i + 1}T00:00:00.000Z`,
              }
            : {},
        ...(i < 5 ? { unitId } : {}),
      }),
    );
});
after(() => a.close());

const inList = `startswith(username,'list')`;
const names = async (filter: string, more = '') => {
  const answer = await a.get(`/users?_filter=${encodeURIComponent(filter)}&_limit=1000${more}`);
  assert.equal(answer.status, 200, `${filter}: ${JSON.stringify(answer.body)}`);
  return answer.body.users.map((user: any) => user.username).filter((name: string) => name.startsWith('list'));
};
const all = [0, 1, 2, 3, 4, 5, 6].map((i) => `list${i}`);

describe('paging', () => {
  it('counts pages, not rows, and leads on by Link', async () => {
    const seen: string[] = [];
    let path: string | undefined = `/users?_filter=${encodeURIComponent(inList)}&_limit=3`;
    for (let page = 0; path; page++) {
      const { body, headers } = await a.get(path);
      assert.deepEqual([body.totalItems, body.limit, body.offset], [7, 3, page]);
      assert.equal(body.returnedItems, body.users.length);
      seen.push(...body.users.map((user: any) => user.username));
      const link =
        headers.link === undefined
          ? undefined
          : /^<http:\/\/[^/>]+(\/absorb\/[^>]+)>; rel="next"$/.exec(String(headers.link));
      if (headers.link) assert.ok(link, String(headers.link));
      path = link?.[1];
    }
    assert.deepEqual(seen, all);
  });

  it('defaults to 20 from 0; past the end is empty with the true total', async () => {
    const { body } = await a.get('/users');
    assert.deepEqual([body.limit, body.offset], [20, 0]);
    const far = await a.get(`/users?_filter=${encodeURIComponent(inList)}&_offset=65535&_limit=1000`);
    assert.deepEqual([far.status, far.body.users, far.body.totalItems, far.body.returnedItems], [200, [], 7, 0]);
    assert.equal(far.headers.link, undefined);
  });

  it('422 for limits and offsets out of range or no numbers', async () => {
    for (const [name, value] of [
      ['_limit', '0'],
      ['_limit', '-1'],
      ['_limit', '1001'],
      ['_limit', 'x'],
      ['_limit', '1.5'],
      ['_limit', '99999999999999999999'],
      ['_offset', '-1'],
      ['_offset', '65536'],
      ['_offset', 'x'],
    ]) {
      const answer = await a.get(`/users?${name}=${value}`);
      assert.equal(answer.status, 422, `${name}=${value}`);
      assert.equal(answer.body.message, `Invalid format provided for ${name}`);
      assert.equal(answer.body.term, 'ErrorGeneric');
    }
    assert.equal((await a.get('/users?_limit=1000&_offset=65535')).status, 200);
  });

  it('older names work, underscore names win, unpaged lists ignore them', async () => {
    const course = await a.course();
    for (const person of people) await a.post(`/users/${person.id}/enrollments/${course.id}`);
    const path = `/courses/${course.id}/enrollments`;
    const old = (await a.get(`${path}?limit=2&offset=1`)).body;
    assert.deepEqual([old.limit, old.offset, old.returnedItems], [2, 1, 2]);
    const both = (await a.get(`${path}?limit=2&offset=1&_limit=3&_offset=0`)).body;
    assert.deepEqual([both.limit, both.offset], [3, 0]);
    assert.equal(
      (await a.get(`/users/${people[0]!.id}/enrollments/${course.id}/lessons?_limit=1&_offset=9`)).body.length,
      4,
    );
    const sorted = (await a.get(path)).body.enrollments.map((row: any) => row.fullName);
    assert.deepEqual(
      sorted,
      [...sorted].sort((x, y) => (x.toLowerCase() < y.toLowerCase() ? -1 : 1)),
    );
    assert.equal(
      (await a.get(`${path}?status=0&_filter=${encodeURIComponent("jobTitle eq 'clerk'")}&modifiedSince=2020-01-01`))
        .body.totalItems,
      3,
    );
    assert.equal((await a.get(`${path}?Status=3`)).body.totalItems, 0);
    assert.equal((await a.get(`${path}?limit=0`)).body.message, 'Invalid format provided for limit');
  });
});

describe('_sort', () => {
  it('orders by fields, nulls first when ascending, nested too, with a stable end', async () => {
    assert.deepEqual(await names(inList, '&_sort=-username'), [...all].reverse());
    assert.deepEqual(await names(inList, '&_sort=firstname,-lastName'), [
      'list5',
      'list3',
      'list1',
      'list6',
      'list4',
      'list2',
      'list0',
    ]);
    const byDecimal = await names(inList, '&_sort=customFields/decimal1,username');
    assert.deepEqual(byDecimal, ['list4', 'list5', 'list6', 'list0', 'list1', 'list2', 'list3']);
    assert.deepEqual(await names(inList, '&_sort=-customFields/decimal1,username'), [
      'list3',
      'list2',
      'list1',
      'list0',
      'list4',
      'list5',
      'list6',
    ]);
  });

  it('puts codes in the order of their numbers and types in that of their names', async () => {
    await a.taught();
    await a.course({ kind: 'clip' });
    await a.course({ kind: 'bundle', content: { sections: [{ name: 'One', members: [] }] }, state: 'draft' });
    const ordered = async (path: string, key: string, name: string) => {
      const { body } = await a.get(`${path}?_sort=${name}&_limit=1000`);
      const values = body[key].map((row: any) => row[name]);
      assert.deepEqual(values, [...values].sort(), `${path} ${name}`);
      const back = (await a.get(`${path}?_sort=-${name}&_limit=1000`)).body[key].map((row: any) => row[name]);
      assert.deepEqual(back, [...values].reverse(), `${path} -${name}`);
    };
    await ordered('/courses', 'courses', 'courseType');
    await ordered('/courses', 'courses', 'activeStatus');
    await ordered('/courses', 'courses', 'expireType');
    await ordered('/users', 'users', 'gender');
    const course = await a.course();
    for (const [i, status] of [5, 2, 3, 0, 1].entries())
      await a.post(`/users/${people[i]!.id}/enrollments`, { courseId: course.id, status });
    await ordered(`/courses/${course.id}/enrollments`, 'enrollments', 'status');
  });

  it('422 with the position for unknown fields', async () => {
    for (const sort of ['nosuch', 'username,', 'customFields', "username;'", 'password']) {
      const answer = await a.get(`/users?_sort=${encodeURIComponent(sort)}`);
      assert.equal(answer.status, 422, sort);
      assert.equal(answer.body.message, 'Invalid format provided for _sort');
      assert.match(answer.body.validations[0], /^position \d+/);
    }
  });

  it('takes every scalar field of every list, to sort and to filter', async () => {
    const course = await a.course();
    await a.post(`/users/${people[0]!.id}/enrollments/${course.id}`);
    const { course: taught, sessionIds } = await a.taught();
    await a.post(`/users/${people[0]!.id}/enrollments/${taught.id}/session/${sessionIds[0]}`);
    const [lesson] = (await a.get(`/courses/${course.id}/lessons`)).body;
    const lists: [string, string][] = [
      ['/users', 'users'],
      ['/departments', 'departments'],
      ['/courses', 'courses'],
      ['/online-courses', 'onlineCourses'],
      ['/instructor-led-courses', 'instructorLedCourses'],
      ['/sessions', 'sessions'],
      ['/chapters', 'chapters'],
      ['/lessons', 'lessons'],
      ['/roles', 'roles'],
      [`/courses/${course.id}/enrollments`, 'enrollments'],
      [`/users/${people[0]!.id}/enrollments`, 'enrollments'],
      [`/courses/${course.id}/lessons/${lesson.id}/enrollments`, 'lessonEnrollments'],
      [`/courses/${taught.id}/sessions/${sessionIds[0]}/enrollments`, 'enrollments'],
    ];
    for (const [path, key] of lists) {
      const [row] = (await a.get(`${path}?_limit=1`)).body[key];
      for (const [name, value] of Object.entries(row)) {
        if (typeof value === 'object' && value !== null) continue;
        // an object where it is not null
        if (name === 'expireDuration') continue;
        const sorted = await a.get(`${path}?_sort=-${name}&_limit=1`);
        assert.equal(sorted.status, 200, `${path} _sort ${name}: ${JSON.stringify(sorted.body)}`);
        const literal =
          value === null ? 'null' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
        const found = await a.get(`${path}?_filter=${encodeURIComponent(`${name} eq ${literal}`)}&_limit=1000`);
        assert.equal(found.status, 200, `${path} ${name} eq ${literal}: ${JSON.stringify(found.body)}`);
        assert.ok(
          found.body[key].some((other: any) => other.id === row.id),
          `${path} ${name} eq ${literal}`,
        );
        assert.ok(
          found.body[key].every((other: any) => String(other[name]).toLowerCase() === String(value).toLowerCase()),
          `${path} ${name}`,
        );
        const others = await a.get(`${path}?_filter=${encodeURIComponent(`${name} ne ${literal}`)}&_limit=1000`);
        assert.equal(
          others.body.totalItems + found.body.totalItems,
          (await a.get(`${path}?_limit=1`)).body.totalItems,
          `${path} ${name} ne`,
        );
      }
    }
  });
});

describe('_filter', () => {
  it('reads the forms in use', async () => {
    assert.deepEqual(await names(`username eq 'LIST3'`), ['list3']);
    assert.deepEqual(await names(`emailAddress eq '${people[2]!.email}'`), ['list2']);
    assert.deepEqual(await names(`departmentId eq guid'${unitId}' and lastLoginDate eq null`), all.slice(0, 5));
    assert.deepEqual(await names(`customFields/decimal1 eq null and departmentId eq guid'${unitId}'`), ['list4']);
    assert.deepEqual(await names(`customFields/decimal1 ge 3`), ['list2', 'list3']);
    assert.deepEqual(await names(`customFields/string1 eq ''`), ['list0']);
    assert.deepEqual(await names(`customFields/bool1`), ['list1']);
    assert.deepEqual(await names(`customFields/datetime1 gt datetime'2026-01-02'`), ['list2', 'list3']);
    assert.deepEqual(await names(`startsWith(lastname,'o''leb') and not endswith(lastname,'A')`), all.slice(1));
    assert.deepEqual(await names(`substringof('LEBC',lastName) or username eq 'list6'`), ['list2', 'list6']);
    assert.deepEqual(await names(`${inList} and (gender eq 0)`), ['list0', 'list3', 'list4', 'list5', 'list6']);
    assert.deepEqual(await names(`${inList} and activeStatus eq 1`), []);
    assert.deepEqual(await names(`${inList} and hasUsername and isLearner and not isAdmin`), all);
    assert.deepEqual(await names(`id eq guid'${people[1]!.id.toUpperCase()}'`), ['list1']);
  });

  it('takes an emitted date back unchanged', async () => {
    const { dateEdited } = (await a.get(`/users/${people[3]!.id}`)).body;
    assert.ok((await names(`dateEdited ge datetime'${dateEdited}' and ${inList}`)).includes('list3'));
    assert.ok(!(await names(`dateEdited gt datetime'${dateEdited}' and ${inList}`)).includes('list3'));
  });

  it('comes with plus signs, raw quotes and a lost plus', async () => {
    const raw = await a.get(`/users?_filter=username+eq+'list2'`);
    assert.equal(raw.body.users[0].username, 'list2');
    assert.equal(
      (await a.get(`/users?_Filter=dateAdded+ge+datetime'2020-01-01T00:00:00+02:00'+and+${inList}`)).body.totalItems,
      7,
    );
  });

  it('422 with the position for what cannot be read', async () => {
    for (const filter of [
      "username eq 'a",
      'nosuch eq 1',
      'username eq 5',
      '(((',
      'username',
      `${'('.repeat(60)}isLearner`,
      "password eq 'x'",
      'customFields/decimal6 eq 1',
      "id eq 'x'",
    ]) {
      const answer = await a.get(`/users?_filter=${encodeURIComponent(filter)}`);
      assert.equal(answer.status, 422, filter);
      assert.equal(answer.body.message, 'Invalid format provided for _filter');
      assert.match(answer.body.validations[0], /^position \d+: expected /);
    }
  });

  it('cannot inject, and as many characters as an address may have do not take the server down', async () => {
    for (const filter of [
      "username eq ''' or 1=1 --'",
      "username eq '\\'; drop table person; --'",
      `customFields/string1 eq '"}$1'`,
      "substringof('%',username)",
      "username eq '\u0000'",
    ]) {
      const answer = await a.get(`/users?_filter=${encodeURIComponent(filter)}`);
      assert.ok(
        answer.status === 200 ? answer.body.totalItems === 0 : answer.status === 422,
        `${filter} ${answer.status}`,
      );
    }
    for (const filter of ['x'.repeat(60_000), `username eq '${'y'.repeat(60_000)}'`, '('.repeat(20_000)]) {
      const answer = await a.get(`/users?_filter=${encodeURIComponent(filter)}`);
      assert.equal(answer.status, 422);
    }
    const long = Array.from({ length: 300 }, (_, i) => `username eq 'list${i}'`).join(' or ');
    assert.deepEqual(await names(long.slice(0, 8000).replace(/ or [^o]*$/, '')), all);
    assert.equal((await a.get('/my-details')).status, 200);
  });
});

describe('visibility by role', () => {
  it('an administrator of one department sees its people only; others are 404', async () => {
    const roles = (await Roles.list(a.ctx, { page: { kind: 'rows', offset: 0, limit: 100, total: false } })).rows;
    const { person, token } = await a.signedIn();
    await giveRole(a.ctx, person.id, roles.find((role) => role.key === 'admin')!.id, unitId);
    const mine = await a.get(`/users?_filter=${encodeURIComponent(inList)}`, { token });
    assert.deepEqual(
      mine.body.users.map((user: any) => user.username),
      all.slice(0, 5),
    );
    assert.equal(
      (await a.get(`/users/${people[6]!.id}`, { token })).body.message,
      'User with specified id was not found.',
    );
    const course = await a.course();
    for (const each of [people[0]!, people[6]!]) await a.post(`/users/${each.id}/enrollments/${course.id}`);
    const enrollment = (await a.get(`/users/${people[6]!.id}/enrollments/${course.id}`)).body.id;
    assert.equal((await a.get(`/enrollments/${enrollment}`, { token })).status, 404);
    assert.equal((await a.get(`/users/${people[6]!.id}/enrollments/${course.id}`, { token })).status, 404);
    assert.equal((await a.post('/enrollments/unenroll', [enrollment], { token })).status, 422);
    assert.equal(
      (await a.post(`/users/${people[6]!.id}/enrollments/${course.id}?reEnroll=true`, undefined, { token })).status,
      404,
    );
    assert.equal((await a.get(`/bulk/student-courses?courseIds=${course.id}`, { token })).body.length, 1);
    assert.equal((await a.get(`/departments/${a.rootId}`, { token })).status, 404);
    assert.equal((await a.get(`/users/${NOBODY}`, { token })).status, 404);
  });
});

it('_search finds parts of names, login and mail', async () => {
  assert.equal((await a.get("/users?_search=o'leb")).body.totalItems, 7);
  assert.equal((await a.get(`/users?_search=${people[4]!.email!.slice(0, 12).toUpperCase()}`)).body.totalItems, 1);
  assert.equal((await a.get('/users?_search=%25')).body.totalItems, 0);
  assert.equal((await a.get('/users?username=LIST1&email=')).body.totalItems, 1);
});

it('nested validations and dates without zone, where the server is told so', async () => {
  const other = await academy({ nestedValidations: true, datesWithoutZone: true });
  try {
    const refused = await other.post(`/users/${other.admin.id}/enrollments`, {});
    assert.deepEqual(refused.body.validations, [[{ message: 'The CourseId field is required.' }]]);
    const details = await other.call('GET', '/my-details');
    const { dateAdded } = details.body.contractDrift ? details.body.answer : details.body;
    assert.match(dateAdded, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?$/);
    const found = await other.get(`/roles?_filter=dateEdited ge datetime'${dateAdded.slice(0, 10)}'`);
    assert.ok([200, 500].includes(found.status));
  } finally {
    await other.close();
  }
});
