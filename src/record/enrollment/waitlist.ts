import { run } from '../../database/parameters.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { eventStamp } from '../kernel/event.ts';
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
    ctx.db,
    `select 1 from offering where tenant_id = $1 and id = any($2::uuid[]) order by id for no key update`,
    [ctx.tenant.id, ids],
  );
  const { rows } = await run<Seats>(
    ctx.db,
    `select o.id as "offeringId", o.seats, o.waitlist_seats as "waitlistSeats",
            count(e.id) filter (where e.state not in (${WITHOUT_SEAT_SQL})) as taken,
            count(e.id) filter (where e.state = 'on_waitlist') as waiting
       from offering o left join enrollment e on e.tenant_id = $1 and e.offering_id = o.id and e.ending is null
      where o.tenant_id = $1 and o.id = any($2::uuid[]) group by o.tenant_id, o.id`,
    [ctx.tenant.id, ids],
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
    ctx.db,
    `select o.id from offering o where o.tenant_id = $1 and o.id = any($2::uuid[])
        and exists (select 1 from enrollment e where e.tenant_id = $1 and e.offering_id = o.id and e.state = 'on_waitlist' and e.ending is null)`,
    [ctx.tenant.id, ids],
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
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  const { rows: seated } = await run<{ id: string }>(
    ctx.db,
    `with next as (
       select e.id, row_number() over (partition by e.offering_id order by e.enrolled_at, e.number) as place, f.n
         from unnest($2::uuid[], $3::int[]) as f (offering_id, n)
         join enrollment e on e.tenant_id = $1 and e.offering_id = f.offering_id and e.state = 'on_waitlist' and e.ending is null
         join person p on p.tenant_id = $1 and p.id = e.person_id and p.status = 'active'
        where e.id <> all ($8::uuid[])
     ), moved as (
       update enrollment e set state = 'not_started', updated_at = $4::timestamptz from next
        where e.tenant_id = $1 and e.id = next.id and next.place <= next.n and e.state = 'on_waitlist' and e.ending is null
        returning e.id, e.person_id, e.course_id, e.offering_id
     ), noted as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
       select $1, $4::timestamptz, $5, $6::uuid, $7, ${eventSql('enrollment.seated')}, id, person_id, course_id,
              jsonb_build_object('offeringId', offering_id, 'changed', jsonb_build_object('state', jsonb_build_array('on_waitlist', 'not_started'))) from moved
     )
     select id from moved`,
    [tenant, free.map((f) => f.id), free.map((f) => f.n), at, kind, actor, dialect, except],
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
    ctx.db,
    `select distinct offering_id as id from enrollment where tenant_id = $1 and person_id = any($2::uuid[]) and state = 'on_waitlist' and ending is null`,
    [ctx.tenant.id, personIds],
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
    ctx.db,
    `select 1 from offering o where o.tenant_id = $1 and o.seats is not null
        and o.id in (select e.offering_id from enrollment e where e.tenant_id = $1 and e.id = any($2::uuid[])
                     union select unnest($3::uuid[]))
      order by o.id for no key update`,
    [ctx.tenant.id, enrollmentIds, offeringIds],
  );
}
