import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { may, mayAnywhere } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import type { Permission } from '../kernel/permission.ts';
import { against, refuse } from '../kernel/refusal.ts';
import type { AttemptResult } from './attempts.ts';
import type { Progress } from './record-progress.ts';
import type { ActivityState, ActivityStateRow, Attempt, AttemptState, Enrollment } from './types.ts';

/**
 * What becomes of work that a learner says is done. `reported`: the learner's word completes it. `counted`: handing it in does, there is
 * nothing to judge. `judged`: somebody has to look at it. `attended`: others say whether the learner was there.
 */
type Work = 'reported' | 'counted' | 'judged' | 'attended';

const WORK: Readonly<Record<string, Work>> = {
  page: 'reported',
  video: 'reported',
  document: 'reported',
  package: 'reported',
  link: 'reported',
  checklist: 'reported',
  poll: 'counted',
  survey: 'counted',
  quiz: 'judged',
  assignment: 'judged',
  open_response: 'judged',
  live_session: 'attended',
};

/** Whether the actor acts on their own work, and does not administer the whole account: then as a learner, whatever else they may. */
const isOwnWork = ({ actor }: Context, personId: string): boolean =>
  actor.kind === 'person' && actor.id === personId && !(actor.units === null && may(actor, 'tenant.manage'));

/** Whether the actor, who sees the work by the permission, may say how it turned out: nobody does for themselves. */
export const judges = (ctx: Context, personId: string, permission: Permission = 'marks.write'): boolean =>
  mayAnywhere(ctx.actor, permission) && !isOwnWork(ctx, personId);

/** Refuses whoever may not say how this person's work turned out. */
export function demandJudging(ctx: Context, personId: string, permission: Permission = 'marks.write'): void {
  if (!judges(ctx, personId, permission)) refuse({ kind: 'forbidden', permission });
}

/** An activity that has an assessment in the offering is judged, whatever it is. */
async function workOf(ctx: Context, enrollment: Enrollment, activityId: string): Promise<Work> {
  const { rows } = await run<{ kind: string; assessed: boolean }>(
    ctx,
    sql`select a.kind, exists (select 1 from assessment s where s.tenant_id = ${TENANT} and s.offering_id = ${enrollment.offeringId}::uuid and s.activity_id = a.id) as assessed
       from activity a where a.tenant_id = ${TENANT} and a.version_id = ${enrollment.versionId}::uuid and a.id = ${activityId}::uuid`,
  );
  return rows[0]?.assessed ? 'judged' : (WORK[rows[0]?.kind ?? ''] ?? 'judged');
}

const JUDGED_MEMBERS = ['score', 'startedAt', 'finishedAt', 'feedback'] as const;

/**
 * A learner's own attempt as it may be recorded: saved, handed in (`ready_for_review`), or finished where the learner's word counts.
 * Refuses `forbidden` what is for who marks, and `attempt_finished` what is handed in already.
 */
export async function ownAttempt(
  ctx: Context,
  enrollment: Enrollment,
  before: Attempt,
  result: AttemptResult,
): Promise<AttemptResult> {
  for (const name of JUDGED_MEMBERS) if (result[name] !== undefined && result[name] !== before[name]) forbid();
  const state = await handedIn(ctx, enrollment, before.activityId, before.state, result.state);
  const same = state === before.state && (result.timeTicks ?? before.timeTicks) === before.timeTicks;
  if (!same && (before.state !== 'in_progress' || before.finishedAt !== null))
    against('attempt_finished', 'attempt', before.id);
  return { state, timeTicks: result.timeTicks };
}

async function handedIn(
  ctx: Context,
  enrollment: Enrollment,
  activityId: string,
  before: AttemptState,
  wanted: AttemptState,
): Promise<AttemptState> {
  if (wanted === before || wanted === 'in_progress') return wanted;
  const work = await workOf(ctx, enrollment, activityId);
  if (wanted === 'ready_for_review' && work === 'judged') return wanted;
  if (wanted === 'ready_for_review' && work === 'counted') return 'complete';
  return wanted === 'failed' || work !== 'reported' ? forbid() : 'complete';
}

const REPORTED_STATES: ReadonlySet<ActivityState> = new Set(['not_started', 'in_progress', 'complete']);

/**
 * A learner's own progress as it may be recorded: of what is reported all of it, of other work time, tasks ticked off and handing in.
 * Refuses as `ownAttempt` does.
 */
export async function ownProgress(
  ctx: Context,
  enrollment: Enrollment,
  before: ActivityStateRow,
  progress: Progress,
): Promise<Progress> {
  const work = await workOf(ctx, enrollment, before.activityId);
  const state = progress.state ?? before.state;
  if (work === 'reported') {
    if (![before.state, state].every((one) => REPORTED_STATES.has(one)) && state !== before.state) forbid();
    return progress;
  }
  if (progress.progress !== undefined && progress.progress !== before.progress) forbid();
  const saved = before.state === 'not_started' ? 'in_progress' : before.state;
  const own = { ...progress, state: progress.state ?? saved, progress: before.progress };
  if (state === before.state) return own;
  if (state !== 'in_progress' && (state !== 'ready_for_review' || work === 'attended')) forbid();
  if (saved !== 'in_progress') against('attempt_finished', 'activity', before.activityId);
  return state === 'ready_for_review' && work === 'counted' ? { ...own, state: 'complete', progress: 100 } : own;
}

const forbid = (): never => refuse({ kind: 'forbidden', permission: 'marks.write' });
