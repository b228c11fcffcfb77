import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Courses } from '../../../src/record/catalog/index.ts';
import { type Academy, academy, NOBODY } from './academy.ts';

let a: Academy;
before(async () => {
  a = await academy();
});
after(() => a.close());

interface Lesson {
  id: string;
  lessonId: string;
  chapterId: string;
  status: number;
  attempts: number;
  failures: number;
  score: number | null;
  lastAttempt: string | null;
}

async function started() {
  const [learner, course] = [await a.person(), await a.course()];
  const base = `/users/${learner.id}/enrollments/${course.id}`;
  await a.post(base);
  const lessons = async (): Promise<Lesson[]> => (await a.get(`${base}/lessons`)).body;
  const ids = (await lessons()).map((lesson) => lesson.lessonId);
  const start = async (n: number): Promise<string> => {
    const answer = await a.post(`${base}/lessons/${ids[n]}/startattempt`, {});
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual([answer.body.courseId, answer.body.userId], [course.id, learner.id]);
    return answer.body.attemptId;
  };
  const finish = (attemptId: string, body: object) => a.post(`/attempts/${attemptId}/finish`, body);
  const status = async () => ({
    course: (await a.get(base)).body,
    chapters: (await a.get(`${base}/chapters`)).body as {
      status: number;
      progress: number;
      score: number | null;
      lessonEnrollmentIds: string[];
    }[],
    lessons: await lessons(),
  });
  return { learner, course, base, ids, start, finish, status, lessons };
}

