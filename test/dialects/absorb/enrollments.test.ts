import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Courses, Offerings } from '../../../src/record/catalog/index.ts';
import { People } from '../../../src/record/people/index.ts';
import { type Academy, academy, NOBODY } from './academy.ts';

let a: Academy;
before(async () => {
  a = await academy();
});
after(() => a.close());

const at = (userId: string, courseId: string) => `/users/${userId}/enrollments/${courseId}`;
const enroll = async (userId: string, courseId: string, query = '') => {
  const answer = await a.post(`${at(userId, courseId)}${query}`);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body as { enrollmentId: string; courseId: string; userId: string };
};

describe('enroll', () => {
  it('answers 201 with three ids, starts at 0 with chapters and lessons, and shows 26 properties', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const { enrollmentId, ...ids } = await enroll(learner.id, course.id);
    assert.deepEqual(ids, { courseId: course.id, userId: learner.id });
    const { body } = await a.get(at(learner.id, course.id));
    assert.equal(body.id, enrollmentId);
    assert.equal(body.status, 0);
    assert.equal(body.isActive, true);
    assert.equal(body.timeSpent, '00:00:00');
    assert.equal(Object.keys(body).length, 26);
    assert.equal(body.dateCompleted, null);
    assert.match(body.dateAdded, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/);
    assert.equal((await a.get(`${at(learner.id, course.id)}/chapters`)).body.length, 2);
    assert.equal((await a.get(`${at(learner.id, course.id)}/lessons`)).body.length, 4);
    assert.deepEqual((await a.get(`/enrollments/${enrollmentId}`)).body, body);
    assert.deepEqual((await a.get(`/users/${learner.id}/grades/${course.id}`)).body, body);
    const [row] = (await a.get(`/courses/${course.id}/enrollments`)).body.enrollments;
    assert.equal(Object.keys(row).length, 22);
  });

  it('again is the same enrollment, unchanged', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const first = await enroll(learner.id, course.id);
    const before = (await a.get(at(learner.id, course.id))).body;
    assert.deepEqual(await enroll(learner.id, course.id), first);
    assert.deepEqual((await a.get(at(learner.id, course.id))).body, before);
  });

  it('one learner twice at once is one row', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const results = await Promise.all(Array.from({ length: 12 }, () => enroll(learner.id, course.id)));
    assert.equal(new Set(results.map((result) => result.enrollmentId)).size, 1);
    assert.equal((await a.get(`/users/${learner.id}/enrollments`)).body.totalItems, 1);
  });

  it('reEnroll makes the current one historical and starts anew', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const first = await enroll(learner.id, course.id);
    await a.post(`/users/${learner.id}/enrollments`, { courseId: course.id, status: 3, score: 80 });
    const second = await enroll(learner.id, course.id, '?REENROLL=True');
    assert.notEqual(second.enrollmentId, first.enrollmentId);
    const old = (await a.get(`/enrollments/${first.enrollmentId}`)).body;
    assert.deepEqual([old.isActive, old.progress, old.score, old.status], [false, 100, 80, 3]);
    const current = (await a.get(at(learner.id, course.id))).body;
    assert.deepEqual([current.id, current.status, current.progress], [second.enrollmentId, 0, 0]);
    const both = (await a.get(`/users/${learner.id}/enrollments`)).body;
    assert.equal(both.totalItems, 2);
    assert.equal((await a.get(`/users/${learner.id}/enrollments?_filter=isActive`)).body.totalItems, 1);
  });

  it('reEnroll without a current one is a plain enroll', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    await enroll(learner.id, course.id, '?reEnroll=true');
    assert.equal((await a.get(at(learner.id, course.id))).body.status, 0);
  });

  it('says which is missing: user, course or enrollment', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const messages = async (userId: string, courseId: string) => {
      const answers = [await a.post(at(userId, courseId)), await a.get(at(userId, courseId))];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [404, 404],
      );
      return answers.map(({ body }) => body.message);
    };
    assert.deepEqual(await messages(NOBODY, NOBODY), Array(2).fill('User with specified id was not found.'));
    assert.deepEqual(await messages(learner.id, NOBODY), Array(2).fill('Course with specified id was not found.'));
    assert.equal((await a.get(at(learner.id, course.id))).body.message, 'Enrollment with specified id was not found.');
    assert.equal((await a.get(`/enrollments/${NOBODY}`)).body.message, 'Enrollment with specified id was not found.');
    assert.equal((await a.get(`/users/${NOBODY}/enrollments`)).body.message, 'User with specified id was not found.');
    assert.equal(
      (await a.get(`/courses/${NOBODY}/enrollments`)).body.message,
      'Course with specified id was not found.',
    );
  });

  it('refuses the suspended, drafts and full courses; a waiting list gives 8', async () => {
    const [learner, other, third, course] = [await a.person(), await a.person(), await a.person(), await a.course()];
    await People.update(a.ctx, other.id, { status: 'suspended' });
    assert.equal((await a.post(at(other.id, course.id))).status, 422);
    const gone = await a.person();
    await People.delete(a.ctx, gone.id);
    assert.equal((await a.post(at(gone.id, course.id))).status, 404);
    const draft = await a.course({ state: 'draft' });
    assert.equal((await a.post(at(learner.id, draft.id))).status, 422);
    await Offerings.update(a.ctx, course.defaultOfferingId!, { seats: 1, waitlistSeats: 1 });
    await enroll(learner.id, course.id);
    await enroll(third.id, course.id);
    assert.equal((await a.get(at(third.id, course.id))).body.status, 8);
    const fourth = await a.person();
    assert.equal((await a.post(at(fourth.id, course.id))).body.message, 'Course is full.');
  });

  it('sells the last seat once to fifty at once', async () => {
    const course = await a.course();
    await Offerings.update(a.ctx, course.defaultOfferingId!, { seats: 1 });
    const people = await Promise.all(Array.from({ length: 50 }, () => a.person()));
    const answers = await Promise.all(people.map((person) => a.post(at(person.id, course.id))));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(answers.filter(({ status }) => status === 422).length, 49);
  });

  it('for oneself: approval gives 2', async () => {
    const { person, token } = await a.signedIn();
    const course = await a.course({ approvalRequired: true });
    const answer = await a.post(`/enroll/${course.id}`, undefined, { token });
    assert.equal(answer.status, 201);
    assert.equal(answer.body.userId, person.id);
    assert.equal((await a.get(`/my-enrollments/${course.id}`, { token })).body.status, 2);
    assert.equal((await a.get('/my-enrollments', { token })).body.totalItems, 1);
    assert.equal((await a.get(`/my-enrollments/${NOBODY}`, { token })).status, 404);
    assert.equal((await a.post(`/enroll/${NOBODY}`, undefined, { token })).status, 404);
  });

  it('brings the members of a curriculum along, and they go with it', async () => {
    const [learner, member] = [await a.person(), await a.course()];
    const curriculum = await a.course({
      kind: 'curriculum',
      content: { sections: [{ name: 'One', members: [{ courseId: member.id }] }] },
    });
    const { enrollmentId } = await enroll(learner.id, curriculum.id);
    const brought = (await a.get(at(learner.id, member.id))).body;
    assert.equal(brought.courseCollectionId, curriculum.id);
    assert.equal((await a.post('/enrollments/unenroll', [enrollmentId])).status, 204);
    assert.equal((await a.get(at(learner.id, member.id))).status, 404);
  });
});

