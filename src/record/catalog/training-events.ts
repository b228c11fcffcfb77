import { run } from '../../database/run.ts';
import { sql, TENANT, ZONE } from '../../database/sql.ts';
import { may } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { getOffering } from './read-offerings.ts';

/** A meeting as a date in a calendar: one time and place at which an offering is taught. */
export interface TrainingEvent {
  id: string;
  sessionId: string;
  name: string;
  description: string | null;
  startsAt: Instant;
  endsAt: Instant;
  /** From midnight to midnight by the tenant's clock. */
  allDay: boolean;
  /** Name of the room, else what the offering says. */
  location: string | null;
  /** A live session of the course, and not in a room that has no address on the net. */
  live: boolean;
  /** The live session counts in the score. */
  graded: boolean;
  /** Learners see it: course and offering are open, and the live session is not hidden. */
  published: boolean;
}

/** The training events of an offering, in order of time; people without `courses.read` see the published ones. */
export async function listTrainingEvents(ctx: Context, offeringId: string): Promise<TrainingEvent[]> {
  const offering = await getOffering(ctx, offeringId);
  const { rows } = await run<TrainingEvent>(
    ctx,
    sql`select m.id, s.id as "sessionId", s.name, s.description, m.starts_at as "startsAt", m.ends_at as "endsAt",
            (m.starts_at at time zone ${ZONE})::time = '00:00' and (m.ends_at at time zone ${ZONE})::time in ('00:00', '23:59', '23:59:59', '23:59:59.999')
              and m.ends_at > m.starts_at as "allDay",
            coalesce(r.name, o.location) as location, coalesce(a.kind = 'live_session' and (r.id is null or r.url is not null), false) as live,
            coalesce(a.weight > 0, false) as graded,
            c.state = 'published' and o.state = 'active' and a.id is not null and a.id <> all (o.hidden_activity_ids) as published
       from session s
       join meeting m on m.tenant_id = ${TENANT} and m.session_id = s.id
       join offering o on o.tenant_id = ${TENANT} and o.id = s.offering_id
       join course c on c.tenant_id = ${TENANT} and c.id = o.course_id
       left join room r on r.tenant_id = ${TENANT} and r.id = m.room_id
       left join activity a on a.tenant_id = ${TENANT} and a.version_id = o.version_id and a.id = s.activity_id
      where s.tenant_id = ${TENANT} and s.offering_id = ${offering.id}::uuid and s.deleted_at is null order by m.starts_at, m.id`,
  );
  return may(ctx.actor, 'courses.read') ? rows : rows.filter((event) => event.published);
}