describe('attempts', () => {
  it('start moves lesson, chapter and course from 0 to 1 and counts', async () => {
    const s = await started();
    await s.start(0);
    const { course, chapters, lessons } = await s.status();
    assert.deepEqual([course.status, chapters[0]!.status, chapters[1]!.status], [1, 1, 0]);
    assert.deepEqual([lessons[0]!.status, lessons[0]!.attempts], [1, 1]);
    assert.ok(lessons[0]!.lastAttempt);
    assert.ok(course.dateStarted);
    assert.deepEqual(
      chapters[0]!.lessonEnrollmentIds,
      lessons.slice(0, 2).map((lesson) => lesson.id),
    );
  });

  it('an attempt still open is returned again', async () => {
    const s = await started();
    const [first, second] = await Promise.all([s.start(0), s.start(0)]);
    assert.equal(first, second);
    assert.equal((await s.lessons())[0]!.attempts, 1);
  });

  it('finishing them all completes lesson, chapter and course, with the weighted score', async () => {
    const s = await started();
    assert.equal((await s.finish(await s.start(0), { status: 3, score: 60 })).status, 200);
    await s.finish(await s.start(1), { status: 3, score: 100 });
    let now = await s.status();
    assert.deepEqual([now.chapters[0]!.status, now.chapters[0]!.progress, now.chapters[0]!.score], [3, 100, 90]);
    assert.deepEqual([now.course.status, now.course.progress], [1, 50]);
    await s.finish(await s.start(2), { status: 3 });
    await s.finish(await s.start(3), { Status: 3, Score: 50 });
    now = await s.status();
    assert.deepEqual(
      now.chapters.map((chapter) => chapter.status),
      [3, 3],
    );
    assert.deepEqual([now.course.status, now.course.progress, now.course.score], [3, 100, 82]);
    assert.ok(now.course.dateCompleted);
  });

  it('may be finished again, overwriting; 5 counts a failure, 1 only saves', async () => {
    const s = await started();
    const attempt = await s.start(0);
    const nested = `${s.base}/lessons/${s.ids[0]}/attempts/${attempt}/finish`;
    assert.equal((await a.post(nested, { status: 5, score: 10 })).body.attemptId, attempt);
    let [lesson] = await s.lessons();
    assert.deepEqual([lesson!.status, lesson!.failures, lesson!.score], [5, 1, 10]);
    assert.equal((await a.post(nested, { status: 1, score: null, completionDate: null })).status, 200);
    [lesson] = await s.lessons();
    assert.deepEqual([lesson!.status, lesson!.failures], [1, 0]);
    await s.finish(attempt, { status: 3, score: 75 });
    [lesson] = await s.lessons();
    assert.deepEqual([lesson!.status, lesson!.score, lesson!.attempts], [3, 75, 1]);
  });

  it('finished again, both dates are told anew', async () => {
    const HOUR = 36_000_000_000;
    const [early, later] = ['2022-03-05T09:00:00Z', '2022-03-05T10:00:00Z'];
    const today = new Date().toISOString();
    // each after the same first telling, in 2022
    for (const [i, bodies] of [
      [{ status: 1 }, { status: 3 }],
      [{ status: 3, completionDate: today }],
      [{ status: 3, startDate: today }],
      [{ status: 3, completionDate: '2021-01-01T00:00:00Z' }],
      [{ status: 1, startDate: early }, { status: 5 }],
      [{ status: 3, startDate: '2023-01-01T00:00:00Z', completionDate: '2023-01-01T00:30:00Z' }],
    ].entries()) {
      const s = await started();
      const attempt = await s.start(0);
      await s.finish(attempt, { status: 5, startDate: early, completionDate: later });
      for (const body of bodies) assert.equal((await s.finish(attempt, body)).status, 200, `${i}`);
      const [row] = (await a.get(`${s.base}/lessons/${s.ids[0]}/attempts`)).body;
      assert.ok(row.timeSpentTicks < HOUR, `${i}: ${row.startDate} to ${row.completionDate}`);
      assert.ok(row.startDate <= row.completionDate, `${i}`);
    }
    const reopened = await started();
    const again = await reopened.start(0);
    await reopened.finish(again, { status: 5, startDate: early, completionDate: later });
    await reopened.finish(again, { status: 1 });
    const [open] = (await a.get(`${reopened.base}/lessons/${reopened.ids[0]}/attempts`)).body;
    assert.ok(open.startDate > later && open.completionDate === null, 'begun anew where it goes on');
    const s = await started();
    const attempt = await s.start(0);
    const once = { status: 3, startDate: early, completionDate: later };
    await s.finish(attempt, once);
    await s.finish(attempt, { status: 3, score: 80 });
    const [row] = (await a.get(`${s.base}/lessons/${s.ids[0]}/attempts`)).body;
    assert.deepEqual([row.startDate, row.completionDate, row.score], [early, later, 80], 'without dates they stay');
  });

  it('counts the best finished one; failed ones only if none passed', async () => {
    const s = await started();
    await s.finish(await s.start(0), { status: 5, score: 95 });
    await s.finish(await s.start(0), { status: 5, score: 20 });
    assert.equal((await s.lessons())[0]!.score, 95);
    await s.finish(await s.start(0), { status: 3, score: 55 });
    const [lesson] = await s.lessons();
    assert.deepEqual([lesson!.score, lesson!.attempts, lesson!.failures], [55, 3, 2]);
    const attempts = (await a.get(`${s.base}/lessons/${s.ids[0]}/attempts?_limit=1`)).body;
    assert.deepEqual(
      attempts.map((each: any) => each.status),
      [5, 5, 3],
    );
  });

  it('time is end minus begin where nothing was tracked; offsets become UTC', async () => {
    const s = await started();
    const attempt = await s.start(0);
    await s.finish(attempt, {
      status: 3,
      startDate: '2026-03-05T09:30:00-07:00',
      completionDate: '2026-03-05T09:52:13.5-07:00',
      id: attempt,
      timeSpentTicks: 1,
    });
    const [row] = (await a.get(`${s.base}/lessons/${s.ids[0]}/attempts`)).body;
    assert.deepEqual([row.startDate, row.completionDate], ['2026-03-05T16:30:00Z', '2026-03-05T16:52:13.5Z']);
    assert.equal(row.timeSpentTicks, 13_335_000_000);
    const [lesson] = (await a.get(`${s.base}/lessons`)).body;
    assert.equal(lesson.timeSpent, '00:22:13.5000000');
  });

  it('says no to a finished lesson, one not open yet, one of nobody, and the id of a lesson enrollment', async () => {
    const s = await started();
    await s.finish(await s.start(0), { status: 3 });
    assert.equal((await a.post(`${s.base}/lessons/${s.ids[0]}/startattempt`)).status, 422);
    const [, second] = await s.lessons();
    const mistaken = await a.post(`${s.base}/lessons/${second!.id}/startattempt`);
    assert.equal(mistaken.status, 404);
    assert.ok(mistaken.body.message.startsWith('Lesson with specified id was not found.'));
    assert.ok(mistaken.body.message.includes(second!.id) && mistaken.body.message.includes(second!.lessonId));
    const plain = await a.post(`${s.base}/lessons/${NOBODY}/startattempt`);
    assert.equal(plain.body.message, 'Lesson with specified id was not found.');
    const outsider = await a.person();
    assert.equal(
      (await a.post(`/users/${outsider.id}/enrollments/${s.course.id}/lessons/${s.ids[0]}/startattempt`)).status,
      404,
    );
    await Courses.update(a.ctx, s.course.id, { accessAt: '2099-01-01T00:00:00.000Z' });
    await a.post(`/users/${outsider.id}/enrollments/${s.course.id}`);
    assert.equal(
      (await a.post(`/users/${outsider.id}/enrollments/${s.course.id}/lessons/${s.ids[0]}/startattempt`)).status,
      422,
    );
  });

  it('attempt and path have to belong together', async () => {
    const [s, other] = [await started(), await started()];
    const attempt = await s.start(0);
    const paths = [
      `${other.base}/lessons/${other.ids[0]}`,
      `${s.base}/lessons/${s.ids[1]}`,
      `/users/${other.learner.id}/enrollments/${s.course.id}/lessons/${s.ids[0]}`,
    ];
    for (const path of paths) {
      const answer = await a.post(`${path}/attempts/${attempt}/finish`, { status: 3 });
      assert.deepEqual([answer.status, answer.body.message], [404, 'Attempt with specified id was not found.']);
    }
    assert.equal((await s.finish(NOBODY, { status: 3 })).body.message, 'Attempt with specified id was not found.');
    assert.equal((await s.lessons())[0]!.status, 1);
  });

  it('refuses bodies that cannot be bound', async () => {
    const s = await started();
    const attempt = await s.start(0);
    for (const [body, validation] of [
      [{}, 'The Status field is required.'],
      [{ status: 2 }, 'Request Model Validation Error'],
      [{ status: 3, score: '9' }, 'Request Model Validation Error'],
      [{ status: 3, startDate: 'now' }, 'Request Model Validation Error'],
    ] as const) {
      const answer = await s.finish(attempt, body);
      assert.equal(answer.status, 422);
      assert.ok(answer.body.validations.includes(validation), JSON.stringify(answer.body));
    }
    assert.equal(
      (await s.finish(attempt, { status: 3, startDate: '2026-01-02', completionDate: '2026-01-01' })).status,
      422,
    );
  });
});

