import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction, violatedKey } from '../../database/transaction.ts';
import { report, settled } from '../kernel/changes.ts';
import { type Context, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import { against, type Issue, invalid, Refusal, refuse } from '../kernel/refusal.ts';
import { changesOf, LONG, NAME, nameText, optionalText, type Precondition } from '../kernel/text.ts';
import { type Certificate, type CertificateStatus, readCertificate, type Validity } from './certificate.ts';
import { lockDefinitions } from './definitions-lock.ts';

/** An absent member keeps its value or takes its default; null clears. */
export interface CertificateInput {
  externalId?: string | null | undefined;
  name?: string | undefined;
  description?: string | null | undefined;
  status?: CertificateStatus | undefined;
  validity?: Validity | null | undefined;
  confirmation?: boolean | undefined;
  /** All of them have to be completed. The list replaces the one before. */
  courseIds?: readonly string[] | undefined;
}

interface Kept {
  externalId: string | null;
  name: string;
  description: string | null;
  status: CertificateStatus;
  validity: Validity | null;
  confirmation: boolean;
  courseIds: string[];
}

const MEMBERS = ['externalId', 'name', 'description', 'status', 'validity', 'confirmation', 'courseIds'] as const;
const STATUSES: readonly CertificateStatus[] = ['active', 'inactive', 'archived'];
/** A hundred years. */
const LONGEST: Record<Validity['unit'], number> = { day: 36_500, month: 1_200, year: 100 };
const MOST_COURSES = 200;

/** Defines a certificate for the whole account, active unless said otherwise. Who has completed its courses already holds it from then on. */
export async function createCertificate(
  ctx: Context,
  input: CertificateInput & { id?: string | null | undefined },
): Promise<Certificate> {
  demandWhole(ctx, 'courses.write');
  const id = input.id?.toLowerCase() ?? newId();
  if (!isId(id)) invalid(['id'], 'format', 'a UUID');
  const certificate = merged(input, {
    externalId: null,
    name: '',
    description: null,
    status: 'active',
    validity: null,
    confirmation: false,
    courseIds: [],
  });
  return written(ctx, certificate, async (ctx) => {
    await lockDefinitions(ctx);
    const courses = await demandCourses(ctx, certificate.courseIds);
    const made = await ctx.db
      .insertInto('certificate')
      .values({ tenant_id: ctx.tenant.id, id, ...columns(certificate), created_at: ctx.now, updated_at: ctx.now })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 0n) refuse({ kind: 'taken', entity: 'certificate', field: 'id', value: id });
    await saveCourses(ctx, id, courses);
    const { externalId, name, status, validity } = certificate;
    await append(ctx, [
      {
        type: 'certificate.created',
        entityId: id,
        data: { externalId, name, status, validity, courseIds: courses },
      },
    ]);
    if (status === 'active') report(ctx, 'certificate_changed', [{ certificateId: id }]);
    await settled(ctx);
    return readCertificate(ctx, id);
  });
}

/**
 * Merges the input into the certificate. A new validity counts for awards made from then on. Courses taken away or made active may
 * complete somebody's set, who then holds it; nobody loses an award by a change of courses.
 */
export async function updateCertificate(
  ctx: Context,
  id: string,
  input: CertificateInput,
  precondition?: Precondition<Certificate>,
): Promise<Certificate> {
  demandWhole(ctx, 'courses.write');
  return written(ctx, input, async (ctx) => {
    await lockDefinitions(ctx);
    const current = await readCertificate(ctx, id, true);
    precondition?.(current);
    const before: Kept = { ...current, courseIds: current.courses.map((course) => course.id) };
    const after = merged(input, before);
    const changed = changesOf(before, after, MEMBERS);
    if (!changed) return current;
    if (changed['courseIds']) await saveCourses(ctx, current.id, await demandCourses(ctx, after.courseIds));
    await ctx.db
      .updateTable('certificate')
      .set({ ...columns(after), updated_at: ctx.now })
      .where('tenant_id', '=', ctx.tenant.id)
      .where('id', '=', current.id)
      .execute();
    await append(ctx, [{ type: 'certificate.updated', entityId: current.id, data: { changed } }]);
    if (after.status === 'active' && (changed['courseIds'] || changed['status'] || changed['confirmation']))
      report(ctx, 'certificate_changed', [{ certificateId: current.id }]);
    await settled(ctx);
    return readCertificate(ctx, current.id);
  });
}

