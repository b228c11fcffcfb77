import { Terms } from '../../../record/catalog/index.ts';
import { forgetKeys } from '../../../record/kernel/source-keys.ts';
import { saveThings, settleParents } from '../things.ts';
import { keyTaken, type Merged, noteRows, query, rowsOf, unclaimed, type Work } from '../work.ts';

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
  await settleParents(w, 'session_match', { table: 'term', top: null, lift: Terms.liftRows });
  await noteRows(w, 'session_match', 'academicSessions');
  const saved = await saveThings(w, 'session_match', Terms.saveRows, { entity: 'term' });
  const deleted = await Terms.deleteRows(w, rowsOf(w, 'select id from gone_up'));
  await forgetKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key from source_key k join gone_up g on g.id = k.id where k.tenant_id = {tenant} and k.entity = 'term'`,
    ),
  );
  return { ...saved, changed: saved.changed + deleted };
}
