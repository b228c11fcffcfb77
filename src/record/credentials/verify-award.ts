import { run } from '../../database/run.ts';
import { sql } from '../../database/sql.ts';
import type { Context, Database } from '../kernel/context.ts';
import { type Instant, toInstant } from '../kernel/instant.ts';
import { against, notFound } from '../kernel/refusal.ts';
import { earnedStateSql } from './award.ts';
import { getAward } from './read-awards.ts';

/** What anybody may know who holds the code of an award. */
export interface AwardFacts {
  /** 16 letters and digits: the number of the certificate. */
  code: string;
  tenantName: string;
  timeZone: string;
  holder: string;
  certificateName: string;
  courses: string[];
  state: 'valid' | 'expired' | 'revoked';
  certifiedAt: Instant;
  /** null: for ever. */
  expiresAt: Instant | null;
  revokedAt: Instant | null;
}

/** A code as people type it: in any case, with blanks or dashes between. Undefined where it cannot be one. */
function codeOf(text: string): string | undefined {
  if (text.length > 100) return undefined;
  const code = text.replace(/[\s\p{Pd}]/gu, '').toUpperCase();
  return /^[2-9A-HJ-NP-Z]{16}$/.test(code) ? code : undefined;
}

/** The code as it is shown: four groups of four. */
export const shownCode = (code: string): string => code.replace(/(.{4})(?!$)/g, '$1-');

/**
 * The award that a code opens, for everybody, by its tenant's clock; undefined where there is none. Never earned, deleted people and
 * disabled tenants count as none.
 */
export async function verifyAward(
  db: Database,
  text: string,
  real: Instant = toInstant(Date.now()),
): Promise<AwardFacts | undefined> {
  const code = codeOf(text);
  return code === undefined ? undefined : factsOf(db, code, real, true);
}

/** The facts of an award that the actor may see, for its certificate. Refuses `not_earned` before it was. */
export async function getAwardFacts(ctx: Context, id: string): Promise<AwardFacts> {
  const { code, certifiedAt } = await getAward(ctx, id);
  if (code === null || certifiedAt === null) return against('not_earned', 'certificate_award', id);
  return (await factsOf(ctx.db, code, ctx.now, false)) ?? notFound('certificate_award', id);
}

/** `real`: the moment is the real one, and the tenant's clock may be ahead of it. */
async function factsOf(db: Database, code: string, moment: Instant, real: boolean): Promise<AwardFacts | undefined> {
  const { rows } = await run<AwardFacts>(
    db,
    sql`select w.code, t.name as "tenantName", t.time_zone as "timeZone", p.full_name as holder, k.name as "certificateName",
            coalesce((select jsonb_agg(c.name order by cc.position)
               from certificate_course cc join course c on c.tenant_id = cc.tenant_id and c.id = cc.course_id and c.deleted_at is null
              where cc.tenant_id = w.tenant_id and cc.certificate_id = w.certificate_id), '[]') as courses,
            case when w.revoked_at is not null then 'revoked'
                 when ${earnedStateSql('w', 'clock.now')} in ('certified', 'about_to_expire') then 'valid' else 'expired' end as state,
            w.certified_at as "certifiedAt", w.expires_at as "expiresAt", w.revoked_at as "revokedAt"
       from certificate_award w
       join tenant t on t.id = w.tenant_id and t.status = 'active'
       cross join lateral (select ${moment}::timestamptz + case when ${real}::boolean then t.clock_offset_ms else 0 end * interval '1 ms' as now) clock
       join certificate k on k.tenant_id = w.tenant_id and k.id = w.certificate_id and k.deleted_at is null
       join person p on p.tenant_id = w.tenant_id and p.id = w.person_id and p.status <> 'deleted'
      where w.code = ${code} and w.certified_at is not null`,
  );
  return rows[0];
}
