import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadContract, type Operation } from '../../../src/http/contract.ts';
import { PERMISSIONS } from '../../../src/record/kernel/permission.ts';
import { type Answered, type Api, type TestApp, testApp } from '../../support/app.ts';
import { APART, OPERATIONS } from './operations.ts';
import type { Make, Wanted } from './recipes.ts';
import { type World, worldOf } from './world.ts';

/**
 * What an operation is about, for somebody who acts in one unit and asks for what is not theirs. `self`: the caller. `list`: whatever is in
 * sight. `shared`: reads what everybody may who reads its kind. `open`: the same, and learners too. `make`: makes something new of one's
 * own. `thing`: one thing, named by the request. `catalog`: reads a thing that learners find too. `account`: changes what is the whole
 * account's. `rows`: a batch, answered by row.
 */
type About = 'self' | 'list' | 'shared' | 'open' | 'make' | 'thing' | 'catalog' | 'account' | 'rows';

const all = (about: About, names: string): Record<string, About> =>
  Object.fromEntries(
    names
      .split(/\s+/)
      .filter(Boolean)
      .map((name) => [name, about]),
  );

/** Every operation stands here once; one that does not fails the test. */
const ABOUT: Readonly<Record<string, About>> = {
  // by an address that was given to somebody who may have it
  ...all('self', 'createToken getMe deleteMyToken getFileContent'),
  ...all('open', 'getTenant getClock'),
  ...all(
    'list',
    `listPrograms listPeople listUnits listGroups listCourses listOfferings listSessions listJoinKeys listEnrollments listAssessments listMarkings listEvents
     listAwards`,
  ),
  ...all(
    'shared',
    `listAttributes getAttribute listRoles getRole listCreditTypes getCreditType listTerms getTerm listRooms getRoom listProfiles
     getProfile listCertificates getCertificate`,
  ),
  ...all('make', 'createPerson createPersonBatch createUnit createGroup createCourse createJoinKey createProgram'),
  ...all('catalog', 'getCourse getOffering getSession listTrainingEvents'),
  ...all('rows', 'createEnrollmentBatch'),
  ...all(
    'account',
    `updateTenant updateClock createReset listClients createClient getClient updateClient deleteClient createClientCredentials
     createAttribute updateAttribute deleteAttribute createRole updateRole deleteRole createCreditType updateCreditType deleteCreditType
     createTerm updateTerm deleteTerm createRoom updateRoom deleteRoom createProfile updateProfile deleteProfile createCertificate
     updateCertificate deleteCertificate listImports createImport getImport listMails getMail`,
  ),
  ...all(
    'thing',
    `getPerson updatePerson deletePerson putPersonErasure putPersonPassword deletePersonPassword listPersonUnits putPersonUnit
     deletePersonUnit listPersonGroups getUnit updateUnit deleteUnit getGroup updateGroup deleteGroup listGroupMembers putGroupMember
     deleteGroupMember listPersonRoles putPersonRole deletePersonRole listPersonEntitlements listUnitStaff putUnitStaff deleteUnitStaff
     listGroupStaff putGroupStaff deleteGroupStaff listCourseStaff putCourseStaff deleteCourseStaff listOfferingStaff putOfferingStaff
     deleteOfferingStaff updateCourse deleteCourse listCourseVersions createCourseVersion getCourseVersion getCourseDraft putCourseDraft
     deleteCourseDraft putCoursePublication createOffering updateOffering deleteOffering createSession updateSession deleteSession
     getJoinKey updateJoinKey deleteJoinKey createEnrollment getEnrollment updateEnrollment putEnrollmentWithdrawal
     putEnrollmentCompletion createEnrollmentTransfer createReEnrollment createEnrollmentReset createEnrollmentRecomputation
     listEnrollmentGrants listEnrollmentCredits listEnrollmentSections listEnrollmentActivities getEnrollmentActivity
     updateEnrollmentActivity listEnrollmentSessions putEnrollmentSession deleteEnrollmentSession listSessionEnrollments
     listEnrollmentAttempts createEnrollmentAttempt getAttempt updateAttempt createAssessment getAssessment updateAssessment
     deleteAssessment listAssessmentSubmissions getSubmission putSubmission listEnrollmentSubmissions listAssessmentMarks getMark putMark createMarking getMarking putMarking deleteMarking putMarkingAgreement
     deleteMark listEnrollmentMarks listOfferingMarks listGroupAudiences listOfferingAudiences getOfferingAudience putOfferingAudience
     deleteOfferingAudience listPersonProfiles putPersonProfile deletePersonProfile getPersonInstructorAuthorization
     putPersonInstructorAuthorization getProgram updateProgram deleteProgram listProgramContents putProgramContent deleteProgramContent
     listProgramMembers getProgramMember putProgramMember deleteProgramMember listProgramAudiences getProgramAudience
     putProgramAudience deleteProgramAudience listProgramPaths createProgramPath getProgramPath updateProgramPath deleteProgramPath
     listPersonPrograms listProgramStaff putProgramStaff deleteProgramStaff listPersonCertificates getPersonCertificate putPersonCertificate getAward putAwardConfirmation
     putAwardRevocation deleteAwardRevocation listFiles createFile getFile deleteFile`,
  ),
  // told by its own test: an answer that does not end
  ...all('self', 'getEventStream'),
};

