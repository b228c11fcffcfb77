import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId } from '../kernel/ids.ts';
import { against, invalid, notFound } from '../kernel/refusal.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import { type AwardWithSpans, awardIdSql } from './award.ts';
import { awardEvent } from './award-event.ts';
import { readCertificate } from './certificate.ts';
import { shareDefinitions } from './definitions-lock.ts';
import { readAwardOf } from './read-awards.ts';

/**
 * Says whether a person must hold a certificate. Refuses `not_found` for person and certificate, and
 * the rule `not_enrolled` where nothing links them: no access to one of its courses, and no award.
 */
export async function requireCertificate(
  ctx: Context,
  personId: string,
  certificateId: string,
  required: boolean,
): Promise<AwardWithSpans> {
  demand(ctx, 'enrollments.write');
  if (typeof required !== 'boolean') invalid(['required'], 'type', 'true or false');
  if (!isId(personId)) notFound('person', personId);
  return transaction(
    ctx,
    async (ctx) => {
      await shareDefinitions(ctx);
      const { rows } = await run(
        ctx,
        sql`select 1 from person p where p.tenant_id = ${TENANT} and p.id = ${personId}::uuid and p.status <> 'deleted'${visiblePeople(ctx, 'p')}`,
      );
      if (rows.length === 0) notFound('person', personId);
      const certificate = await readCertificate(ctx, certificateId);
      const of = { personId, certificateId: certificate.id };
      const award = (await readAwardOf(ctx, of, 'units')) ?? against('not_enrolled', 'certificate', certificate.id);
      if (award.required === required) return award;
      const idSql = value(certificate.id, 'uuid');
      const personIdSql = value(personId, 'uuid');
      await run(
        ctx,
        sql`insert into certificate_award as a (tenant_id, id, certificate_id, person_id, required, created_at, updated_at)
         values (${TENANT}, ${awardIdSql(idSql, personIdSql)}, ${idSql}, ${personIdSql}, ${required}, ${NOW}, ${NOW})
         on conflict (tenant_id, certificate_id, person_id) do update set required = excluded.required, updated_at = excluded.updated_at`,
      );
      await append(ctx, [
        awardEvent(required ? 'required' : 'released', award, { required: [award.required, required] }),
      ]);
      // released and without access, the link is gone
      return (await readAwardOf(ctx, of, 'units')) ?? { ...award, required };
    },
    { learners: [personId] },
  );
}
