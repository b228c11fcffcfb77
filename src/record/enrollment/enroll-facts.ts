import { run } from '../../database/run.ts';
import { nothing, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { finder } from '../kernel/finding.ts';
import type { Instant } from '../kernel/instant.ts';
import { Refusal, type RefusalFact, type Rule } from '../kernel/refusal.ts';
import { sharedOrVisible, visiblePeople } from '../kernel/visibility.ts';
import { datesSql } from './dates.ts';
import { COLLECTIONS_SQL, takesSeat } from './states.ts';
import type { EnrollmentState, EnrollOptions, EnrollRequest } from './types.ts';
import type { Seats } from './waitlist.ts';

/** What is known of a request before anything is written. */
export interface Facts {
  personId: string;
  personStatus: 'active' | 'suspended' | null;
  courseId: string | null;
  courseState: string | null;
  isCollection: boolean;
  approvalRequired: boolean;
  offeringId: string | null;
  offeringState: string | null;
  seats: number | null;
  enrollmentType: string;
  enrollFrom: Instant | null;
  enrollUntil: Instant | null;
  versionId: string | null;
  accessAt: Instant | null;
  dueAt: Instant | null;
  expiresAt: Instant | null;
  liveId: string | null;
  liveState: EnrollmentState | null;
  liveIsPrimary: boolean | null;
  keptId: string | null;
  keptState: EnrollmentState | null;
  /** Some session of the offering meets more than once; looked up when `oneMeeting` is asked. */
  manyMeetings: boolean;
  /** Other live enrollments in the course exist, so the primary mark has to be settled. */
  hasOthers: boolean;
  /** The program under which who enrolls themselves finds the course: the nil id for the default one, null for none. */
  foundBy?: string | null;
}

/** Which of the rarer things a call names; what it does not name costs nothing. */
interface Named {
  offering: boolean;
  version: boolean;
  oneMeeting: boolean;
  self: boolean;
}

/** For whom, and which courses and offerings, the actor may see. */
interface Scopes {
  people: Sql;
  courses: Sql;
  offerings: Sql;
}

const foundBy = (self: boolean, person: Sql): Sql => (self ? sql`, ${finder(person, 'c.id')} as "foundBy"` : nothing);

const MANY_MEETINGS = sql`c.kind = 'instructor_led' and exists (
         select 1 from session s join meeting m on m.tenant_id = ${TENANT} and m.session_id = s.id
          where s.tenant_id = ${TENANT} and s.offering_id = o.id and s.deleted_at is null group by s.id having count(*) > 1)`;

// Learners are looked up one by one, with their earlier enrollments: right after a large import, statistics would lead through thousands.
// Most never were in the course: that is found out first, and nothing more is looked up for them.
const factsOf = (requested: Sql, version: Sql, { people, courses, offerings }: Scopes, named: Named): Sql => sql`
select r.person_id as "personId", p.status as "personStatus", c.id as "courseId", c.state as "courseState",
       c.kind in (${COLLECTIONS_SQL}) as "isCollection", c.approval_required as "approvalRequired",
       o.id as "offeringId", o.state as "offeringState", o.seats, o.enrollment_type as "enrollmentType",
       o.enroll_from as "enrollFrom", o.enroll_until as "enrollUntil", ${named.version ? sql`coalesce(v.id, o.version_id)` : sql`o.version_id`} as "versionId",
       ${datesSql('o', 'c', sql`r.enrolled_at`)},
       live.id as "liveId", live.state as "liveState", live.is_primary as "liveIsPrimary", kept.id as "keptId", kept.state as "keptState",
       ${named.oneMeeting ? MANY_MEETINGS : sql`false`} as "manyMeetings",
       prime.id is not null as "hasOthers"${foundBy(named.self, sql`r.person_id`)}
  from unnest(${requested}) with ordinality as r (person_id, course_id, offering_id, enrolled_at, n)
  left join lateral (select p.status from person p where p.tenant_id = ${TENANT} and p.id = r.person_id and p.status <> 'deleted'${people} limit 1) p on true
  ${
    named.offering
      ? sql`left join offering named on named.tenant_id = ${TENANT} and named.id = r.offering_id and named.deleted_at is null
        and (r.course_id is null or r.course_id = named.course_id)`
      : nothing
  }
  left join course c on c.tenant_id = ${TENANT} and c.deleted_at is null${courses}
        and c.id = ${named.offering ? sql`case when r.offering_id is null then r.course_id else named.course_id end` : sql`r.course_id`}
  left join lateral (
       select true as there from enrollment k
        where k.tenant_id = ${TENANT} and k.person_id = r.person_id and k.course_id between c.id and c.id limit 1) been on true
  left join lateral (
       select k.id, k.offering_id from enrollment k
        where been.there and k.tenant_id = ${TENANT} and k.person_id = r.person_id and k.course_id between c.id and c.id and k.is_primary limit 1) prime on true
  left join offering o on o.tenant_id = ${TENANT} and o.deleted_at is null${offerings} and o.id = case
       ${named.offering ? sql`when r.offering_id is not null then named.id` : nothing}
       when prime.id is not null then prime.offering_id
       else (select d.id from offering d where d.tenant_id = ${TENANT} and d.course_id = c.id and d.is_default and d.deleted_at is null) end
  ${named.version ? sql`left join course_version v on v.tenant_id = ${TENANT} and v.id = ${version} and v.course_id = c.id and v.state <> 'draft'` : nothing}
  left join lateral (
       select k.id, k.state, k.is_primary from enrollment k
        where been.there and k.tenant_id = ${TENANT} and k.person_id = r.person_id and k.offering_id between o.id and o.id and k.ending is null limit 1) live on true
  left join lateral (
       select k.id, k.state, k.ending from enrollment k
        where been.there and k.tenant_id = ${TENANT} and k.person_id = r.person_id and k.course_id between c.id and c.id and k.offering_id between o.id and o.id
          and k.ending in ('withdrawn_kept', 'withdrawn_closed') and live.id is null
        order by k.ended_at desc, k.number desc limit 1) kept on kept.ending = 'withdrawn_kept'
 order by r.n`;

// The columns of a first enrollment: nobody was there before, so what an earlier one could say is null.
const firstFacts = (
  { people, courses, offerings }: Scopes,
  personId: string,
  asked: Sql,
  enrolledAt: Instant,
  self: boolean,
): Sql => {
  const person = value(personId, 'uuid');
  return sql`
select ${person} as "personId", p.status as "personStatus", c.id as "courseId", c.state as "courseState",
       c.kind in (${COLLECTIONS_SQL}) as "isCollection", c.kind = 'instructor_led' as "isInstructorLed", c.approval_required as "approvalRequired",
       o.id as "offeringId", o.state as "offeringState", o.seats, o.enrollment_type as "enrollmentType",
       o.enroll_from as "enrollFrom", o.enroll_until as "enrollUntil", o.version_id as "versionId",
       ${datesSql('o', 'c', value(enrolledAt, 'timestamptz'))},
       null as "liveId", null as "liveState", null as "liveIsPrimary", null as "keptId", null as "keptState", false as "manyMeetings", false as "hasOthers"${foundBy(self, sql`p.id`)}
  from offering o
  join course c on c.tenant_id = ${TENANT} and c.id = o.course_id and c.deleted_at is null${courses}
  join person p on p.tenant_id = ${TENANT} and p.id = ${person} and p.status <> 'deleted'${people}
 where o.tenant_id = ${TENANT} and o.deleted_at is null${offerings} and ${asked}
   and not exists (select 1 from enrollment e where e.tenant_id = ${TENANT} and e.person_id = ${person} and e.course_id = o.course_id)`;
};

/** The facts of somebody who never was in the course, from few tables; nothing where there is more to know or something is absent. */
export async function readFirstFacts(
  ctx: Context,
  request: EnrollRequest,
  options: EnrollOptions,
  self: boolean,
): Promise<Facts | undefined> {
  const { personId, courseId, offeringId } = request;
  if (options.versionId !== undefined || (courseId === undefined) === (offeringId === undefined)) return undefined;
  const asked =
    offeringId === undefined ? sql`o.course_id = ${courseId}::uuid and o.is_default` : sql`o.id = ${offeringId}::uuid`;
  const enrolledAt = request.enrolledAt ?? options.enrolledAt ?? ctx.now;
  const { rows } = await run<Facts & { isInstructorLed: boolean }>(
    ctx,
    firstFacts(scopes(ctx, self), personId, asked, enrolledAt, self),
  );
  return rows[0]?.isInstructorLed ? undefined : rows[0];
}

const scopes = (ctx: Context, self: boolean): Scopes =>
  self
    ? { people: nothing, courses: nothing, offerings: nothing }
    : {
        people: visiblePeople(ctx, 'p'),
        courses: ctx.actor.units === null ? nothing : sql` and ${sharedOrVisible(ctx, sql`c.unit_id`)}`,
        offerings: ctx.actor.units === null ? nothing : sql` and ${sharedOrVisible(ctx, sql`o.unit_id`)}`,
      };

/** Reads the facts of every request, in order. Refuses `not_found` for a version that is not one of the course, or still a draft. */
export async function readFacts(
  ctx: Context,
  requests: readonly EnrollRequest[],
  options: EnrollOptions,
  self: boolean,
): Promise<Facts[]> {
  const named = {
    offering: requests.some((request) => request.offeringId !== undefined),
    version: options.versionId !== undefined,
    oneMeeting: options.oneMeeting ?? false,
    self,
  };
  const requested = sql`${requests.map((request) => request.personId)}::uuid[], ${requests.map((request) => request.courseId ?? null)}::uuid[],
       ${requests.map((request) => request.offeringId ?? null)}::uuid[], ${requests.map((request) => request.enrolledAt ?? options.enrolledAt ?? ctx.now)}::timestamptz[]`;
  const { rows } = await run<Facts>(ctx, factsOf(requested, sql`${options.versionId}::uuid`, scopes(ctx, self), named));
  const wanted = options.versionId?.toLowerCase();
  if (wanted !== undefined && rows.some((f) => f.courseId !== null && f.offeringId !== null && f.versionId !== wanted))
    throw new Refusal({ kind: 'not_found', entity: 'course_version', id: wanted });
  return rows;
}

export type Decision =
  | { action: 'refuse'; fact: RefusalFact }
  | { action: 'keep' }
  | { action: 'create' | 'resume'; state: EnrollmentState };

const no = (rule: Rule, entity: 'course' | 'offering' | 'person', id: string): Decision => ({
  action: 'refuse',
  fact: { kind: 'rule', rule, entity, id },
});

const absent = (entity: 'course' | 'offering' | 'person', id: string | undefined): Decision => ({
  action: 'refuse',
  fact: { kind: 'not_found', entity, id },
});

/** Rules 1 and 2 for one request. `seats` counts on as requests of the same call are granted. */
export function decide(
  facts: Facts,
  request: EnrollRequest,
  options: EnrollOptions,
  self: boolean,
  now: Instant,
  seats: Seats | undefined,
): Decision {
  if (facts.personStatus === null) return absent('person', facts.personId);
  if (facts.courseId === null)
    return request.offeringId === undefined
      ? absent('course', request.courseId)
      : absent('offering', request.offeringId);
  if (facts.liveId !== null && !options.reEnroll) return { action: 'keep' };
  // what they do not find is not there
  if (self && facts.foundBy === null) return absent('course', facts.courseId);
  if (facts.personStatus === 'suspended') return no('person_inactive', 'person', facts.personId);
  if (facts.courseState !== 'published') return no('course_not_published', 'course', facts.courseId);
  if (facts.offeringId === null) return absent('offering', request.offeringId);
  if (facts.offeringState === 'retired') return no('offering_retired', 'offering', facts.offeringId);
  if (facts.versionId === null) return no('course_not_published', 'course', facts.courseId);
  if (facts.manyMeetings) return no('many_meetings', 'course', facts.courseId);
  if (self) {
    if (facts.enrollmentType === 'closed' || facts.enrollmentType === 'nomination')
      return no('self_enrollment_closed', 'offering', facts.offeringId);
    if (facts.enrollFrom !== null && now < facts.enrollFrom) return no('not_open_yet', 'offering', facts.offeringId);
    if (facts.enrollUntil !== null && now > facts.enrollUntil) return no('closed', 'offering', facts.offeringId);
  }
  const action = facts.keptId !== null && !options.reEnroll ? 'resume' : 'create';
  const wanted: EnrollmentState = options.nominated
    ? 'pending_acceptance'
    : self && (facts.approvalRequired || facts.enrollmentType === 'approval')
      ? 'pending_approval'
      : action === 'resume' && facts.keptState !== null && takesSeat(facts.keptState)
        ? facts.keptState
        : 'not_started';
  if (!takesSeat(wanted) || !seats || seats.seats === null) return { action, state: wanted };
  // who re-enrolls keeps the seat, or the place in the queue, that the earlier enrollment holds
  const held = facts.liveState !== null && takesSeat(facts.liveState) ? 1 : 0;
  if (seats.taken - held < seats.seats) {
    seats.taken += 1 - held;
    return { action, state: wanted };
  }
  const queued = facts.liveState === 'on_waitlist' ? 1 : 0;
  if (!request.noQueue && (seats.waiting - queued < seats.waitlistSeats || options.queueBeyondLimit)) {
    seats.waiting += 1 - queued;
    return { action, state: 'on_waitlist' };
  }
  return no('offering_full', 'offering', facts.offeringId);
}
