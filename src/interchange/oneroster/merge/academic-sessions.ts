import { EVENT, STAMP } from '../../../record/kernel/bulk.ts';
import { eventSql } from '../../../record/kernel/event-types.ts';
import { saveThings, settleParents } from '../things.ts';
import { keyTaken, type Merged, noteRows, one, query, unclaimed, type Work } from '../work.ts';

const TERM = {
  table: 'term',
  keyEntity: 'term',
  columns: ['external_id', 'name', 'kind', 'starts_on', 'ends_on', 'parent_id', 'school_year'],
} as const;

/** Academic sessions become terms. */
export async function mergeAcademicSessions(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table session_match on commit drop as
     select s.line, s.sourced_id as key, s.gone, t.id, false as fresh, false as is_root, s.parent_sourced_id as parent_key, null::uuid as parent_id,
            case when y.id is null then s.sourced_id end as external_id, coalesce(s.title, s.sourced_id) as name, coalesce(s.type, t.kind, 'term') as kind,
            s.start_date as starts_on, case when s.end_date < s.start_date then null else s.end_date end as ends_on, s.school_year, null::text as refused,
            case when not s.gone then array[
              case when s.end_date < s.start_date then 'endDate: before startDate; left out' end,
              ${keyTaken('sourcedId', 't.id is null and y.id is not null', 's.sourced_id')}] end as noted
       from staged_academic_sessions s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'term' and k.key = s.sourced_id
       left join term x on x.tenant_id = {tenant} and x.external_id = s.sourced_id and ${unclaimed('term', 'x.id')}
       left join term t on t.tenant_id = {tenant} and t.id = coalesce(k.id, x.id)
       left join term y on y.tenant_id = {tenant} and y.external_id = s.sourced_id and y.id is distinct from t.id`,
  );
  await settleParents(w, 'session_match', { table: 'term', keyEntity: 'term', top: null });
  await noteRows(w, 'session_match', 'academicSessions');
  const saved = await saveThings(w, 'session_match', TERM);
  return { ...saved, changed: saved.changed + (await deleteTerms(w)) };
}

/** With their keys; classes and terms below them go on without. */
async function deleteTerms(w: Work): Promise<number> {
  const { count } = await one<{ count: number }>(
    w,
    `with t as (
       delete from term t using gone_up g where t.tenant_id = {tenant} and t.id = g.id returning t.id
     ), forgotten as (
       delete from source_key k using t where k.tenant_id = {tenant} and k.entity = 'term' and k.id = t.id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id) select ${STAMP}, ${eventSql('term.deleted')}, id from t
     )
     select count(*) from t`,
  );
  return count;
}
