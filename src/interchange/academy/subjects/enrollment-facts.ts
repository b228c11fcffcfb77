import { run } from '../../../database/run.ts';
import { type Sql, sql, TENANT } from '../../../database/sql.ts';
import type { Marks } from '../../../record/assessment/index.ts';
import { Enrollments } from '../../../record/enrollment/index.ts';
import type { Context } from '../../../record/kernel/context.ts';
import type { Instant } from '../../../record/kernel/instant.ts';

export interface EnrollmentFacts {
  id: string;
  personId: string;
  offeringId: string;
  courseId: string;
  versionId: string;
  /** The version that the offering delivers. */
  offeringVersionId: string | null;
  isCollection: boolean;
  state: string;
  ending: 'superseded' | 'withdrawn_kept' | 'withdrawn_closed' | null;
  endedAt: Instant | null;
  source: string;
  joinKeyId: string | null;
  setState: string | null;
  setScore: number | null;
  setCompletedAt: Instant | null;
  setCredits: number | null;
  result: string | null;
  rating: number | null;
  enrolledAt: Instant;
  accessAt: Instant | null;
  dueAt: Instant | null;
  expiresAt: Instant | null;
  lastAccessAt: Instant | null;
  termsAcceptedAt: Instant | null;
  number: number;
  /** The collection that brought it. */
  collectionId: string | null;
  /** The program under which it was made. */
  programId: string | null;
  /** Whether its dates are those that offering and course give. */
  usualAccess: boolean;
  usualDue: boolean;
  usualExpiry: boolean;
}

export const ENROLLMENT_FACTS = sql`e.id, e.person_id as "personId", e.offering_id as "offeringId", e.course_id as "courseId",
  e.version_id as "versionId", o.version_id as "offeringVersionId", c.kind in ('curriculum', 'bundle', 'certification', 'personal_path') as "isCollection",
  e.state, e.ending, e.ended_at as "endedAt", e.source, e.join_key_id as "joinKeyId", e.set_state as "setState", e.set_score as "setScore",
  e.set_completed_at as "setCompletedAt", e.set_credits as "setCredits", e.result, e.rating, e.enrolled_at as "enrolledAt",
  e.access_at as "accessAt", e.due_at as "dueAt", e.expires_at as "expiresAt", e.last_access_at as "lastAccessAt",
  e.terms_accepted_at as "termsAcceptedAt", e.number, e.collection_id as "collectionId", e.program_id as "programId",
  e.access_at is not distinct from usual."accessAt" as "usualAccess", e.due_at is not distinct from usual."dueAt" as "usualDue",
  e.expires_at is not distinct from usual."expiresAt" as "usualExpiry"`;

/** What is told of an enrollment `e` stands in these too. */
export const ENROLLMENT_JOINS = sql`join offering o on o.tenant_id = e.tenant_id and o.id = e.offering_id
  join course c on c.tenant_id = e.tenant_id and c.id = e.course_id
  join person p on p.tenant_id = e.tenant_id and p.id = e.person_id
  cross join lateral (select ${Enrollments.datesSql('o', 'c', sql`e.enrolled_at`)}) usual`;

export interface ActivityFacts {
  enrollmentId: string;
  activityId: string;
  state: string;
  progress: number;
  tasksDone: string[];
  timeTicks: number;
  startedAt: Instant | null;
  completedAt: Instant | null;
  updatedAt: Instant;
}

export interface AttemptFacts {
  enrollmentId: string;
  activityId: string;
  id: string;
  state: 'in_progress' | 'ready_for_review' | 'complete' | 'failed';
  score: number | null;
  timeTicks: number | null;
  startedAt: Instant | null;
  finishedAt: Instant | null;
  feedback: string | null;
}

export interface MarkFacts {
  enrollmentId: string;
  assessmentId: string;
  activityId: string;
  /** Of the submission; null for a mark without one. */
  state: 'draft' | 'submitted' | 'marked' | null;
  submittedAt: Instant | null;
  savedAt: Instant | null;
  marked: boolean;
  score: number | null;
  text: string | null;
  comment: string | null;
  markerId: string | null;
  markedAt: Instant | null;
  carriedOver: boolean | null;
  role: Marks.Role | null;
}

/** What somebody gave beside the mark that counts. */
export interface MarkingFacts
  extends Pick<MarkFacts, 'enrollmentId' | 'assessmentId' | 'score' | 'text' | 'comment' | 'markerId'> {
  markedAt: Instant;
  carriedOver: boolean;
  role: Marks.Role;
}

interface PlaceFacts {
  enrollmentId: string;
  sessionId: string;
  enrolledAt: Instant;
}

export interface GrantFacts {
  enrollmentId: string;
  kind: string;
  sourceId: string;
  /** Of an audience. */
  groupId: string | null;
}

