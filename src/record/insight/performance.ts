import { runApart } from '../../database/run.ts';
import { constant, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { demandedTotal, keepTotal, NO_TOTAL } from '../../database/totals.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Page, Position } from '../kernel/page.ts';
import { enrollmentsWithin } from '../kernel/reach.ts';
import { refuse } from '../kernel/refusal.ts';
import { withoutClients } from '../kernel/visibility.ts';

/** How one learner gets on in one offering. */
export interface Performance {
  enrollmentId: string;
  personId: string;
  personExternalId: string | null;
  /** External id, or what stands in for it. */
  personHandle: string;
  offeringId: string;
  /** External id, or else id. */
  offeringKey: string;
  offeringName: string;
  /** Percent, two decimals. */
  progress: number;
  /** Percent, four decimals; null without marked work. */
  score: number | null;
  /** Once complete. */
  completedAt: Instant | null;
}

export interface PerformanceScope {
  personId?: string | undefined;
  offeringId?: string | undefined;
  /** Only people who have an external id. */
  externalPeople?: boolean | undefined;
}

export interface PerformancePage {
  limit: number;
  after?: Position | undefined;
  total?: boolean | undefined;
}

const SEATED = sql`e.ending is null and e.state not in ('pending_approval', 'pending_acceptance', 'on_waitlist', 'declined')`;

const FROM = sql`enrollment e join person p on p.tenant_id = e.tenant_id and p.id = e.person_id
    join offering o on o.tenant_id = e.tenant_id and o.id = e.offering_id and o.deleted_at is null
    join course c on c.tenant_id = o.tenant_id and c.id = o.course_id and c.kind in ('online', 'instructor_led', 'stream')`;

/** Who has a seat in an offering changes only with an event. */
const REMEMBERED = {
  columns: ['e.tenant_id', 'e.ending', 'e.state', 'e.person_id', 'e.offering_id'],
};

/**
 * Learners who have a seat, each with progress and score: by person, by offering, or both, in the order of enrolling. One statement a
 * page, counted or not.
 */
export async function listPerformance(
  ctx: Context,
  { personId, offeringId, externalPeople }: PerformanceScope,
  { limit, after, total }: PerformancePage,
): Promise<Page<Performance>> {
  demandAnywhere(ctx, 'enrollments.read');
  const seen = enrollmentsWithin({ ...ctx, withoutClients: false }, 'enrollments.read', 'e', 'p');
  const where = sql`e.tenant_id = ${TENANT} and ${SEATED}${withoutClients(ctx, sql`e.person_id`)}${seen}${
    personId === undefined ? nothing : sql` and e.person_id = ${personId}::uuid`
  }${offeringId === undefined ? nothing : sql` and e.offering_id = ${offeringId}::uuid`}${
    externalPeople ? sql` and p.external_id is not null` : nothing
  }`;
  // of one offering every live row stands, and joins that add nothing cost
  const narrow = offeringId !== undefined && !externalPeople && seen === nothing;
  const counted = total ? demandedTotal(ctx, REMEMBERED, narrow ? sql`enrollment e` : FROM, where) : NO_TOTAL;
  const { rows, apart } = await runApart<Performance>(
    ctx,
    sql`${counted.with}select e.id as "enrollmentId", e.person_id as "personId", p.external_id as "personExternalId", p.handle as "personHandle",
            e.offering_id as "offeringId", coalesce(o.external_id, o.id::text) as "offeringKey", o.name as "offeringName",
            e.progress, e.score, case when e.state = 'complete' then e.completed_at end as "completedAt", e.enrolled_at as "#at"${counted.columns}
       from ${FROM} where ${where}${after ? beyond(after) : nothing} order by e.enrolled_at, e.id limit ${constant(Math.trunc(limit) + 1)}`,
  );
  const more = rows.length > limit;
  if (more) rows.pop();
  const last = rows.at(-1);
  const next: Position | undefined = more && last ? [apart(rows.length - 1, 'at'), last.enrollmentId] : undefined;
  if (rows.length > 0) keepTotal(counted, apart(0, 'state'), apart(0, 'total'));
  return { rows, ...(total ? { total: apart(0, 'total') ?? 0 } : {}), ...(next ? { next } : {}) };
}

function beyond(after: Position): Sql {
  const [at, id] = after;
  if (after.length !== 2 || typeof at !== 'string' || Number.isNaN(Date.parse(at)) || typeof id !== 'string')
    return refuse({ kind: 'not_found', entity: 'page' });
  return sql` and (e.enrolled_at, e.id) > (${at}::timestamptz, ${id}::uuid)`;
}
