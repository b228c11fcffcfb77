// Measures groups at size: an audience of 100,000 people in 5,000 groups under 6 levels, a page of performance, a subtree that moves.
// node --expose-gc bench/groups.ts --database postgres://…/an_empty_database
import { parseArgs } from 'node:util';
import { connect } from '../src/database/client.ts';
import { migrate } from '../src/database/migrate.ts';
import { createTenant, operator, tenantContext } from '../src/record/access/index.ts';
import { createCourse } from '../src/record/catalog/index.ts';
import { removeAudience, setAudience } from '../src/record/enrollment/index.ts';
import { listPerformance } from '../src/record/insight/index.ts';
import { findGroup, updateGroup } from '../src/record/people/index.ts';

const { values } = parseArgs({ options: { database: { type: 'string' } } });
if (!values.database) throw new Error('Name an empty database with --database postgres://…');
const { db, pool, close } = connect({ connection: values.database, poolSize: 4, namedStatements: true });
await migrate(pool);
const tenant = await createTenant(operator(db, 'bench'), {
  name: 'Company',
  slug: `company-${Date.now()}`,
  settings: { groupLevels: ['1', '2', '3', '4', '5', '6'] },
});
const ctx = () => ({ ...tenantContext({ db, dialect: 'bench' }, tenant), now: new Date().toISOString() });

const GROUPS = 5000;
const PEOPLE = 100_000;
/** 1, 10, 100, 900, 1989 and 2000 groups on six levels. */
const BOUNDS = [1, 11, 111, 1011, 3000, GROUPS];
await pool.query(
  `insert into people_group (tenant_id, id, external_id, name, kind, level, parent_id, created_at, updated_at)
   with g as (
     select n, md5($1::text || n)::uuid as id, (select count(*) from unnest($2::int[]) b where n > b) as depth from generate_series(1, ${GROUPS}) n)
   select $1::uuid, g.id, 'g' || n, 'Group ' || n, 'hierarchical', (depth + 1)::text,
          case when depth > 0 then md5($1::text || (coalesce(($2::int[])[depth - 1], 0) + 1 + n % (($2::int[])[depth] - coalesce(($2::int[])[depth - 1], 0))))::uuid end,
          now(), now() from g order by n`,
  [tenant.id, BOUNDS],
);
await pool.query(
  `with p as (
     insert into person (tenant_id, id, external_id, full_name, given_name, family_name, unit_id, created_at, updated_at)
     select $1::uuid, uuidv7(), 'p' || n, 'Person ' || n, 'Person', n::text, u.id, now(), now()
       from unit u, generate_series(1, ${PEOPLE}) n where u.tenant_id = $1::uuid returning id, external_id)
   insert into group_member (tenant_id, group_id, person_id, created_at)
   select $1::uuid, md5($1::text || (1 + substr(external_id, 2)::int % ${GROUPS}))::uuid, id, now() from p`,
  [tenant.id],
);
// only what is filled: plans made for tables that were counted as empty would read all of them for ever
await pool.query('vacuum analyze person, people_group, group_member');
const activities = [1, 2, 3, 4].map((n) => ({ kind: 'quiz' as const, name: `Quiz ${n}` }));
const course = await createCourse(ctx(), {
  kind: 'online',
  name: 'For all',
  state: 'published',
  content: { sections: [{ name: 'All', activities }] },
});
const offeringId = course.defaultOfferingId!;
const root = (await findGroup(ctx(), 'g1'))!;

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
const timed = async (what: string, must: string, work: () => Promise<unknown>): Promise<void> => {
  globalThis.gc?.();
  peak = process.memoryUsage().rss;
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${what}: ${seconds.toFixed(2)} s, ${Math.round(peak / 1e6)} MB (${must})`);
};

await timed(`audience of ${PEOPLE}`, 'under 20 s, 400 MB', () =>
  setAudience(ctx(), root.id, offeringId, { recursive: true }),
);
const { rows } = await pool.query('select count(*)::int as n from enrollment where tenant_id = $1 and ending is null', [
  tenant.id,
]);
if (rows[0].n !== PEOPLE) throw new Error(`${rows[0].n} enrollments`);
await pool.query('vacuum analyze');
let after: Awaited<ReturnType<typeof listPerformance>>['next'];
await timed('first page of performance, counted', '', async () => {
  after = (await listPerformance(ctx(), { offeringId }, { limit: 200, total: true })).next;
});
await timed('100 further pages of performance', '', async () => {
  for (let i = 0; i < 100; i++) after = (await listPerformance(ctx(), { offeringId }, { limit: 200, after })).next;
});
// a second-level group holds about a tenth of everybody
const part = (await findGroup(ctx(), 'g2'))!;
await timed('subtree of about 10,000 leaves the audience', 'under 5 s', () =>
  updateGroup(ctx(), part.id, { parentId: null }),
);
await timed('and comes back', 'under 5 s', () => updateGroup(ctx(), part.id, { parentId: root.id }));
await timed('audience removed', '', () => removeAudience(ctx(), root.id, offeringId));
clearInterval(watch);
await close();
