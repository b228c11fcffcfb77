import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { findTenant, type Operator, tenantContext } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { NIL_ID } from '../kernel/ids.ts';
import { type Instant, later } from '../kernel/instant.ts';
import { settlePrimary } from './primary.ts';

const OFFERINGS_AT_ONCE = 200;
const PEOPLE_AT_ONCE = 500;
/** Requests that began before an end may still be at work after it, by the moment that they began at: it is looked at once more. */
const STRAGGLERS_MS = 120_000;

interface Ended {
  tenantId: string;
  id: string;
  endsAt: Instant;
}

/**
 * Hands the primary mark on where an offering has ended by its tenant's clock (rule 3), once for each end; what else depends on an end is
 * read from the clock. What is cut off is done again by the next run, and doing it again changes nothing. An aborted signal ends it
 * after the people at hand. Gives how many offerings were looked at.
 */
export async function settleEndedOfferings(by: Operator, signal?: AbortSignal): Promise<number> {
  let settled = 0;
  for (let after: Ended | undefined; ; ) {
    const ended = await nextEnded(by, after);
    for (const [tenantId, offerings] of Map.groupBy(ended, (offering) => offering.tenantId)) {
      const tenant = await findTenant(by, tenantId);
      if (tenant && !(await settle(tenantContext(by, tenant), offerings, signal))) return settled;
      settled += offerings.length;
    }
    after = ended.at(-1);
    if (ended.length < OFFERINGS_AT_ONCE || signal?.aborted) return settled;
  }
}

async function nextEnded(by: Operator, after: Ended | undefined): Promise<Ended[]> {
  const { rows } = await run<Ended>(
    by.db,
    `select o.tenant_id as "tenantId", o.id, o.ends_at as "endsAt"
       from tenant t
       join offering o on o.tenant_id = t.id and o.ends_at < $1::timestamptz + t.clock_offset_ms * interval '1 ms'
        and o.settled_end is distinct from o.ends_at and o.deleted_at is null
      where t.status = 'active' and (o.tenant_id, o.ends_at, o.id) > ($2::uuid, $3::timestamptz, $4::uuid)
      order by o.tenant_id, o.ends_at, o.id limit ${OFFERINGS_AT_ONCE}`,
    [by.now, after?.tenantId ?? NIL_ID, after?.endsAt ?? '0001-01-01T00:00:00.000Z', after?.id ?? NIL_ID],
  );
  return rows;
}

/** False when it was called off. */
async function settle(ctx: Context, offerings: readonly Ended[], signal: AbortSignal | undefined): Promise<boolean> {
  const ids = offerings.map((offering) => offering.id);
  for (let after = NIL_ID; ; ) {
    const pairs = await marked(ctx, ids, after);
    const learners = pairs.map((pair) => pair.personId);
    if (pairs.length > 0) await transaction(ctx, (inner) => settlePrimary(inner, pairs), { learners });
    if (pairs.length < PEOPLE_AT_ONCE) break;
    if (signal?.aborted) return false;
    after = pairs.at(-1)!.enrollmentId;
  }
  await run(
    ctx.db,
    `update offering o set settled_end = o.ends_at from unnest($2::uuid[], $3::timestamptz[]) as s (id, ends_at)
      where o.tenant_id = $1 and o.id = s.id and o.ends_at = s.ends_at and s.ends_at < $4::timestamptz`,
    [ctx.tenant.id, ids, offerings.map((offering) => offering.endsAt), later(ctx.now, -STRAGGLERS_MS)],
  );
  return true;
}

interface Marked {
  enrollmentId: string;
  personId: string;
  courseId: string;
}

/** Who holds the mark in an ended offering and might hand it on: it moves only away from there, and only to another live enrollment. */
async function marked(ctx: Context, offeringIds: readonly string[], after: string): Promise<Marked[]> {
  const { rows } = await run<Marked>(
    ctx.db,
    `select e.id as "enrollmentId", e.person_id as "personId", e.course_id as "courseId"
       from enrollment e
      where e.tenant_id = $1 and e.offering_id = any($2::uuid[]) and e.id > $3::uuid and e.ending is null and e.is_primary
        and e.state not in ('complete', 'failed', 'declined')
        and exists (select 1 from enrollment other where other.tenant_id = $1 and other.person_id = e.person_id
                       and other.course_id = e.course_id and other.id <> e.id and other.ending is null)
      order by e.id limit ${PEOPLE_AT_ONCE}`,
    [ctx.tenant.id, offeringIds, after],
  );
  return rows;
}
