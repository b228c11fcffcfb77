import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value, ZONE } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { may } from '../kernel/actor.ts';
import { report, settled } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { against } from '../kernel/refusal.ts';
import { LONG, nameText } from '../kernel/text.ts';
import type { AwardWithSpans } from './award.ts';
import { awardEvent } from './award-event.ts';
import { shareDefinitions } from './definitions-lock.ts';
import { expirySql } from './expiry-sql.ts';
import { type Reach, readAward } from './read-awards.ts';

/**
 * The learner's word (or that of whoever writes enrollments) that an award shall be made: it counts from now. Already given, nothing
 * changes. Refuses `not_found` for other people's, and `not_earned` while courses are missing.
 */
export async function confirmAward(ctx: Context, id: string): Promise<AwardWithSpans> {
  const own = ctx.actor.kind === 'person' && !may(ctx.actor, 'enrollments.write');
  if (!own) demand(ctx, 'enrollments.write');
  return decide(ctx, id, own ? 'own' : 'units', async (ctx, award) => {
    if (award.readyAt === null) {
      if (award.state === 'certified' || award.state === 'about_to_expire') return undefined;
      against('not_earned', 'certificate_award', award.id);
    }
    const idSql = value(award.id, 'uuid');
    const { rows } = await run<{ certifiedAt: Instant; expiresAt: Instant | null }>(
      ctx,
      sql`with earlier as (
         insert into certificate_span (tenant_id, award_id, certified_at, expires_at, ended_at)
         select ${TENANT}, w.id, w.certified_at, w.expires_at, least(w.expires_at, w.revoked_at, ${NOW})
           from certificate_award w
          where w.tenant_id = ${TENANT} and w.id = ${idSql} and w.certified_at is not null and w.revocation is distinct from 'withdrawn'
         on conflict do nothing
       )
       update certificate_award w
          set certified_at = ${NOW}, expires_at = ${expirySql(NOW, 'k', ZONE)}, ready_at = null, revoked_at = null,
              revoked_because = null, revocation = null, expiry_noted = null, updated_at = ${NOW}
         from certificate k
        where w.tenant_id = ${TENANT} and w.id = ${idSql} and k.tenant_id = ${TENANT} and k.id = w.certificate_id
        returning w.certified_at as "certifiedAt", w.expires_at as "expiresAt"`,
    );
    const first = award.certifiedAt === null || award.revocation === 'withdrawn';
    return awardEvent(first ? 'certified' : 'renewed', award, {
      readyAt: [award.readyAt, null],
      certifiedAt: [award.certifiedAt, rows[0]!.certifiedAt],
      expiresAt: [award.expiresAt, rows[0]!.expiresAt],
      revokedAt: [award.revokedAt, null],
    });
  });
}

/** Takes an award away, with the reason; a new set of completions renews it (rule 10). One that is gone already stays as it is. */
export async function revokeAward(ctx: Context, id: string, reason: string): Promise<AwardWithSpans> {
  demand(ctx, 'enrollments.write');
  return decide(ctx, id, 'units', async (ctx, award) => {
    const because = nameText(reason, ['reason'], LONG);
    if (award.certifiedAt === null) against('not_earned', 'certificate_award', award.id);
    if (award.revokedAt !== null) return undefined;
    await run(
      ctx,
      sql`update certificate_award set revoked_at = ${NOW}, revoked_because = ${because}, revocation = 'revoked', ready_at = null, updated_at = ${NOW}
        where tenant_id = ${TENANT} and id = ${award.id}::uuid`,
    );
    const values = { readyAt: [award.readyAt, null], revokedAt: [null, ctx.now] } as const;
    return awardEvent('revoked', award, values, { reason: because });
  });
}

/** Undoes a revocation or withdrawal: the award stands again as it was, with its own dates; completions since then renew it. */
export async function reinstateAward(ctx: Context, id: string): Promise<AwardWithSpans> {
  demand(ctx, 'enrollments.write');
  return decide(ctx, id, 'units', async (ctx, award) => {
    if (award.certifiedAt === null) against('not_earned', 'certificate_award', award.id);
    if (award.revokedAt === null) return undefined;
    await run(
      ctx,
      sql`update certificate_award set revoked_at = null, revoked_because = null, revocation = null, updated_at = ${NOW}
        where tenant_id = ${TENANT} and id = ${award.id}::uuid`,
    );
    await append(ctx, [awardEvent('reinstated', award, { revokedAt: [award.revokedAt, null] })]);
    report(ctx, 'award_reinstated', [{ awardId: award.id }]);
    return 'told';
  });
}

/**
 * Runs work on one award with its learner and the definitions held; the work gives what to remember, `told` where it has remembered that
 * itself, or nothing where nothing changed.
 */
async function decide(
  ctx: Context,
  id: string,
  reach: Reach,
  work: (ctx: Context, award: AwardWithSpans) => Promise<NewEvent | 'told' | undefined>,
): Promise<AwardWithSpans> {
  const { personId } = await readAward(ctx, id, reach);
  return transaction(
    ctx,
    async (inner) => {
      await shareDefinitions(inner);
      const award = await readAward(inner, id, reach);
      const event = await work(inner, award);
      if (!event) return award;
      if (event !== 'told') await append(inner, [event]);
      await settled(inner);
      return readAward(inner, id, reach);
    },
    { learners: [personId] },
  );
}
