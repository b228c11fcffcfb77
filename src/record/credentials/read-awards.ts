import { listPage } from '../../database/listing.ts';
import { type Parameters, parameters, run } from '../../database/parameters.ts';
import { may } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { visiblePeopleSql } from '../kernel/visibility.ts';
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
  if (reach === 'own' && personId === undefined) demand(ctx, 'enrollments.read');
  const values = opening(ctx);
  let where = `true${seenBy(ctx, reach, values)}`;
  for (const [column, id] of [
    ['l.person_id', personId],
    ['l.certificate_id', certificateId],
  ] as const)
    if (id !== undefined) where += isId(id) ? ` and ${column} = ${values.add(id, 'uuid')}` : ' and false';
  return listPage<Award>(ctx.db, awardListing, where, values, query);
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

/** Whose awards: those of people in the actor's sight and the actor's own, or the actor's own alone. */
export type Reach = 'sight' | 'own';

/** Without asking for a permission: for verbs that have asked for theirs. */
export async function readAward(ctx: Context, id: string, reach: Reach): Promise<AwardWithSpans> {
  if (!isId(id)) return notFound('certificate_award', id);
  const { rows } = await run<AwardOf>(
    ctx.db,
    'select person_id as "personId", certificate_id as "certificateId" from certificate_award where tenant_id = $1 and id = $2::uuid',
    [ctx.tenant.id, id],
  );
  const found = rows[0]
    ? await readAwardOf(ctx, rows[0], reach)
    : // without a row nothing tells whose it is: every link has to be looked at
      await one(ctx, reach, (values) => `${AWARD_ID_SQL} = ${values.add(id, 'uuid')}`);
  return found ?? notFound('certificate_award', id);
}

export async function readAwardOf(ctx: Context, of: AwardOf, reach: Reach): Promise<AwardWithSpans | undefined> {
  if (!isId(of.personId) || !isId(of.certificateId)) return undefined;
  return one(ctx, reach, (values) => {
    const person = values.add(of.personId, 'uuid');
    return `l.person_id = ${person} and l.certificate_id = ${values.add(of.certificateId, 'uuid')}`;
  });
}

async function one(
  ctx: Context,
  reach: Reach,
  where: (values: Parameters) => string,
): Promise<AwardWithSpans | undefined> {
  const values = opening(ctx);
  const { rows } = await run<AwardWithSpans>(
    ctx.db,
    `select page.*, ${SPANS_SQL} as spans from (
       select ${awardListing.select} from ${awardListing.from} where ${where(values)}${seenBy(ctx, reach, values)}) page`,
    values.values,
  );
  return rows[0];
}

const SPANS_SQL = `coalesce((select jsonb_agg(jsonb_build_object('certifiedAt', ${instantTextSql('s.certified_at')},
    'expiresAt', ${instantTextSql('s.expires_at')}, 'endedAt', ${instantTextSql('s.ended_at')}) order by s.certified_at)
  from certificate_span s where s.tenant_id = $1 and s.award_id = page.id), '[]')`;

const opening = (ctx: Context): Parameters => parameters(ctx.tenant.id, ctx.now);

/** Who may read what: everybody their own, without a permission. */
function reads(ctx: Context, personId?: string): Reach {
  const { actor } = ctx;
  if (actor.kind === 'person' && (personId?.toLowerCase() === actor.id || !may(actor, 'enrollments.read')))
    return 'own';
  demand(ctx, 'enrollments.read');
  return 'sight';
}

function seenBy(ctx: Context, reach: Reach, values: Parameters): string {
  const self = ctx.actor.kind === 'person' ? `l.person_id = ${values.add(ctx.actor.id, 'uuid')}` : 'false';
  return reach === 'own' ? ` and ${self}` : ` and (${self} or (true${visiblePeopleSql(ctx, 'p')}))`;
}
