import { saveThings, settleParents } from '../things.ts';
import { type Merged, query, refuseRows, type Work } from '../work.ts';
import { deleteUnused } from './orgs.ts';

const TERM = {
  table: 'term',
  entity: 'term',
  keyEntity: 'term',
  columns: ['external_id', 'name', 'kind', 'starts_on', 'ends_on', 'parent_id', 'school_year'],
} as const;

/** Academic sessions become terms. */
export async function mergeAcademicSessions(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table session_match on commit drop as
     select s.line, s.sourced_id as key, s.gone, t.id, false as fresh, false as is_root, s.parent_sourced_id as parent_key, null::uuid as parent_id,
            s.sourced_id as external_id, s.title as name, s.type as kind, s.start_date as starts_on, s.end_date as ends_on, s.school_year,
            case when s.end_date < s.start_date and not s.gone then 'endDate: before startDate' end as refused
       from staged_academic_sessions s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'term' and k.key = s.sourced_id
       left join term x on x.tenant_id = {tenant} and x.external_id = s.sourced_id
       left join term t on t.tenant_id = {tenant} and t.id = coalesce(k.id, x.id)`,
  );
  await refuseRows(w, 'session_match', 'academicSessions');
  await settleParents(w, 'session_match', { table: 'term', keyEntity: 'term', top: null });
  await query(
    w,
    `update session_match m set refused = 'status: other sessions still belong to this one'
      where m.gone and exists (select 1 from term c where c.tenant_id = {tenant} and c.parent_id = m.id and c.id not in (select id from session_match where gone and id is not null))`,
  );
  await refuseRows(w, 'session_match', 'academicSessions');
  const saved = await saveThings(w, 'session_match', TERM);
  return { ...saved, changed: saved.changed + (await deleteUnused(w, 'session_match', 'term', 'term')) };
}
