import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { actingAs, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/run.ts';
import { Passwords } from '../../record/access/index.ts';
import { Courses } from '../../record/catalog/index.ts';
import { Awards } from '../../record/credentials/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { later } from '../../record/kernel/instant.ts';
import { People } from '../../record/people/index.ts';
import { Paths, Programs } from '../../record/programs/index.ts';
import { momentOf } from './dates.ts';
import { exportAcademy, importAcademy } from './index.ts';

const DEMO = readFileSync(new URL('../../../academies/demo.yaml', import.meta.url), 'utf8');
const DAY = 86_400_000;

let database: TestDatabase;
let ctx: Context;

before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db, { sandbox: true });
  const { created } = await importAcademy(ctx, DEMO);
  assert.equal(created.people, 25);
  assert.equal(created.courses, 13);
});
after(() => database.close());

interface Row {
  person: string;
  course: string;
  offering: string;
  state: string;
  ending: string | null;
  progress: number;
  score: number | null;
  result: string | null;
  credits: number | null;
  source: string;
  overdue: boolean;
  events: string[];
}

async function learning(person: string, course: string): Promise<Row[]> {
  const { rows } = await run<Row>(
    ctx.db,
    `select p.external_id as person, c.external_id as course, o.external_id as offering, e.state, e.ending, e.progress, e.score, e.result, e.credits, e.source,
            e.due_at < $4::timestamptz and e.state <> 'complete' as overdue
       from enrollment e join person p on p.id = e.person_id join course c on c.id = e.course_id join offering o on o.id = e.offering_id
      where e.tenant_id = $1 and p.external_id = $2 and c.external_id = $3 order by e.enrolled_at, e.number`,
    [ctx.tenant.id, person, course, ctx.now],
  );
  return rows;
}

const state = async (person: string, course: string) =>
  (await learning(person, course)).map((row) => (row.ending ? `${row.state}, ${row.ending}` : row.state));

const events = async (): Promise<number> =>
  (await run<{ n: number }>(ctx.db, 'select count(*) as n from event where tenant_id = $1', [ctx.tenant.id])).rows[0]!
    .n;

test('the demo shows learning in every state', async () => {
  assert.deepEqual(await state('yuki', 'safety'), ['complete']);
  assert.deepEqual(await state('yuki', 'security'), ['in_progress']);
  assert.deepEqual(await state('dmitri', 'safety'), ['failed']);
  assert.deepEqual(await state('giorgos', 'safety'), ['complete, superseded', 'in_progress']);
  assert.deepEqual(await state('kwame', 'safety'), ['in_progress, withdrawn_kept']);
  assert.deepEqual(await state('lina', 'security'), ['in_progress, withdrawn_closed']);
  assert.deepEqual(await state('zsofia', 'safety'), ['not_applicable']);
  assert.deepEqual(await state('sofia', 'first-aid'), ['pending_approval']);
  assert.deepEqual(await state('noa', 'report-writing'), ['ready_for_review']);
  assert.deepEqual(await state('kwame', 'report-writing'), ['on_waitlist']);
  assert.deepEqual(await state('fatima', 'report-writing'), ['failed', 'on_waitlist']);
  assert.equal((await learning('lena', 'safety'))[0]!.overdue, true);
  assert.equal((await learning('yuki', 'security'))[0]!.overdue, true);
});

test('what was done has rolled up, and brought with it what it brings', async () => {
  const [safety] = await learning('yuki', 'safety');
  assert.equal(safety!.progress, 100);
  assert.equal(safety!.score, 90);
  assert.equal(safety!.credits, 3.5);
  const [bundle] = await learning('yuki', 'onboarding');
  assert.equal(bundle!.state, 'in_progress');
  assert.ok(bundle!.progress > 60 && bundle!.progress < 100);
  // welcome is followed by security
  const [followed] = await learning('tuan', 'security');
  assert.equal(followed!.source, 'automatic');
  const [report] = await learning('sofia', 'report-writing');
  assert.deepEqual([report!.state, report!.score, report!.result], ['complete', 87, 'Distinction']);
  const [curriculum] = await learning('yuki', 'team-lead');
  assert.equal(curriculum!.state, 'in_progress');
});