describe('create or update', () => {
  const upsert = (userId: string, body: object, query = '') => a.post(`/users/${userId}/enrollments${query}`, body);

  it('creates, then changes, 201 both times; the path decides who', async () => {
    const [learner, other, course] = [await a.person(), await a.person(), await a.course()];
    const made = await upsert(learner.id, {
      CourseId: course.id.toUpperCase(),
      userId: other.id,
      isActive: false,
      progress: 55,
      unknown: 1,
    });
    assert.equal(made.status, 201);
    assert.equal(made.body.userId, learner.id);
    const changed = await upsert(learner.id, {
      courseId: course.id,
      Score: 71.25,
      acceptedTermsAndConditions: true,
      dateExpires: '2031-05-01T00:00:00-07:00',
      credits: 2.5,
    });
    assert.equal(changed.body.enrollmentId, made.body.enrollmentId);
    const { body } = await a.get(at(learner.id, course.id));
    assert.deepEqual(
      [body.score, body.acceptedTermsAndConditions, body.dateExpires, body.credits, body.progress, body.status],
      [71.25, true, '2031-05-01T07:00:00Z', 2.5, 0, 0],
    );
  });

  it('status 3 without a date is complete now, at 100', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    await upsert(learner.id, { courseId: course.id, status: 3 });
    const { body } = await a.get(at(learner.id, course.id));
    assert.equal(body.status, 3);
    assert.equal(body.progress, 100);
    assert.ok(Math.abs(Date.parse(body.dateCompleted) - Date.now()) < 60_000);
    const dated = await a.person();
    await upsert(dated.id, { courseId: course.id, status: 3, dateCompleted: '2026-03-05' });
    assert.equal((await a.get(at(dated.id, course.id))).body.dateCompleted, '2026-03-05T00:00:00Z');
  });

  it('takes every state, and leaves progress alone for others than 3', async () => {
    for (const status of [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
      const [learner, course] = [await a.person(), await a.course()];
      const answer = await upsert(learner.id, { courseId: course.id, status });
      assert.equal(answer.status, 201, `status ${status}: ${JSON.stringify(answer.body)}`);
      const { body } = await a.get(at(learner.id, course.id));
      assert.deepEqual([body.status, body.progress], [status, 0]);
    }
  });

  it('a completion taken back takes its progress along, to what the lessons say', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    await upsert(learner.id, { courseId: course.id, status: 1 });
    const [lesson] = (await a.get(`${at(learner.id, course.id)}/lessons`)).body;
    for (const [status, worked] of [
      [0, 0],
      [1, 0],
      [5, 0],
      [1, 33.33],
    ] as const) {
      await upsert(learner.id, { courseId: course.id, status: 3 });
      if (worked > 0) {
        const lessonPath = `${at(learner.id, course.id)}/lessons/${lesson.lessonId}`;
        const { attemptId } = (await a.post(`${lessonPath}/startattempt`)).body;
        await a.post(`/attempts/${attemptId}/finish`, { status: 3, score: 90 });
      }
      assert.equal((await a.get(at(learner.id, course.id))).body.progress, 100);
      await upsert(learner.id, { courseId: course.id, status });
      const { body } = await a.get(at(learner.id, course.id));
      const lessons = (await a.get(`${at(learner.id, course.id)}/lessons`)).body as { progress: number }[];
      const mean = lessons.reduce((sum, each) => sum + each.progress, 0) / lessons.length;
      assert.deepEqual([body.status, body.dateCompleted], [status, null]);
      assert.ok(Math.abs(body.progress - mean) < 0.01, `${body.progress} over ${mean}`);
      assert.equal(worked > 0, body.progress > 0);
    }
  });

  it('a whole object sent back as shown changes nothing', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    await upsert(learner.id, { courseId: course.id, status: 3, score: 50, credits: 1 });
    const { body } = await a.get(at(learner.id, course.id));
    assert.equal((await upsert(learner.id, body)).status, 201);
    assert.deepEqual((await a.get(at(learner.id, course.id))).body, body);
  });

  it('refuses what cannot be bound and names what is missing', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const validations = async (body: unknown) => {
      const answer = await a.post(`/users/${learner.id}/enrollments`, body);
      assert.equal(answer.status, 422, JSON.stringify(answer.body));
      return answer.body.validations as string[];
    };
    assert.deepEqual(await validations({}), ['The CourseId field is required.']);
    assert.deepEqual(await validations({ courseId: '' }), ['The CourseId field is required.']);
    assert.deepEqual(await validations({ courseId: '00000000-0000-0000-0000-000000000000' }), [
      'The CourseId field is required.',
    ]);
    for (const more of [
      { status: 13 },
      { status: '3' },
      { score: 'x' },
      { dateExpires: '2026-13-01' },
      { courseVersionId: 'x' },
      { creditTypeCredits: {} },
    ])
      assert.ok((await validations({ courseId: course.id, ...more })).includes('Request Model Validation Error'));
    assert.ok((await validations([])).includes('Request Model Validation Error'));
    assert.equal((await validations({ courseId: course.id, courseVersionId: NOBODY })).length, 1);
    assert.equal((await validations({ courseId: course.id, enrollmentKeyId: NOBODY })).length, 1);
    assert.equal((await upsert(learner.id, { courseId: NOBODY })).status, 404);
    assert.equal((await a.get(at(learner.id, course.id))).status, 404, 'nothing half done');
  });

  it('reEnroll starts over and sets', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const first = (await upsert(learner.id, { courseId: course.id, status: 3 })).body.enrollmentId;
    const second = (await upsert(learner.id, { courseId: course.id, status: 5 }, '?reEnroll=true')).body.enrollmentId;
    assert.notEqual(first, second);
    assert.equal((await a.get(`/enrollments/${second}`)).body.status, 5);
    assert.equal((await a.get(`/enrollments/${first}`)).body.status, 3);
  });
});

