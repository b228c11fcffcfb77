import { run } from '../../database/run.ts';
import { NOW, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { lockPeople } from '../../database/transaction.ts';
import { type DueItem, due } from '../kernel/changes.ts';
import type { Context, Database } from '../kernel/context.ts';
import { typeSql } from '../kernel/event-types.ts';
import { type Instant, later } from '../kernel/instant.ts';

/** Requests that began before an end may still be at work after it, by the moment that they began at: it is looked at once more. */
const STRAGGLERS_MS = 120_000;

/** Offerings that have ended by the moment given, and whose end has not been settled. */
const UNSETTLED = (now: Sql): Sql =>
  sql`o.ends_at < ${now} and o.settled_end is distinct from o.ends_at and o.deleted_at is null`;

// The mark is held by `e` in an offering that is over: another live enrollment has it by rights (rule 3) if it is complete, or open, or
// over as well and the later one.
const ELSEWHERE = (now: Sql): Sql =>
  sql`e.ending is null and e.is_primary and e.state not in ('complete', 'failed', 'declined') and exists (
     select 1 from enrollment other join offering f on f.tenant_id = ${TENANT} and f.id = other.offering_id
      where other.tenant_id = ${TENANT} and other.person_id = e.person_id and other.course_id = e.course_id and other.id <> e.id and other.ending is null
        and (other.state = 'complete' or (other.enrolled_at, other.number) > (e.enrolled_at, e.number)
             or not coalesce(other.state in ('failed', 'declined') or f.state = 'retired' or f.ends_at < ${now}, false)))`;

/**
 * Hands the primary mark on where an offering has ended (rule 3), once for each end; what else depends on an end is read from the clock.
 * The mark moves only away from there, and only to another live enrollment.
 */
export const endOfOffering = due({
  change: 'offering_ended',
  says: 'An offering ends in which people have their primary mark, and they have it elsewhere by rights from then on.',
  tenants,
  find,
  claim,
  finish,
});

async function tenants(db: Database, now: Instant): Promise<string[]> {
  const { rows } = await run<{ id: string }>(
    db,
    sql`select t.id from tenant t
      where t.status = 'active' and exists (
        select 1 from offering o where o.tenant_id = t.id and ${UNSETTLED(sql`${now}::timestamptz + t.clock_offset_ms * interval '1 ms'`)})
      order by t.id`,
  );
  return rows.map((row) => row.id);
}

async function find(ctx: Context, after: DueItem, most: number): Promise<DueItem[]> {
  const { rows } = await run<DueItem>(
    ctx,
    sql`select o.ends_at as at, e.id
       from offering o
       join enrollment e on e.tenant_id = ${TENANT} and e.offering_id = o.id and ${ELSEWHERE(NOW)}
      where o.tenant_id = ${TENANT} and ${UNSETTLED(NOW)} and (o.ends_at, e.id) > (${after.at}::timestamptz, ${after.id}::uuid)
      order by o.ends_at, e.id limit ${most}`,
  );
  return rows;
}

async function claim(ctx: Context, items: readonly DueItem[]) {
  const ids = items.map((item) => item.id);
  const { rows: learners } = await run<{ id: string }>(
    ctx,
    sql`select distinct person_id as id from enrollment where tenant_id = ${TENANT} and id = any(${ids}::uuid[])`,
  );
  await lockPeople(
    ctx,
    learners.map((row) => row.id),
  );
  const { rows } = await run<{ at: Instant; personId: string; courseId: string }>(
    ctx,
    sql`select o.ends_at as at, e.person_id as "personId", e.course_id as "courseId"
       from enrollment e join offering o on o.tenant_id = ${TENANT} and o.id = e.offering_id and o.ends_at < ${NOW}
      where e.tenant_id = ${TENANT} and e.id = any(${ids}::uuid[]) and ${ELSEWHERE(NOW)} order by o.ends_at, e.id`,
  );
  return rows.map(({ at, ...row }) => ({ at, row }));
}

/** Ends that no request can have begun before are settled; where the clock was moved a moment ago, many may have. */
async function finish(ctx: Context): Promise<void> {
  const STRAGGLERS_MSSql = value(later(ctx.now, -STRAGGLERS_MS), 'timestamptz');
  await run(
    ctx,
    sql`update offering o set settled_end = o.ends_at
      where o.tenant_id = ${TENANT} and ${UNSETTLED(STRAGGLERS_MSSql)}
        and not exists (select 1 from event m where m.tenant_id = ${TENANT} and m.entity_id = ${TENANT} and m.type = ${typeSql('tenant.clock_moved')} and m.at >= ${STRAGGLERS_MSSql})`,
  );
}
