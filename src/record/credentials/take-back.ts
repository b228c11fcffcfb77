import { run } from '../../database/run.ts';
import { NOW, type Sql, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { typeSql } from '../kernel/event-types.ts';
import type { Instant } from '../kernel/instant.ts';
import { COMPLETION_SQL } from './award.ts';
import { awardEvent } from './award-event.ts';

/** An enrollment whose completion was taken back, or was dated back. */
export interface Reopened {
  id: string;
  personId: string;
  courseId: string;
  /** When it was complete. */
  completedAt: Instant | null;
}

/** Why an award was withdrawn, in a word. */
type Reason = 'completion_undone' | 'completion_moved';

// A span rests on one completion of each course after the span before it. Where a completion of that time was taken back and the course
// has none left in it, the latest earlier span that still rests on something stands again, revoked if it ended so; without one the award
// is withdrawn. Earlier spans that rest on nothing go. `moved`: completions were dated back, and a span that would now begin earlier goes too,
// to be made anew.
const takingBack = (reopened: readonly Reopened[], moved: boolean, reason: Reason): Sql => sql`
with reopened as (
  select distinct person_id, course_id, at from unnest(${reopened.map((enrollment) => enrollment.personId)}::uuid[], ${reopened.map((enrollment) => enrollment.courseId)}::uuid[], ${reopened.map((enrollment) => enrollment.completedAt)}::timestamptz[]) as r (person_id, course_id, at)
), hit as materialized (
  select w.* from certificate_award w
   where w.tenant_id = ${TENANT} and (w.ready_at is not null or (w.certified_at is not null and w.revoked_at is null))
     and (w.certificate_id, w.person_id) in (
       select cc.certificate_id, r.person_id from reopened r join certificate_course cc on cc.tenant_id = ${TENANT} and cc.course_id = r.course_id)
   order by w.id for update
), span as (
  select h.id, h.certificate_id, h.person_id, s.*, lag(s.certified_at) over (partition by h.id order by s.certified_at) as since,
         lead(s.certified_at) over (partition by h.id order by s.certified_at) as next
    from hit h cross join lateral (
      select h.certified_at, h.expires_at, null::timestamptz as ended_at, false as earlier, false as pending
       where h.certified_at is not null and h.revoked_at is null
      union all
      select h.ready_at, null, null, false, true where h.ready_at is not null
      union all
      select x.certified_at, x.expires_at, x.ended_at, true, false from certificate_span x where x.tenant_id = ${TENANT} and x.award_id = h.id) s
), moved as (
  select span.id from span
    join certificate k on k.tenant_id = ${TENANT} and k.id = span.certificate_id and not k.confirmation and k.status = 'active'
   cross join lateral (
     select max(f.at) as at
       from certificate_course cc
       join course c on c.tenant_id = ${TENANT} and c.id = cc.course_id and c.deleted_at is null
       left join lateral (
         select min(e.completed_at) as at from enrollment e
          where e.tenant_id = ${TENANT} and e.person_id = span.person_id and e.course_id = cc.course_id and ${COMPLETION_SQL}
            and e.completed_at <= span.certified_at and (span.since is null or e.completed_at > span.since)) f on true
      where cc.tenant_id = ${TENANT} and cc.certificate_id = span.certificate_id
     having count(*) = count(f.at)) x
   where ${moved}::boolean and not span.earlier and not span.pending and x.at < span.certified_at
), kept as materialized (
  select span.* from span
   where (span.earlier or span.pending or span.id not in (select id from moved)) and not exists (
     select 1 from reopened r join certificate_course cc on cc.tenant_id = ${TENANT} and cc.certificate_id = span.certificate_id and cc.course_id = r.course_id
      where r.person_id = span.person_id and (r.at is null or (r.at <= span.certified_at and (span.since is null or r.at > span.since)))
        and not exists (
        select 1 from enrollment e
         where e.tenant_id = ${TENANT} and e.person_id = r.person_id and e.course_id = r.course_id and e.state = 'complete'
           and e.completed_at <= span.certified_at and (span.since is null or e.completed_at > span.since)))
), judged as (
  select h.id, h.certified_at is not null and h.revoked_at is null as stood,
         exists (select 1 from kept where kept.id = h.id and not kept.earlier and not kept.pending) as stands,
         exists (select 1 from kept where kept.id = h.id and kept.pending) as pending,
         back.certified_at as back_at, back.expires_at as back_until, back.revoked_at as back_revoked_at,
         array(select span.certified_at from span where span.id = h.id and span.earlier
               except select kept.certified_at from kept where kept.id = h.id and kept.earlier) as fallen
    from hit h
    left join lateral (select kept.certified_at, kept.expires_at, case when kept.ended_at < least(kept.expires_at, kept.next) then kept.ended_at end as revoked_at
                         from kept where kept.id = h.id and kept.earlier order by kept.certified_at desc limit 1) back on true
), changed as (
  update certificate_award w
     set ready_at = case when j.pending then w.ready_at end,
         certified_at = case when j.stood and not j.stands and j.back_at is not null then j.back_at else w.certified_at end,
         expires_at = case when j.stood and not j.stands and j.back_at is not null then j.back_until else w.expires_at end,
         expiry_noted = case when j.stood and not j.stands and j.back_at is not null then null else w.expiry_noted end,
         revoked_at = case when not j.stood or j.stands then w.revoked_at when j.back_at is not null then j.back_revoked_at else ${NOW} end,
         revoked_because = case when not j.stood or j.stands then w.revoked_because
                                when j.back_at is null then ${reason}
                                when j.back_revoked_at is not null then (
                                  select e.data->>'reason' from event e
                                   where e.tenant_id = ${TENANT} and e.entity = 'certificate_award' and e.entity_id = w.id and e.type = ${typeSql('award.revoked')}
                                     and e.at = j.back_revoked_at order by e.seq desc limit 1) end,
         revocation = case when not j.stood or j.stands then w.revocation when j.back_at is null then 'withdrawn'
                           when j.back_revoked_at is not null then 'revoked' end,
         updated_at = ${NOW}
    from judged j
   where w.tenant_id = ${TENANT} and w.id = j.id and ((j.stood and not j.stands) or (w.ready_at is not null and not j.pending) or j.fallen <> '{}')
  returning new.id, new.certificate_id, new.person_id, new.ready_at, new.certified_at, new.expires_at, new.revoked_at, j.fallen,
            (j.stood and not j.stands) or (old.ready_at is not null and not j.pending) as withdrawn,
            old.ready_at as was_ready_at, old.certified_at as was_certified_at, old.expires_at as was_until, old.revoked_at as was_revoked_at
), forgotten as (
  delete from certificate_span x using changed
   where x.tenant_id = ${TENANT} and x.award_id = changed.id
     and (x.certified_at = any(changed.fallen) or (changed.certified_at <> changed.was_certified_at and x.certified_at >= changed.certified_at))
)
select id, certificate_id as "certificateId", person_id as "personId", ready_at as "readyAt", certified_at as "certifiedAt", expires_at as "expiresAt",
       revoked_at as "revokedAt", was_ready_at as "wasReadyAt", was_certified_at as "wasCertifiedAt", was_until as "wasUntil", was_revoked_at as "wasRevokedAt",
       withdrawn
  from changed order by id`;

interface Changed {
  id: string;
  certificateId: string;
  personId: string;
  readyAt: Instant | null;
  certifiedAt: Instant | null;
  expiresAt: Instant | null;
  revokedAt: Instant | null;
  wasReadyAt: Instant | null;
  wasCertifiedAt: Instant | null;
  wasUntil: Instant | null;
  wasRevokedAt: Instant | null;
  /** False where only earlier spans went. */
  withdrawn: boolean;
}

/** Takes away what rested on completions that are gone, or were dated back (`moved`). */
export async function takeBack(ctx: Context, reopened: readonly Reopened[], moved: boolean): Promise<void> {
  if (reopened.length === 0) return;
  const reason: Reason = moved ? 'completion_moved' : 'completion_undone';
  const { rows } = await run<Changed>(ctx, takingBack(reopened, moved, reason));
  await append(
    ctx,
    rows.map(({ withdrawn, ...row }) =>
      awardEvent(
        withdrawn ? 'withdrawn' : 'span_withdrawn',
        row,
        {
          readyAt: [row.wasReadyAt, row.readyAt],
          certifiedAt: [row.wasCertifiedAt, row.certifiedAt],
          expiresAt: [row.wasUntil, row.expiresAt],
          revokedAt: [row.wasRevokedAt, row.revokedAt],
        },
        { reason },
      ),
    ),
  );
}
