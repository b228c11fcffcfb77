import { Content, Versions } from '../../record/catalog/index.ts';
import { Enrollments } from '../../record/enrollment/index.ts';
import { settled } from '../../record/kernel/changes.ts';
import { saveKeys } from '../../record/kernel/source-keys.ts';
import { one, query, rowsOf, type Work } from './work.ts';

/**
 * Gives every imported class the published version that its line items ask for: categories are sections, line items activities. A class
 * whose version has it all keeps it; otherwise a new version carries on what was there, and the class with its learners moves to it. Courses
 * without a published version get that of their newest class.
 */
export async function saveContent(work: Work): Promise<void> {
  // it goes over all classes, however few rows the file has
  const w = { ...work, many: true };
  await wanted(w);
  const { count } = await one<{ count: number }>(w, 'select count(*) from new_version');
  if (count > 0) {
    await Versions.carryOverRows(w, 'new_version');
    await addSections(w);
    await addActivities(w);
    await moveTo(w);
  }
  await publishCourses(w);
  await query(w, 'drop table wanted_activity, new_version');
}

/** What imported classes should hold, and which of them need a version for it. */
async function wanted(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table wanted_activity on commit drop as
     select o.id as offering_id, o.version_id as old_version_id, kc.key as class_key, k.data->>'category' as category_key, a.category, a.activity_id as id, a.name, a.description,
            case when x.settings ? 'lineItem' then a.weight else coalesce(a.weight, x.weight) end as weight, a.maximum, a.due_at, x.id is null as missing,
            x.id is not null and (x.name, coalesce(x.weight, -1), x.maximum) is distinct from (a.name, coalesce(a.weight, case when x.settings ? 'lineItem' then null else x.weight end, -1), a.maximum) as differs
       from source_key kc
       join offering o on o.tenant_id = {tenant} and o.id = kc.id and o.deleted_at is null
       join assessment a on a.tenant_id = {tenant} and a.offering_id = o.id
       join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'assessment' and k.id = a.id
       left join activity x on x.tenant_id = {tenant} and x.version_id = o.version_id and x.id = a.activity_id
      where kc.tenant_id = {tenant} and kc.system = {system} and kc.entity = 'offering'`,
  );
  // an activity whose assessment went with its line item leaves no other trace than its reference
  await query(
    w,
    `create temporary table new_version on commit drop as
     select o.id as offering_id, o.course_id, o.version_id as old_id, kc.key as class_key, o.name, o.starts_at, uuidv7() as id,
            (select coalesce(max(v.ordinal), 0) from course_version v where v.tenant_id = {tenant} and v.course_id = o.course_id)
              + row_number() over (partition by o.course_id order by o.starts_at, o.name, o.id) as ordinal
       from source_key kc
       join offering o on o.tenant_id = {tenant} and o.id = kc.id and o.deleted_at is null
      where kc.tenant_id = {tenant} and kc.system = {system} and kc.entity = 'offering'
        and (o.version_id is null
             or o.id in (select offering_id from wanted_activity where missing or differs)
             or exists (select 1 from activity x where x.tenant_id = {tenant} and x.version_id = o.version_id and x.settings ? 'lineItem'
                          and not exists (select 1 from assessment a where a.tenant_id = {tenant} and a.offering_id = o.id and a.activity_id = x.id)))`,
  );
}

/** Sections by category, those with the earliest work first; a class without line items has one section, named like the class. */
async function addSections(w: Work): Promise<void> {
  await saveKeys(
    w,
    w.system,
    rowsOf(
      w,
      `select 'section' as entity, s.key, uuidv7() as id, null::jsonb as data from (
         select distinct v.class_key || '/' || a.category_key as key from new_version v join wanted_activity a on a.offering_id = v.offering_id
         union select v.class_key || '/' from new_version v
       ) s where not exists (select 1 from source_key k where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = s.key)`,
    ),
  );
  await Content.addSectionRows(
    w,
    rowsOf(
      w,
      `select n.version_id, k.id, n.name, n.due_at
         from (select v.id as version_id, v.class_key || '/' || a.category_key as key, coalesce(min(a.category), nullif(min(a.category_key), ''), min(v.name)) as name, min(a.due_at) as due_at
                 from new_version v join wanted_activity a on a.offering_id = v.offering_id where a.missing group by 1, 2) n
         join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = n.key`,
    ),
  );
  await Content.addSectionRows(
    w,
    rowsOf(
      w,
      `select v.id as version_id, k.id, v.name, null::timestamptz as due_at from new_version v
         join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = v.class_key || '/'
        where not exists (select 1 from section x where x.tenant_id = {tenant} and x.version_id = v.id)`,
    ),
  );
}

async function addActivities(w: Work): Promise<void> {
  await Content.addActivityRows(
    w,
    rowsOf(
      w,
      `select v.id as version_id, a.id, k.id as section_id, a.due_at, a.name, a.description, a.weight, a.maximum, '{"lineItem": true}'::jsonb as settings,
              case when a.category ~* '\\m(quiz|test|exam|computer|multiple choice)' then 'quiz' else 'assignment' end as kind
         from new_version v join wanted_activity a on a.offering_id = v.offering_id and a.missing
         join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = v.class_key || '/' || a.category_key`,
    ),
  );
  await Content.changeActivityRows(
    w,
    rowsOf(
      w,
      `select v.id as version_id, a.id, a.name, a.weight, a.maximum from new_version v join wanted_activity a on a.offering_id = v.offering_id and a.differs`,
    ),
  );
  // the section that held the place of line items to come
  await Content.dropEmptySectionRows(
    w,
    rowsOf(
      w,
      `select v.id as version_id, k.id from new_version v join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = v.class_key || '/'`,
    ),
  );
}

/** The class and its learners take up the new version (rule 13), and a course that showed the old one shows the new one. */
async function moveTo(w: Work): Promise<void> {
  await Versions.takeUpRows(w, 'new_version');
  await Enrollments.moveVersionRows(w, rowsOf(w, 'select offering_id, old_id, id from new_version'));
  await settled(w.ctx);
}

/** A course shows the version of its newest class; without a class it has a version of one empty section. Versions made by hand stay shown. */
async function publishCourses(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table bare_course on commit drop as
     select c.id, c.name, uuidv7() as version_id, uuidv7() as section_id from source_key k join course c on c.tenant_id = {tenant} and c.id = k.id and c.deleted_at is null
      where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'course' and c.current_version_id is null
        and not exists (select 1 from course_version v where v.tenant_id = {tenant} and v.course_id = c.id)`,
  );
  await Versions.makeBareRows(w, 'bare_course');
  await query(w, 'drop table bare_course');
  await Versions.showRows(
    w,
    rowsOf(
      w,
      `with newest as (
       select distinct on (o.course_id) o.course_id, o.version_id, o.starts_at
         from source_key k join offering o on o.tenant_id = {tenant} and o.id = k.id and o.deleted_at is null and o.version_id is not null
        where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'offering' order by o.course_id, o.starts_at desc nulls last, o.name desc
     )
     select c.id, coalesce(n.version_id, (select v.id from course_version v where v.tenant_id = {tenant} and v.course_id = c.id and v.state = 'published' order by v.ordinal desc limit 1)) as version_id
         from source_key k join course c on c.tenant_id = {tenant} and c.id = k.id and c.deleted_at is null left join newest n on n.course_id = c.id
        where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'course'
          and (c.current_version_id is null
               -- shown so far: an older class, or the version of a course that had none
               or exists (select 1 from offering o join source_key x on x.tenant_id = {tenant} and x.system = {system} and x.entity = 'offering' and x.id = o.id
                           where o.tenant_id = {tenant} and o.course_id = c.id and o.version_id = c.current_version_id)
               or not exists (select 1 from activity a where a.tenant_id = {tenant} and a.version_id = c.current_version_id))`,
    ),
  );
}
