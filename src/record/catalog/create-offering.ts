import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { newId } from '../kernel/ids.ts';
import { type Issue, invalid } from '../kernel/refusal.ts';
import { insert, mergedAttributes } from '../kernel/rows.ts';
import { checked, refuseIfAny } from '../kernel/rules.ts';
import { OFFERING, type Offering, type OfferingFields, type OfferingPatch } from './offering.ts';
import { courseHead } from './read-courses.ts';
import { readOffering } from './read-offerings.ts';
import { demandUnit } from './scope.ts';

export interface NewOffering extends OfferingPatch {
  courseId: string;
  /** Made of the course as a template; where nothing is said, if it is one now. */
  fromTemplate?: boolean | undefined;
}

/**
 * Makes an offering of the course, on its current version unless another published one is named; named like the course unless
 * a name is given. Refuses with `taken` when another offering has the external id.
 */
export async function createOffering(
  ctx: Context,
  { courseId, fromTemplate, ...input }: NewOffering,
): Promise<Offering> {
  demandAnywhere(ctx, 'courses.write');
  const own = checked(input, OFFERING.rules);
  demandDates(own);
  return transaction(ctx, async (ctx) => {
    const course = await courseHead(ctx, courseId, 'write', 'courses.write');
    const { termIds, ...fields } = own;
    await demandUnit(ctx, own.unitId);
    // an offering that one unit makes of the whole account's course is that unit's
    const unitId = own.unitId === undefined ? (course.unitId ?? ctx.actor.units?.[0] ?? null) : own.unitId;
    if (own.versionId) await demandPublishedVersion(ctx, course.id, own.versionId);
    const id = await insertOffering(ctx, course.id, {
      ...fields,
      name: own.name ?? course.name,
      versionId: own.versionId ?? course.currentVersionId,
      unitId,
      attributes: mergedAttributes({}, own.attributes),
      fromTemplate: fromTemplate ?? course.template,
    });
    if (termIds && termIds.length > 0) await replaceTerms(ctx, id, termIds);
    return readOffering(ctx, id, 'courses.write');
  });
}

export async function insertOffering(
  ctx: Context,
  courseId: string,
  values: Partial<{ [K in keyof OfferingFields]: OfferingFields[K] | undefined }> & {
    name: string;
    isDefault?: boolean;
    fromTemplate?: boolean;
  },
): Promise<string> {
  const id = newId();
  await insert(ctx, OFFERING, { ...values, id, courseId });
  await append(ctx, [
    {
      type: 'offering.created',
      entityId: id,
      courseId,
      data: { name: values.name, externalId: values.externalId ?? null, isDefault: values.isDefault ?? false },
    },
  ]);
  return id;
}

/**
 * The course's default offering: open-ended, on the current version. Templates and courses that bring their own offerings get
 * it here, when it is first needed. Two callers at once get the same one.
 */
export async function ensureDefaultOffering(ctx: Context, courseId: string): Promise<Offering> {
  return transaction(ctx, async (ctx) => {
    const found = await defaultOf(ctx, courseId);
    if (found) return readOffering(ctx, found);
    const course = await courseHead(ctx, courseId, 'write');
    const meanwhile = await defaultOf(ctx, course.id);
    const id =
      meanwhile ??
      (await insertOffering(ctx, course.id, {
        isDefault: true,
        name: course.name,
        versionId: course.currentVersionId,
        unitId: course.unitId,
      }));
    return readOffering(ctx, id);
  });
}

async function defaultOf(ctx: Context, courseId: string): Promise<string | undefined> {
  const { id } = await courseHead(ctx, courseId);
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from offering where tenant_id = ${TENANT} and course_id = ${id}::uuid and is_default and deleted_at is null`,
  );
  return rows[0]?.id;
}

/** What begins ends later, and a due date is either absolute or relative. */
export function demandDates(offering: OfferingPatch): void {
  const issues: Issue[] = [];
  const ordered = (from: keyof OfferingPatch, until: keyof OfferingPatch): void => {
    const [begin, end] = [offering[from], offering[until]];
    if (begin && end && end < begin)
      issues.push({ path: [until], fault: 'out_of_range', detail: `not before ${from}` });
  };
  ordered('startsAt', 'endsAt');
  ordered('enrollFrom', 'enrollUntil');
  ordered('accessAt', 'expiresAt');
  if (typeof offering.dueAt === 'string' && typeof offering.dueAfterDays === 'number')
    issues.push({ path: ['dueAfterDays'], fault: 'out_of_range', detail: 'a due date is either absolute or relative' });
  refuseIfAny(issues);
}

export async function demandPublishedVersion(ctx: Context, courseId: string, versionId: string): Promise<void> {
  const { rows } = await run(
    ctx,
    sql`select 1 from course_version where tenant_id = ${TENANT} and course_id = ${courseId}::uuid and id = ${versionId}::uuid and state = 'published'`,
  );
  if (rows.length === 0) invalid(['versionId'], 'not_found', 'a published version of the course');
}

/** The offering's terms become these; unknown ones are refused. */
export async function replaceTerms(ctx: Context, offeringId: string, termIds: readonly string[]): Promise<void> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from term where tenant_id = ${TENANT} and id = any(${termIds}::uuid[]) for key share`,
  );
  const found = new Set(rows.map((row) => row.id));
  refuseIfAny(
    termIds.flatMap((id, i): Issue[] => (found.has(id) ? [] : [{ path: ['termIds', i], fault: 'not_found' }])),
  );
  await run(ctx, sql`delete from offering_term where tenant_id = ${TENANT} and offering_id = ${offeringId}`);
  await run(
    ctx,
    sql`insert into offering_term (tenant_id, offering_id, term_id) select ${TENANT}, ${offeringId}::uuid, unnest(${termIds}::uuid[])`,
  );
}
