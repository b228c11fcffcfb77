import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import { finderSql } from '../kernel/finding.ts';
import type { Instant } from '../kernel/instant.ts';
import { Refusal, type RefusalFact, type Rule } from '../kernel/refusal.ts';
import { sharedOrVisibleSql, visiblePeopleSql } from '../kernel/visibility.ts';
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

const FOUND_BY = (person: string, course: string, now: string): string =>
  `${finderSql({ tenant: '$1', person, now }, course)} as "foundBy"`;

const MANY_MEETINGS_SQL = `c.kind = 'instructor_led' and exists (
         select 1 from session s join meeting m on m.tenant_id = $1 and m.session_id = s.id
          where s.tenant_id = $1 and s.offering_id = o.id and s.deleted_at is null group by s.id having count(*) > 1)`;

// Learners are looked up one by one, with their earlier enrollments: right after a large import, statistics would lead through thousands.
// Most never were in the course: that is found out first, and nothing more is looked up for them.
const factsSql = (people: string, courses: string, offerings: string, named: Named): string => `
select r.person_id as "personId", p.status as "personStatus", c.id as "courseId", c.state as "courseState",
       c.kind in (${COLLECTIONS_SQL}) as "isCollection", c.approval_required as "approvalRequired",
       o.id as "offeringId", o.state as "offeringState", o.seats, o.enrollment_type as "enrollmentType",
       o.enroll_from as "enrollFrom", o.enroll_until as "enrollUntil", ${named.version ? 'coalesce(v.id, o.version_id)' : 'o.version_id'} as "versionId",
       ${datesSql('o', 'c', 'r.enrolled_at')},
       live.id as "liveId", live.state as "liveState", live.is_primary as "liveIsPrimary", kept.id as "keptId", kept.state as "keptState",
       ${named.oneMeeting ? MANY_MEETINGS_SQL : 'false'} as "manyMeetings",
       prime.id is not null as "hasOthers"${named.self ? `, ${FOUND_BY('r.person_id', 'c.id', `$${named.version ? 7 : 6}::timestamptz`)}` : ''}
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[]) with ordinality as r (person_id, course_id, offering_id, enrolled_at, n)
  left join lateral (select p.status from person p where p.tenant_id = $1 and p.id = r.person_id and p.status <> 'deleted'${people} limit 1) p on true
  ${
    named.offering
      ? `left join offering named on named.tenant_id = $1 and named.id = r.offering_id and named.deleted_at is null
        and (r.course_id is null or r.course_id = named.course_id)`
      : ''
  }
  left join course c on c.tenant_id = $1 and c.deleted_at is null${courses}
        and c.id = ${named.offering ? 'case when r.offering_id is null then r.course_id else named.course_id end' : 'r.course_id'}
  left join lateral (
       select true as there from enrollment k
        where k.tenant_id = $1 and k.person_id = r.person_id and k.course_id between c.id and c.id limit 1) been on true
  left join lateral (
       select k.id, k.offering_id from enrollment k
        where been.there and k.tenant_id = $1 and k.person_id = r.person_id and k.course_id between c.id and c.id and k.is_primary limit 1) prime on true
  left join offering o on o.tenant_id = $1 and o.deleted_at is null${offerings} and o.id = case
       ${named.offering ? 'when r.offering_id is not null then named.id' : ''}
       when prime.id is not null then prime.offering_id
       else (select d.id from offering d where d.tenant_id = $1 and d.course_id = c.id and d.is_default and d.deleted_at is null) end
  ${named.version ? `left join course_version v on v.tenant_id = $1 and v.id = $6::uuid and v.course_id = c.id and v.state <> 'draft'` : ''}
  left join lateral (
       select k.id, k.state, k.is_primary from enrollment k
        where been.there and k.tenant_id = $1 and k.person_id = r.person_id and k.offering_id between o.id and o.id and k.ending is null limit 1) live on true
  left join lateral (
       select k.id, k.state, k.ending from enrollment k
        where been.there and k.tenant_id = $1 and k.person_id = r.person_id and k.course_id between c.id and c.id and k.offering_id between o.id and o.id
          and k.ending in ('withdrawn_kept', 'withdrawn_closed') and live.id is null
        order by k.ended_at desc, k.number desc limit 1) kept on kept.ending = 'withdrawn_kept'
 order by r.n`;

