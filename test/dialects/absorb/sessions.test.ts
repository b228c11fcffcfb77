import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Academy, academy, NOBODY } from './academy.ts';

let a: Academy;
before(async () => {
  a = await academy();
});
after(() => a.close());

const at = (userId: string, courseId: string) => `/users/${userId}/enrollments/${courseId}`;

describe('sessions', () => {
  const place = (userId: string, courseId: string, sessionId: string, query = '') =>
    a.post(`${at(userId, courseId)}/session/${sessionId}${query}`);

  it('enrolls in course and session together, and again changes nothing', async () => {
    const learner = await a.person();
    const { course, sessionIds } = await a.taught();
    const first = await place(learner.id, course.id, sessionIds[0]!);
    assert.equal(first.status, 201, JSON.stringify(first.body));
    assert.equal(first.body.sessionId, sessionIds[0]);
    assert.deepEqual((await place(learner.id, course.id, sessionIds[0]!)).body, first.body);
    const [held] = (await a.get(`${at(learner.id, course.id)}/sessions`)).body;
    assert.equal(held.id, first.body.sessionEnrollmentId);
    assert.equal(held.courseEnrollmentId, first.body.enrollmentId);
    assert.deepEqual((await a.get(`${at(learner.id, course.id)}/sessions/${sessionIds[0]}`)).body, held);
    assert.equal((await a.get(`${at(learner.id, course.id)}/sessions/${sessionIds[1]}`)).status, 404);
    const list = (await a.get(`/courses/${course.id}/sessions/${sessionIds[0]}/enrollments`)).body;
    assert.deepEqual([list.totalItems, list.enrollments], [1, [held]]);
    const [chapter] = (await a.get(`${at(learner.id, course.id)}/chapters`)).body;
    assert.equal(chapter.sessionId, sessionIds[0]);
  });

  it('a second session is refused unless cancelSession moves the place', async () => {
    const learner = await a.person();
    const { course, sessionIds } = await a.taught();
    const first = await place(learner.id, course.id, sessionIds[0]!);
    assert.equal((await place(learner.id, course.id, sessionIds[1]!)).status, 422);
    const moved = await place(learner.id, course.id, sessionIds[1]!, '?cancelSession=true');
    assert.equal(moved.status, 201);
    assert.equal(moved.body.enrollmentId, first.body.enrollmentId);
    const held = (await a.get(`${at(learner.id, course.id)}/sessions`)).body;
    assert.deepEqual(
      held.map((row: any) => row.sessionId),
      [sessionIds[1]],
    );
  });

  it('cancelSession on the held session gives the place up and keeps the course', async () => {
    const learner = await a.person();
    const { course, sessionIds } = await a.taught();
    const first = await place(learner.id, course.id, sessionIds[0]!);
    const given = await place(learner.id, course.id, sessionIds[0]!, '?cancelSession=true');
    assert.equal(given.status, 201);
    assert.equal(given.body.enrollmentId, first.body.enrollmentId);
    assert.deepEqual((await a.get(`${at(learner.id, course.id)}/sessions`)).body, []);
    assert.equal((await a.get(at(learner.id, course.id))).status, 200);
    await place(learner.id, course.id, sessionIds[0]!);
    const over = await place(learner.id, course.id, sessionIds[0]!, '?cancelSession=true&reEnroll=true');
    assert.equal(over.status, 201);
    assert.notEqual(over.body.enrollmentId, first.body.enrollmentId);
    assert.equal((await a.get(`${at(learner.id, course.id)}/sessions`)).body.length, 1);
  });

  it('404 for a session of another course, 400 for a course that is not instructor-led or has many meetings', async () => {
    const learner = await a.person();
    const { course, sessionIds } = await a.taught();
    const other = await a.taught();
    assert.equal((await place(learner.id, course.id, other.sessionIds[0]!)).status, 404);
    assert.equal((await place(learner.id, course.id, NOBODY)).body.message, 'Session with specified id was not found.');
    const online = await a.course();
    assert.equal((await place(learner.id, online.id, sessionIds[0]!)).status, 400);
    const many = await a.taught({ meetings: 2 });
    const text = 'Multi-session instructor-led courses are not supported.';
    const refused = [
      await place(learner.id, many.course.id, many.sessionIds[0]!),
      await a.post(at(learner.id, many.course.id)),
      await a.post(`/users/${learner.id}/enrollments`, { courseId: many.course.id }),
      await a.post(`/enroll/${many.course.id}`),
    ];
    for (const answer of refused) assert.deepEqual([answer.status, answer.body.message], [400, text]);
    assert.equal((await a.get(`/users/${learner.id}/enrollments`)).body.totalItems, 0);
  });

  it('the last place is taken once', async () => {
    const { course, sessionIds } = await a.taught({ sessions: 1, seats: 1 });
    const people = await Promise.all(Array.from({ length: 20 }, () => a.person()));
    const answers = await Promise.all(people.map((person) => place(person.id, course.id, sessionIds[0]!)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal((await a.get(`/courses/${course.id}/enrollments`)).body.totalItems, 1, 'both or neither');
  });
});
