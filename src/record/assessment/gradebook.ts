import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { ACTOR_ID, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { may, mayAnywhere } from '../kernel/actor.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { enrollmentsWithin } from '../kernel/reach.ts';
import { peopleWithinSight } from '../kernel/visibility.ts';
import type { Mark, Submission } from './types.ts';

const JOINS = sql`join assessment a on a.tenant_id = w.tenant_id and a.id = w.assessment_id
  join enrollment e on e.tenant_id = w.tenant_id and e.id = w.enrollment_id
  join person p on p.tenant_id = w.tenant_id and p.id = e.person_id`;

const SHARED = {
  assessmentId: { sql: 'w.assessment_id', type: 'id' },
  enrollmentId: { sql: 'w.enrollment_id', type: 'id' },
  offeringId: { sql: 'a.offering_id', type: 'id' },
  personId: { sql: 'e.person_id', type: 'id' },
  createdAt: { sql: 'w.created_at', type: 'instant' },
  updatedAt: { sql: 'w.updated_at', type: 'instant' },
  /** The two ids as one, to end every order. */
  id: { sql: `md5(w.assessment_id::text || w.enrollment_id::text)::uuid`, type: 'id' },
} as const;

const markListing: Listing = {
  select: sql`w.id, w.assessment_id as "assessmentId", w.enrollment_id as "enrollmentId", e.person_id as "personId", w.score, round(w.score * 100 / a.maximum, 4) as percent,
    w.text_score as "textScore", w.carried_over as "carriedOver", w.comment, w.role, w.counts, w.marker_id as "markerId", w.marked_at as "markedAt",
    w.created_at as "createdAt", w.updated_at as "updatedAt"`,
  from: sql`mark w ${JOINS}`,
  fields: {
    named: {
      ...SHARED,
      id: { sql: 'w.id', type: 'id' },
      markedAt: { sql: 'w.marked_at', type: 'instant' },
      score: { sql: 'w.score', type: 'number', nullable: true },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

/** Who marked is told to those who see the marker. */
const marksSeen = (ctx: Context): Listing => peopleWithinSight(ctx, markListing, 'w.marker_id');

const submissionListing: Listing = {
  select: sql`w.assessment_id as "assessmentId", w.enrollment_id as "enrollmentId", e.person_id as "personId", w.state, w.submitted_at as "submittedAt",
    coalesce(w.submitted_at > a.due_at, false) and not exists (select 1 from mark m where m.tenant_id = w.tenant_id and m.assessment_id = w.assessment_id
      and m.enrollment_id = w.enrollment_id and m.carried_over and m.counts) as late, w.created_at as "createdAt", w.updated_at as "updatedAt"`,
  from: sql`submission w ${JOINS}`,
  fields: {
    named: {
      ...SHARED,
      state: { sql: 'w.state', type: 'text', exact: true },
      submittedAt: { sql: 'w.submitted_at', type: 'instant', nullable: true },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

function scoped(ctx: Context): Sql {
  const own = sql`e.person_id = ${ACTOR_ID}`;
  if (ctx.actor.kind === 'person' && !mayAnywhere(ctx.actor, 'marks.read'))
    return sql`w.tenant_id = ${TENANT} and ${own}`;
  demandAnywhere(ctx, 'marks.read');
  const within = enrollmentsWithin(ctx, 'marks.read', 'e', 'p');
  return may(ctx.actor, 'marks.read')
    ? sql`w.tenant_id = ${TENANT}${within}`
    : sql`w.tenant_id = ${TENANT} and (${own} or (true${within}))`;
}

/** A mark, for the record's own verbs: permissions are theirs to check. */
export async function readMark(ctx: Context, id: string): Promise<Mark | undefined> {
  const listing = marksSeen(ctx);
  const { rows } = await run<Mark>(
    ctx,
    sql`select ${listing.select} from ${listing.from} where w.tenant_id = ${TENANT} and w.id = ${id}::uuid`,
  );
  return rows[0];
}

export interface MarkPlace {
  assessmentId: string;
  enrollmentId: string;
  markerId: string | null;
}

/** Where a mark is that is in sight of who may write marks. */
export async function findMarkToWrite(ctx: Context, id: string): Promise<MarkPlace | undefined> {
  const { rows } = await run<MarkPlace>(
    ctx,
    sql`select w.assessment_id as "assessmentId", w.enrollment_id as "enrollmentId", w.marker_id as "markerId"
          from mark w ${JOINS} where w.tenant_id = ${TENANT} and w.id = ${id}::uuid${enrollmentsWithin(ctx, 'marks.write', 'e', 'p')}`,
  );
  return rows[0];
}

/** What was handed in for a piece of work, for the record's own verbs. */
export async function readSubmission(
  ctx: Context,
  assessmentId: string,
  enrollmentId: string,
): Promise<Submission | undefined> {
  const { select, from } = submissionListing;
  const { rows } = await run<Submission>(
    ctx,
    sql`select ${select} from ${from} where w.tenant_id = ${TENANT} and w.assessment_id = ${assessmentId}::uuid and w.enrollment_id = ${enrollmentId}::uuid`,
  );
  return rows[0];
}

/** The gradebook's marks, which count; who lacks `marks.read` sees their own. */
export async function listMarks(ctx: Context, query: ListQuery): Promise<Page<Mark>> {
  return listPage<Mark>(ctx, marksSeen(ctx), sql`${scoped(ctx)} and w.counts`, query);
}

/** Marks that count and those beside them, for who may read marks: learners see what they come to. */
export async function listMarkings(ctx: Context, query: ListQuery): Promise<Page<Mark>> {
  demandAnywhere(ctx, 'marks.read');
  const judged = ctx.actor.kind === 'person' ? sql` and (w.counts or e.person_id <> ${ACTOR_ID})` : nothing;
  const seen = sql`w.tenant_id = ${TENANT}${enrollmentsWithin(ctx, 'marks.read', 'e', 'p')}${judged}`;
  return listPage<Mark>(ctx, marksSeen(ctx), seen, query);
}

/** What was handed in; who lacks `marks.read` sees their own. */
export async function listSubmissions(ctx: Context, query: ListQuery): Promise<Page<Submission>> {
  return listPage<Submission>(ctx, submissionListing, scoped(ctx), query);
}
