import { assignRoleRows, type RoleKey, rolesOfTenant, unassignRoleRows } from '../../../record/access/index.ts';
import { may } from '../../../record/kernel/actor.ts';
import { EVENT, type References, STAMP } from '../../../record/kernel/bulk.ts';
import { eventSql } from '../../../record/kernel/event-types.ts';
import { NIL_ID } from '../../../record/kernel/ids.ts';
import type { Permission } from '../../../record/kernel/permission.ts';
import {
  goneAbove,
  type Merged,
  noteRows,
  one,
  query,
  refuseRows,
  rowsOf,
  unknownReference,
  type Work,
} from '../work.ts';

/** Words of the standard that are roles here. Guardians, parents, relatives and counselors are people without one. */
export const ROLE_OF: Readonly<Record<string, RoleKey>> = {
  student: 'learner',
  teacher: 'instructor',
  aide: 'marker',
  proctor: 'evaluator',
  administrator: 'admin',
  principal: 'admin',
  districtAdministrator: 'admin',
  siteAdministrator: 'admin',
  systemAdministrator: 'admin',
};

/**
 * Roles at orgs become roles: learners in the account, others in the org's unit with all below it. The primary role's org is the unit of
 * people who have none yet. Nobody hands out a role with permissions beyond their own. What a row gave is remembered under its sourcedId
 * (`entity`), so that it ends when the row changes or goes, unless another row gives it (rule 20); what was given here is not taken away.
 */
export async function mergeRoles(w: Work, entity: 'role' | 'roleOfUser' = 'role'): Promise<Merged> {
  await match(w, entity);
  await remembered(w, entity);
  const created = await assign(w);
  await unassign(w, entity);
  const moved = await saveUnits(w, entity);
  const changed = await remember(w, entity);
  await query(w, 'drop table role_match, role_key, role_before, role_made, unit_before');
  return { created, changed: Math.max(changed, moved) };
}

async function match(w: Work, entity: string): Promise<void> {
  const roles = await rolesOfTenant(w.ctx);
  const known = Object.entries(ROLE_OF).map(([word, key]) => {
    const role = roles.get(key);
    const handed =
      key === 'learner' ||
      (may(w.ctx.actor, 'roles.write') && role?.permissions.every((one) => may(w.ctx.actor, one as Permission)));
    return { word, role: role?.id ?? null, handed: handed === true };
  });
  const lost = `'orgSourcedId: ' || case when ku.data ? 'gone' then '"' || s.org_sourced_id || '" is deleted' else coalesce('there is no org "' || s.org_sourced_id || '"', 'missing') end || ', so nowhere to be ' || s.role`;
  await query(
    w,
    `create temporary table role_match on commit drop as
     select s.line, s.sourced_id as key, p.id as person_id, r.role as role_id, case when r.word = 'student' or u.parent_id is null then null else u.id end as unit_id,
            u.id as org_unit_id, u.id is null or coalesce(ku.data ? 'gone', false) as nowhere, s.role_type = 'primary' as main, s.gone or coalesce(${endedBy('s.end_date')}, false) as gone,
            case when s.gone then null
                 when p.id is null then ${unknownReference('userSourcedId', 's.user_sourced_id', 'user')}
                 when r.handed = false then 'role: handing out ' || s.role || ' takes more permissions'
                 when u.id is null and s.role <> 'student' and {entity} = 'role' then ${lost} end as refused,
            array[case when s.gone then null
                       when (u.id is null or ku.data ? 'gone') and s.role <> 'student' and r.role is not null then ${lost} || '; left out'
                       when ku.data ? 'gone' then ${goneAbove('orgSourcedId', 's.org_sourced_id', 'true')}
                       when u.id is null and s.org_sourced_id is not null then ${unknownReference('orgSourcedId', 's.org_sourced_id', 'org')} || '; left out' end] as noted
       from staged_roles s
       left join source_key kp on kp.tenant_id = {tenant} and kp.system = {system} and kp.entity = 'person' and kp.key = s.user_sourced_id
       left join person p on p.tenant_id = {tenant} and p.id = kp.id and p.status <> 'deleted'
       left join source_key ku on ku.tenant_id = {tenant} and ku.system = {system} and ku.entity = 'unit' and ku.key = s.org_sourced_id
       left join unit u on u.tenant_id = {tenant} and u.id = ku.id
       left join jsonb_to_recordset({known}::jsonb) as r (word text, role uuid, handed boolean) on r.word = s.role`,
    { known: JSON.stringify(known), entity },
  );
  // whom the file speaks of: in version 1.1 also those of whom it says no role any more
  await query(
    w,
    `create temporary table role_key on commit drop as select distinct sourced_id as key from ${entity === 'role' ? 'staged_roles' : 'staged_users'}`,
  );
  await query(w, `delete from role_key where key in (select key from role_match where refused is not null)`);
  await refuseRows(w, 'role_match', 'roles');
  await noteRows(w, 'role_match', entity === 'role' ? 'roles' : 'users');
  // nobody is anything at no org: in the account only learners are
  await query(
    w,
    `update role_match set role_id = null where nowhere and role_id <> (select id from role where tenant_id = {tenant} and key = 'learner')`,
  );
}

