import { EVENT, STAMP } from '../../record/kernel/bulk.ts';
import { report, settled } from '../../record/kernel/changes.ts';
import { eventSql, typeSql } from '../../record/kernel/event-types.ts';
import { one, query, type Work } from './work.ts';

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
    await carryOver(w);
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

/** New versions begin as copies: ids and numbers of sections, lessons, activities and tasks stay. */
async function carryOver(w: Work): Promise<void> {
  await query(
    w,
    `insert into course_version (tenant_id, id, course_id, ordinal, state, created_at, updated_at, published_at)
     select {tenant}, id, course_id, ordinal, 'published', {at}, {at}, {at} from new_version`,
  );
  const copies: [string, string][] = [
    ['section', 'id, number, position, name, description'],
    ['lesson', 'id, number, section_id, position, name, description'],
    [
      'activity',
      `id, number, section_id, lesson_id, position, kind, name, description, notes, required, weight, maximum, passing_score, attempts_allowed, attempt_counts,
       url, width, height, popup, ref_id, settings, ordinal, created_at`,
    ],
    ['task', 'id, activity_id, position, kind, name, content'],
  ];
  for (const [table, columns] of copies) {
    const deleted =
      table === 'activity'
        ? `and not (x.settings ? 'lineItem' and not exists (select 1 from assessment a where a.tenant_id = {tenant} and a.offering_id = n.offering_id and a.activity_id = x.id))`
        : table === 'task'
          ? 'and exists (select 1 from activity y where y.tenant_id = {tenant} and y.version_id = n.id and y.id = x.activity_id)'
          : '';
    await query(
      w,
      `insert into ${table} (tenant_id, version_id, ${columns})
       select {tenant}, n.id, ${columns
         .split(',')
         .map((column) => `x.${column.trim()}`)
         .join(', ')}
         from new_version n join ${table} x on x.tenant_id = {tenant} and x.version_id = n.old_id where true ${deleted}`,
    );
  }
}

/** Sections by category, those with the earliest work first; a class without line items has one section, named like the class. */
async function addSections(w: Work): Promise<void> {
  await query(
    w,
    `insert into source_key (tenant_id, system, entity, key, id)
     select {tenant}, {system}, 'section', key, uuidv7() from (
       select distinct v.class_key || '/' || a.category_key as key from new_version v join wanted_activity a on a.offering_id = v.offering_id
       union select v.class_key || '/' from new_version v
     ) s on conflict do nothing`,
  );
  await query(
    w,
    `insert into section (tenant_id, version_id, id, position, name)
     select {tenant}, n.version_id, k.id, coalesce((select max(x.position) from section x where x.tenant_id = {tenant} and x.version_id = n.version_id), -1)
            + row_number() over (partition by n.version_id order by n.due_at, n.name), n.name
       from (select v.id as version_id, v.class_key || '/' || a.category_key as key, coalesce(min(a.category), nullif(min(a.category_key), ''), min(v.name)) as name, min(a.due_at) as due_at
               from new_version v join wanted_activity a on a.offering_id = v.offering_id where a.missing group by 1, 2) n
       join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = n.key
      where not exists (select 1 from section x where x.tenant_id = {tenant} and x.version_id = n.version_id and x.id = k.id)
      order by n.version_id, n.due_at, n.name`,
  );
  await query(
    w,
    `insert into section (tenant_id, version_id, id, position, name)
     select {tenant}, v.id, k.id, 0, v.name from new_version v
       join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = v.class_key || '/'
      where not exists (select 1 from section x where x.tenant_id = {tenant} and x.version_id = v.id)`,
  );
}

async function addActivities(w: Work): Promise<void> {
  await query(
    w,
    `insert into activity (tenant_id, version_id, id, section_id, position, kind, name, description, required, weight, maximum, settings, created_at)
     select {tenant}, v.id, a.id, k.id, coalesce((select max(x.position) from activity x where x.tenant_id = {tenant} and x.version_id = v.id and x.section_id = k.id), -1)
            + row_number() over (partition by v.id, k.id order by a.due_at, a.name, a.id),
            case when a.category ~* '\\m(quiz|test|exam|computer|multiple choice)' then 'quiz' else 'assignment' end,
            a.name, a.description, false, a.weight, a.maximum, '{"lineItem": true}', {at}
       from new_version v join wanted_activity a on a.offering_id = v.offering_id and a.missing
       join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = v.class_key || '/' || a.category_key
      order by v.id, k.id, a.due_at, a.name, a.id`,
  );
  await query(
    w,
    `update activity x set name = a.name, weight = a.weight, maximum = a.maximum, ordinal = x.ordinal + 1
       from new_version v join wanted_activity a on a.offering_id = v.offering_id and a.differs
      where x.tenant_id = {tenant} and x.version_id = v.id and x.id = a.id`,
  );
  // the section that held the place of line items to come
  await query(
    w,
    `delete from section s using new_version v, source_key k
      where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'section' and k.key = v.class_key || '/'
        and s.tenant_id = {tenant} and s.version_id = v.id and s.id = k.id
        and not exists (select 1 from activity x where x.tenant_id = {tenant} and x.version_id = v.id and x.section_id = s.id)
        and not exists (select 1 from lesson x where x.tenant_id = {tenant} and x.version_id = v.id and x.section_id = s.id)
        and exists (select 1 from section x where x.tenant_id = {tenant} and x.version_id = v.id and x.id <> s.id)`,
  );
}

