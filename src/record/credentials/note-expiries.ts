import { run } from '../../database/parameters.ts';
import type { Operator } from '../access/index.ts';
import { EXPIRY_WINDOW_SQL, instantTextSql } from './award.ts';

const AT_ONCE = 1_000;

// rows that somebody holds are left to the next run
const NOTE_SQL = `
with due as materialized (
  select a.tenant_id, a.id, clock.now, case when a.expires_at <= clock.now then 'expired' else 'about_to_expire' end as what
    from tenant t
    cross join lateral (select $1::timestamptz + t.clock_offset_ms * interval '1 ms' as now) clock
    join certificate_award a on a.tenant_id = t.id and a.expires_at <= clock.now + ${EXPIRY_WINDOW_SQL} and a.revoked_at is null
     and a.expiry_noted is distinct from 'expired' and (a.expiry_noted is null or a.expires_at <= clock.now)
    join certificate k on k.tenant_id = a.tenant_id and k.id = a.certificate_id and k.deleted_at is null
    join person p on p.tenant_id = a.tenant_id and p.id = a.person_id and p.status <> 'deleted'
   where t.status = 'active'
   order by a.expires_at, a.id limit ${AT_ONCE}
   for no key update of a skip locked
), noted as (
  update certificate_award a set expiry_noted = due.what from due where a.tenant_id = due.tenant_id and a.id = due.id
  returning a.tenant_id, a.id, a.certificate_id, a.person_id, a.expires_at, due.now, due.what
), told as (
  insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
  select tenant_id, now, 'system', null, $2, 'award.' || what, 'certificate_award', id, person_id,
         jsonb_build_object('certificateId', certificate_id, 'expiresAt', ${instantTextSql('expires_at')})
    from noted order by expires_at, id
)
select what, count(*) as n from noted group by what`;

export interface NotedExpiries {
  aboutToExpire: number;
  expired: number;
}

/**
 * Tells of every award that is about to expire or has expired, once each, by its tenant's clock: `award.about_to_expire`,
 * `award.expired`. One that a clock carried past both is only told to have expired. How an award stands is read from the clock and
 * does not wait for this. An aborted signal ends it after the rows at hand.
 */
export async function noteExpiries(by: Operator, signal?: AbortSignal): Promise<NotedExpiries> {
  const noted = { aboutToExpire: 0, expired: 0 };
  for (;;) {
    const { rows } = await run<{ what: 'about_to_expire' | 'expired'; n: number }>(by.db, NOTE_SQL, [
      by.now,
      by.dialect,
    ]);
    let found = 0;
    for (const { what, n } of rows) {
      noted[what === 'expired' ? 'expired' : 'aboutToExpire'] += n;
      found += n;
    }
    if (found < AT_ONCE || signal?.aborted) return noted;
  }
}