test('the history reads as it happened', async () => {
  const { rows } = await run<{ type: string; at: string }>(
    ctx.db,
    `select e.type, e.at from event e join person p on p.id = e.person_id join course c on c.id = e.course_id
      where e.tenant_id = $1 and p.external_id = 'dmitri' and c.external_id = 'safety' order by e.seq`,
    [ctx.tenant.id],
  );
  assert.equal(rows[0]!.type, 'enrollment.created');
  // by the calendar of the zone, whose clocks may have been changed meanwhile
  assert.equal(rows[0]!.at, momentOf('-45d', ctx.now, 'Europe/Berlin'));
  assert.equal(rows.filter((row) => row.type === 'attempt.finished').length, 3);
  assert.equal(rows.at(-1)!.type, 'enrollment.failed');
  assert.deepEqual(
    rows,
    rows.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  );
});

test('one of the morning places is left', async () => {
  const { rows } = await run<{ seats: number; taken: number }>(
    ctx.db,
    `select s.seats, (select count(*) from session_enrollment k where k.session_id = s.id) as taken
       from session s where s.tenant_id = $1 and s.external_id = 'first-aid-morning'`,
    [ctx.tenant.id],
  );
  assert.deepEqual(rows, [{ seats: 5, taken: 4 }]);
});

/** How somebody stands with a certificate. */
async function award(person: string, certificate: string): Promise<Awards.Award | undefined> {
  const { rows } = await run<{ person: string; certificate: string }>(
    ctx.db,
    `select p.id as person, k.id as certificate from person p join certificate k on k.tenant_id = p.tenant_id
      where p.tenant_id = $1 and p.external_id = $2 and k.external_id = $3`,
    [ctx.tenant.id, person, certificate],
  );
  return Awards.find(ctx, { personId: rows[0]!.person, certificateId: rows[0]!.certificate });
}

test('certificates stand in every state, by what was completed and when', async () => {
  const state = async (person: string, certificate: string) => (await award(person, certificate))?.state;
  assert.equal(await state('omar', 'safety-pass'), 'certified');
  assert.equal(await state('wei', 'safety-pass'), 'about_to_expire');
  assert.equal(await state('giorgos', 'safety-pass'), 'expired');
  assert.equal(await state('omar', 'first-responder'), 'awaits_confirmation');
  assert.equal(await state('jurgen', 'first-responder'), 'certified');
  assert.equal(await state('dmitri', 'safety-pass'), 'in_progress');
  assert.equal(await state('tuan', 'forklift-licence'), 'init');
  const maya = (await award('maya', 'safety-pass'))!;
  assert.deepEqual(
    [maya.state, maya.revocation, maya.revokedBecause],
    ['revoked', 'revoked', 'The earlier employer could not confirm the training.'],
  );
  assert.equal((await award('lena', 'safety-pass'))!.required, true);
  const forklift = (await award('omar', 'forklift-licence'))!;
  assert.deepEqual([forklift.state, forklift.expiresAt], ['certified', null]);
});

test('groups bring their people into offerings, down to the last crew', async () => {
  const { rows } = await run<{
    person: string;
    offering: string;
    version: number;
    at: string;
    source: string;
    grants: string;
  }>(
    ctx.db,
    `select p.external_id as person, o.external_id as offering, v.ordinal as version, e.enrolled_at as at, e.source,
            (select string_agg(g.kind, ' ') from enrollment_grant g where g.enrollment_id = e.id) as grants
       from enrollment e join person p on p.id = e.person_id join offering o on o.id = e.offering_id join course_version v on v.id = e.version_id
      where e.tenant_id = $1 and o.from_template order by 2, 1`,
    [ctx.tenant.id],
  );
  assert.deepEqual(
    rows.map((row) => [row.offering, row.person, row.version, row.source, row.grants]),
    [
      ...['chloe', 'lena', 'omar', 'tuan'].map((person) => ['forklift-berlin', person, 1, 'automatic', 'audience']),
      ['forklift-oslo', 'giorgos', 2, 'automatic', 'audience'],
    ],
  );
  assert.equal(rows[0]!.at, rows[2]!.at);
});

