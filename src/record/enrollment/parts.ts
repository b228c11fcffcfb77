import { type Listing, listPage } from '../../database/listing.ts';
import { constant, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { NIL_ID } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { getEnrollmentDetails } from './details.ts';
import type { GrantKind } from './types.ts';

/** A reason that holds somebody in. */
export interface Grant {
  enrollmentId: string;
  kind: GrantKind;
  /** The group, collection, program or key; null where the reason is nothing but itself. */
  sourceId: string | null;
  createdAt: Instant;
}

const grantListing: Listing = {
  select: sql`g.enrollment_id as "enrollmentId", g.kind, nullif(g.source_id, ${constant(`'${NIL_ID}'`)}) as "sourceId", g.created_at as "createdAt"`,
  from: sql`enrollment_grant g`,
  fields: {
    named: {
      createdAt: { sql: 'g.created_at', type: 'instant' },
      id: { sql: `md5(g.kind || g.source_id::text)::uuid`, type: 'id' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

/** Why somebody is in. Refuses `not_found` as `getEnrollmentDetails` does. */
export async function listGrants(ctx: Context, enrollmentId: string, query: ListQuery): Promise<Page<Grant>> {
  const { id } = await getEnrollmentDetails(ctx, enrollmentId);
  return listPage<Grant>(ctx, grantListing, sql`g.tenant_id = ${TENANT} and g.enrollment_id = ${id}::uuid`, query);
}

/** Credits earned by completing, of one type. */
export interface EarnedCredit {
  enrollmentId: string;
  creditTypeId: string;
  name: string;
  credits: number;
}

const creditListing: Listing = {
  select: sql`k.enrollment_id as "enrollmentId", k.credit_type_id as "creditTypeId", t.name, k.credits`,
  from: sql`enrollment_credit k join credit_type t on t.tenant_id = k.tenant_id and t.id = k.credit_type_id`,
  fields: { named: { name: { sql: 't.name', type: 'text' }, id: { sql: 't.id', type: 'id' } } },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

/** What an enrollment earned, by type. Refuses `not_found` as `getEnrollmentDetails` does. */
export async function listCredits(ctx: Context, enrollmentId: string, query: ListQuery): Promise<Page<EarnedCredit>> {
  const { id } = await getEnrollmentDetails(ctx, enrollmentId);
  const where = sql`k.tenant_id = ${TENANT} and k.enrollment_id = ${id}::uuid`;
  return listPage<EarnedCredit>(ctx, creditListing, where, query);
}
