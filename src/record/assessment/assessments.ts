import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { ACTOR_ID, NOW, nothing, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { transaction, violatedKey } from '../../database/transaction.ts';
import { report } from '../kernel/changes.ts';
import { equals } from '../kernel/condition.ts';
import { type Context, demandAnywhere, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { offeringReached, offeringWithin } from '../kernel/reach.ts';
import { against, type Issue, Refusal } from '../kernel/refusal.ts';
import { changesOf, type Precondition } from '../kernel/text.ts';
import type { Assessment } from './types.ts';

const assessmentListing: Listing = {
  select: sql`a.id, a.number, a.external_id as "externalId", a.offering_id as "offeringId", a.activity_id as "activityId", a.name, a.description, a.category,
    a.mark_type as "markType", a.minimum, a.maximum, a.weight, a.category_weight as "categoryWeight", a.opens_at as "opensAt", a.due_at as "dueAt", a.closes_at as "closesAt",
    a.created_at as "createdAt", a.updated_at as "updatedAt"`,
  from: sql`assessment a`,
  fields: {
    named: {
      id: { sql: 'a.id', type: 'id' },
      number: { sql: 'a.number', type: 'number' },
      externalId: { sql: 'a.external_id', type: 'text', exact: true, nullable: true },
      offeringId: { sql: 'a.offering_id', type: 'id' },
      activityId: { sql: 'a.activity_id', type: 'id' },
      name: { sql: 'a.name', type: 'text' },
      category: { sql: 'a.category', type: 'text', exact: true, nullable: true },
      dueAt: { sql: 'a.due_at', type: 'instant', nullable: true },
      createdAt: { sql: 'a.created_at', type: 'instant' },
      updatedAt: { sql: 'a.updated_at', type: 'instant' },
    },
  },
  sort: [{ field: 'number', descending: false }],
  id: 'id',
};

function scoped(ctx: Context): Sql {
  const own = sql`a.tenant_id = ${TENANT}`;
  const within = offeringWithin(ctx, 'marks.read', sql`a.offering_id`);
  if (within === nothing) return own;
  const seen = sql`(true${within})`;
  if (ctx.actor.kind !== 'person') {
    demandAnywhere(ctx, 'marks.read');
    return sql`${own} and ${seen}`;
  }
  return sql`${own} and (${seen} or exists (select 1 from enrollment e where e.tenant_id = ${TENANT} and e.offering_id = a.offering_id and e.person_id = ${ACTOR_ID} and e.ending is null))`;
}

/** Assessments of offerings in sight, and of those that people are in themselves. */
export async function listAssessments(ctx: Context, query: ListQuery): Promise<Page<Assessment>> {
  return listPage<Assessment>(ctx, assessmentListing, scoped(ctx), query);
}

/** An assessment as the record's own verbs read it: permissions are theirs to check. Refuses `not_found`. */
export async function readAssessment(ctx: Context, id: string, lock = false): Promise<Assessment> {
  const { rows } = isId(id)
    ? await run<Assessment>(
        ctx,
        sql`select ${assessmentListing.select} from ${assessmentListing.from} where a.tenant_id = ${TENANT} and a.id = ${id}::uuid${lock ? sql` for update` : nothing}`,
      )
    : { rows: [] };
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'assessment', id });
  return rows[0];
}

/** Held for a change, which is for who sees the offering; in one of the whole account, for who sees all of it. */
async function lockOwn(ctx: Context, id: string): Promise<Assessment> {
  const assessment = await readAssessment(ctx, id, true);
  const offeringIdSql = value(assessment.offeringId, 'uuid');
  const { rows } = await run<Delivery>(
    ctx,
    sql`select unit_id as "unitId", ${offeringReached(ctx, 'marks.write', offeringIdSql)} as reached
      from offering where tenant_id = ${TENANT} and id = ${offeringIdSql}${offeringWithin(ctx, 'marks.write', offeringIdSql)}`,
  );
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'assessment', id });
  demandOwnDelivery(ctx, rows[0]);
  return assessment;
}

interface Delivery {
  unitId: string | null;
  /** By a word for it, not only by a role. */
  reached: boolean;
}

function demandOwnDelivery(ctx: Context, { unitId, reached }: Delivery): void {
  if (unitId === null && !reached) demandWhole(ctx, 'marks.write');
}

/** One assessment. Refuses `not_found`. */
export async function getAssessment(ctx: Context, id: string): Promise<Assessment> {
  const { rows } = await listAssessments(ctx, {
    where: equals('id', id),
    page: { kind: 'rows', offset: 0, limit: 1, total: false },
  });
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'assessment', id });
  return rows[0];
}