/** The class and its learners take up the new version (rule 13), and a course that showed the old one shows the new one. */
async function moveTo(w: Work): Promise<void> {
  await query(
    w,
    `with t as (
       update offering o set version_id = v.id, updated_at = {at} from new_version v where o.tenant_id = {tenant} and o.id = v.offering_id
       returning o.id, o.course_id, v.id as version_id, v.ordinal, v.old_id
     )
     insert into event (${EVENT}, type, entity, entity_id, course_id, data)
     select ${STAMP}, n.type, n.entity, n.entity_id, t.course_id, n.data from t cross join lateral (values
       (${eventSql('course.published')}, t.course_id, jsonb_build_object('versionId', t.version_id, 'ordinal', t.ordinal)),
       (${eventSql('offering.updated')}, t.id, jsonb_build_object('changed', jsonb_build_object('versionId', jsonb_build_array(t.old_id, t.version_id))))
     ) as n (type, entity, entity_id, data)`,
  );
  await query(
    w,
    `update course c set current_version_id = v.id, updated_at = {at} from new_version v where c.tenant_id = {tenant} and c.current_version_id = v.old_id`,
  );
  const learners = await query<{ enrollmentId: string }>(
    w,
    `update enrollment e set version_id = v.id, updated_at = {at} from new_version v
      where e.tenant_id = {tenant} and e.offering_id = v.offering_id and e.version_id = v.old_id and (e.ending is null or e.ending = 'withdrawn_kept') returning e.id as "enrollmentId"`,
  );
  report(w.ctx, 'work_changed', learners);
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
  await query(
    w,
    `insert into course_version (tenant_id, id, course_id, ordinal, state, created_at, updated_at, published_at)
     select {tenant}, version_id, id, 1, 'published', {at}, {at}, {at} from bare_course`,
  );
  await query(
    w,
    `insert into section (tenant_id, version_id, id, position, name) select {tenant}, version_id, section_id, 0, name from bare_course`,
  );
  await query(w, 'drop table bare_course');
  await query(
    w,
    `with newest as (
       select distinct on (o.course_id) o.course_id, o.version_id, o.starts_at
         from source_key k join offering o on o.tenant_id = {tenant} and o.id = k.id and o.deleted_at is null and o.version_id is not null
        where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'offering' order by o.course_id, o.starts_at desc nulls last, o.name desc
     ), wanted as (
       select c.id, coalesce(n.version_id, (select v.id from course_version v where v.tenant_id = {tenant} and v.course_id = c.id and v.state = 'published' order by v.ordinal desc limit 1)) as version_id
         from source_key k join course c on c.tenant_id = {tenant} and c.id = k.id and c.deleted_at is null left join newest n on n.course_id = c.id
        where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'course'
          and (c.current_version_id is null
               -- shown so far: an older class, or the version of a course that had none
               or exists (select 1 from offering o join source_key x on x.tenant_id = {tenant} and x.system = {system} and x.entity = 'offering' and x.id = o.id
                           where o.tenant_id = {tenant} and o.course_id = c.id and o.version_id = c.current_version_id)
               or not exists (select 1 from activity a where a.tenant_id = {tenant} and a.version_id = c.current_version_id))
     ), t as (
       update course c set current_version_id = n.version_id, state = case when c.state = 'draft' then 'published' else c.state end, updated_at = {at}
         from wanted n where c.tenant_id = {tenant} and c.id = n.id and n.version_id is not null and c.current_version_id is distinct from n.version_id
       returning new.id, new.state, new.current_version_id, old.state as was, old.current_version_id as before
     )
     insert into event (${EVENT}, type, entity, entity_id, course_id, data)
     select ${STAMP}, case when before is null then ${typeSql('course.published')} else ${typeSql('course.updated')} end, 'course', id, id,
            jsonb_build_object('versionId', current_version_id, 'changed', jsonb_build_object('state', jsonb_build_array(was, state))) from t`,
  );
}
