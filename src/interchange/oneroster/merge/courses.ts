import { Courses } from '../../../record/catalog/index.ts';
import { noteKeys } from '../../../record/kernel/source-keys.ts';
import { saveThings } from '../things.ts';
import {
  goneAbove,
  keyTaken,
  leftOut,
  type Merged,
  noteRows,
  present,
  query,
  rowsOf,
  unclaimed,
  type Work,
} from '../work.ts';

/** Courses become online courses; they are published with the first version of a class (see `content.ts`). A deleted one is retired. */
export async function mergeCourses(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table course_match on commit drop as
     select s.line, s.sourced_id as key, s.gone, c.id, false as fresh, case when y.id is null then s.sourced_id end as external_id, s.course_code as code,
            coalesce(s.title, s.course_code, s.sourced_id) as name, o.id as unit_id,
            coalesce((k.data->>'gone')::boolean, false) as was_gone,
            ${present({ grades: 's.grades', subjects: 's.subjects', subjectCodes: 's.subject_codes', schoolYearSourcedId: 's.school_year_sourced_id' })} || coalesce(s.metadata, '{}') as attributes,
            case when not s.gone then array[
              ${leftOut('orgSourcedId', 's.org_sourced_id', 'o.id', 'org')},
              ${goneAbove('orgSourcedId', 's.org_sourced_id', `ko.data ? 'gone'`)},
              ${keyTaken('sourcedId', 'c.id is null and y.id is not null', 's.sourced_id')}] end as noted
       from staged_courses s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'course' and k.key = s.sourced_id
       left join course x on x.tenant_id = {tenant} and x.external_id = s.sourced_id and x.deleted_at is null and ${unclaimed('course', 'x.id')}
       left join course c on c.tenant_id = {tenant} and c.id = coalesce(k.id, x.id) and c.deleted_at is null
       left join course y on y.tenant_id = {tenant} and y.external_id = s.sourced_id and y.deleted_at is null and y.id is distinct from c.id
       left join source_key ko on ko.tenant_id = {tenant} and ko.system = {system} and ko.entity = 'unit' and ko.key = s.org_sourced_id
       left join unit o on o.tenant_id = {tenant} and o.id = ko.id`,
  );
  await noteRows(w, 'course_match', 'courses');
  const saved = await saveThings(w, 'course_match', Courses.saveRows, { entity: 'course' });
  const moved = await Courses.retireRows(w, 'course_match');
  await rememberGone(w, 'course_match', 'course');
  return { ...saved, changed: saved.changed + moved };
}

/** Notes which rows the source deleted, so that their return is seen. */
export const rememberGone = (w: Work, matches: string, entity: string): Promise<void> =>
  noteKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key, k.id, case when m.gone then '{"gone": true}'::jsonb end as data
         from ${matches} m join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = '${entity}' and k.key = m.key`,
    ),
  );