/** An offering of their own, of a course that is the whole account's, anybody who writes courses may make. */
const OF_SHARED = new Set(['createOffering']);

const OWN: Record<string, Make> = {
  ...Object.fromEntries(Object.entries(APART).map(([id, { good }]) => [id, good])),
  getImport: () => ({ path: `/imports/${importId}` }),
};

const contract = loadContract('matricula');
const operations = [...contract.operations].filter(({ id }) => ABOUT[id] !== 'self');

let app: TestApp;
let importId: string;
let managedId: string;
let naming: { boss: string; course: string };
/** Ids of everything that was made out of sight, with what it is. */
const hidden = new Map<string, string>();
/** Those that belong to no unit: their catalog is seen by all who read courses. */
const accounts = new Set<string>();
const actors: Record<string, { token: string; learner: boolean }> = {};

before(async () => {
  app = await testApp();
  const plain = worldOf(app.api);
  const [north, south] = [(await plain.unit()).id, (await plain.unit()).id];
  const role = async (key: string): Promise<string> => (await app.api('GET', `/roles?key=${key}`)).body.data[0].id;
  const writer = await plain.post('/roles', { name: 'Writes', permissions: PERMISSIONS });
  for (const [name, roleId] of [
    ['administrator', await role('admin')],
    ['training administrator', await role('training_admin')],
    ['people administrator', await role('people_admin')],
    ['instructor', await role('instructor')],
    ['integration', await role('integration_admin')],
    ['writer', writer.id],
    ['learner', null],
  ] as const) {
    const person = await app.personWith({ unitId: north });
    if (roleId !== null) {
      const given = await app.api('PUT', `/people/${person.id}/roles/${roleId}`, { body: { unitIds: [north] } });
      assert.equal(given.status, 200, JSON.stringify(given.body));
    }
    const { body } = await app.api('POST', '/tokens', {
      as: null,
      body: { tenant: app.slug, login: person.login, password: 'correct horse' },
    });
    actors[name] = { token: body.token, learner: roleId === null };
  }
  // who has no role, but words on what stands in the unit, or people there who report to them, knows no more of the rest than learners
  const own = await plain.course({ unitId: north });
  for (const [name, word, thing] of [
    ['marker of an offering', 'marker', `offerings/${own.defaultOfferingId}`],
    ['author of a course', 'author', `courses/${own.id}`],
    ['administrator of a unit by a word', 'admin', `units/${north}`],
    ['manager', null, ''],
  ] as const) {
    const person = await app.personWith({ unitId: north });
    if (word === null) await plain.post('/people', { fullName: 'Report', unitId: north, managerId: person.id });
    else {
      const { status, body } = await app.api('PUT', `/${thing}/staff/${person.id}`, { body: { roles: [word] } });
      assert.equal(status, 200, JSON.stringify(body));
    }
    actors[name] = { token: person.token, learner: true };
  }
  worlds = { 'another unit': worldOf(placing(south)), 'the account': worldOf(placing(null)) };
  hidden.set(south, 'unit');
  // what is in sight names somebody who is not
  const boss = await worlds['another unit']!.person();
  const managed = { fullName: 'In sight', unitId: north, managerId: boss.id };
  managedId = (await plain.post('/people', managed)).id;
  const course = await plain.course({ unitId: north, editorIds: [boss.id] });
  naming = { boss: boss.id, course: course.id };
  importId = (await app.api('POST', '/imports', (await OWN.createImport!(plain)) as object)).body.id;
  // what it does is not to be taken for what somebody else did
  while ((await app.api('GET', `/imports/${importId}`)).body.state === 'running')
    await new Promise((resolve) => setTimeout(resolve, 20));
});
after(() => app.close());

