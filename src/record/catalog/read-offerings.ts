import { listPage } from '../../database/listing.ts';
import { parameters } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { readOne } from '../kernel/rows.ts';
import { sourcedSql } from '../kernel/source-keys.ts';
import { type Offering, offeringListing } from './offering.ts';
import { getCourse } from './read-courses.ts';
import { offeringScope, readableOfferings } from './scope.ts';

/** Offerings the actor may see (a person without `courses.read`: active ones of published courses), of one course, of one term or of a roster's sourcedId when named. */
export async function listOfferings(
  ctx: Context,
  query: ListQuery,
  of: { courseId?: string | undefined; termId?: string | undefined; sourcedId?: string | undefined } = {},
): Promise<Page<Offering>> {
  const p = parameters();
  let where = readableOfferings(ctx, p);
  if (of.courseId !== undefined) {
    const { id } = await getCourse(ctx, of.courseId);
    where += ` and o.course_id = ${p.add(id, 'uuid')}`;
  }
  if (of.termId !== undefined) {
    if (!isId(of.termId)) return notFound('term', of.termId);
    where += ` and exists (select 1 from offering_term t where t.tenant_id = o.tenant_id and t.offering_id = o.id and t.term_id = ${p.add(of.termId, 'uuid')})`;
  }
  if (of.sourcedId !== undefined)
    where += sourcedSql('offering', 'o.id', { tenant: 'o.tenant_id', key: p.add(of.sourcedId, 'text') });
  return listPage<Offering>(ctx.db, offeringListing, where, p, query);
}

/** Refuses with `not_found` for offerings unknown, deleted or out of the actor's sight. */
export async function getOffering(ctx: Context, id: string): Promise<Offering> {
  const p = parameters();
  const scope = readableOfferings(ctx, p);
  if (!isId(id)) return notFound('offering', id);
  const where = `${scope} and o.id = ${p.add(id, 'uuid')}`;
  return (await readOne<Offering>(ctx, offeringListing, where, p)) ?? notFound('offering', id);
}

/** For verbs that write: by unit, whatever the offering's state. */
export async function readOffering(ctx: Context, id: string): Promise<Offering> {
  if (!isId(id)) return notFound('offering', id);
  const p = parameters();
  const where = `${offeringScope(ctx, p)} and o.id = ${p.add(id, 'uuid')}`;
  return (await readOne<Offering>(ctx, offeringListing, where, p)) ?? notFound('offering', id);
}
