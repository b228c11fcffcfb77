import { run } from '../../database/parameters.ts';
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
          ctx.db,
          'select id from enrollment where tenant_id = $1 and person_id = $2::uuid and offering_id = $3::uuid and ending is null',
          [ctx.tenant.id, personId, offeringId],
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
    ctx.db,
    `select role from entitlement where tenant_id = $1 and person_id = $2::uuid and entity = 'offering' and entity_id = $3::uuid`,
    [ctx.tenant.id, personId, offeringId],
  );
  return rows.map((row) => row.role).sort();
}

/** How many learn in an offering (rule 18): live and seated, without suspended people; staff are none. */
export async function countLearners(ctx: Context, offeringId: string): Promise<number> {
  demand(ctx, 'enrollments.read');
  const { id } = await Offerings.get(ctx, offeringId);
  const { rows } = await run<{ n: number }>(
    ctx.db,
    `select count(*) as n from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id and p.status = 'active'
      where e.tenant_id = $1 and e.offering_id = $2::uuid and e.ending is null and e.state not in (${WITHOUT_SEAT_SQL})`,
    [ctx.tenant.id, id],
  );
  return rows[0]!.n;
}
