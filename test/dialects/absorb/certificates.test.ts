import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Awards, Certificates } from '../../../src/record/credentials/index.ts';
import { type Academy, academy, NOBODY } from './academy.ts';

let a: Academy;
before(async () => {
  a = await academy();
});
after(() => a.close());

/** Sets the state of an enrollment: 3 is complete. */
const upsert = async (userId: string, courseId: string, status: number, query = ''): Promise<void> => {
  const { status: code, body } = await a.post(`/users/${userId}/enrollments${query}`, { courseId, status });
  assert.equal(code, 201, JSON.stringify(body));
};
const awardOf = async (personId: string, certificateId: string): Promise<string> =>
  (await Awards.find(a.ctx, { personId, certificateId }))!.id;
const shown = async (userId: string, courseId: string): Promise<string | null> =>
  (await a.get(`/users/${userId}/enrollments/${courseId}`)).body.certificateId;

describe('certificateId of an enrollment', () => {
  it('is null until completing earned one, and the same in every answer then', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const certificate = await Certificates.create(a.ctx, { name: 'One', courseIds: [course.id] });
    await upsert(learner.id, course.id, 1);
    assert.equal(await shown(learner.id, course.id), null);
    await upsert(learner.id, course.id, 3);
    const id = await awardOf(learner.id, certificate.id);
    const { body } = await a.get(`/users/${learner.id}/enrollments/${course.id}`);
    assert.equal(body.certificateId, id);
    assert.equal((await a.get(`/enrollments/${body.id}`)).body.certificateId, id);
    assert.equal((await a.get(`/users/${learner.id}/grades/${course.id}`)).body.certificateId, id);
    assert.equal((await a.get(`/users/${learner.id}/enrollments`)).body.enrollments[0].certificateId, id);
    assert.equal((await a.get(`/courses/${course.id}/enrollments`)).body.enrollments[0].certificateId, id);
    assert.equal((await a.get(`/bulk/student-courses?userIds=${learner.id}`)).body[0].certificateId, id);
  });

  it('waits for all courses and for the learner, and goes with a revocation', async () => {
    const [learner, one, two] = [await a.person(), await a.course(), await a.course()];
    const both = await Certificates.create(a.ctx, { name: 'Both', courseIds: [one.id, two.id] });
    const word = await Certificates.create(a.ctx, { name: 'Word', courseIds: [two.id], confirmation: true });
    await upsert(learner.id, one.id, 3);
    assert.equal(await shown(learner.id, one.id), null);
    await upsert(learner.id, two.id, 3);
    const id = await awardOf(learner.id, both.id);
    assert.notEqual(id, await awardOf(learner.id, word.id));
    assert.deepEqual([await shown(learner.id, one.id), await shown(learner.id, two.id)], [id, id]);
    await Awards.revoke(a.ctx, id, 'Wrong person');
    assert.deepEqual([await shown(learner.id, one.id), await shown(learner.id, two.id)], [null, null]);
  });

  it('stays with what earned it when the learner starts over', async () => {
    const [learner, course] = [await a.person(), await a.course()];
    const certificate = await Certificates.create(a.ctx, { name: 'Kept', courseIds: [course.id] });
    await upsert(learner.id, course.id, 3);
    await upsert(learner.id, course.id, 1, '?reEnroll=true');
    const { enrollments } = (await a.get(`/users/${learner.id}/enrollments`)).body;
    assert.deepEqual(enrollments.map((row: any) => [row.isActive, row.certificateId]).sort(), [
      [false, await awardOf(learner.id, certificate.id)],
      [true, null],
    ]);
  });

  it('can be filtered and sorted by', async () => {
    const course = await a.course();
    const certificate = await Certificates.create(a.ctx, { name: 'Listed', courseIds: [course.id] });
    const people = [await a.person(), await a.person(), await a.person()];
    await upsert(people[0]!.id, course.id, 1);
    await upsert(people[1]!.id, course.id, 3);
    await upsert(people[2]!.id, course.id, 3);
    const list = async (query: string) => {
      const { status, body } = await a.get(`/courses/${course.id}/enrollments?${query}`);
      assert.equal(status, 200, JSON.stringify(body));
      return { total: body.totalItems, ids: body.enrollments.map((row: any) => row.userId) };
    };
    const id = await awardOf(people[1]!.id, certificate.id);
    const filter = (text: string) => `_filter=${encodeURIComponent(text)}`;
    assert.deepEqual(await list(filter(`certificateId eq guid'${id}'`)), { total: 1, ids: [people[1]!.id] });
    assert.deepEqual(await list(filter('certificateId eq null')), { total: 1, ids: [people[0]!.id] });
    assert.equal((await list(filter('certificateId ne null'))).total, 2);
    assert.equal((await list(filter(`certificateId eq guid'${NOBODY}'`))).total, 0);
    assert.equal((await list('_sort=certificateId')).ids[0], people[0]!.id);
    assert.equal((await list('_sort=-certificateId')).ids[2], people[0]!.id);
  });
});