test('who left the default program finds what a program shows them, and a path has its deadlines', async () => {
  const found = async (key: string) => {
    const { id } = (await People.find(ctx, key))!;
    const page = { kind: 'rows', offset: 0, limit: 100, total: false } as const;
    const { rows } = await Courses.list(await actingAs(ctx, id), { page });
    return rows.map((course) => course.externalId);
  };
  assert.ok(!(await found('giorgos')).includes('negotiation') && (await found('giorgos')).includes('evacuation-card'));
  assert.ok(!(await found('lars')).includes('evacuation-card'));
  assert.ok((await found('sofia')).includes('negotiation'));
  const page = { kind: 'rows', offset: 0, limit: 100, total: false } as const;
  const programs = (await Programs.list(ctx, { page })).rows;
  assert.deepEqual(programs.map(({ name, memberCount }) => [name, memberCount]).sort(), [
    ['All courses', null],
    ['Leadership year', 2],
    ['Site crew', 2],
  ]);
  const leadership = programs.find(({ externalId }) => externalId === 'leadership')!;
  const [path] = (await Paths.list(ctx, leadership.id, { page })).rows;
  assert.deepEqual(
    path!.courses.map(({ dueAfterDays, dueAt }) => dueAfterDays ?? dueAt),
    [90, 180, momentOf('+10mo', ctx.now, 'Europe/Berlin')],
  );
});

test('files lie where they belong', async () => {
  const { rows } = await run<{ entity: string; name: string; by: string }>(
    ctx.db,
    `select f.entity, f.name, p.external_id as by from file f join person p on p.id = f.uploaded_by where f.tenant_id = $1 order by f.created_at`,
    [ctx.tenant.id],
  );
  assert.deepEqual(
    rows.map((row) => Object.values(row)),
    [
      ['course', 'Site rules.txt', 'mateo'],
      ['submission', 'Final report.md', 'lina'],
    ],
  );
});

test('both logins of the demo work, and who is suspended has none', async () => {
  assert.equal((await Passwords.signIn(ctx, 'admin', 'demo-admin-2026')).fullName, 'Ingrid Sørensen');
  assert.equal((await Passwords.signIn(ctx, 'learner', 'demo-learner-2026')).fullName, '田中 由紀');
  for (const login of ['marker', 'manager'])
    assert.ok((await Passwords.signIn(ctx, login, `demo-${login}-2026`)).id, login);
  const { rows } = await run(ctx.db, `select 1 from person where tenant_id = $1 and status = 'suspended'`, [
    ctx.tenant.id,
  ]);
  assert.equal(rows.length, 1);
});

test('importing it again changes nothing, also on another day', async () => {
  const before = await events();
  for (const days of [0, 1, 40]) {
    const report = await importAcademy(at(ctx, later(ctx.now, days * DAY)), DEMO);
    assert.deepEqual([report.created, report.changed], [{}, {}]);
    assert.ok(report.unchanged > 100);
  }
  assert.equal(await events(), before);
});

test('what an export writes makes the same academy elsewhere', async () => {
  const written = await exportAcademy(ctx);
  const other = await testTenant(database.db, { sandbox: true });
  const report = await importAcademy(other, written);
  assert.equal(report.created.people, 25);
  assert.deepEqual((await exportAcademy(other)).split('\n'), written.split('\n'));
  const again = await importAcademy(at(other, later(other.now, DAY)), written);
  assert.deepEqual([again.created, again.changed], [{}, {}]);
  const facts = (tenant: Context) =>
    run(
      ctx.db,
      `select p.external_id as person, c.external_id as course, e.state, e.ending, e.progress, e.score, e.credits, e.is_primary, e.enrolled_at, e.due_at,
              e.started_at, e.completed_at, e.time_ticks,
              (select jsonb_agg(to_jsonb(x) - 'enrollment_id' - 'tenant_id' - 'activity_id' - 'updated_at' - 'created_at' - 'tasks_done' order by x.completed_at, x.started_at, x.state)
                 from activity_enrollment x where x.enrollment_id = e.id) as activities
         from enrollment e join person p on p.id = e.person_id join course c on c.id = e.course_id
        where e.tenant_id = $1 order by e.enrolled_at, e.number`,
      [tenant.tenant.id],
    ).then(({ rows }) => rows);
  assert.deepEqual(await facts(other), await facts(ctx));
});

test('an export comes home without changing anything', async () => {
  const before = await events();
  const report = await importAcademy(ctx, await exportAcademy(ctx));
  assert.deepEqual([report.created, report.changed], [{}, {}]);
  assert.equal(await events(), before);
});
