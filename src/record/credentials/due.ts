import { run } from '../../database/parameters.ts';
import { type DueItem, due, type Told } from '../kernel/changes.ts';
import type { Context, Database } from '../kernel/context.ts';
import { eventStamp } from '../kernel/event.ts';
import { typeSql } from '../kernel/event-types.ts';
import type { Instant } from '../kernel/instant.ts';
import { EXPIRY_WINDOW_SQL, instantTextSql } from './award.ts';

const STANDING = `join certificate k on k.tenant_id = a.tenant_id and k.id = a.certificate_id and k.deleted_at is null
  join person p on p.tenant_id = a.tenant_id and p.id = a.person_id and p.status <> 'deleted'`;

/** Awards (alias `a`) that are about to expire by a moment and nobody was told; one that a clock carried past both is only told to have expired. */
const EXPIRING = (now: string): string =>
  `a.expires_at <= ${now} + ${EXPIRY_WINDOW_SQL} and a.expires_at > ${now} and a.revoked_at is null and a.expiry_noted is null`;
const EXPIRED = (now: string): string =>
  `a.expires_at <= ${now} and a.revoked_at is null and a.expiry_noted is distinct from 'expired'`;

const line = <N extends 'award_expiring' | 'award_expired'>(
  change: N,
  says: string,
  at: string,
  isDue: (now: string) => string,
) =>
  due({
    change,
    says,
    async tenants(db: Database, now: Instant) {
      const { rows } = await run<{ id: string }>(
        db,
        `select t.id from tenant t
          where t.status = 'active' and exists (
            select 1 from certificate_award a ${STANDING}
             where a.tenant_id = t.id and ${isDue(`($1::timestamptz + t.clock_offset_ms * interval '1 ms')`)})
          order by t.id`,
        [now],
      );
      return rows.map((row) => row.id);
    },
    async find(ctx: Context, after: DueItem, most: number) {
      const { rows } = await run<DueItem>(
        ctx.db,
        `select ${at} as at, a.id from certificate_award a ${STANDING}
          where a.tenant_id = $1 and ${isDue('$2::timestamptz')} and (${at}, a.id) > ($3::timestamptz, $4::uuid)
          order by 1, a.id limit $5`,
        [ctx.tenant.id, ctx.now, after.at, after.id, most],
      );
      return rows;
    },
    // how an award stands is read from the clock and does not wait for this
    async claim(ctx: Context, items: readonly DueItem[]) {
      const ids = items.map((item) => item.id);
      await run(
        ctx.db,
        'select 1 from certificate_award where tenant_id = $1 and id = any($2::uuid[]) order by id for no key update',
        [ctx.tenant.id, ids],
      );
      const { rows } = await run<{ at: Instant; awardId: string }>(
        ctx.db,
        `select ${at} as at, a.id as "awardId" from certificate_award a ${STANDING}
          where a.tenant_id = $1 and a.id = any($2::uuid[]) and ${isDue('$3::timestamptz')} order by 1, a.id`,
        [ctx.tenant.id, ids, ctx.now],
      );
      return rows.map(({ at, awardId }) => ({ at, row: { awardId } }));
    },
  });

export const expiringAward = line(
  'award_expiring',
  'An award has 30 days left.',
  `a.expires_at - ${EXPIRY_WINDOW_SQL}`,
  EXPIRING,
);

export const expiredAward = line('award_expired', 'An award expires.', 'a.expires_at', EXPIRED);

/** Tells of expiries once each, in the order of their times: `award.about_to_expire`, `award.expired`. */
export async function tellExpiries(
  ctx: Context,
  { award_expiring, award_expired }: Told<'award_expiring' | 'award_expired'>,
): Promise<void> {
  const told = [
    ...award_expiring.map(({ awardId }) => ({ awardId, what: 'about_to_expire' })),
    ...award_expired.map(({ awardId }) => ({ awardId, what: 'expired' })),
  ];
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  await run(
    ctx.db,
    `with noted as (
       update certificate_award a set expiry_noted = r.what from unnest($2::uuid[], $3::text[]) as r (id, what)
        where a.tenant_id = $1 and a.id = r.id
       returning a.id, a.certificate_id, a.person_id, a.expires_at, r.what
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
     select $1, $4::timestamptz, $5, $6::uuid, $7, case what when 'expired' then ${typeSql('award.expired')} else ${typeSql('award.about_to_expire')} end,
            'certificate_award', id, person_id,
            jsonb_build_object('certificateId', certificate_id, 'expiresAt', ${instantTextSql('expires_at')})
       from noted order by expires_at, id`,
    [tenant, told.map((row) => row.awardId), told.map((row) => row.what), at, kind, actor, dialect],
  );
}
