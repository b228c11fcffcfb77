import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { ACTOR_ID, constant, nothing, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { may, mayAnywhere } from '../kernel/actor.ts';
import { compare, equals } from '../kernel/condition.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import type { Permission } from '../kernel/permission.ts';
import { enrollmentsWithin } from '../kernel/reach.ts';
import { Refusal } from '../kernel/refusal.ts';
import { sourced } from '../kernel/source-keys.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import type { Enrollment } from './types.ts';

const SELECT = sql`e.id, e.number, e.person_id as "personId", p.full_name as "fullName", p.job_title as "jobTitle", p.avatar, e.course_id as "courseId",
    c.name as "courseName", e.offering_id as "offeringId", e.version_id as "versionId", e.state, e.ending, e.ended_at as "endedAt",
    e.is_primary as "isPrimary", e.source, e.collection_id as "collectionId", e.join_key_id as "joinKeyId", e.progress, e.score, e.result,
    e.set_by as "outcomeBy", e.credits, e.time_ticks as "timeTicks", e.terms_accepted_at as "termsAcceptedAt", e.enrolled_at as "enrolledAt",
    e.access_at as "accessAt", e.due_at as "dueAt", e.expires_at as "expiresAt", e.started_at as "startedAt", e.completed_at as "completedAt",
    e.last_access_at as "lastAccessAt", e.created_at as "createdAt", e.updated_at as "updatedAt"`;
const FROM = sql`enrollment e join person p on p.tenant_id = e.tenant_id and p.id = e.person_id join course c on c.tenant_id = e.tenant_id and c.id = e.course_id`;

export const enrollmentListing: Listing = {
  select: SELECT,
  from: FROM,
  counted: { from: sql`enrollment e`, joined: ['p', 'c', 'o'] },
  fields: {
    named: {
      id: { sql: 'e.id', type: 'id' },
      number: { sql: 'e.number', type: 'number' },
      personId: { sql: 'e.person_id', type: 'id' },
      fullName: { sql: 'p.full_name', type: 'text' },
      jobTitle: { sql: 'p.job_title', type: 'text', nullable: true },
      avatar: { sql: 'p.avatar', type: 'text', nullable: true },
      unitId: { sql: 'p.unit_id', type: 'id' },
      courseId: { sql: 'e.course_id', type: 'id' },
      courseName: { sql: 'c.name', type: 'text' },
      offeringId: { sql: 'e.offering_id', type: 'id' },
      versionId: { sql: 'e.version_id', type: 'id' },
      state: { sql: 'e.state', type: 'text', exact: true },
      ending: { sql: 'e.ending', type: 'text', exact: true, nullable: true },
      endedAt: { sql: 'e.ended_at', type: 'instant', nullable: true },
      isPrimary: { sql: 'e.is_primary', type: 'boolean' },
      source: { sql: 'e.source', type: 'text', exact: true },
      collectionId: { sql: 'e.collection_id', type: 'id', nullable: true },
      joinKeyId: { sql: 'e.join_key_id', type: 'id', nullable: true },
      progress: { sql: 'e.progress', type: 'number' },
      score: { sql: 'e.score', type: 'number', nullable: true },
      result: { sql: 'e.result', type: 'text', nullable: true },
      credits: { sql: 'e.credits', type: 'number', nullable: true },
      timeTicks: { sql: 'e.time_ticks', type: 'number' },
      termsAccepted: { sql: '(e.terms_accepted_at is not null)', type: 'boolean' },
      enrolledAt: { sql: 'e.enrolled_at', type: 'instant' },
      accessAt: { sql: 'e.access_at', type: 'instant', nullable: true },
      dueAt: { sql: 'e.due_at', type: 'instant', nullable: true },
      expiresAt: { sql: 'e.expires_at', type: 'instant', nullable: true },
      startedAt: { sql: 'e.started_at', type: 'instant', nullable: true },
      completedAt: { sql: 'e.completed_at', type: 'instant', nullable: true },
      lastAccessAt: { sql: 'e.last_access_at', type: 'instant', nullable: true },
      createdAt: { sql: 'e.created_at', type: 'instant' },
      updatedAt: { sql: 'e.updated_at', type: 'instant' },
    },
  },
  sort: [{ field: 'enrolledAt', descending: false }],
  id: 'id',
  // whoever is enrolled, leaves, comes back or goes over to another offering is told of in an event
  remembered: { columns: ['e.tenant_id', 'e.ending', 'e.person_id', 'e.course_id', 'e.offering_id'] },
};

/** SQL of the award that a completion earned: of the first of the certificates that ask for the course. Revoked ones count as none. */
const earnedSql = (row: Sql, names: Record<'personId' | 'courseId' | 'completedAt', string>): Sql =>
  sql`(select w.id from certificate_course cc
      join certificate k on k.tenant_id = ${TENANT} and k.id = cc.certificate_id and k.deleted_at is null
      join certificate_award w on w.tenant_id = ${TENANT} and w.certificate_id = cc.certificate_id and w.person_id = ${row}.${constant(names.personId)}
       and w.certified_at >= ${row}.${constant(names.completedAt)} and w.revoked_at is null
     where cc.tenant_id = ${TENANT} and cc.course_id = ${row}.${constant(names.courseId)} and ${row}.state = 'complete' order by k.number limit 1)`;

const withCertificates: Listing = {
  ...enrollmentListing,
  // rows that an offset skips are not looked at
  late: sql`${earnedSql(sql`page`, { personId: '"personId"', courseId: '"courseId"', completedAt: '"completedAt"' })} as "certificateId"`,
  fields: {
    ...enrollmentListing.fields,
    named: {
      ...enrollmentListing.fields.named,
      certificateId: {
        sql: earnedSql(sql`e`, { personId: 'person_id', courseId: 'course_id', completedAt: 'completed_at' }),
        type: 'id',
        nullable: true,
      },
    },
  },
};

/** Which enrollments a list covers. `standing`, the default, leaves withdrawn ones out and keeps superseded ones. */
export interface EnrollmentScope {
  personId?: string | undefined;
  personIds?: readonly string[] | undefined;
  courseId?: string | undefined;
  courseIds?: readonly string[] | undefined;
  offeringId?: string | undefined;
  endings?: 'live' | 'standing' | 'all' | undefined;
  /** What a roster calls so. */
  sourcedId?: string | undefined;
  /** Rows show the certificates that they earned, and `certificateId` is a field to filter and sort by. */
  certificates?: boolean | undefined;
}

const ENDINGS = {
  live: sql` and e.ending is null`,
  standing: sql` and (e.ending is null or e.ending = 'superseded')`,
  all: nothing,
};

export function scoped(ctx: Context, scope: EnrollmentScope): Sql {
  // a person without the permission sees their own
  if (!(ctx.actor.kind === 'person' && scope.personId === ctx.actor.id && !mayAnywhere(ctx.actor, 'enrollments.read')))
    demandAnywhere(ctx, 'enrollments.read');
  let where = sql`e.tenant_id = ${TENANT}${ENDINGS[scope.endings ?? 'standing']}`;
  if (scope.personId) where = sql`${where} and e.person_id = ${scope.personId}::uuid`;
  if (scope.personIds) where = sql`${where} and e.person_id = any(${scope.personIds}::uuid[])`;
  if (scope.courseId) where = sql`${where} and e.course_id = ${scope.courseId}::uuid`;
  if (scope.courseIds) where = sql`${where} and e.course_id = any(${scope.courseIds}::uuid[])`;
  if (scope.offeringId) where = sql`${where} and e.offering_id = ${scope.offeringId}::uuid`;
  if (scope.sourcedId !== undefined) where = sql`${where}${sourced('enrollment', 'e.id', scope.sourcedId)}`;
  return scope.personId === ctx.actor.id ? where : sql`${where}${seen(ctx, 'enrollments.read')}`;
}

/** Whoever has the permission on some things alone takes courses too: what is their own is seen beside. */
function seen(ctx: Context, permission: Permission): Sql {
  const within = enrollmentsWithin(ctx, permission, 'e', 'p');
  return may(ctx.actor, permission) || ctx.actor.kind !== 'person'
    ? within
    : sql` and (e.person_id = ${ACTOR_ID} or (true${within}))`;
}

/** One page of enrollments. Filter and sort by the fields of `enrollmentListing`. */
export async function listEnrollments(
  ctx: Context,
  query: ListQuery,
  scope: EnrollmentScope = {},
): Promise<Page<Enrollment>> {
  return listPage<Enrollment>(
    ctx,
    scope.certificates ? withCertificates : enrollmentListing,
    scoped(ctx, scope),
    query,
  );
}

async function one(
  ctx: Context,
  query: Pick<ListQuery, 'where' | 'sort'>,
  scope: EnrollmentScope,
): Promise<Enrollment | undefined> {
  const { rows } = await listEnrollments(
    ctx,
    { ...query, page: { kind: 'rows', offset: 0, limit: 1, total: false } },
    scope,
  );
  return rows[0];
}

const standing = (ctx: Context, wanted: Sql, endings: keyof typeof ENDINGS, permission?: Permission): Sql => {
  const seen = permission ? enrollmentsWithin(ctx, permission, 'e', 'p') : visiblePeople(ctx, 'p');
  const own = value(ctx.actor.kind === 'person' ? ctx.actor.id : null, 'uuid');
  return sql`select ${SELECT} from ${FROM}
      where e.tenant_id = ${TENANT} and e.id ${wanted}${ENDINGS[endings]}${seen === nothing ? nothing : sql` and (e.person_id = ${own} or (true${seen}))`}`;
};

/**
 * An enrollment as the record's own verbs read it: permissions are theirs to check, people out of sight stay absent. With a permission,
 * those where the actor holds it.
 */
export async function readEnrollment(
  ctx: Context,
  id: string,
  endings: keyof typeof ENDINGS = 'live',
  permission?: Permission,
): Promise<Enrollment> {
  if (!isId(id)) missing(id);
  const { rows } = await run<Enrollment>(ctx, standing(ctx, sql`= ${id}::uuid`, endings, permission));
  return rows[0] ?? missing(id);
}

/** Live enrollments by id, as `readEnrollment` reads them; what is absent or out of sight is left out. */
export async function readEnrollments(ctx: Context, ids: readonly string[]): Promise<Map<string, Enrollment>> {
  const { rows } = await run<Enrollment>(ctx, standing(ctx, sql`= any(${ids}::uuid[])`, 'live'));
  return new Map(rows.map((row) => [row.id, row]));
}

/** An enrollment by id, live, superseded or withdrawn as `endings` says. Refuses `not_found`. */
export async function getEnrollment(
  ctx: Context,
  id: string,
  endings: EnrollmentScope['endings'] = 'standing',
  shown: Shown = {},
): Promise<Enrollment> {
  const own =
    ctx.actor.kind === 'person' && !mayAnywhere(ctx.actor, 'enrollments.read') ? { personId: ctx.actor.id } : {};
  return (await one(ctx, { where: equals('id', id) }, { ...own, endings, ...shown })) ?? missing(id);
}

type Shown = Pick<EnrollmentScope, 'certificates'>;

/** The enrollment that stands for a person in a course (rule 3). Refuses `not_found`. */
export async function getPrimary(
  ctx: Context,
  personId: string,
  courseId: string,
  shown: Shown = {},
): Promise<Enrollment> {
  const scope = { personId, courseId, endings: 'live', ...shown } as const;
  return (await one(ctx, { where: equals('isPrimary', true) }, scope)) ?? missing();
}

/** The live enrollment of a person in an offering. Refuses `not_found`. */
export async function getInOffering(ctx: Context, personId: string, offeringId: string): Promise<Enrollment> {
  return (
    (await one(ctx, { where: compare('personId', 'eq', personId) }, { personId, offeringId, endings: 'live' })) ??
    missing()
  );
}

const missing = (id?: string): never => {
  throw new Refusal({ kind: 'not_found', entity: 'enrollment', id });
};