/** What the rows of these keys gave so far. */
async function remembered(w: Work, entity: string): Promise<void> {
  await query(
    w,
    `create temporary table role_before on commit drop as
     select k.key, k.id as person_id, (r.pair->>0)::uuid as role_id, (r.pair->>1)::uuid as unit_id
       from role_key join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = {entity} and k.key = role_key.key
      cross join lateral jsonb_array_elements(k.data->'roles') r (pair)`,
    { entity },
  );
  await query(
    w,
    `create temporary table unit_before on commit drop as
     select k.key, k.id as person_id, r.unit::uuid as unit_id, k.data->>'home' = r.unit as home
       from role_key join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = {entity} and k.key = role_key.key
      cross join lateral jsonb_array_elements_text(k.data->'units') r (unit)`,
    { entity },
  );
}

async function assign(w: Work): Promise<number> {
  await query(w, 'create temporary table role_made (person_id uuid, role_id uuid, unit_id uuid) on commit drop');
  const references: References = [
    ['person', 'role_match', 'person_id'],
    ['role', 'role_match', 'role_id'],
    ['unit', 'role_match', 'unit_id'],
  ];
  return assignRoleRows(
    w,
    rowsOf(w, 'select person_id, role_id, unit_id from role_match where not gone and role_id is not null'),
    { into: 'role_made', references },
  );
}

/** SQL: rows of other files and other keys, of this and other systems, that tell of the person `b`. */
const others = (what: string): string =>
  `select 1 from source_key k cross join lateral ${what}
    where k.tenant_id = {tenant} and k.entity in ('role', 'roleOfUser') and k.id = b.person_id
      and not (k.system = {system} and k.entity = {entity} and k.key in (select key from role_key))`;

const unassign = (w: Work, entity: string): Promise<number> =>
  unassignRoleRows(
    w,
    rowsOf(
      w,
      `select distinct b.person_id, b.role_id, b.unit_id from role_before b
        where not exists (select 1 from role_match o where not o.gone and o.person_id = b.person_id and o.role_id = b.role_id and o.unit_id is not distinct from b.unit_id)
          and not exists (${others(`jsonb_array_elements(k.data->'roles') r (pair)`)} and (r.pair->>0)::uuid = b.role_id and (r.pair->>1)::uuid is not distinct from b.unit_id)`,
      { entity },
    ),
  );

/** SQL: whether a period that ends on this day is over. */
export const endedBy = (date: string): string => `((${date}) + 1)::timestamp at time zone {zone} <= {at}`;

/**
 * People in the root unit move to their primary org, and on with it; orgs of further roles are further units. Orgs that no row names any
 * more are units no more.
 */
