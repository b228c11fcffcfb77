import { run } from '../../database/run.ts';
import { join, NOW, name, type Sql, sql, TENANT, ZONE } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { awardIdSql, COMPLETION_SQL } from './award.ts';
import { awardEvent } from './award-event.ts';
import { lockDefinitions, shareDefinitions } from './definitions-lock.ts';
import { expirySql } from './expiry-sql.ts';
import { type Reopened, takeBack } from './take-back.ts';

/**
 * What completions and completions taken back mean for certificates (rules 9, 10); in the transaction of the change, with the learners
 * held. A completion of the last course certifies, or asks for the learner's word; completing all courses anew renews. A completion
 * taken back withdraws what rested on it, or gives the earlier span back. `moved`: the completions in `reopened` stand, but were given
 * an earlier date, and awards follow; a later date is a completion anew.
 */
export async function settleCertificates(
  ctx: Context,
  completed: readonly string[],
  reopened: readonly Reopened[] = [],
  moved = false,
): Promise<void> {
  if (completed.length + reopened.length === 0) return;
  await shareDefinitions(ctx);
  await takeBack(ctx, reopened, moved);
  // what is left may still be, or have become, a full set
  await award(ctx, fromEnrollments([...completed, ...reopened.map((enrollment) => enrollment.id)]));
}

/** The same for everybody who completed a course of these certificates: when they are defined or changed. The caller holds the definitions. */
export async function settleDefinitions(ctx: Context, certificateIds: readonly string[]): Promise<void> {
  if (certificateIds.length === 0) return;
  // everybody who ever completed a course may be in it
  await run(ctx, sql`set local statement_timeout = '10min'`);
  // the learners are not held: what somebody else is writing of an award is waited for before it is read
  await run(
    ctx,
    sql`select 1 from certificate_award where tenant_id = ${TENANT} and certificate_id = any(${certificateIds}::uuid[]) order by id for no key update`,
  );
  await award(ctx, fromCertificates(certificateIds));
}

/** The same for every certificate that these courses were part of, when they are deleted: what is left may be a full set. */
export async function settleCertificatesOf(ctx: Context, courseIds: readonly string[]): Promise<void> {
  const ofCourses = sql`select distinct k.id from certificate_course cc join certificate k on k.tenant_id = ${TENANT} and k.id = cc.certificate_id
      and k.status = 'active' and k.deleted_at is null where cc.tenant_id = ${TENANT} and cc.course_id = any(${courseIds}::uuid[]) order by k.id`;
  if ((await run(ctx, ofCourses)).rows.length === 0) return;
  await lockDefinitions(ctx);
  const { rows } = await run<{ id: string }>(ctx, ofCourses);
  await settleDefinitions(
    ctx,
    rows.map((row) => row.id),
  );
}

/** The same for awards that stand again: courses completed anew meanwhile renew them. The caller shares the definitions. */
export const settleAwards = (ctx: Context, ids: readonly string[]): Promise<void> => award(ctx, fromAwards(ids));

const fromAwards = (ids: readonly string[]): Sql => sql`
  select w.certificate_id, w.person_id from certificate_award w where w.tenant_id = ${TENANT} and w.id = any(${ids}::uuid[])`;

const fromEnrollments = (ids: readonly string[]): Sql => sql`
  select distinct cc.certificate_id, e.person_id
    from enrollment e join certificate_course cc on cc.tenant_id = ${TENANT} and cc.course_id = e.course_id
   where e.tenant_id = ${TENANT} and e.id = any(${ids}::uuid[])`;

const fromCertificates = (ids: readonly string[]): Sql => sql`
  select distinct cc.certificate_id, e.person_id
    from certificate_course cc join enrollment e on e.tenant_id = ${TENANT} and e.course_id = cc.course_id and ${COMPLETION_SQL}
    join person p on p.tenant_id = ${TENANT} and p.id = e.person_id and p.status <> 'deleted'
   where cc.tenant_id = ${TENANT} and cc.certificate_id = any(${ids}::uuid[])`;

/** Since when a new set of completions counts: after the last span; after a revocation; from the start where the award was withdrawn. */
const SINCE_SQL = sql`case w.revocation when 'revoked' then w.revoked_at when 'withdrawn' then null else w.certified_at end`;

const STANDING_COLUMNS = join(
  [
    'certificate_id',
    'person_id',
    'confirmation',
    'valid_for',
    'valid_unit',
    'certified_at',
    'expires_at',
    'revoked_at',
    'revocation',
    'since',
  ].map((column) => sql`cycle.${name(column)}`),
);

