import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Roles, Staff } from '../access/index.ts';
import { Offerings } from '../catalog/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { enroll } from './enroll.ts';
import { WITHOUT_SEAT_SQL } from './states.ts';
import { withdraw } from './withdraw.ts';

export interface OfferingRoles {
  learner: boolean;
  /** Staff words. */
  staff: readonly Roles.Key[];
}

/**
 * Makes somebody's part in an offering this: enrolled or not (withdrawn and kept then), and exactly these staff words. With `among`,
 * staff words that a protocol cannot name stay. Refuses as `enroll` and `setStaff`.
 */
export async function setOfferingRoles(
  ctx: Context,
  personId: string,
  offeringId: string,
  wanted: OfferingRoles,
  among?: readonly Roles.Key[],
): Promise<void> {
  demand(ctx, 'enrollments.write');
  await transaction(
    ctx,
    async (ctx) => {
      await Offerings.get(ctx, offeringId);
      if (wanted.learner) await enroll(ctx, { personId, offeringId });
      else {
        const { rows } = await run<{ id: string }>(
          ctx,
          sql`select id from enrollment where tenant_id = ${TENANT} and person_id = ${personId}::uuid and offering_id = ${offeringId}::uuid and ending is null`,
        );
        if (rows[0]) await withdraw(ctx, [rows[0].id], { ending: 'kept' });
      }
      const held = await staffWords(ctx, personId, offeringId);
      const spared = among ? held.filter((role) => !among.includes(role)) : [];
      const words = [...new Set([...spared, ...wanted.staff])].sort();
      if (words.join() !== held.join()) await Staff.set(ctx, 'offering', offeringId, personId, words);
    },
    { learners: [personId] },
  );
}

async function staffWords(ctx: Context, personId: string, offeringId: string): Promise<Roles.Key[]> {
  const { rows } = await run<{ role: Roles.Key }>(
    ctx,
    sql`select role from entitlement where tenant_id = ${TENANT} and person_id = ${personId}::uuid and entity = 'offering' and entity_id = ${offeringId}::uuid`,
  );
  return rows.map((row) => row.role).sort();
}

/** How many learn in an offering (rule 18): live and seated, without suspended people; staff are none. */
export async function countLearners(ctx: Context, offeringId: string): Promise<number> {
  demand(ctx, 'enrollments.read');
  const { id } = await Offerings.get(ctx, offeringId);
  const { rows } = await run<{ n: number }>(
    ctx,
    sql`select count(*) as n from enrollment e join person p on p.tenant_id = ${TENANT} and p.id = e.person_id and p.status = 'active'
      where e.tenant_id = ${TENANT} and e.offering_id = ${id}::uuid and e.ending is null and e.state not in (${WITHOUT_SEAT_SQL})`,
  );
  return rows[0]!.n;
}
