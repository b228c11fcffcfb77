import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { type DueItem, due, type Told } from '../kernel/changes.ts';
import type { Context, Database } from '../kernel/context.ts';
import { typeSql } from '../kernel/event-types.ts';
import type { Instant } from '../kernel/instant.ts';
import { EXPIRY_WINDOW_SQL, instantTextSql } from './award.ts';

const STANDING = sql`join certificate k on k.tenant_id = a.tenant_id and k.id = a.certificate_id and k.deleted_at is null
  join person p on p.tenant_id = a.tenant_id and p.id = a.person_id and p.status <> 'deleted'`;

/** Awards (alias `a`) that are about to expire by a moment and nobody was told; one that a clock carried past both is only told to have expired. */
const EXPIRING = (now: Sql): Sql =>
  sql`a.expires_at <= ${now} + ${EXPIRY_WINDOW_SQL} and a.expires_at > ${now} and a.revoked_at is null and a.expiry_noted is null`;
const EXPIRED = (now: Sql): Sql =>
  sql`a.expires_at <= ${now} and a.revoked_at is null and a.expiry_noted is distinct from 'expired'`;

const line = <N extends 'award_expiring' | 'award_expired'>(
  change: N,
  says: string,
  at: Sql,
  isDue: (now: Sql) => Sql,
) =>
  due({
    change,
    says,
    async tenants(db: Database, now: Instant) {
      const moment = value(now, 'timestamptz');
      const { rows } = await run<{ id: string }>(
        db,
        sql`select t.id from tenant t
          where t.status = 'active' and exists (
            select 1 from certificate_award a ${STANDING}
             where a.tenant_id = t.id and ${isDue(sql`(${moment} + t.clock_offset_ms * interval '1 ms')`)})
          order by t.id`,
      );
      return rows.map((row) => row.id);
    },
    async find(ctx: Context, after: DueItem, most: number) {
      const { rows } = await run<DueItem>(
        ctx,
        sql`select ${at} as at, a.id from certificate_award a ${STANDING}
          where a.tenant_id = ${TENANT} and ${isDue(NOW)} and (${at}, a.id) > (${after.at}::timestamptz, ${after.id}::uuid)
          order by 1, a.id limit ${most}`,
      );
      return rows;
    },
    // how an award stands is read from the clock and does not wait for this
    async claim(ctx: Context, items: readonly DueItem[]) {
      const ids = items.map((item) => item.id);
      await run(
        ctx,
        sql`select 1 from certificate_award where tenant_id = ${TENANT} and id = any(${ids}::uuid[]) order by id for no key update`,
      );
      const { rows } = await run<{ at: Instant; awardId: string }>(
        ctx,
        sql`select ${at} as at, a.id as "awardId" from certificate_award a ${STANDING}
          where a.tenant_id = ${TENANT} and a.id = any(${ids}::uuid[]) and ${isDue(NOW)} order by 1, a.id`,
      );
      return rows.map(({ at, awardId }) => ({ at, row: { awardId } }));
    },
  });

export const expiringAward = line(
  'award_expiring',
  'An award has 30 days left.',
  sql`a.expires_at - ${EXPIRY_WINDOW_SQL}`,
  EXPIRING,
);

export const expiredAward = line('award_expired', 'An award expires.', sql`a.expires_at`, EXPIRED);

/** Tells of expiries once each, in the order of their times: `award.about_to_expire`, `award.expired`. */
export async function tellExpiries(
  ctx: Context,
  { award_expiring, award_expired }: Told<'award_expiring' | 'award_expired'>,
): Promise<void> {
  const told = [
    ...award_expiring.map(({ awardId }) => ({ awardId, what: 'about_to_expire' })),
    ...award_expired.map(({ awardId }) => ({ awardId, what: 'expired' })),
  ];
  await run(
    ctx,
    sql`with noted as (
       update certificate_award a set expiry_noted = r.what from unnest(${told.map((row) => row.awardId)}::uuid[], ${told.map((row) => row.what)}::text[]) as r (id, what)
        where a.tenant_id = ${TENANT} and a.id = r.id
       returning a.id, a.certificate_id, a.person_id, a.expires_at, r.what
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, data)
     select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, case what when 'expired' then ${typeSql('award.expired')} else ${typeSql('award.about_to_expire')} end,
            'certificate_award', id, person_id,
            jsonb_build_object('certificateId', certificate_id, 'expiresAt', ${instantTextSql('expires_at')})
       from noted order by expires_at, id`,
  );
}
