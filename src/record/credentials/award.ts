import type { Listing } from '../../database/listing.ts';
import { NOW, name, type Sql, sql, TENANT } from '../../database/sql.ts';
import type { Instant } from '../kernel/instant.ts';

/** How a person stands with a certificate, read from the facts and the clock (rule 10). */
export type AwardState =
  /** Access to one of the courses, nothing started. */
  | 'init'
  | 'in_progress'
  /** All courses complete; the learner has to confirm. */
  | 'awaits_confirmation'
  | 'certified'
  /** Certified, with 30 days or less left. */
  | 'about_to_expire'
  | 'expired'
  /** Revoked by somebody, or withdrawn because a completion was taken back. */
  | 'revoked';

/** A certificate of one person. `id` belongs to both and is the same before anything happened and after. */
export interface Award {
  id: string;
  certificateId: string;
  certificateNumber: number;
  certificateExternalId: string | null;
  certificateName: string;
  personId: string;
  fullName: string;
  state: AwardState;
  /** Somebody said that the person must hold it. */
  required: boolean;
  /** All courses complete since then, waiting for the learner's word. */
  readyAt: Instant | null;
  /** The span that counts; earlier ones are in `spans` of a single award. */
  certifiedAt: Instant | null;
  /** null: good for ever, or never earned. */
  expiresAt: Instant | null;
  revokedAt: Instant | null;
  revokedBecause: string | null;
  revocation: 'revoked' | 'withdrawn' | null;
  /** Opens the public verification page; null until something happened. */
  code: string | null;
  createdAt: Instant | null;
  updatedAt: Instant | null;
}

/** A span of an award that was renewed. */
interface AwardSpan {
  certifiedAt: Instant;
  expiresAt: Instant | null;
  /** When it expired, was revoked or gave way to the next. */
  endedAt: Instant;
}

export interface AwardWithSpans extends Award {
  /** Earlier spans, oldest first. */
  spans: AwardSpan[];
}

/** An award counts as about to expire this long before it does. */
export const EXPIRY_WINDOW_SQL = sql`interval '30 days'`;

/** SQL of an instant inside a JSON value, in our own form. */
export const instantTextSql = (instant: string): Sql =>
  sql`to_char(${name(instant)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** SQL of an award's id: the same for certificate and person whether a row exists or not. */
export const awardIdSql = (certificate: Sql, person: Sql): Sql =>
  sql`md5(${certificate}::text || ${person}::text)::uuid`;

/** SQL of what the row of an award says at a moment; null where nothing was earned. */
export const earnedStateSql = (award: string, now: string): Sql => sql`case
  when ${name(award)}.revoked_at is null and ${name(award)}.certified_at is not null and coalesce(${name(award)}.expires_at > ${name(now)}, true)
    then case when ${name(award)}.expires_at <= ${name(now)} + ${EXPIRY_WINDOW_SQL} then 'about_to_expire' else 'certified' end
  when ${name(award)}.ready_at is not null then 'awaits_confirmation'
  when ${name(award)}.revoked_at is not null then 'revoked'
  when ${name(award)}.certified_at is not null then 'expired'
end`;

/** SQL condition: the enrollment (alias `e`) gives access. */
const LIVE_SQL = sql`e.ending is null and e.state not in ('pending_approval', 'pending_acceptance', 'on_waitlist', 'declined')`;

/** SQL condition: the enrollment (alias `e`) is a completion that counts; what was earned before starting over stays. */
export const COMPLETION_SQL = sql`e.state = 'complete' and (e.ending is null or e.ending = 'superseded') and e.completed_at is not null`;

// Access to one of the courses of an active certificate makes the award; so does a row that says something.
const LINKS_SQL = sql`
  select cc.certificate_id, e.person_id
    from certificate_course cc
    join certificate a on a.tenant_id = ${TENANT} and a.id = cc.certificate_id and a.status = 'active'
    join course c on c.tenant_id = ${TENANT} and c.id = cc.course_id and c.deleted_at is null
    join enrollment e on e.tenant_id = ${TENANT} and e.course_id = cc.course_id and ${LIVE_SQL}
   where cc.tenant_id = ${TENANT}
  union
  select w.certificate_id, w.person_id from certificate_award w
   where w.tenant_id = ${TENANT} and (w.required or w.ready_at is not null or w.certified_at is not null or w.revoked_at is not null)`;

const STARTED_SQL = sql`exists (select 1 from certificate_course cc join enrollment e on e.tenant_id = ${TENANT} and e.person_id = l.person_id and e.course_id = cc.course_id
   where cc.tenant_id = ${TENANT} and cc.certificate_id = l.certificate_id and ((${LIVE_SQL} and e.state <> 'not_started') or (${COMPLETION_SQL})))`;

const STATE_SQL = sql`coalesce(${earnedStateSql('w', 'clock.now')}, case when ${STARTED_SQL} then 'in_progress' else 'init' end)`;

/** SQL of the id of a row of the list. */
export const AWARD_ID_SQL = awardIdSql(sql`l.certificate_id`, sql`l.person_id`);

export const awardListing: Listing = {
  select: sql`${AWARD_ID_SQL} as id, l.certificate_id as "certificateId", k.number as "certificateNumber",
    k.external_id as "certificateExternalId", k.name as "certificateName", l.person_id as "personId", p.full_name as "fullName",
    ${STATE_SQL} as state, coalesce(w.required, false) as required, w.ready_at as "readyAt", w.certified_at as "certifiedAt",
    w.expires_at as "expiresAt", w.revoked_at as "revokedAt", w.revoked_because as "revokedBecause", w.revocation,
    w.code, w.created_at as "createdAt", w.updated_at as "updatedAt"`,
  from: sql`(${LINKS_SQL}) l
    cross join (select ${NOW} as now) clock
    join certificate k on k.tenant_id = ${TENANT} and k.id = l.certificate_id and k.deleted_at is null
    join person p on p.tenant_id = ${TENANT} and p.id = l.person_id and p.status <> 'deleted'
    left join certificate_award w on w.tenant_id = ${TENANT} and w.certificate_id = l.certificate_id and w.person_id = l.person_id`,
  fields: {
    named: {
      id: { sql: AWARD_ID_SQL, type: 'id' },
      certificateId: { sql: 'l.certificate_id', type: 'id' },
      certificateNumber: { sql: 'k.number', type: 'number' },
      certificateExternalId: { sql: 'k.external_id', type: 'text', nullable: true, exact: true },
      certificateName: { sql: 'k.name', type: 'text' },
      personId: { sql: 'l.person_id', type: 'id' },
      fullName: { sql: 'p.full_name', type: 'text' },
      state: { sql: STATE_SQL, type: 'text', exact: true },
      required: { sql: 'coalesce(w.required, false)', type: 'boolean' },
      readyAt: { sql: 'w.ready_at', type: 'instant', nullable: true },
      certifiedAt: { sql: 'w.certified_at', type: 'instant', nullable: true },
      expiresAt: { sql: 'w.expires_at', type: 'instant', nullable: true },
      revokedAt: { sql: 'w.revoked_at', type: 'instant', nullable: true },
      updatedAt: { sql: 'w.updated_at', type: 'instant', nullable: true },
    },
  },
  sort: [
    { field: 'certificateNumber', descending: false },
    { field: 'fullName', descending: false },
  ],
  id: 'id',
};