let worlds: Record<string, World>;

/** What is made here belongs to the unit, carries a name to be found by, and is remembered. */
const PLACED = /^\/(people|groups|courses|offerings|join-keys|programs)$/;
const SECRET = 'Out Of Sight';
function placing(unitId: string | null): Api {
  return async (method, path, options = {}) => {
    const body = { ...(options.body as Record<string, unknown>) };
    if (method === 'POST' && unitId !== null) {
      if (PLACED.test(path)) body.unitId ??= unitId;
      if (path === '/units') body.parentId ??= unitId;
    }
    if (method === 'POST' && path === '/people') body.fullName = `${SECRET} ${body.fullName}`;
    const answer = await app.api(method, path, options.body === undefined ? options : { ...options, body });
    if (method === 'POST' && answer.status < 300 && answer.body?.id && !SHARED.test(path))
      hidden.set(answer.body.id, path);
    if (unitId === null && answer.body?.id) accounts.add(answer.body.id);
    return answer;
  };
}
/** What everybody sees who reads its kind; in the account also its courses and what hangs on them. */
const SHARED = /^\/(attributes|roles|clients|credit-types|terms|rooms|profiles|certificates)$/;
const CATALOG = /^(unit$|\/(courses|offerings|sessions|join-keys|assessments|units|programs)\b)/;

const eventCount = async (): Promise<number> =>
  (await app.database.pool.query('select count(*)::int as n from event')).rows[0].n;

/** Ids and names in an answer that belong out of sight and did not stand in the request. */
function leaks(answer: Answered, wanted: Wanted, seesCatalog: (id: string) => boolean): string[] {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? null);
  const asked = JSON.stringify(wanted);
  const ids = [...new Set(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [])];
  const found = ids.filter((id) => hidden.has(id) && !asked.includes(id) && !seesCatalog(id));
  return [...found.map((id) => `${id} (${hidden.get(id)})`), ...(text.includes(SECRET) ? [SECRET] : [])];
}

test('every operation says whether it is about the caller, a list, a thing or the whole account', () => {
  const missing = [...contract.operations].filter(({ id }) => !ABOUT[id]).map(({ id }) => id);
  const gone = Object.keys(ABOUT).filter((id) => !contract.byId.has(id));
  assert.deepEqual([missing, gone], [[], []]);
});

/** Whether nothing was done and no more was said than that it is not there, or not allowed. */
function refused({ status, body }: Answered): boolean {
  if (status === 403 || status === 404) return true;
  return status === 422 && body.errors.some(({ fault }: { fault: string }) => fault === 'not_found');
}