// The columns of a first enrollment: nobody was there before, so what an earlier one could say is null.
const firstFactsSql = (
  people: string,
  courses: string,
  offerings: string,
  { byOffering, self }: { byOffering: boolean; self: boolean },
): string => `
select $2::uuid as "personId", p.status as "personStatus", c.id as "courseId", c.state as "courseState",
       c.kind in (${COLLECTIONS_SQL}) as "isCollection", c.kind = 'instructor_led' as "isInstructorLed", c.approval_required as "approvalRequired",
       o.id as "offeringId", o.state as "offeringState", o.seats, o.enrollment_type as "enrollmentType",
       o.enroll_from as "enrollFrom", o.enroll_until as "enrollUntil", o.version_id as "versionId",
       ${datesSql('o', 'c', '$4::timestamptz')},
       null as "liveId", null as "liveState", null as "liveIsPrimary", null as "keptId", null as "keptState", false as "manyMeetings", false as "hasOthers"${self ? `, ${FOUND_BY('p.id', 'c.id', '$5::timestamptz')}` : ''}
  from offering o
  join course c on c.tenant_id = $1 and c.id = o.course_id and c.deleted_at is null${courses}
  join person p on p.tenant_id = $1 and p.id = $2::uuid and p.status <> 'deleted'${people}
 where o.tenant_id = $1 and o.deleted_at is null${offerings} and ${byOffering ? 'o.id = $3::uuid' : 'o.course_id = $3::uuid and o.is_default'}
   and not exists (select 1 from enrollment e where e.tenant_id = $1 and e.person_id = $2::uuid and e.course_id = o.course_id)`;

/** The facts of somebody who never was in the course, from few tables; nothing where there is more to know or something is absent. */
export async function readFirstFacts(
  ctx: Context,
  request: EnrollRequest,
  options: EnrollOptions,
  self: boolean,
): Promise<Facts | undefined> {
  const { personId, courseId, offeringId } = request;
  if (options.versionId !== undefined || (courseId === undefined) === (offeringId === undefined)) return undefined;
  const { rows } = await run<Facts & { isInstructorLed: boolean }>(
    ctx.db,
    firstFactsSql(...scopes(ctx, self), { byOffering: offeringId !== undefined, self }),
    [
      ctx.tenant.id,
      personId,
      offeringId ?? courseId,
      request.enrolledAt ?? options.enrolledAt ?? ctx.now,
      ...(self ? [ctx.now] : []),
    ],
  );
  return rows[0]?.isInstructorLed ? undefined : rows[0];
}

/** SQL for whom, and which courses and offerings, the actor may see. */
const scopes = (ctx: Context, self: boolean): [people: string, courses: string, offerings: string] =>
  self
    ? ['', '', '']
    : [
        visiblePeopleSql(ctx, 'p'),
        ctx.actor.units === null ? '' : ` and ${sharedOrVisibleSql(ctx, 'c.unit_id')}`,
        ctx.actor.units === null ? '' : ` and ${sharedOrVisibleSql(ctx, 'o.unit_id')}`,
      ];

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
  const { rows } = await run<Facts>(ctx.db, factsSql(...scopes(ctx, self), named), [
    ctx.tenant.id,
    requests.map((request) => request.personId),
    requests.map((request) => request.courseId ?? null),
    requests.map((request) => request.offeringId ?? null),
    requests.map((request) => request.enrolledAt ?? options.enrolledAt ?? ctx.now),
    ...(named.version ? [options.versionId] : []),
    ...(self ? [ctx.now] : []),
  ]);
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