describe('chapters and lessons of an enrollment', () => {
  it('reads single ones, through the chapter too, narrowed by status and modifiedSince', async () => {
    const s = await started();
    await s.finish(await s.start(0), { status: 3, score: 80 });
    const [first, second, third, deep] = (await a.get(`${s.base}/lessons`)).body;
    assert.equal(deep.chapterId, third.chapterId, 'a lesson inside a lesson of the record stands under its section');
    assert.deepEqual((await a.get(`${s.base}/lessons/${first.lessonId}`)).body, first);
    assert.deepEqual((await a.get(`${s.base}/chapters/${first.chapterId}/lessons/${first.lessonId}`)).body, first);
    assert.equal((await a.get(`${s.base}/chapters/${third.chapterId}/lessons/${first.lessonId}`)).status, 404);
    assert.deepEqual((await a.get(`${s.base}/chapters/${first.chapterId}/lessons`)).body, [first, second]);
    assert.deepEqual((await a.get(`${s.base}/lessons?status=3`)).body, [first]);
    assert.deepEqual((await a.get(`${s.base}/chapters/${first.chapterId}/lessons?status=0`)).body, [second]);
    assert.equal((await a.get(`${s.base}/lessons/${first.lessonId}?status=0`)).status, 404);
    assert.equal((await a.get(`${s.base}/chapters?modifiedSince=2099-01-01`)).body.length, 0);
    const [chapter] = (await a.get(`${s.base}/chapters`)).body;
    assert.equal(first.chapterEnrollmentId, chapter.id);
    assert.deepEqual((await a.get(`${s.base}/chapters/${chapter.chapterId}`)).body, chapter);
    assert.equal((await a.get(`${s.base}/chapters/${chapter.chapterId}?status=5`)).status, 404);
    assert.equal(
      (await a.get(`${s.base}/chapters/${NOBODY}`)).body.message,
      'Chapter with specified id was not found.',
    );
    assert.equal((await a.get(`${s.base}/chapters/${NOBODY}/lessons`)).status, 404);
  });

  it('lists everybody in a lesson', async () => {
    const s = await started();
    const other = await a.person();
    await a.post(`/users/${other.id}/enrollments/${s.course.id}`);
    await s.finish(await s.start(0), { status: 3, score: 80 });
    const path = `/courses/${s.course.id}/lessons/${s.ids[0]}/enrollments`;
    const all = (await a.get(path)).body;
    assert.equal(all.totalItems, 2);
    assert.deepEqual(
      (await a.get(`${path}?status=3`)).body.lessonEnrollments.map((row: any) => row.userId),
      [s.learner.id],
    );
    assert.equal((await a.get(`${path}?_filter=score ge 80 and type eq 'quiz' and attempts eq 1`)).body.totalItems, 1);
    assert.equal(
      (await a.get(`${path}?_sort=-status,fullName&_limit=1`)).body.lessonEnrollments[0].userId,
      s.learner.id,
    );
    assert.equal((await a.get(`/courses/${s.course.id}/lessons/${NOBODY}/enrollments`)).status, 404);
    assert.equal((await a.get(`/courses/${NOBODY}/lessons/${s.ids[0]}/enrollments`)).status, 404);
  });
});