describe('single reads', () => {
  it('404 when status or modifiedSince do not match', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    await enroll(learner.id, course.id);
    const path = at(learner.id, course.id);
    assert.equal((await a.get(`${path}?status=0`)).status, 200);
    assert.equal((await a.get(`${path}?status=3`)).status, 404);
    assert.equal((await a.get(`${path}?modifiedSince=2020-01-01`)).status, 200);
    assert.equal((await a.get(`${path}?ModifiedSince=2099-01-01T00:00:00%2B02:00`)).status, 404);
    assert.equal((await a.get(`${path}?modifiedSince=2020-01-01T00:00:00+02:00`)).status, 200, 'a lost plus');
    const { dateEdited } = (await a.get(path)).body;
    assert.equal((await a.get(`${path}?modifiedSince=${dateEdited}`)).status, 404, 'strictly after');
    assert.equal((await a.get(`${path}?status=99`)).body.message, 'Invalid format provided for status');
    assert.equal(
      (await a.get(`${path}?modifiedSince=yesterday`)).body.message,
      'Invalid format provided for modifiedSince',
    );
  });
});

describe('un-enroll', () => {
  it('ends them all, collapses duplicates, takes historical ones, and later reads are 404', async () => {
    const [learner, course, online] = [await a.person(), await a.course(), await a.course()];
    const first = await enroll(learner.id, course.id);
    const second = await enroll(learner.id, course.id, '?reEnroll=true');
    const third = await enroll(learner.id, online.id);
    const ids = [first, second, third].map((each) => each.enrollmentId);
    const answer = await a.post('/enrollments/unenroll', [...ids, ids[0]!.toUpperCase()]);
    assert.equal(answer.status, 204);
    assert.equal(answer.body, undefined);
    for (const id of ids) assert.equal((await a.get(`/enrollments/${id}`)).status, 404);
    assert.equal((await a.get(`/users/${learner.id}/enrollments`)).body.totalItems, 0);
    const again = await enroll(learner.id, online.id);
    assert.notEqual(again.enrollmentId, third.enrollmentId, 'a return starts afresh');
  });

  it('is all or nothing: unknown ids 422 with one validation each', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const { enrollmentId } = await enroll(learner.id, course.id);
    const answer = await a.post('/enrollments/unenroll', [enrollmentId, NOBODY, course.id]);
    assert.equal(answer.status, 422);
    assert.equal(answer.body.validations.length, 2);
    assert.equal((await a.get(`/enrollments/${enrollmentId}`)).status, 200);
  });

  it('400 without ids, 422 for malformed ones', async () => {
    for (const body of [{}, [], { ids: [NOBODY] }, undefined]) {
      const answer = await a.post('/enrollments/unenroll', body);
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.equal(answer.body.message, 'Request requires at least 1 enrollment ID.');
    }
    assert.equal((await a.post('/enrollments/unenroll', ['x'])).status, 422);
    assert.equal((await a.post('/enrollments/unenroll', [null])).status, 422);
  });

  it('moves the waiting list up', async () => {
    const [first, second, course] = [await a.person(), await a.person(), await a.course()];
    await Offerings.update(a.ctx, course.defaultOfferingId!, { seats: 1, waitlistSeats: 5 });
    const { enrollmentId } = await enroll(first.id, course.id);
    await enroll(second.id, course.id);
    await a.post('/enrollments/unenroll', [enrollmentId]);
    assert.equal((await a.get(at(second.id, course.id))).body.status, 0);
  });
});