interface CreditFacts {
  enrollmentId: string;
  creditTypeId: string;
  credits: number;
}

/** Everything below some enrollments, by enrollment: a fixed number of statements. */
export interface Below {
  activities: Map<string, ActivityFacts[]>;
  attempts: Map<string, AttemptFacts[]>;
  marks: Map<string, MarkFacts[]>;
  markings: Map<string, MarkingFacts[]>;
  places: Map<string, PlaceFacts[]>;
  grants: Map<string, GrantFacts[]>;
  credits: Map<string, CreditFacts[]>;
}

export async function readBelow(ctx: Context, ids: readonly string[]): Promise<Below> {
  const rows = async <Row extends { enrollmentId: string }>(text: Sql): Promise<Map<string, Row[]>> =>
    Map.groupBy(ids.length === 0 ? [] : (await run<Row>(ctx, text)).rows, (row) => row.enrollmentId);
  return {
    activities: await rows(sql`
      select x.enrollment_id as "enrollmentId", x.activity_id as "activityId", x.state, x.progress, x.tasks_done as "tasksDone",
             x.time_ticks as "timeTicks", x.started_at as "startedAt", x.completed_at as "completedAt", x.updated_at as "updatedAt"
        from activity_enrollment x where x.tenant_id = ${TENANT} and x.enrollment_id = any(${ids}::uuid[])
       order by coalesce(x.completed_at, x.started_at, x.updated_at),
             (select min(a.number) from activity a where a.tenant_id = ${TENANT} and a.id = x.activity_id)`),
    attempts: await rows(sql`
      select t.enrollment_id as "enrollmentId", t.activity_id as "activityId", t.id, t.state, t.score, t.time_ticks as "timeTicks",
             t.started_at as "startedAt", t.finished_at as "finishedAt", t.feedback
        from attempt t where t.tenant_id = ${TENANT} and t.enrollment_id = any(${ids}::uuid[])
       order by t.started_at nulls first, (select min(a.number) from activity a where a.tenant_id = ${TENANT} and a.id = t.activity_id), t.ordinal`),
    marks: await rows(sql`
      select coalesce(s.enrollment_id, m.enrollment_id) as "enrollmentId", a.id as "assessmentId", a.activity_id as "activityId",
             s.state, s.submitted_at as "submittedAt", s.updated_at as "savedAt", m.enrollment_id is not null as marked, m.score,
             m.text_score as text, m.comment, m.marker_id as "markerId", m.marked_at as "markedAt", m.carried_over as "carriedOver", m.role
        from (select * from submission where tenant_id = ${TENANT} and enrollment_id = any(${ids}::uuid[])) s
        full join (select * from mark where tenant_id = ${TENANT} and enrollment_id = any(${ids}::uuid[]) and counts) m
          on m.assessment_id = s.assessment_id and m.enrollment_id = s.enrollment_id
        join assessment a on a.tenant_id = ${TENANT} and a.id = coalesce(s.assessment_id, m.assessment_id)
       order by coalesce(s.submitted_at, m.marked_at, s.updated_at), a.number`),
    markings: await rows(sql`
      select m.enrollment_id as "enrollmentId", m.assessment_id as "assessmentId", m.score, m.text_score as text, m.comment, m.marker_id as "markerId",
             m.marked_at as "markedAt", m.carried_over as "carriedOver", m.role
        from mark m where m.tenant_id = ${TENANT} and m.enrollment_id = any(${ids}::uuid[]) and not m.counts order by m.marked_at, m.created_at, m.id`),
    places: await rows(sql`
      select k.enrollment_id as "enrollmentId", k.session_id as "sessionId", k.enrolled_at as "enrolledAt"
        from session_enrollment k join session s on s.tenant_id = ${TENANT} and s.id = k.session_id and s.deleted_at is null
       where k.tenant_id = ${TENANT} and k.enrollment_id = any(${ids}::uuid[]) order by k.enrolled_at, s.number`),
    grants: await rows(sql`
      select g.enrollment_id as "enrollmentId", g.kind, g.source_id as "sourceId", a.group_id as "groupId"
        from enrollment_grant g left join audience a on g.kind = 'audience' and a.tenant_id = ${TENANT} and a.id = g.source_id
       where g.tenant_id = ${TENANT} and g.enrollment_id = any(${ids}::uuid[]) order by g.created_at, g.kind`),
    credits: await rows(sql`
      select k.enrollment_id as "enrollmentId", k.credit_type_id as "creditTypeId", k.credits
        from enrollment_credit k join credit_type t on t.tenant_id = ${TENANT} and t.id = k.credit_type_id
       where k.tenant_id = ${TENANT} and k.enrollment_id = any(${ids}::uuid[]) order by t.number`),
  };
}