// Every full set of completions after the last one is a cycle: complete at the last of each course's first completions. All but the
// last are earlier spans at once (imports bring several).
const awardSql = (targets: Sql): Sql => sql`
with recursive target as materialized (${targets}
), standing as materialized (
  select t.certificate_id, t.person_id, k.confirmation, k.valid_for, k.valid_unit, w.certified_at, w.expires_at, w.revoked_at, w.revocation,
         ${SINCE_SQL} as since
    from target t
    join certificate k on k.tenant_id = ${TENANT} and k.id = t.certificate_id and k.status = 'active' and k.deleted_at is null
    left join certificate_award w on w.tenant_id = ${TENANT} and w.certificate_id = t.certificate_id and w.person_id = t.person_id
), cycle as (
  select s.*, s.since::timestamptz as at, 0 as n from standing s
  union all
  select ${STANDING_COLUMNS}, x.at, cycle.n + 1
    from cycle cross join lateral (
      select max(f.at) as at
        from certificate_course cc
        join course c on c.tenant_id = ${TENANT} and c.id = cc.course_id and c.deleted_at is null
        left join lateral (
          select min(e.completed_at) as at from enrollment e
           where e.tenant_id = ${TENANT} and e.person_id = cycle.person_id and e.course_id = cc.course_id and ${COMPLETION_SQL}
             and (cycle.at is null or e.completed_at > cycle.at)) f on true
       where cc.tenant_id = ${TENANT} and cc.certificate_id = cycle.certificate_id
      having count(*) > 0 and count(*) = count(f.at)) x
), span as materialized (
  select cycle.*, ${awardIdSql(sql`certificate_id`, sql`person_id`)} as id, ${expirySql(sql`cycle.at`, 'cycle', ZONE)} as until,
         lead(cycle.at) over (partition by cycle.certificate_id, cycle.person_id order by cycle.n) as next
    from cycle where cycle.n > 0
), made as (
  insert into certificate_award as a (tenant_id, id, certificate_id, person_id, ready_at, certified_at, expires_at, created_at, updated_at)
  select ${TENANT}, id, certificate_id, person_id, case when confirmation then at end,
         case when not confirmation then at end, case when not confirmation then until end, ${NOW}, ${NOW}
    from span where next is null
   order by certificate_id, person_id
  on conflict (tenant_id, certificate_id, person_id) do update
     set ready_at = case when excluded.ready_at is not null then coalesce(a.ready_at, excluded.ready_at) end,
         certified_at = coalesce(excluded.certified_at, a.certified_at),
         expires_at = case when excluded.certified_at is null then a.expires_at else excluded.expires_at end,
         revoked_at = case when excluded.certified_at is null then a.revoked_at end,
         revoked_because = case when excluded.certified_at is null then a.revoked_because end,
         revocation = case when excluded.certified_at is null then a.revocation end,
         expiry_noted = case when excluded.certified_at is null then a.expiry_noted end,
         updated_at = excluded.updated_at
   where excluded.ready_at is null or a.ready_at is null
  returning new.id, new.certificate_id, new.person_id, new.ready_at, new.certified_at, new.expires_at,
            old.ready_at as was_ready_at, old.certified_at as was_certified_at, old.expires_at as was_until, old.revoked_at as was_revoked_at, old.revocation as was_revocation
), earlier as (
  insert into certificate_span (tenant_id, award_id, certified_at, expires_at, ended_at)
  select ${TENANT}, id, at, until, least(until, next) from span where not confirmation and next is not null
  union all
  select ${TENANT}, id, certified_at, expires_at, least(expires_at, revoked_at, at) from span
   where not confirmation and n = 1 and certified_at is not null and revocation is distinct from 'withdrawn'
  on conflict do nothing
)
select id, certificate_id as "certificateId", person_id as "personId", ready_at as "readyAt", certified_at as "certifiedAt", expires_at as "expiresAt",
       was_ready_at as "wasReadyAt", was_certified_at as "wasCertifiedAt", was_until as "wasUntil", was_revoked_at as "wasRevokedAt", was_revocation as "wasRevocation"
  from made order by certificate_id, person_id`;

interface Made {
  id: string;
  certificateId: string;
  personId: string;
  readyAt: Instant | null;
  certifiedAt: Instant | null;
  expiresAt: Instant | null;
  wasReadyAt: Instant | null;
  wasCertifiedAt: Instant | null;
  wasUntil: Instant | null;
  wasRevokedAt: Instant | null;
  wasRevocation: string | null;
}

async function award(ctx: Context, targets: Sql): Promise<void> {
  const { rows } = await run<Made>(ctx, awardSql(targets));
  await append(ctx, rows.map(eventOf));
}

function eventOf(made: Made): NewEvent {
  const first = made.wasCertifiedAt === null || made.wasRevocation === 'withdrawn';
  const what = made.readyAt !== null ? 'awaits_confirmation' : first ? 'certified' : 'renewed';
  return awardEvent(what, made, {
    readyAt: [made.wasReadyAt, made.readyAt],
    certifiedAt: [made.wasCertifiedAt, made.certifiedAt],
    expiresAt: [made.wasUntil, made.expiresAt],
    revokedAt: [made.wasRevokedAt, made.readyAt !== null ? made.wasRevokedAt : null],
  });
}
