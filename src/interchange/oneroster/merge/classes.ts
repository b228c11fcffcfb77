import { Offerings } from '../../../record/catalog/index.ts';
import { saveThings } from '../things.ts';
import {
  firstMoment,
  goneAbove,
  keyTaken,
  lastMoment,
  leftOut,
  type Merged,
  noteRows,
  present,
  query,
  refuseRows,
  rowsOf,
  unclaimed,
  unknownReference,
  type Work,
} from '../work.ts';
import { rememberGone } from './courses.ts';
import { leaveClasses, returnToClasses } from './left.ts';

/** Classes become offerings, from the first to the last day of their terms. What is in them comes with the line items. A deleted one is retired, and its enrollments end until it comes back. */
export async function mergeClasses(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table class_term on commit drop as
     select s.sourced_id as key, n.key as term_key, t.id, t.starts_on, t.ends_on
       from staged_classes s cross join unnest(s.term_sourced_ids) as n (key)
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'term' and k.key = n.key
       left join term t on t.tenant_id = {tenant} and t.id = k.id`,
  );
  await query(
    w,
    `create temporary table class_match on commit drop as
     select s.line, s.sourced_id as key, s.gone, o.id, false as fresh, case when y.id is null then s.sourced_id end as external_id, s.class_code as code,
            coalesce(s.title, s.class_code, s.sourced_id) as name, c.id as course_id,
            u.id as unit_id, ${firstMoment('term.starts_on')} as starts_at, ${lastMoment('term.ends_on')} as ends_at, s.location,
            coalesce((k.data->>'gone')::boolean, false) as was_gone,
            ${present({ grades: 's.grades', subjects: 's.subjects', subjectCodes: 's.subject_codes', periods: 's.periods', classType: 's.class_type' })} || coalesce(s.metadata, '{}') as attributes,
            case when s.gone then null
                 when c.id is null and o.id is null then ${unknownReference('courseSourcedId', 's.course_sourced_id', 'course')} end as refused,
            case when not s.gone then array[
              ${leftOut('courseSourcedId', 's.course_sourced_id', 'c.id', 'course')},
              case when o.course_id <> c.id then 'courseSourcedId: the class stays in its course, where its learners are' end,
              ${leftOut('schoolSourcedId', 's.school_sourced_id', 'u.id', 'org')},
              ${goneAbove('schoolSourcedId', 's.school_sourced_id', `ku.data ? 'gone'`)},
              ${leftOut('termSourcedIds', 'term.missing', 'null', 'academic session')},
              ${keyTaken('sourcedId', 'o.id is null and y.id is not null', 's.sourced_id')}] end as noted
       from staged_classes s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'offering' and k.key = s.sourced_id
       left join offering x on x.tenant_id = {tenant} and x.external_id = s.sourced_id and x.deleted_at is null and ${unclaimed('offering', 'x.id')}
       left join offering o on o.tenant_id = {tenant} and o.id = coalesce(k.id, x.id) and o.deleted_at is null
       left join offering y on y.tenant_id = {tenant} and y.external_id = s.sourced_id and y.deleted_at is null and y.id is distinct from o.id
       left join source_key kc on kc.tenant_id = {tenant} and kc.system = {system} and kc.entity = 'course' and kc.key = s.course_sourced_id
       left join course c on c.tenant_id = {tenant} and c.id = kc.id and c.deleted_at is null
       left join source_key ku on ku.tenant_id = {tenant} and ku.system = {system} and ku.entity = 'unit' and ku.key = s.school_sourced_id
       left join unit u on u.tenant_id = {tenant} and u.id = ku.id
       left join (select key, min(starts_on) as starts_on, max(ends_on) as ends_on, min(term_key) filter (where id is null) as missing from class_term group by key) term
         on term.key = s.sourced_id`,
  );
  await refuseRows(w, 'class_match', 'classes');
  await noteRows(w, 'class_match', 'classes');
  const saved = await saveThings(w, 'class_match', Offerings.saveRows, { entity: 'offering' });
  const tied = await Offerings.saveTermRows(
    w,
    rowsOf(
      w,
      `select m.id as offering_id, t.id as term_id, m.fresh from class_match m join class_term t on t.key = m.key and t.id is not null where not m.gone`,
    ),
  );
  const moved = await Offerings.retireRows(w, 'class_match');
  await leaveClasses(w, 'select id from class_match where gone and id is not null');
  await returnToClasses(w, 'select id from class_match where not gone and was_gone');
  await rememberGone(w, 'class_match', 'offering');
  return { ...saved, changed: saved.changed + tied + moved };
}
