import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
before(async () => {
  app = await testApp();
  world = worldOf(app.api);
});
after(() => app.close());

const SECRET = 'only-for-teachers';

const content = {
  sections: [
    {
      name: 'Section',
      activities: [
        {
          kind: 'quiz',
          name: 'Quiz',
          notes: SECRET,
          settings: { shuffle: true, markingScheme: { full: SECRET } },
          tasks: [
            { name: 'Where?', kind: 'choice', content: { options: ['North', 'South'], answer: SECRET, points: 2 } },
            {
              name: 'Which?',
              content: { options: [{ key: 'a', text: 'Ash', correct: SECRET, score: SECRET }], Model_Answer: SECRET },
            },
          ],
        },
      ],
      lessons: [
        {
          name: 'Lesson',
          activities: [
            {
              kind: 'page',
              name: 'Page',
              notes: SECRET,
              tasks: [{ name: 'Q', content: { key: SECRET, text: 'Read' } }],
            },
            { kind: 'poll', name: 'Poll', tasks: [{ name: 'Like?', content: { answers: ['Yes', 'No'] } }] },
          ],
        },
      ],
    },
  ],
};

test('answer keys and notes for teachers stay with those who teach', async () => {
  const course = await world.post('/courses', { kind: 'online', name: 'Keys', state: 'published', content });
  const path = `/courses/${course.id}/versions/${course.currentVersionId}`;
  const everybody = {
    learner: await app.personWith({ roles: ['learner'] }),
    analyst: await app.personWith({ roles: ['analyst'] }),
    instructor: await app.personWith({ roles: ['instructor'] }),
    author: await app.personWith({ roles: ['author'] }),
  };
  const read = async (as: string) => (await app.api('GET', path, { as })).body;
  assert.equal((await app.api('GET', path, { as: everybody.learner.token })).status, 404);
  // who reads courses and does not take this one
  assert.ok(JSON.stringify(await read(everybody.analyst.token)).includes(SECRET));
  for (const { id } of Object.values(everybody)) await world.enroll(course.defaultOfferingId, id);
  for (const who of ['instructor', 'author'] as const)
    assert.ok(JSON.stringify(await read(everybody[who].token)).includes(SECRET), who);
  for (const who of ['learner', 'analyst'] as const) {
    const { sections } = await read(everybody[who].token);
    assert.ok(!JSON.stringify(sections).includes(SECRET), JSON.stringify(sections));
    const [quiz] = sections[0].activities;
    assert.deepEqual([quiz.notes, quiz.settings], [null, { shuffle: true }]);
    assert.deepEqual(
      quiz.tasks.map((task: any) => task.content),
      [{ options: ['North', 'South'], points: 2 }, { options: [{ key: 'a', text: 'Ash' }] }],
    );
    const [page, poll] = sections[0].lessons[0].activities;
    assert.deepEqual([page.tasks[0].content, poll.tasks[0].content], [{ text: 'Read' }, { answers: ['Yes', 'No'] }]);
  }
});

test('a learner hands in, and gets neither a result nor a certificate by their own word', async () => {
  const course = await world.course();
  await world.post('/certificates', { name: 'Certified', courseIds: [course.id] });
  const { id, token } = await app.personWith({ roles: ['learner'] });
  const enrollment = await world.enroll(course.defaultOfferingId, id);
  const as = token;
  const started = await app.api('POST', `/enrollments/${enrollment.id}/attempts`, {
    as,
    body: { activityId: course.activityId },
  });
  assert.equal(started.status, 201);
  const path = `/attempts/${started.body.id}`;
  for (const body of [
    { state: 'complete', score: 100 },
    { state: 'complete' },
    { score: 100 },
    { feedback: 'x' },
    { startedAt: '2020-01-01T00:00:00Z' },
  ])
    assert.equal((await app.api('PATCH', path, { as, body })).status, 403, JSON.stringify(body));
  const handed = await app.api('PATCH', path, { as, body: { state: 'ready_for_review' } });
  assert.deepEqual([handed.status, handed.body.state], [200, 'ready_for_review']);
  const again = await app.api('PATCH', path, { as, body: { state: 'in_progress' } });
  assert.deepEqual([again.status, again.body.rule], [409, 'attempt_finished']);
  const outcome = await app.api('PATCH', `/enrollments/${enrollment.id}`, { as, body: { state: 'complete' } });
  assert.equal(outcome.status, 403);
  const own = await app.api('GET', `/enrollments/${enrollment.id}`, { as });
  assert.equal(own.body.state, 'ready_for_review');
  const awards = await app.api('GET', `/people/${id}/certificates`, { as });
  assert.deepEqual(
    awards.body.data.map((award: any) => award.state),
    ['in_progress'],
  );
  await app.api('PATCH', path, { body: { state: 'complete', score: 90 } });
  assert.equal((await app.api('GET', `/enrollments/${enrollment.id}`, { as })).body.state, 'complete');
});