/** Refuses with `in_use` once somebody has earned it: archive it instead. Frees the external id. */
export async function deleteCertificate(
  ctx: Context,
  id: string,
  precondition?: Precondition<Certificate>,
): Promise<void> {
  demandWhole(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    await lockDefinitions(ctx);
    const certificate = await readCertificate(ctx, id, true);
    precondition?.(certificate);
    const { rows } = await run(
      ctx,
      sql`select 1 from certificate_award where tenant_id = ${TENANT} and certificate_id = ${certificate.id}::uuid and certified_at is not null limit 1`,
    );
    if (rows.length > 0) against('in_use', 'certificate', certificate.id);
    await run(
      ctx,
      sql`update certificate set deleted_at = ${NOW}, updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${certificate.id}::uuid`,
    );
    await append(ctx, [
      {
        type: 'certificate.deleted',
        entityId: certificate.id,
        data: { externalId: certificate.externalId, name: certificate.name },
      },
    ]);
  });
}

/** Runs the work in a transaction; an external id that somebody else has is a refusal. */
async function written<T>(ctx: Context, input: CertificateInput, work: (ctx: Context) => Promise<T>): Promise<T> {
  try {
    return await transaction(ctx, work);
  } catch (error) {
    if (violatedKey(error) === 'certificate_external_id')
      refuse({ kind: 'taken', entity: 'certificate', field: 'externalId', value: input.externalId?.trim() });
    throw error;
  }
}

function merged(input: CertificateInput, before: Kept): Kept {
  const issues: Issue[] = [];
  const { status = before.status, confirmation = before.confirmation } = input;
  if (!STATUSES.includes(status))
    issues.push({ path: ['status'], fault: 'unknown_value', detail: STATUSES.join(', ') });
  if (typeof confirmation !== 'boolean')
    issues.push({ path: ['confirmation'], fault: 'type', detail: 'true or false' });
  const validity = input.validity === undefined ? before.validity : checkedValidity(input.validity, issues);
  const courseIds = input.courseIds === undefined ? before.courseIds : checkedIds(input.courseIds, issues);
  if (issues.length > 0) throw new Refusal({ kind: 'invalid', issues });
  return {
    externalId: input.externalId === undefined ? before.externalId : optionalText(input.externalId, ['externalId']),
    // a new one starts without a name, which is then refused as missing
    name: input.name === undefined && before.name ? before.name : nameText(input.name, ['name'], NAME),
    description:
      input.description === undefined ? before.description : optionalText(input.description, ['description'], LONG),
    status,
    validity,
    confirmation,
    courseIds,
  };
}

function checkedValidity(validity: Validity | null, issues: Issue[]): Validity | null {
  if (validity === null) return null;
  const { count, unit } = validity;
  const most = Object.hasOwn(LONGEST, String(unit)) ? LONGEST[unit] : undefined;
  if (most === undefined)
    issues.push({ path: ['validity', 'unit'], fault: 'unknown_value', detail: Object.keys(LONGEST).join(', ') });
  if (!Number.isInteger(count)) issues.push({ path: ['validity', 'count'], fault: 'type', detail: 'a whole number' });
  else if (count < 1 || count > (most ?? count))
    issues.push({ path: ['validity', 'count'], fault: 'out_of_range', detail: `1 to ${most}` });
  return { count, unit };
}

function checkedIds(ids: readonly string[], issues: Issue[]): string[] {
  if (!Array.isArray(ids)) {
    issues.push({ path: ['courseIds'], fault: 'type', detail: 'a list of ids' });
    return [];
  }
  if (ids.length > MOST_COURSES)
    issues.push({ path: ['courseIds'], fault: 'too_many', detail: `at most ${MOST_COURSES}` });
  ids.forEach((id, i) => {
    if (!isId(id)) issues.push({ path: ['courseIds', i], fault: 'format', detail: 'an id' });
  });
  return [...new Set(ids.map((id) => String(id).toLowerCase()))];
}

/** The courses as given, each of them known. */
async function demandCourses(ctx: Context, ids: string[]): Promise<string[]> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from course where tenant_id = ${TENANT} and id = any(${ids}::uuid[]) and deleted_at is null for key share`,
  );
  const known = new Set(rows.map((row) => row.id));
  const issues = ids.flatMap((id, i) =>
    known.has(id) ? [] : [{ path: ['courseIds', i], fault: 'not_found' as const, detail: id }],
  );
  if (issues.length > 0) throw new Refusal({ kind: 'invalid', issues });
  return ids;
}

async function saveCourses(ctx: Context, id: string, courseIds: readonly string[]): Promise<void> {
  await run(ctx, sql`delete from certificate_course where tenant_id = ${TENANT} and certificate_id = ${id}::uuid`);
  await run(
    ctx,
    sql`insert into certificate_course (tenant_id, certificate_id, course_id, position)
     select ${TENANT}, ${id}::uuid, id, n from unnest(${courseIds}::uuid[]) with ordinality as c (id, n)`,
  );
}

const columns = ({ externalId, name, description, status, validity, confirmation }: Kept) => ({
  external_id: externalId,
  name,
  description,
  status,
  valid_for: validity?.count ?? null,
  valid_unit: validity?.unit ?? null,
  confirmation,
});