export interface AssessmentInput {
  externalId?: string | null;
  name?: string;
  description?: string | null;
  category?: string | null;
  markType?: string;
  minimum?: number;
  maximum?: number;
  weight?: number | null;
  categoryWeight?: number | null;
  opensAt?: Instant | null;
  dueAt?: Instant | null;
  closesAt?: Instant | null;
}

const COLUMNS: Record<keyof AssessmentInput, string> = {
  externalId: 'external_id',
  name: 'name',
  description: 'description',
  category: 'category',
  markType: 'mark_type',
  minimum: 'minimum',
  maximum: 'maximum',
  weight: 'weight',
  categoryWeight: 'category_weight',
  opensAt: 'opens_at',
  dueAt: 'due_at',
  closesAt: 'closes_at',
};

/** What the columns hold. */
const MOST = 999_999;

function check(
  a: Pick<Assessment, 'minimum' | 'maximum' | 'opensAt' | 'closesAt' | 'weight' | 'categoryWeight'>,
): void {
  const issues: Issue[] = [];
  for (const name of ['minimum', 'maximum', 'weight', 'categoryWeight'] as const)
    if (Math.abs(a[name] ?? 0) > MOST)
      issues.push({ path: [name], fault: 'out_of_range', detail: `-${MOST} to ${MOST}` });
  if (a.maximum <= 0) issues.push({ path: ['maximum'], fault: 'out_of_range', detail: 'above 0' });
  else if (!(a.maximum > a.minimum))
    issues.push({ path: ['maximum'], fault: 'out_of_range', detail: 'above the minimum' });
  for (const name of ['weight', 'categoryWeight'] as const)
    if (a[name] !== null && !(a[name] >= 0)) issues.push({ path: [name], fault: 'out_of_range' });
  if (a.opensAt !== null && a.closesAt !== null && a.closesAt < a.opensAt)
    issues.push({ path: ['closesAt'], fault: 'out_of_range', detail: 'not before it opens' });
  if (issues.length > 0) throw new Refusal({ kind: 'invalid', issues });
}

/** Makes an activity of an offering's version an assessment there. Refuses `invalid` for an unknown offering or activity, `taken`. */
export async function createAssessment(
  ctx: Context,
  input: AssessmentInput & { offeringId: string; activityId: string; name: string },
): Promise<Assessment> {
  demandAnywhere(ctx, 'marks.write');
  const full = {
    minimum: 0,
    maximum: 100,
    markType: 'percent',
    weight: null,
    categoryWeight: null,
    opensAt: null,
    closesAt: null,
    ...input,
  };
  check(full);
  return keyed(input.externalId, () =>
    transaction(ctx, async (inner) => {
      const offeringIdSql = value(input.offeringId, 'uuid');
      const { rows } = await run<Delivery & { courseId: string; activity: boolean }>(
        inner,
        sql`select o.course_id as "courseId", o.unit_id as "unitId", ${offeringReached(inner, 'marks.write', offeringIdSql)} as reached, exists (select 1 from activity a where a.tenant_id = ${TENANT} and a.version_id = o.version_id and a.id = ${input.activityId}::uuid) as activity
           from offering o where o.tenant_id = ${TENANT} and o.id = ${offeringIdSql} and o.deleted_at is null${offeringWithin(inner, 'marks.write', offeringIdSql)} for key share of o`,
      );
      if (!rows[0]) throw new Refusal({ kind: 'invalid', issues: [{ path: ['offeringId'], fault: 'not_found' }] });
      demandOwnDelivery(inner, rows[0]);
      if (!rows[0].activity)
        throw new Refusal({ kind: 'invalid', issues: [{ path: ['activityId'], fault: 'not_found' }] });
      const id = newId();
      await inner.db
        .insertInto('assessment')
        .values({
          tenant_id: inner.tenant.id,
          id,
          external_id: input.externalId ?? null,
          offering_id: input.offeringId,
          activity_id: input.activityId,
          name: input.name,
          description: input.description ?? null,
          category: input.category ?? null,
          mark_type: full.markType,
          minimum: full.minimum,
          maximum: full.maximum,
          weight: full.weight,
          category_weight: full.categoryWeight,
          opens_at: full.opensAt,
          due_at: input.dueAt ?? null,
          closes_at: full.closesAt,
          created_at: inner.now,
          updated_at: inner.now,
        })
        .execute();
      await append(inner, [
        {
          type: 'assessment.created',
          entityId: id,
          courseId: rows[0].courseId,
          data: { offeringId: input.offeringId, activityId: input.activityId, name: input.name },
        },
      ]);
      if (weighs(full)) report(inner, 'weights_changed', [input]);
      return readAssessment(inner, id);
    }),
  );
}

