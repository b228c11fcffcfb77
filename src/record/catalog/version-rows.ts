import { type Bulk, EVENT, query, type Rows, STAMP } from '../kernel/bulk.ts';
import { eventSql, typeSql } from '../kernel/event-types.ts';
import { COPIED } from './versions.ts';

// Versions of many courses at once, in the transaction of a caller who has checked who may.

/** New versions begin as copies: rows `id, course_id, ordinal, old_id, offering_id` of a temporary table. Ids and numbers of sections, lessons, activities and tasks stay. */
export async function carryOverRows(bulk: Bulk, versions: string): Promise<void> {
  await query(
    bulk,
    `insert into course_version (tenant_id, id, course_id, ordinal, state, created_at, updated_at, published_at)
     select {tenant}, id, course_id, ordinal, 'published', {at}, {at}, {at} from ${versions}`,
  );
  for (const [table, columns] of Object.entries(COPIED)) {
    const deleted =
      table === 'activity'
        ? `and not (x.settings ? 'lineItem' and not exists (select 1 from assessment a where a.tenant_id = {tenant} and a.offering_id = n.offering_id and a.activity_id = x.id))`
        : table === 'task'
          ? 'and exists (select 1 from activity y where y.tenant_id = {tenant} and y.version_id = n.id and y.id = x.activity_id)'
          : '';
    await query(
      bulk,
      `insert into ${table} (tenant_id, version_id, ${columns})
       select {tenant}, n.id, ${columns
         .split(',')
         .map((column) => `x.${column.trim()}`)
         .join(', ')}
         from ${versions} n join ${table} x on x.tenant_id = {tenant} and x.version_id = n.old_id where true ${deleted}`,
    );
  }
}

/** Adds sections behind those that are there: rows `version_id, id, name, due_at`, those with the earliest work first. */
export async function addSectionRows(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with n as (${rows.sql})
     insert into section (tenant_id, version_id, id, position, name)
     select {tenant}, n.version_id, n.id, coalesce((select max(x.position) from section x where x.tenant_id = {tenant} and x.version_id = n.version_id), -1)
            + row_number() over (partition by n.version_id order by n.due_at, n.name), n.name
       from n where not exists (select 1 from section x where x.tenant_id = {tenant} and x.version_id = n.version_id and x.id = n.id)
      order by n.version_id, n.due_at, n.name`,
    rows.values,
  );
}

/** Adds activities that are not required, behind those of their section: rows `version_id, id, section_id, kind, name, description, weight, maximum, settings, due_at`. */
export async function addActivityRows(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with a as (${rows.sql})
     insert into activity (tenant_id, version_id, id, section_id, position, kind, name, description, required, weight, maximum, settings, created_at)
     select {tenant}, a.version_id, a.id, a.section_id, coalesce((select max(x.position) from activity x where x.tenant_id = {tenant} and x.version_id = a.version_id and x.section_id = a.section_id), -1)
            + row_number() over (partition by a.version_id, a.section_id order by a.due_at, a.name, a.id),
            a.kind, a.name, a.description, false, a.weight, a.maximum, a.settings, {at}
       from a order by a.version_id, a.section_id, a.due_at, a.name, a.id`,
    rows.values,
  );
}

/** Changes what activities are called and weigh: rows `version_id, id, name, weight, maximum`. */
export async function changeActivityRows(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with a as (${rows.sql})
     update activity x set name = a.name, weight = a.weight, maximum = a.maximum, ordinal = x.ordinal + 1
       from a where x.tenant_id = {tenant} and x.version_id = a.version_id and x.id = a.id`,
    rows.values,
  );
}

/** Takes sections away that hold nothing and are not the only one: rows `version_id, id`. */
export async function dropEmptySectionRows(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with v as (${rows.sql})
     delete from section s using v
      where s.tenant_id = {tenant} and s.version_id = v.version_id and s.id = v.id
        and not exists (select 1 from activity x where x.tenant_id = {tenant} and x.version_id = s.version_id and x.section_id = s.id)
        and not exists (select 1 from lesson x where x.tenant_id = {tenant} and x.version_id = s.version_id and x.section_id = s.id)
        and exists (select 1 from section x where x.tenant_id = {tenant} and x.version_id = s.version_id and x.id <> s.id)`,
    rows.values,
  );
}

/** Offerings take up their new versions, and courses that showed the old one show the new one: rows `offering_id, old_id, id, ordinal` of a temporary table. */
export async function takeUpVersionRows(bulk: Bulk, versions: string): Promise<void> {
  await query(
    bulk,
    `with t as (
       update offering o set version_id = v.id, updated_at = {at} from ${versions} v where o.tenant_id = {tenant} and o.id = v.offering_id
       returning o.id, o.course_id, v.id as version_id, v.ordinal, v.old_id
     )
     insert into event (${EVENT}, type, entity, entity_id, course_id, data)
     select ${STAMP}, n.type, n.entity, n.entity_id, t.course_id, n.data from t cross join lateral (values
       (${eventSql('course.published')}, t.course_id, jsonb_build_object('versionId', t.version_id, 'ordinal', t.ordinal)),
       (${eventSql('offering.updated')}, t.id, jsonb_build_object('changed', jsonb_build_object('versionId', jsonb_build_array(t.old_id, t.version_id))))
     ) as n (type, entity, entity_id, data)`,
  );
  await query(
    bulk,
    `update course c set current_version_id = v.id, updated_at = {at} from ${versions} v where c.tenant_id = {tenant} and c.current_version_id = v.old_id`,
  );
}

/** Courses without any version get a published one of one empty section: rows `id, name, version_id, section_id` of a temporary table. */
export async function makeBareVersionRows(bulk: Bulk, courses: string): Promise<void> {
  await query(
    bulk,
    `insert into course_version (tenant_id, id, course_id, ordinal, state, created_at, updated_at, published_at)
     select {tenant}, version_id, id, 1, 'published', {at}, {at}, {at} from ${courses}`,
  );
  await query(
    bulk,
    `insert into section (tenant_id, version_id, id, position, name) select {tenant}, version_id, section_id, 0, name from ${courses}`,
  );
}

/** Courses show these versions, and drafts are published by it: rows `id, version_id`. */
export async function showVersionRows(bulk: Bulk, rows: Rows): Promise<void> {
  await query(
    bulk,
    `with wanted as (${rows.sql}), t as (
       update course c set current_version_id = n.version_id, state = case when c.state = 'draft' then 'published' else c.state end, updated_at = {at}
         from wanted n where c.tenant_id = {tenant} and c.id = n.id and n.version_id is not null and c.current_version_id is distinct from n.version_id
       returning new.id, new.state, new.current_version_id, old.state as was, old.current_version_id as before
     )
     insert into event (${EVENT}, type, entity, entity_id, course_id, data)
     select ${STAMP}, case when before is null then ${typeSql('course.published')} else ${typeSql('course.updated')} end, 'course', id, id,
            jsonb_build_object('versionId', current_version_id, 'changed', jsonb_build_object('state', jsonb_build_array(was, state))) from t`,
    rows.values,
  );
}
