import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { sharedOrVisible } from '../kernel/visibility.ts';

export type CertificateStatus = 'active' | 'inactive' | 'archived';
type ValidityUnit = 'day' | 'month' | 'year';

/** How long an award is good, counted in the tenant's calendar. */
export interface Validity {
  count: number;
  unit: ValidityUnit;
}

interface CertificateCourse {
  id: string;
  externalId: string | null;
  name: string;
}

/** What completing all of some courses earns. Only an active one is awarded; what was earned stays whatever its status. */
export interface Certificate {
  id: string;
  number: number;
  externalId: string | null;
  name: string;
  description: string | null;
  status: CertificateStatus;
  /** null: for ever. */
  validity: Validity | null;
  /** The learner has to confirm before the award is made. */
  confirmation: boolean;
  /** In the order given; deleted courses are left out, and those out of the reader's sight. */
  courses: CertificateCourse[];
  createdAt: Instant;
  updatedAt: Instant;
}

const certificateListing: Listing = {
  select: sql`k.id, k.number, k.external_id as "externalId", k.name, k.description, k.status,
    case when k.valid_for is not null then jsonb_build_object('count', k.valid_for, 'unit', k.valid_unit) end as validity,
    k.confirmation, k.created_at as "createdAt", k.updated_at as "updatedAt"`,
  from: sql`certificate k`,
  fields: {
    named: {
      id: { sql: 'k.id', type: 'id' },
      number: { sql: 'k.number', type: 'number' },
      externalId: { sql: 'k.external_id', type: 'text', nullable: true, exact: true },
      name: { sql: 'k.name', type: 'text' },
      description: { sql: 'k.description', type: 'text', nullable: true },
      status: { sql: 'k.status', type: 'text', exact: true },
      confirmation: { sql: 'k.confirmation', type: 'boolean' },
      createdAt: { sql: 'k.created_at', type: 'instant' },
      updatedAt: { sql: 'k.updated_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
  late: coursesSql(nothing),
};

function coursesSql(seen: Sql): Sql {
  return sql`coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'externalId', c.external_id, 'name', c.name) order by cc.position)
      from certificate_course cc join course c on c.tenant_id = ${TENANT} and c.id = cc.course_id and c.deleted_at is null${seen}
     where cc.tenant_id = ${TENANT} and cc.certificate_id = page.id), '[]') as courses`;
}

/** Certificates with those of their courses that the actor sees. */
const shownTo = (ctx: Context): Listing =>
  ctx.actor.units === null
    ? certificateListing
    : { ...certificateListing, late: coursesSql(sql` and ${sharedOrVisible(ctx, sql`c.unit_id`)}`) };

export interface CertificateScope {
  /** Only those that this course leads to. */
  courseId?: string | undefined;
}

/** The certificates of the account, archived ones too. A course that is not known, or out of sight, gives an empty list. */
export async function listCertificates(
  ctx: Context,
  query: ListQuery,
  scope: CertificateScope = {},
): Promise<Page<Certificate>> {
  demand(ctx, 'courses.read');
  let where = sql`k.tenant_id = ${TENANT} and k.deleted_at is null`;
  if (scope.courseId !== undefined)
    where = sql`${where}${
      isId(scope.courseId)
        ? sql` and exists (select 1 from certificate_course cc join course c on c.tenant_id = ${TENANT} and c.id = cc.course_id and ${sharedOrVisible(ctx, sql`c.unit_id`)}
        where cc.tenant_id = ${TENANT} and cc.certificate_id = k.id and cc.course_id = ${scope.courseId}::uuid)`
        : sql` and false`
    }`;
  return listPage<Certificate>(ctx, shownTo(ctx), where, query);
}

export async function getCertificate(ctx: Context, id: string): Promise<Certificate> {
  demand(ctx, 'courses.read');
  return readCertificate(ctx, id);
}

/** The certificate that carries this external id, exactly; where none does, the one with this id. */
export async function findCertificate(ctx: Context, key: string): Promise<Certificate | undefined> {
  demand(ctx, 'courses.read');
  if (key.includes('\u0000') || !key.isWellFormed()) return undefined;
  const [found] = await read(
    ctx,
    sql`(k.external_id = ${key} or (k.external_id is null and k.id::text = lower(${key})))`,
  );
  return found;
}

/** Without asking for a permission: for verbs that have asked for theirs. `lock` keeps other writers away until the transaction ends. */
export async function readCertificate(ctx: Context, id: string, lock = false): Promise<Certificate> {
  if (!isId(id)) return notFound('certificate', id);
  const [found] = await read(ctx, sql`k.id = ${id}::uuid`, lock ? sql` for no key update` : nothing);
  return found ?? notFound('certificate', id);
}

async function read(ctx: Context, where: Sql, lock = nothing): Promise<Certificate[]> {
  const { rows } = await run<Certificate>(
    ctx,
    sql`select page.*, ${shownTo(ctx).late} from (
       select ${certificateListing.select} from ${certificateListing.from}
        where k.tenant_id = ${TENANT} and k.deleted_at is null and ${where}${lock}) page`,
  );
  return rows;
}
