import { listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { ACTOR_ID, name, type Sql, sql, TENANT } from '../../database/sql.ts';
import { mayAnywhere } from '../kernel/actor.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { peopleWithin } from '../kernel/reach.ts';
import { notFound } from '../kernel/refusal.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import { AWARD_ID_SQL, type Award, type AwardWithSpans, awardListing, instantTextSql } from './award.ts';

export interface AwardScope {
  personId?: string | undefined;
  certificateId?: string | undefined;
}

/**
 * How people stand with certificates: everyone with access to one of the courses of an active certificate, and whoever was told to
 * hold one or has earned one. People may list their own. A scope that names nothing known gives an empty list.
 */
export async function listCertificateStates(
  ctx: Context,
  query: ListQuery,
  scope: AwardScope = {},
): Promise<Page<Award>> {
  const { personId, certificateId } = scope;
  const reach = reads(ctx, personId);
  // a list of everybody's is not cut down to one's own in silence
  if (reach === 'own' && personId === undefined) demandAnywhere(ctx, 'enrollments.read');
  let where = sql`true${seenBy(ctx, reach)}`;
  for (const [column, id] of [
    ['l.person_id', personId],
    ['l.certificate_id', certificateId],
  ] as const)
    if (id !== undefined) where = sql`${where}${isId(id) ? sql` and ${name(column)} = ${id}::uuid` : sql` and false`}`;
  return listPage<Award>(ctx, awardListing, where, query);
}

/** One award with its earlier spans. People may read their own; others are not found. */
export async function getAward(ctx: Context, id: string): Promise<AwardWithSpans> {
  return readAward(ctx, id, reads(ctx));
}

/** The award of a person and a certificate, if there is one that the actor may see. */
export async function findAward(ctx: Context, of: AwardOf): Promise<AwardWithSpans | undefined> {
  return readAwardOf(ctx, of, reads(ctx, of.personId));
}

export interface AwardOf {
  personId: string;
  certificateId: string;
}

/** Whose awards: those of people whom the actor may read of (`sight`) or has in sight by roles (`units`), and the actor's own, or these alone. */
export type Reach = 'sight' | 'units' | 'own';

/** Without asking for a permission: for verbs that have asked for theirs. */
export async function readAward(ctx: Context, id: string, reach: Reach): Promise<AwardWithSpans> {
  if (!isId(id)) return notFound('certificate_award', id);
  const { rows } = await run<AwardOf>(
    ctx,
    sql`select person_id as "personId", certificate_id as "certificateId" from certificate_award where tenant_id = ${TENANT} and id = ${id}::uuid`,
  );
  const found = rows[0]
    ? await readAwardOf(ctx, rows[0], reach)
    : // without a row nothing tells whose it is: every link has to be looked at
      await one(ctx, reach, sql`${AWARD_ID_SQL} = ${id}::uuid`);
  return found ?? notFound('certificate_award', id);
}

export async function readAwardOf(ctx: Context, of: AwardOf, reach: Reach): Promise<AwardWithSpans | undefined> {
  if (!isId(of.personId) || !isId(of.certificateId)) return undefined;
  return one(ctx, reach, sql`l.person_id = ${of.personId}::uuid and l.certificate_id = ${of.certificateId}::uuid`);
}

async function one(ctx: Context, reach: Reach, where: Sql): Promise<AwardWithSpans | undefined> {
  const { rows } = await run<AwardWithSpans>(
    ctx,
    sql`select page.*, ${SPANS_SQL} as spans from (
       select ${awardListing.select} from ${awardListing.from} where ${where}${seenBy(ctx, reach)}) page`,
  );
  return rows[0];
}

const SPANS_SQL = sql`coalesce((select jsonb_agg(jsonb_build_object('certifiedAt', ${instantTextSql('s.certified_at')},
    'expiresAt', ${instantTextSql('s.expires_at')}, 'endedAt', ${instantTextSql('s.ended_at')}) order by s.certified_at)
  from certificate_span s where s.tenant_id = ${TENANT} and s.award_id = page.id), '[]')`;

/** Who may read what: everybody their own, without a permission. */
function reads(ctx: Context, personId?: string): Reach {
  const { actor } = ctx;
  if (actor.kind === 'person' && (personId?.toLowerCase() === actor.id || !mayAnywhere(actor, 'enrollments.read')))
    return 'own';
  demandAnywhere(ctx, 'enrollments.read');
  return 'sight';
}

function seenBy(ctx: Context, reach: Reach): Sql {
  const self = ctx.actor.kind === 'person' ? sql`l.person_id = ${ACTOR_ID}` : sql`false`;
  if (reach === 'own') return sql` and ${self}`;
  return reach === 'units'
    ? sql` and (${self} or (true${visiblePeople(ctx, 'p')}))`
    : sql` and (${self} or (true${peopleWithin(ctx, 'enrollments.read', 'p')}))`;
}