async function walk(where: string, wrong: string[]): Promise<void> {
  const world = worlds[where]!;
  const ofAccount = where === 'the account';
  for (const operation of operations) {
    const about = ABOUT[operation.id]!;
    const wanted = await (OWN[operation.id] ?? OPERATIONS[operation.id]!.good)(world);
    for (const [who, { token, learner }] of Object.entries(actors)) {
      const before = await eventCount();
      const { path, ...options } = wanted;
      const answer = await app.api(operation.method.toUpperCase(), path, { ...options, as: token });
      const tell = (what: string) =>
        wrong.push(
          `${who}, ${where}: ${operation.id} ${answer.status} ${what} ${JSON.stringify(answer.body)?.slice(0, 300)}`,
        );
      // learners find what is published; of the account's, everybody who reads courses
      const found = leaks(answer, wanted, (id) => (learner || accounts.has(id)) && CATALOG.test(hidden.get(id)!));
      if (found.length > 0) tell(`shows ${found.slice(0, 3).join(', ')}:`);
      const changed = (await eventCount()) - before;
      const mayMake = about === 'make' || (ofAccount && !learner && OF_SHARED.has(operation.id));
      if (changed > 0 && !mayMake) tell(`changed ${changed} things:`);
      if (!fits(operation, about, answer, { learner, ofAccount }) && !(mayMake && answer.status < 300)) tell('');
      if (answer.status >= 500) tell('fails:');
    }
  }
}

function fits(
  operation: Operation,
  about: About,
  answer: Answered,
  { learner, ofAccount }: { learner: boolean; ofAccount: boolean },
): boolean {
  const reads = operation.method.toLowerCase() === 'get';
  switch (about) {
    case 'list':
    case 'shared':
      return answer.status === 200 || answer.status === 403;
    case 'open':
      return answer.status === 200;
    case 'make':
      return learner ? answer.status === 403 : answer.status < 300 || refused(answer);
    case 'catalog':
      return learner || ofAccount ? answer.status === 200 || refused(answer) : refused(answer);
    case 'rows':
      return (
        refused(answer) ||
        (answer.status === 200 && answer.body.data.every((row: { status: string }) => row.status === 'refused'))
      );
    case 'thing':
      return refused(answer) || (reads && ofAccount && answer.status === 200);
    default:
      return refused(answer);
  }
}

test('things of another unit are as if absent', async () => {
  const wrong: string[] = [];
  await walk('another unit', wrong);
  assert.deepEqual(wrong, []);
});

test('what belongs to the whole account is changed by nobody of a unit, and its people stay out of sight', async () => {
  const wrong: string[] = [];
  await walk('the account', wrong);
  assert.deepEqual(wrong, []);
});

test('what is in sight does not name people who are not, nor is it found by them or changed in what is not shown', async () => {
  const wrong: string[] = [];
  for (const [who, { token }] of Object.entries(actors)) {
    for (const path of [
      `/people/${managedId}`,
      `/people?managerId=${naming.boss}`,
      `/courses/${naming.course}`,
      '/people',
      '/courses',
    ]) {
      const { status, body } = await app.api('GET', path, { as: token });
      const ids = JSON.stringify(body).includes(naming.boss);
      if (ids || (path.includes('managerId') && status === 200 && body.data.length > 0)) wrong.push(`${who}: ${path}`);
    }
  }
  assert.deepEqual(wrong, []);
  const { token } = actors.administrator!;
  const shown = await app.api('GET', `/people/${managedId}`, { as: token });
  assert.deepEqual([shown.status, shown.body.managerId], [200, null]);
  const headers = { 'if-match': shown.headers.etag as string };
  const changes = { managerId: null, jobTitle: 'Changed' };
  const changed = await app.api('PATCH', `/people/${managedId}`, { as: token, body: changes, headers });
  assert.deepEqual([changed.status, changed.body.managerId], [200, null]);
  assert.equal((await app.api('GET', `/people/${managedId}`)).body.managerId, naming.boss);
  const edited = await app.api('PATCH', `/courses/${naming.course}`, { as: token, body: { editorIds: [] } });
  assert.deepEqual([edited.status, edited.body.editorIds], [200, []]);
  assert.deepEqual((await app.api('GET', `/courses/${naming.course}`)).body.editorIds, [naming.boss]);
});