async function saveUnits(w: Work, entity: string): Promise<number> {
  const { count } = await one<{ count: number }>(
    w,
    `with ended as (
       select b.person_id, b.unit_id, bool_or(b.home) as home from unit_before b
        where not exists (select 1 from role_match o where not o.gone and o.person_id = b.person_id and o.org_unit_id = b.unit_id)
          and not exists (${others(`jsonb_array_elements_text(k.data->'units') r (unit)`)} and r.unit::uuid = b.unit_id)
        group by 1, 2
     ), dropped as (
       delete from person_unit x using ended e where x.tenant_id = {tenant} and x.person_id = e.person_id and x.unit_id = e.unit_id
     ), wanted as (
       select distinct on (person_id) person_id, org_unit_id from role_match where not gone and main and org_unit_id is not null order by person_id, key, line
     ), t as (
       update person p set unit_id = coalesce(m.org_unit_id, root.id), updated_at = {at}
         from (select person_id from wanted union select person_id from ended where home) c
         left join wanted m using (person_id) left join ended e on e.person_id = c.person_id and e.home
         join unit root on root.tenant_id = {tenant} and root.parent_id is null
        where p.tenant_id = {tenant} and p.id = c.person_id and (p.unit_id = root.id or p.unit_id = e.unit_id) and p.unit_id <> coalesce(m.org_unit_id, root.id)
       returning p.id, old.unit_id as was, new.unit_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, data)
       select ${STAMP}, ${eventSql('person.updated')}, id, id, jsonb_build_object('changed', jsonb_build_object('unitId', jsonb_build_array(was, unit_id))) from t
     ), housed as (
       -- remembered below: a home that came by a role goes with it
       insert into role_made select id, null, unit_id from t
     )
     select count(*) from t`,
    { entity },
  );
  await query(
    w,
    `insert into person_unit (tenant_id, person_id, unit_id, created_at)
     select distinct {tenant}, m.person_id, m.org_unit_id, {at} from role_match m join person p on p.tenant_id = {tenant} and p.id = m.person_id
       join unit u on u.tenant_id = {tenant} and u.id = m.org_unit_id and u.parent_id is not null
      where not m.gone and m.org_unit_id <> p.unit_id on conflict do nothing`,
  );
  // a further unit that became the home is no further one
  await query(
    w,
    `delete from person_unit x using person p where p.tenant_id = {tenant} and p.id in (select person_id from role_match)
        and x.tenant_id = {tenant} and x.person_id = p.id and x.unit_id = p.unit_id`,
  );
  return count;
}

/** Gives the number of rows that were known and say something else now. */
async function remember(w: Work, entity: string): Promise<number> {
  await query(
    w,
    `create temporary table role_said on commit drop as
     select m.key, min(m.person_id::text)::uuid as id, jsonb_strip_nulls(jsonb_build_object(
              'roles', coalesce(jsonb_agg(distinct jsonb_build_array(m.role_id, m.unit_id)) filter (where m.ours), '[]'),
              'units', coalesce(jsonb_agg(distinct m.org_unit_id) filter (where m.org_unit_id is not null), '[]'),
              'home', min(m.home::text))) as data
       from (select m.*, given.person_id is not null as ours, case when housed.person_id is not null then m.org_unit_id end as home
               from role_match m
               left join (select person_id, role_id, coalesce(unit_id, '${NIL_ID}') as unit_id from role_made where role_id is not null
                           union select person_id, role_id, coalesce(unit_id, '${NIL_ID}') from role_before) given
                 on given.person_id = m.person_id and given.role_id = m.role_id and given.unit_id = coalesce(m.unit_id, '${NIL_ID}')
               left join (select person_id, unit_id from role_made where role_id is null union select person_id, unit_id from unit_before where home) housed
                 on housed.person_id = m.person_id and housed.unit_id = m.org_unit_id
              where not m.gone) m
      group by m.key`,
  );
  // an assignment that another row brought is this row's too
  await query(
    w,
    `update role_said s set data = jsonb_set(s.data, array['roles'], s.data->'roles' || more.roles)
       from (select m.key, jsonb_agg(distinct jsonb_build_array(m.role_id, m.unit_id)) as roles
               from role_match m join role_said s using (key)
              where not m.gone and m.role_id is not null and not s.data->'roles' @> jsonb_build_array(jsonb_build_array(m.role_id, m.unit_id))
                and exists (${others(`jsonb_array_elements(k.data->'roles') r (pair)`).replaceAll('b.person_id', 'm.person_id')}
                              and (r.pair->>0)::uuid = m.role_id and (r.pair->>1)::uuid is not distinct from m.unit_id)
              group by m.key) more
      where more.key = s.key`,
    { entity },
  );
  const { changed } = await one<{ changed: number }>(
    w,
    `with gone as (
       delete from source_key k using role_key r where k.tenant_id = {tenant} and k.system = {system} and k.entity = {entity} and k.key = r.key
          and not exists (select 1 from role_said s where s.key = r.key) returning k.key
     ), changed as (
       select k.key from source_key k join role_said s on s.key = k.key and (k.id, k.data) is distinct from (s.id, s.data)
        where k.tenant_id = {tenant} and k.system = {system} and k.entity = {entity}
     ), said as (
       insert into source_key as k (tenant_id, system, entity, key, id, data) select {tenant}, {system}, {entity}, key, id, data from role_said
       on conflict (tenant_id, system, entity, key) do update set id = excluded.id, data = excluded.data where (k.id, k.data) is distinct from (excluded.id, excluded.data)
     )
     select (select count(*) from gone) + (select count(*) from changed) as changed`,
    { entity },
  );
  await query(w, 'drop table role_said');
  return changed;
}
