import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadContract } from '../../../src/http/contract.ts';
import { type Answered, type Api, type TestApp, testApp } from '../../support/app.ts';
import { APART, OPERATIONS } from './operations.ts';
import { type World, worldOf } from './world.ts';

/** Who acts without any role: by a word on everything that a request is about, or as manager of everybody it is about. */
type Who = 'marker' | 'author' | 'manager';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** What everybody does: their own, and what is found by whoever takes courses. */
const EVERYBODY = words(
  `getTenant getClock getMe getFileContent getCourse getOffering getSession listTrainingEvents listCourses listOfferings listSessions
   listPrograms listPeople listEnrollments listAssessments`,
);

/** What each may do beyond that, with things that they were given. Whatever stands in neither list is refused. */
const MAY: Readonly<Record<Who, ReadonlySet<string>>> = {
  marker: words(`
    getEnrollment listEnrollmentGrants listEnrollmentCredits listEnrollmentSections listEnrollmentActivities getEnrollmentActivity
    listEnrollmentSessions listSessionEnrollments listEnrollmentAttempts getAttempt listEnrollmentSubmissions listEnrollmentMarks
    createEnrollmentAttempt updateAttempt updateEnrollmentActivity createAssessment getAssessment updateAssessment deleteAssessment
    listAssessmentSubmissions getSubmission putSubmission listAssessmentMarks listOfferingMarks getMark putMark deleteMark
    listMarkings getMarking deleteMarking putMarkingAgreement
    listCourseVersions getCourseVersion listAwards`),
  author: words(`
    updateCourse listCourseVersions getCourseVersion createCourseVersion getCourseDraft putCourseDraft deleteCourseDraft
    putCoursePublication createOffering updateOffering deleteOffering createSession updateSession deleteSession`),
  manager: words(`
    getPerson listPersonUnits listPersonProfiles listPersonCertificates getPersonCertificate listAwards getAward
    getEnrollment listEnrollmentGrants listEnrollmentCredits listEnrollmentSections listEnrollmentActivities getEnrollmentActivity
    listEnrollmentSessions listEnrollmentAttempts getAttempt listEnrollmentSubmissions getSubmission listEnrollmentMarks getMark listMarkings
    getMarking`),
};

const contract = loadContract('matricula');
const operations = [...contract.operations].filter(({ id }) => id !== 'getEventStream' && id !== 'deleteMyToken');

let app: TestApp;
const actors = {} as Record<Who, { id: string; token: string }>;

before(async () => {
  app = await testApp();
  for (const who of ['marker', 'author', 'manager'] as const) actors[who] = await app.personWith();
});
after(() => app.close());

interface Made {
  courses: Set<string>;
  offerings: Set<string>;
  people: Set<string>;
}

/** Remembers what a recipe makes. */
function noting(made: Made): Api {
  return async (method, path, options) => {
    const answer = await app.api(method, path, options);
    if (method !== 'POST' || answer.status >= 300 || !answer.body?.id) return answer;
    const { id, defaultOfferingId } = answer.body;
    if (path === '/courses') made.courses.add(id);
    if (path === '/courses' && defaultOfferingId) made.offerings.add(defaultOfferingId);
    if (path === '/offerings') made.offerings.add(id);
    if (path === '/people') made.people.add(id);
    return answer;
  };
}

async function give(who: Who, made: Made): Promise<void> {
  const { id } = actors[who];
  const things = { marker: ['offerings', made.offerings], author: ['courses', made.courses] } as const;
  if (who === 'manager') {
    await app.database.pool.query('update person set manager_id = $1 where id = any($2::uuid[])', [
      id,
      [...made.people],
    ]);
    return;
  }
  const [kind, ids] = things[who];
  for (const thing of ids) {
    const { status } = await app.api('PUT', `/${kind}/${thing}/staff/${id}`, { body: { roles: [who] } });
    assert.ok(status === 200 || status === 404, `${kind} ${status}`);
  }
}

/** Whether it was not done, and no more was said than that it is not there or not allowed. */
function refused({ status, body }: Answered): boolean {
  if (status === 403 || status === 404) return true;
  if (status === 422) return body.errors.some(({ fault }: { fault: string }) => fault === 'not_found');
  if (status !== 200 || !Array.isArray(body?.data)) return false;
  return body.data.length > 0 && body.data.every((row: { status?: string }) => row.status === 'refused');
}

test('every operation is allowed by a word on its thing, or by managing its people, as far as the list says', async () => {
  // those whom the recipes make are added without a word to the cache: it has to know that there is a team
  await app.api('POST', '/people', { body: { fullName: 'Report', managerId: actors.manager.id } });
  const done: Record<string, string[]> = { marker: [], author: [], manager: [] };
  for (const who of ['marker', 'author', 'manager'] as const) {
    for (const operation of operations) {
      const made: Made = { courses: new Set(), offerings: new Set(), people: new Set() };
      const world: World = worldOf(noting(made));
      const make = APART[operation.id] ?? OPERATIONS[operation.id];
      if (!make) continue;
      const { path, ...options } = await make.good(world);
      await give(who, made);
      const answer = await app.api(operation.method.toUpperCase(), path, { ...options, as: actors[who].token });
      if (!refused(answer)) done[who]!.push(operation.id);
      if (answer.status >= 500) done[who]!.push(`${operation.id} ${answer.status}`);
    }
  }
  for (const who of ['marker', 'author', 'manager'] as const)
    assert.deepEqual(done[who]!.sort(), [...EVERYBODY, ...MAY[who]].sort(), who);
});
