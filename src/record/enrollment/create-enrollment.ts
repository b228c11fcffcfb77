import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { elevated, may } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, invalid } from '../kernel/refusal.ts';
import { Units } from '../people/index.ts';
import { Programs } from '../programs/index.ts';
import { type EnrollmentDetails, enrollmentFor } from './details.ts';
import { enroll } from './enroll.ts';
import { setOutcome } from './set-outcome.ts';
import type { EnrollmentSource, EnrollOptions, EnrollRequest } from './types.ts';

export interface NewEnrollment extends EnrollRequest {
  /** Opens the offering that it belongs to, also where people cannot enroll themselves. */
  joinKeyCode?: string | undefined;
  /** The program under which it is, which the person is in and which holds the course. */
  programId?: string | undefined;
  versionId?: string | undefined;
  source?: EnrollmentSource | undefined;
  enrolledAt?: Instant | undefined;
  accessAt?: Instant | null | undefined;
  dueAt?: Instant | null | undefined;
  expiresAt?: Instant | null | undefined;
  termsAccepted?: boolean | undefined;
}

/**
 * Enrolls one person with dates of their own, by a join key if one is named: then they become a member of the key's unit, too. Who is
 * live there already is left as they are. Learners enroll themselves and choose none of it. Refuses as `enroll`; `invalid` for a key that opens nothing here, `rule` for one that is
 * not open (`not_open_yet`, `closed`) or used up (`key_used_up`).
 */
export async function createEnrollment(
  ctx: Context,
  input: NewEnrollment,
): Promise<{ enrollment: EnrollmentDetails; created: boolean }> {
  const { personId, joinKeyCode, programId, versionId, source, enrolledAt, accessAt, dueAt, expiresAt, termsAccepted } =
    input;
  const free = may(ctx.actor, 'enrollments.write');
  const self = !free && ctx.actor.kind === 'person' && ctx.actor.id === personId.toLowerCase();
  const chosen = [versionId, enrolledAt, accessAt, dueAt, expiresAt].some((value) => value !== undefined);
  if (!self || chosen || (source !== undefined && source !== 'self')) demand(ctx, 'enrollments.write');
  return transaction(
    ctx,
    async (inner) => {
      const key = joinKeyCode === undefined ? undefined : await openKey(inner, joinKeyCode, input);
      const allowed = self ? { ...inner, actor: elevated(inner.actor) } : inner;
      if (programId !== undefined) await Programs.demandUnder(allowed, programId, personId, key ?? input);
      const options: EnrollOptions = {
        versionId,
        enrolledAt,
        ...(programId === undefined ? {} : { grant: { kind: 'program', sourceId: programId.toLowerCase() } }),
        ...(source === undefined ? {} : { source }),
        ...(key ? { source: source ?? 'self', joinKeyId: key.id, grant: { kind: 'join_key', sourceId: key.id } } : {}),
      };
      const request = key ? { personId, offeringId: key.offeringId } : input;
      // the key stands in for the right to enroll here
      const by = key ? allowed : inner;
      const { enrollmentId, outcome } = await enroll(by, request, options);
      const usedUp = key !== undefined && key.usesAllowed !== null && key.uses >= key.usesAllowed;
      if (usedUp && outcome === 'created') against('key_used_up', 'join_key', key.id);
      // whoever was in already has not spent a use, and a key without any lets nobody into its unit
      if (key?.unitId && !(usedUp && outcome === 'unchanged'))
        await Units.addPerson({ ...inner, actor: elevated(inner.actor) }, personId, key.unitId);
      const own = { accessAt, dueAt, expiresAt, termsAccepted };
      if (outcome !== 'unchanged' && Object.values(own).some((value) => value !== undefined))
        await setOutcome(allowed, enrollmentId, own);
      return {
        enrollment: await enrollmentFor(inner, enrollmentId, 'enrollments.write'),
        created: outcome === 'created',
      };
    },
    { learners: [personId] },
  );
}

interface OpenKey {
  id: string;
  offeringId: string;
  unitId: string | null;
  usesAllowed: number | null;
  uses: number;
}

/** The key of this code, held so that its last use is not spent twice. */
async function openKey(ctx: Context, code: string, input: NewEnrollment): Promise<OpenKey> {
  // its offering first, as whoever deletes that holds both; then the key as it stands once it is held
  await run(
    ctx,
    sql`select 1 from offering o where o.tenant_id = ${TENANT}
        and o.id in (select k.offering_id from join_key k where k.tenant_id = ${TENANT} and lower(k.code) = lower(${code})) for key share of o`,
  );
  await run(
    ctx,
    sql`select 1 from join_key where tenant_id = ${TENANT} and lower(code) = lower(${code}) for no key update`,
  );
  const { rows } = await run<
    Omit<OpenKey, 'offeringId' | 'uses'> & {
      offeringId: string | null;
      courseId: string | null;
      status: string;
      opensAt: Instant | null;
      closesAt: Instant | null;
    }
  >(
    ctx,
    sql`select k.id, o.id as "offeringId", o.course_id as "courseId", k.unit_id as "unitId", k.uses_allowed as "usesAllowed", k.status,
            k.opens_at as "opensAt", k.closes_at as "closesAt"
       from join_key k left join offering o on o.tenant_id = ${TENANT} and o.id = k.offering_id and o.deleted_at is null
      where k.tenant_id = ${TENANT} and lower(k.code) = lower(${code})`,
  );
  const key = rows[0];
  if (!key?.offeringId) return invalid(['joinKeyCode'], 'not_found', 'a key into an offering');
  const fits = (named: string | undefined, opened: string | null) =>
    named === undefined || named.toLowerCase() === opened;
  if (!fits(input.offeringId, key.offeringId) || !fits(input.courseId, key.courseId))
    return invalid(['joinKeyCode'], 'not_found', 'a key into this offering');
  if (key.opensAt !== null && ctx.now < key.opensAt) against('not_open_yet', 'join_key', key.id);
  if (key.status !== 'active' || (key.closesAt !== null && ctx.now > key.closesAt))
    against('closed', 'join_key', key.id);
  const { rows: used } = await run<{ uses: number }>(
    ctx,
    sql`select count(*) as uses from enrollment where tenant_id = ${TENANT} and join_key_id = ${key.id}::uuid`,
  );
  const { id, offeringId, unitId, usesAllowed } = key;
  return { id, offeringId, unitId, usesAllowed, uses: used[0]!.uses };
}
