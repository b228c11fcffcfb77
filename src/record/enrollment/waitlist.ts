import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT } from '../../database/sql.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';
import { WITHOUT_SEAT_SQL } from './states.ts';

export interface Seats {
  offeringId: string;
  /** Null: no limit. */
  seats: number | null;
  waitlistSeats: number;
  taken: number;
  waiting: number;
}

/**
 * Seats of offerings with a limit, each locked until the transaction ends, so that the last one is never sold twice (rule 18).
 * Learners are locked before offerings, offerings in order of id.
 */
export async function lockSeats(ctx: Context, offeringIds: readonly string[]): Promise<Map<string, Seats>> {
  const ids = [...new Set(offeringIds)];
  if (ids.length === 0) return new Map();
  await run(
    ctx,
    sql`select 1 from offering where tenant_id = ${TENANT} and id = any(${ids}::uuid[]) order by id for no key update`,
  );
  const { rows } = await run<Seats>(
    ctx,
    sql`select o.id as "offeringId", o.seats, o.waitlist_seats as "waitlistSeats",
            count(e.id) filter (where e.state not in (${WITHOUT_SEAT_SQL})) as taken,
            count(e.id) filter (where e.state = 'on_waitlist') as waiting
       from offering o left join enrollment e on e.tenant_id = ${TENANT} and e.offering_id = o.id and e.ending is null
      where o.tenant_id = ${TENANT} and o.id = any(${ids}::uuid[]) group by o.tenant_id, o.id`,
  );
  return new Map(rows.map((row) => [row.offeringId, row]));
}

/**
 * Moves people from waitlists into free seats, first come first served (rule 2); suspended people keep their place in the queue and
 * wait. `except` names enrollments that were put on the waitlist just now.
 */
export async function advanceWaitlists(
  ctx: Context,
  offeringIds: readonly string[],
  except: readonly string[] = [],
): Promise<void> {
  const ids = [...new Set(offeringIds)];
  if (ids.length === 0) return;
  const { rows: queued } = await run<{ id: string }>(
    ctx,
    sql`select o.id from offering o where o.tenant_id = ${TENANT} and o.id = any(${ids}::uuid[])
        and exists (select 1 from enrollment e where e.tenant_id = ${TENANT} and e.offering_id = o.id and e.state = 'on_waitlist' and e.ending is null)`,
  );
  if (queued.length === 0) return;
  const seats = await lockSeats(
    ctx,
    queued.map((row) => row.id),
  );
  const free = [...seats.values()]
    .map((s) => ({ id: s.offeringId, n: s.seats === null ? s.waiting : Math.max(0, s.seats - s.taken) }))
    .filter((s) => s.n > 0);
  if (free.length === 0) return;
  const { rows: seated } = await run<{ id: string }>(
    ctx,
    sql`with next as (
       select e.id, row_number() over (partition by e.offering_id order by e.enrolled_at, e.number) as place, f.n
         from unnest(${free.map((f) => f.id)}::uuid[], ${free.map((f) => f.n)}::int[]) as f (offering_id, n)
         join enrollment e on e.tenant_id = ${TENANT} and e.offering_id = f.offering_id and e.state = 'on_waitlist' and e.ending is null
         join person p on p.tenant_id = ${TENANT} and p.id = e.person_id and p.status = 'active'
        where e.id <> all (${except}::uuid[])
     ), moved as (
       update enrollment e set state = 'not_started', updated_at = ${NOW} from next
        where e.tenant_id = ${TENANT} and e.id = next.id and next.place <= next.n and e.state = 'on_waitlist' and e.ending is null
        returning e.id, e.person_id, e.course_id, e.offering_id
     ), noted as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
       select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('enrollment.seated')}, id, person_id, course_id,
              jsonb_build_object('offeringId', offering_id, 'changed', jsonb_build_object('state', jsonb_build_array('on_waitlist', 'not_started'))) from moved
     )
     select id from moved`,
  );
  report(
    ctx,
    'seated',
    seated.map((row) => ({ enrollmentId: row.id })),
  );
}

/** The offerings where these people wait: who comes back from a suspension finds the seat that came free meanwhile. */
export async function waitingIn(ctx: Context, personIds: readonly string[]): Promise<string[]> {
  if (personIds.length === 0) return [];
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select distinct offering_id as id from enrollment where tenant_id = ${TENANT} and person_id = any(${personIds}::uuid[]) and state = 'on_waitlist' and ending is null`,
  );
  return rows.map((row) => row.id);
}

/** Locks the offerings with limits that these enrollments are in, and those named, in order of id, before any enrollment is touched. */
export async function lockOfferingsOf(
  ctx: Context,
  enrollmentIds: readonly string[],
  offeringIds: readonly string[] = [],
): Promise<void> {
  await run(
    ctx,
    sql`select 1 from offering o where o.tenant_id = ${TENANT} and o.seats is not null
        and o.id in (select e.offering_id from enrollment e where e.tenant_id = ${TENANT} and e.id = any(${enrollmentIds}::uuid[])
                     union select unnest(${offeringIds}::uuid[]))
      order by o.id for no key update`,
  );
}
