import { listPage } from '../../database/listing.ts';
import { sql } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import type { Permission } from '../kernel/permission.ts';
import { notFound } from '../kernel/refusal.ts';
import { readOne } from '../kernel/rows.ts';
import { sourced } from '../kernel/source-keys.ts';
import { type Offering, offeringListing } from './offering.ts';
import { getCourse } from './read-courses.ts';
import { offeringScope, readableOfferings } from './scope.ts';

/** Offerings the actor may see (a person without `courses.read`: active ones of published courses), of one course, of one term or of a roster's sourcedId when named. */
export async function listOfferings(
  ctx: Context,
  query: ListQuery,
  of: { courseId?: string | undefined; termId?: string | undefined; sourcedId?: string | undefined } = {},
): Promise<Page<Offering>> {
  let where = readableOfferings(ctx);
  if (of.courseId !== undefined) {
    const { id } = await getCourse(ctx, of.courseId);
    where = sql`${where} and o.course_id = ${id}::uuid`;
  }
  if (of.termId !== undefined) {
    if (!isId(of.termId)) return notFound('term', of.termId);
    where = sql`${where} and exists (select 1 from offering_term t where t.tenant_id = o.tenant_id and t.offering_id = o.id and t.term_id = ${of.termId}::uuid)`;
  }
  if (of.sourcedId !== undefined) where = sql`${where}${sourced('offering', 'o.id', of.sourcedId)}`;
  return listPage<Offering>(ctx, offeringListing, where, query);
}

/** Refuses with `not_found` for offerings unknown, deleted or out of the actor's sight. */
export async function getOffering(ctx: Context, id: string): Promise<Offering> {
  const scope = readableOfferings(ctx);
  if (!isId(id)) return notFound('offering', id);
  const where = sql`${scope} and o.id = ${id}::uuid`;
  return (await readOne<Offering>(ctx, offeringListing, where)) ?? notFound('offering', id);
}

/** For verbs that write: by unit, whatever the offering's state. */
export async function readOffering(ctx: Context, id: string, permission?: Permission): Promise<Offering> {
  if (!isId(id)) return notFound('offering', id);
  const where = sql`${offeringScope(ctx, permission)} and o.id = ${id}::uuid`;
  return (await readOne<Offering>(ctx, offeringListing, where)) ?? notFound('offering', id);
}