describe('bulk', () => {
  it('joins both axes, takes one alone, and skips what it does not know', async () => {
    const [one, two, c1, c2] = [await a.person(), await a.person(), await a.course(), await a.course()];
    for (const person of [one, two]) for (const course of [c1, c2]) await enroll(person.id, course.id);
    const count = async (query: string) => {
      const answer = await a.get(`/bulk/student-courses?${query}`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body.length;
    };
    assert.equal(await count(''), 0);
    assert.equal(await count(`userIds=${one.id}`), 2);
    assert.equal(await count(`userIds=${one.id}&userIds=${two.id}&courseIds=${c1.id}`), 2);
    assert.equal(await count(`userIds=${one.id},${two.id},${NOBODY}`), 4);
    assert.equal(await count(`UserIds[]=${one.id}&courseids[]=${c2.id.toUpperCase()}`), 1);
    assert.equal(await count(`userIds=${NOBODY}`), 0);
    assert.equal((await a.get('/bulk/student-courses?userIds=x')).body.message, 'Invalid format provided for userIds');
    const many = Array.from({ length: 1001 }, (_, i) => `${NOBODY.slice(0, -4)}${String(i).padStart(4, '0')}`).join(
      ',',
    );
    assert.equal((await a.get(`/bulk/student-courses?userIds=${many}`)).status, 422);
  });
});

it('prerequisites and access dates do not keep anybody from enrolling', async () => {
  const [learner, course] = [await a.person(), await a.course()];
  await Courses.update(a.ctx, course.id, { accessAt: '2099-01-01T00:00:00.000Z' });
  await enroll(learner.id, course.id);
  assert.equal((await a.get(at(learner.id, course.id))).body.accessDate, '2099-01-01T00:00:00Z');
});
