import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { name, nothing, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { type Context, demand, demandAnywhere } from '../kernel/context.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { enrollmentsWithin } from '../kernel/reach.ts';
import { Refusal } from '../kernel/refusal.ts';
import { enrollmentFor } from './details.ts';
import { FACTS_SQL, PARTS_SQL } from './roll-up.ts';
import { COLLECTIONS_SQL } from './states.ts';
import type { ActivityStateRow, Enrollment, SectionState } from './types.ts';

/** The id of an enrollment's state in a section or activity: made from both, so that it needs no row to exist. */
const stateIdSql = (enrollment: string, thing: string): Sql =>
  sql`md5(${name(enrollment)}::text || ${name(thing)}::text)::uuid`;

// An activity without a row is one that nobody touched: not started since the enrollment was made.
const activityStateListing: Listing = {
  select: sql`${stateIdSql('e.id', 'a.id')} as id, e.id as "enrollmentId", a.id as "activityId", a.section_id as "sectionId",
    ${stateIdSql('e.id', 'a.section_id')} as "sectionStateId", a.kind, a.name, a.required, e.person_id as "personId", p.full_name as "fullName",
    coalesce(x.state, 'not_started') as state, coalesce(x.progress, 0) as progress, x.score, coalesce(x.time_ticks, 0) as "timeTicks",
    coalesce(x.attempts, 0) as attempts, coalesce(x.failures, 0) as failures, x.last_attempt_at as "lastAttemptAt", coalesce(x.tasks_done, '{}') as "tasksDone",
    e.enrolled_at as "enrolledAt", x.started_at as "startedAt", x.completed_at as "completedAt",
    e.created_at as "createdAt", coalesce(x.updated_at, e.created_at) as "updatedAt"`,
  from: sql`enrollment e
    join person p on p.tenant_id = e.tenant_id and p.id = e.person_id
    join offering o on o.tenant_id = e.tenant_id and o.id = e.offering_id
    join activity a on a.tenant_id = e.tenant_id and a.version_id = e.version_id and a.id <> all (o.hidden_activity_ids)
    join section s on s.tenant_id = e.tenant_id and s.version_id = e.version_id and s.id = a.section_id
    left join activity_enrollment x on x.tenant_id = e.tenant_id and x.enrollment_id = e.id and x.activity_id = a.id`,
  fields: {
    named: {
      id: { sql: stateIdSql('e.id', 'a.id'), type: 'id' },
      enrollmentId: { sql: 'e.id', type: 'id' },
      activityId: { sql: 'a.id', type: 'id' },
      sectionId: { sql: 'a.section_id', type: 'id' },
      sectionStateId: { sql: stateIdSql('e.id', 'a.section_id'), type: 'id' },
      kind: { sql: 'a.kind', type: 'text', exact: true },
      name: { sql: 'a.name', type: 'text' },
      personId: { sql: 'e.person_id', type: 'id' },
      fullName: { sql: 'p.full_name', type: 'text' },
      state: { sql: `coalesce(x.state, 'not_started')`, type: 'text', exact: true },
      progress: { sql: 'coalesce(x.progress, 0)', type: 'number' },
      score: { sql: 'x.score', type: 'number', nullable: true },
      timeTicks: { sql: 'coalesce(x.time_ticks, 0)', type: 'number' },
      attempts: { sql: 'coalesce(x.attempts, 0)', type: 'number' },
      failures: { sql: 'coalesce(x.failures, 0)', type: 'number' },
      lastAttemptAt: { sql: 'x.last_attempt_at', type: 'instant', nullable: true },
      enrolledAt: { sql: 'e.enrolled_at', type: 'instant' },
      startedAt: { sql: 'x.started_at', type: 'instant', nullable: true },
      completedAt: { sql: 'x.completed_at', type: 'instant', nullable: true },
      createdAt: { sql: 'e.created_at', type: 'instant' },
      updatedAt: { sql: 'coalesce(x.updated_at, e.created_at)', type: 'instant' },
      sectionPosition: { sql: 's.position', type: 'number' },
      position: { sql: 'a.position', type: 'number' },
    },
  },
  sort: [{ field: 'fullName', descending: false }],
  id: 'id',
};

const CONTENT_ORDER = [
  { field: 'sectionPosition', descending: false },
  { field: 'position', descending: false },
];

/** Most activities a course version may have; a bare list of one enrollment is never longer. */
const MOST_ACTIVITIES = 5000;

/** The activities of one enrollment in the order of the content. The caller got the enrollment from the record, so it may be seen. */
export async function listActivityStates(
  ctx: Context,
  enrollment: Enrollment,
  sectionId?: string,
): Promise<ActivityStateRow[]> {
  const section = sectionId ? sql` and a.section_id = ${sectionId}::uuid` : nothing;
  const page = await listPage<ActivityStateRow>(
    ctx,
    activityStateListing,
    sql`e.tenant_id = ${TENANT} and e.id = ${enrollment.id}::uuid${section}`,
    {
      sort: CONTENT_ORDER,
      page: { kind: 'rows', offset: 0, limit: MOST_ACTIVITIES, total: false },
    },
  );
  return page.rows;
}

/** How one activity of an enrollment stands. Refuses `not_found` when its version has no such activity. */
export async function getActivityState(
  ctx: Context,
  enrollment: Enrollment,
  activityId: string,
): Promise<ActivityStateRow> {
  const page = await listPage<ActivityStateRow>(
    ctx,
    activityStateListing,
    sql`e.tenant_id = ${TENANT} and e.id = ${enrollment.id}::uuid and a.id = ${activityId}::uuid`,
    {
      sort: CONTENT_ORDER,
      page: { kind: 'rows', offset: 0, limit: 1, total: false },
    },
  );
  if (!page.rows[0]) throw new Refusal({ kind: 'not_found', entity: 'activity', id: activityId });
  return page.rows[0];
}

/** Everybody in one activity of a course. */
export async function listActivityEnrollments(
  ctx: Context,
  courseId: string,
  activityId: string,
  query: ListQuery,
): Promise<Page<ActivityStateRow>> {
  demandAnywhere(ctx, 'enrollments.read');
  const where = sql`e.tenant_id = ${TENANT} and e.course_id = ${courseId}::uuid and a.id = ${activityId}::uuid and e.ending is null and e.is_primary${enrollmentsWithin(ctx, 'enrollments.read', 'e', 'p')}`;
  return listPage<ActivityStateRow>(ctx, activityStateListing, where, query);
}

// Section states come from the same parts and the same facts as the roll-up.
const sectionStatesSql = (id: Sql): Sql => sql`
with target as materialized (
  select e.*, c.kind in (${COLLECTIONS_SQL}) as is_collection, o.hidden_activity_ids
    from enrollment e
    join offering o on o.tenant_id = ${TENANT} and o.id = e.offering_id
    join course c on c.tenant_id = ${TENANT} and c.id = e.course_id
   where e.tenant_id = ${TENANT} and e.id = ${id}
), part as (${PARTS_SQL})
select ${stateIdSql('t.id', 's.id')} as id, t.id as "enrollmentId", s.id as "sectionId", s.name, s.position, t.person_id as "personId", p.full_name as "fullName",
       f.state, f.progress, f.score, f.ticks as "timeTicks", t.enrolled_at as "enrolledAt", f.started_at as "startedAt",
       case when f.state = 'complete' then f.completed_at end as "completedAt", coalesce(f.updated_at, t.created_at) as "updatedAt",
       f.states as "activityStateIds",
       (select k.session_id from session_enrollment k join activity a on a.tenant_id = ${TENANT} and a.version_id = t.version_id and a.id = k.activity_id
         where k.tenant_id = ${TENANT} and k.enrollment_id = t.id and a.section_id = s.id order by a.position limit 1) as "sessionId"
  from target t
  join person p on p.tenant_id = ${TENANT} and p.id = t.person_id
  join section s on s.tenant_id = ${TENANT} and s.version_id = t.version_id
  cross join lateral (
    select ${FACTS_SQL}, coalesce(array_agg(${stateIdSql('part.id', 'part.part_id')} order by part.position) filter (where part.part_id is not null), '{}') as states
      from part where part.section_id = s.id) f
 order by s.position, s.id`;

/** The sections of one enrollment in order, each with its state computed from its activities (rule 7). */
export async function listSectionStates(ctx: Context, enrollment: Enrollment): Promise<SectionState[]> {
  return (await run<SectionState>(ctx, sectionStatesSql(value(enrollment.id, 'uuid')))).rows;
}

/** How one section of an enrollment stands. Refuses `not_found`. */
export async function getSectionState(ctx: Context, enrollment: Enrollment, sectionId: string): Promise<SectionState> {
  const found = (await listSectionStates(ctx, enrollment)).find(
    (section) => section.sectionId === sectionId.toLowerCase(),
  );
  if (!found) throw new Refusal({ kind: 'not_found', entity: 'section', id: sectionId });
  return found;
}

/** What is done in activities is for the learner, and for whoever may record results (rule 6). */
function demandRecording(ctx: Context, personId: string): void {
  if (!(ctx.actor.kind === 'person' && ctx.actor.id === personId)) demand(ctx, 'marks.write');
}

/** An enrollment in whose activities the actor may record, by id or as it was read. Refuses `not_found`, `forbidden`. */
export async function enrollmentToRecord(
  ctx: Context,
  of: string | Enrollment,
): Promise<Pick<Enrollment, 'id' | 'personId'>> {
  if (typeof of === 'string') return enrollmentFor(ctx, of, 'marks.write');
  demandRecording(ctx, of.personId);
  return of;
}