/**
 * Changes an assessment. New weights, another category or maximum move the scores of everybody who has one. `seen` tests it before. Refuses
 * `not_found`, `invalid`, `taken`.
 */
export async function updateAssessment(
  ctx: Context,
  id: string,
  input: AssessmentInput,
  seen?: Precondition<Assessment>,
): Promise<Assessment> {
  demandAnywhere(ctx, 'marks.write');
  return keyed(input.externalId, () =>
    transaction(ctx, async (inner) => {
      const before = await lockOwn(inner, id);
      seen?.(before);
      const after = {
        ...before,
        ...(Object.fromEntries(
          Object.entries(input).filter(([, value]) => value !== undefined),
        ) as Partial<Assessment>),
      };
      check(after);
      const changed = changesOf(before, after, Object.keys(COLUMNS) as (keyof AssessmentInput)[]);
      if (!changed) return before;
      const set = Object.fromEntries(
        Object.keys(changed).map((key) => [
          COLUMNS[key as keyof AssessmentInput],
          after[key as keyof AssessmentInput] ?? null,
        ]),
      );
      await inner.db
        .updateTable('assessment')
        .set({ ...set, updated_at: inner.now })
        .where('tenant_id', '=', inner.tenant.id)
        .where('id', '=', id)
        .execute();
      await append(inner, [{ type: 'assessment.updated', entityId: id, data: { changed } }]);
      if (SCORING.some((name) => name in changed)) await rescore(inner, after);
      return readAssessment(inner, id);
    }),
  );
}

/** What changes the score of others' marks than its own too. */
const SCORING = ['maximum', 'weight', 'category', 'categoryWeight'] as const;

const weighs = (assessment: Pick<Assessment, 'weight' | 'categoryWeight'>): boolean =>
  assessment.weight !== null || assessment.categoryWeight !== null;

/** Percents follow the maximum, then everything above them: whether weights are used concerns whoever has a score in the offering. */
async function rescore(ctx: Context, assessment: Pick<Assessment, 'id' | 'activityId' | 'offeringId' | 'maximum'>) {
  await run(
    ctx,
    sql`update activity_enrollment x set score = least(round(m.score * 100 / ${assessment.maximum}::numeric, 4), 1000000), updated_at = ${NOW}
       from mark m where m.tenant_id = ${TENANT} and m.assessment_id = ${assessment.id}::uuid and m.score is not null and m.counts
        and x.tenant_id = ${TENANT} and x.enrollment_id = m.enrollment_id and x.activity_id = ${assessment.activityId}::uuid`,
  );
  report(ctx, 'weights_changed', [assessment]);
}

/** Everybody who has a score in these offerings is worked out anew. */
export async function reweigh(ctx: Context, offeringIds: readonly string[]): Promise<void> {
  const { rows } = await run<{ enrollmentId: string }>(
    ctx,
    sql`select e.id as "enrollmentId" from enrollment e where e.tenant_id = ${TENANT} and e.offering_id = any(${offeringIds}::uuid[]) and (e.ending is null or e.ending = 'withdrawn_kept')
        and exists (select 1 from activity_enrollment x where x.tenant_id = ${TENANT} and x.enrollment_id = e.id and x.score is not null)`,
  );
  report(ctx, 'marks_changed', rows);
}

/** Removes an assessment. Refuses `rule` `in_use` once it holds submissions or marks. */
export async function deleteAssessment(ctx: Context, id: string, seen?: Precondition<Assessment>): Promise<void> {
  demandAnywhere(ctx, 'marks.write');
  await transaction(ctx, async (inner) => {
    const before = await lockOwn(inner, id);
    seen?.(before);
    const idSql = value(id, 'uuid');
    const { rows } = await run<{ used: boolean }>(
      inner,
      sql`select exists (select 1 from mark where tenant_id = ${TENANT} and assessment_id = ${idSql}) or exists (select 1 from submission where tenant_id = ${TENANT} and assessment_id = ${idSql}) as used`,
    );
    if (rows[0]!.used) against('in_use', 'assessment', id);
    await run(inner, sql`delete from assessment where tenant_id = ${TENANT} and id = ${id}::uuid`);
    await append(inner, [
      {
        type: 'assessment.deleted',
        entityId: id,
        data: { offeringId: before.offeringId },
      },
    ]);
    report(inner, 'assessment_deleted', [{ assessmentId: before.id }]);
    if (weighs(before)) report(inner, 'weights_changed', [before]);
  });
}

async function keyed<T>(externalId: string | null | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedKey(error) === 'assessment_external_id')
      throw new Refusal({ kind: 'taken', entity: 'assessment', field: 'externalId', value: externalId ?? undefined });
    throw error;
  }
}
