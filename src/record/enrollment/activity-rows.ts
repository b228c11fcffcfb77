import { type Bulk, query, type Rows } from '../kernel/bulk.ts';

/**
 * How activities stand after marked or handed-in work: rows `enrollment_id, activity_id, state, percent, at, moves_mark, moves_submission` of
 * a temporary table; without a state nothing is left of it. `standing`: some may have stood before.
 */
export async function saveActivityRows(bulk: Bulk, work: string, standing: boolean): Promise<void> {
  if (standing) {
    await query(
      bulk,
      `update activity_enrollment x set state = n.state, progress = case when n.state = 'complete' then 100 else 0 end, score = case when n.state = 'complete' then n.percent end,
              started_at = coalesce(x.started_at, n.at), completed_at = case when n.state = 'complete' then n.at end, last_attempt_at = n.at, updated_at = {at}
         from ${work} n
        where n.state is not null and x.tenant_id = {tenant} and x.enrollment_id = n.enrollment_id and x.activity_id = n.activity_id
          and (n.moves_mark or n.moves_submission or n.state = 'not_applicable')
          and (x.state, x.score, x.completed_at) is distinct from (n.state, case when n.state = 'complete' then n.percent end, case when n.state = 'complete' then n.at end)`,
    );
    await query(
      bulk,
      `delete from activity_enrollment x using ${work} n
        where n.state is null and (n.moves_mark or n.moves_submission) and x.tenant_id = {tenant} and x.enrollment_id = n.enrollment_id and x.activity_id = n.activity_id`,
    );
  }
  await query(
    bulk,
    `insert into activity_enrollment (tenant_id, enrollment_id, activity_id, state, progress, score, started_at, completed_at, last_attempt_at, created_at, updated_at)
     select {tenant}, n.enrollment_id, n.activity_id, n.state, case when n.state = 'complete' then 100 else 0 end, case when n.state = 'complete' then n.percent end,
            n.at, case when n.state = 'complete' then n.at end, n.at, {at}, {at}
       from ${work} n
      where n.state is not null and not exists (select 1 from activity_enrollment x where x.tenant_id = {tenant} and x.enrollment_id = n.enrollment_id and x.activity_id = n.activity_id)`,
  );
}

/** Moves what was done with activities to other enrollments: rows `activity_id, old_id, new_id`; without a new one it goes. */
export async function moveActivityRows(bulk: Bulk, results: string): Promise<void> {
  for (const table of ['activity_enrollment', 'attempt'] as const) {
    await query(
      bulk,
      `delete from ${table} t using ${results} r where t.tenant_id = {tenant} and t.enrollment_id = r.old_id and r.new_id is null and t.activity_id = r.activity_id`,
    );
    await query(
      bulk,
      `update ${table} t set enrollment_id = r.new_id from ${results} r where t.tenant_id = {tenant} and t.enrollment_id = r.old_id and r.new_id is not null and t.activity_id = r.activity_id`,
    );
  }
}

/** Takes away what was done with activities that go: rows `offering_id, activity_id`. */
export async function forgetActivityRows(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with g as (${rows.sql})
     delete from activity_enrollment x using g where x.tenant_id = {tenant} and x.activity_id = g.activity_id
        and x.enrollment_id in (select e.id from enrollment e where e.tenant_id = {tenant} and e.offering_id = g.offering_id)`,
    rows.values,
  );
}
