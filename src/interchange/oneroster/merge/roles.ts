import { Roles } from '../../../record/access/index.ts';
import { may } from '../../../record/kernel/actor.ts';
import type { References } from '../../../record/kernel/bulk.ts';
import { NIL_ID } from '../../../record/kernel/ids.ts';
import type { Permission } from '../../../record/kernel/permission.ts';
import { forgetKeys, saveKeys } from '../../../record/kernel/source-keys.ts';
import { People } from '../../../record/people/index.ts';
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
export const ROLE_OF: Readonly<Record<string, Roles.Key>> = {
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
  const roles = await Roles.ofTenant(w.ctx);
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
  return Roles.assignRows(
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
  Roles.unassignRows(
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
  await query(
    w,
    `create temporary table unit_ended on commit drop as
     select b.person_id, b.unit_id, bool_or(b.home) as home from unit_before b
      where not exists (select 1 from role_match o where not o.gone and o.person_id = b.person_id and o.org_unit_id = b.unit_id)
        and not exists (${others(`jsonb_array_elements_text(k.data->'units') r (unit)`)} and r.unit::uuid = b.unit_id)
      group by 1, 2`,
    { entity },
  );
  const moved = await People.saveHomeRows(
    w,
    rowsOf(
      w,
      `with wanted as (
         select distinct on (person_id) person_id, org_unit_id from role_match where not gone and main and org_unit_id is not null order by person_id, key, line
       )
       select c.person_id, m.org_unit_id as unit_id, e.unit_id as former_id
         from (select person_id from wanted union select person_id from unit_ended where home) c
         left join wanted m using (person_id) left join unit_ended e on e.person_id = c.person_id and e.home`,
    ),
    // remembered below: a home that came by a role goes with it
    'role_made',
  );
  await People.saveFurtherUnitRows(w, {
    come: rowsOf(w, 'select person_id, case when not gone then org_unit_id end as unit_id from role_match'),
    go: rowsOf(w, 'select person_id, unit_id from unit_ended'),
  });
  await query(w, 'drop table unit_ended');
  return moved;
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
  const known = `source_key k where k.tenant_id = {tenant} and k.system = {system} and k.entity = {entity}`;
  const gone = `select k.system, k.entity, k.key from ${known} and k.key in (select key from role_key) and k.key not in (select key from role_said)`;
  const { changed } = await one<{ changed: number }>(
    w,
    `select (select count(*) from (${gone}) g)
          + (select count(*) from ${known} and exists (select 1 from role_said s where s.key = k.key and (k.id, k.data) is distinct from (s.id, s.data))) as changed`,
    { entity },
  );
  await forgetKeys(w, rowsOf(w, gone, { entity }));
  await saveKeys(w, w.system, rowsOf(w, 'select {entity} as entity, key, id, data from role_said', { entity }));
  await query(w, 'drop table role_said');
  return changed;
}
