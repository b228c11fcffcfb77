import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import { Enrollments } from '../enrollment/index.ts';
import { and, equals } from '../kernel/condition.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { offeringWithin } from '../kernel/reach.ts';
import { notFound } from '../kernel/refusal.ts';
import { getAssessment } from './assessments.ts';
import { listMarks, listSubmissions } from './gradebook.ts';
import type { Mark, Submission } from './types.ts';

const within = (query: ListQuery, field: string, id: string): ListQuery => ({
  ...query,
  where: and(equals(field, id), query.where),
});

/** The marks of one assessment. Refuses `not_found`. */
export async function listMarksOfAssessment(ctx: Context, assessmentId: string, query: ListQuery): Promise<Page<Mark>> {
  const { id } = await getAssessment(ctx, assessmentId);
  return listMarks(ctx, within(query, 'assessmentId', id));
}

/** What was handed in for one assessment. Refuses `not_found`. */
export async function listSubmissionsOfAssessment(
  ctx: Context,
  assessmentId: string,
  query: ListQuery,
): Promise<Page<Submission>> {
  const { id } = await getAssessment(ctx, assessmentId);
  return listSubmissions(ctx, within(query, 'assessmentId', id));
}

/** The marks of one enrollment; who lacks `marks.read` sees their own. Refuses `not_found`. */
export async function listMarksOfEnrollment(ctx: Context, enrollmentId: string, query: ListQuery): Promise<Page<Mark>> {
  const { id } = await Enrollments.getFor(ctx, enrollmentId, 'marks.read');
  return listMarks(ctx, within(query, 'enrollmentId', id));
}

/** What one enrollment handed in; who lacks `marks.read` sees their own. Refuses `not_found`. */
export async function listSubmissionsOfEnrollment(
  ctx: Context,
  enrollmentId: string,
  query: ListQuery,
): Promise<Page<Submission>> {
  const { id } = await Enrollments.getFor(ctx, enrollmentId, 'marks.read');
  return listSubmissions(ctx, within(query, 'enrollmentId', id));
}

/** The gradebook of an offering: the marks of people in sight. Refuses `not_found`. */
export async function listMarksOfOffering(ctx: Context, offeringId: string, query: ListQuery): Promise<Page<Mark>> {
  demandAnywhere(ctx, 'marks.read');
  const offeringIdSql = value(offeringId, 'uuid');
  const { rows } = isId(offeringId)
    ? await run(
        ctx,
        sql`select 1 from offering where tenant_id = ${TENANT} and id = ${offeringIdSql} and deleted_at is null${offeringWithin(ctx, 'marks.read', offeringIdSql)}`,
      )
    : { rows: [] };
  if (rows.length === 0) notFound('offering', offeringId);
  return listMarks(ctx, within(query, 'offeringId', offeringId));
}
