import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { mayAnywhere } from '../kernel/actor.ts';
import { settled } from '../kernel/changes.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import type { Permission } from '../kernel/permission.ts';
import { enrollmentsWithin } from '../kernel/reach.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Precondition } from '../kernel/text.ts';
import { type EnrollmentScope, enrollmentListing, scoped } from './list-enrollments.ts';
import type { Enrollment } from './types.ts';

/** An enrollment with what only some protocols show. */
export interface EnrollmentDetails extends Enrollment {
  offeringName: string;
  programId: string | null;
  rating: number | null;
  /** Not completed, or not left, by its due date. Computed, never stored (rule 5). */
  late: boolean;
}

type Row = Omit<EnrollmentDetails, 'late'>;

const detailListing: Listing = {
  ...enrollmentListing,
  select: sql`${enrollmentListing.select}, e.program_id as "programId", e.rating,
    (select o.name from offering o where o.tenant_id = e.tenant_id and o.id = e.offering_id) as "offeringName"`,
};

const isLate = ({ dueAt, completedAt, endedAt }: Row, now: Instant): boolean =>
  dueAt !== null && (completedAt ?? endedAt ?? now) > dueAt;

const withLate = (ctx: Context, row: Row): EnrollmentDetails => Object.assign(row, { late: isLate(row, ctx.now) });

/** Enrollments of every ending; who lacks `enrollments.read` sees their own. Filter and sort by the fields of `enrollmentListing`. */
export async function listEnrollmentDetails(
  ctx: Context,
  query: ListQuery,
  { sourcedId }: Pick<EnrollmentScope, 'sourcedId'> = {},
): Promise<Page<EnrollmentDetails>> {
  const own =
    ctx.actor.kind === 'person' && !mayAnywhere(ctx.actor, 'enrollments.read') ? { personId: ctx.actor.id } : {};
  const where = scoped(ctx, { ...own, endings: 'all', sourcedId });
  const page = await listPage<Row>(ctx, detailListing, where, query);
  return { ...page, rows: page.rows.map((row) => withLate(ctx, row)) };
}

/** An enrollment of any ending. Refuses `not_found`, also for a learner who asks for somebody else's. */
export const getEnrollmentDetails = (ctx: Context, id: string): Promise<EnrollmentDetails> =>
  enrollmentFor(ctx, id, 'enrollments.read');

/** An enrollment that the actor may see or change: with the permission any in sight, else their own. Refuses `not_found`. */
export async function enrollmentFor(ctx: Context, id: string, permission: Permission): Promise<EnrollmentDetails> {
  const learner = ctx.actor.kind === 'person' && !mayAnywhere(ctx.actor, permission) ? ctx.actor.id : null;
  if (learner === null) demandAnywhere(ctx, permission);
  const seen = learner === null ? enrollmentsWithin(ctx, permission, 'e', 'p') : sql` and false`;
  const { rows } = isId(id)
    ? await run<Row>(
        ctx,
        sql`select ${detailListing.select} from ${detailListing.from}
          where e.tenant_id = ${TENANT} and e.id = ${id}::uuid and (e.person_id = ${ctx.actor.kind === 'person' ? ctx.actor.id : null}::uuid or (true${seen}))`,
      )
    : { rows: [] };
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'enrollment', id });
  return withLate(ctx, rows[0]);
}

/**
 * Runs a change of one enrollment while its learner is held: nothing of it changes between the test of `seen` and the change. Gives
 * it as it stands afterwards. Refuses `not_found`, and whatever `seen` and the change refuse.
 */
export async function changeEnrollment(
  ctx: Context,
  id: string,
  seen: Precondition<EnrollmentDetails> | undefined,
  change: (ctx: Context, current: EnrollmentDetails) => Promise<unknown>,
): Promise<EnrollmentDetails> {
  const { personId } = await enrollmentFor(ctx, id, 'enrollments.write');
  return transaction(
    ctx,
    async (inner) => {
      const current = await enrollmentFor(inner, id, 'enrollments.write');
      seen?.(current);
      await change(inner, current);
      await settled(inner);
      return enrollmentFor(inner, id, 'enrollments.write');
    },
    { learners: [personId] },
  );
}
