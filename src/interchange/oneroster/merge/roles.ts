import { accessChanged, type RoleKey, rolesOfTenant } from '../../../record/access/index.ts';
import { may } from '../../../record/kernel/actor.ts';
import type { Permission } from '../../../record/kernel/permission.ts';
import {
  EVENT,
  insertHolding,
  type Merged,
  one,
  query,
  type References,
  refuseRows,
  STAMP,
  unknownReference,
  type Work,
} from '../work.ts';

/** Words of the standard that are roles here. Guardians, parents, relatives and counselors are people without one. */
const ROLE_OF: Readonly<Record<string, RoleKey>> = {
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
 * people who have none yet. Nobody hands out a role with permissions beyond their own.
 */
export async function mergeRoles(w: Work, file = 'roles'): Promise<Merged> {
  const roles = await rolesOfTenant(w.ctx);
  const known = Object.entries(ROLE_OF).map(([word, key]) => {
    const role = roles.get(key);
    const handed =
      key === 'learner' ||
      (may(w.ctx.actor, 'roles.write') && role?.permissions.every((one) => may(w.ctx.actor, one as Permission)));
    return { word, role: role?.id ?? null, handed: handed === true };
  });
  await query(
    w,
    `create temporary table role_match on commit drop as
     select s.line, p.id as person_id, r.role as role_id, r.word, case when r.word = 'student' or u.parent_id is null then null else u.id end as unit_id,
            u.id as org_unit_id, p.unit_id as person_unit_id, s.role_type = 'primary' as main,
            s.gone or coalesce(${endedBy('s.end_date')}, false) as gone,
            case when p.id is null then ${unknownReference('userSourcedId', 's.user_sourced_id', 'user')}
                 when u.id is null then ${unknownReference('orgSourcedId', 's.org_sourced_id', 'org')}
                 when r.handed = false and not s.gone then 'role: handing out ' || s.role || ' takes more permissions' end as refused
       from staged_roles s
       left join source_key kp on kp.tenant_id = {tenant} and kp.system = {system} and kp.entity = 'person' and kp.key = s.user_sourced_id
       left join person p on p.tenant_id = {tenant} and p.id = kp.id and p.status <> 'deleted'
       left join source_key ku on ku.tenant_id = {tenant} and ku.system = {system} and ku.entity = 'unit' and ku.key = s.org_sourced_id
       left join unit u on u.tenant_id = {tenant} and u.id = ku.id
       left join jsonb_to_recordset({known}::jsonb) as r (word text, role uuid, handed boolean) on r.word = s.role`,
    { known: JSON.stringify(known) },
  );
  await query(w, `update role_match set refused = null where gone`);
  await refuseRows(w, 'role_match', file);
  const references: References = [
    ['person', 'role_match', 'person_id'],
    ['role', 'role_match', 'role_id'],
    ['unit', 'role_match', 'unit_id'],
  ];
  const { created } = await insertHolding(w, references, () =>
    one<{ created: number }>(
      w,
      `with t as (
       insert into role_assignment (tenant_id, person_id, role_id, unit_id, created_at)
       select distinct {tenant}, person_id, role_id, unit_id, {at} from role_match where not gone and role_id is not null
       on conflict (tenant_id, person_id, role_id, unit_id) do nothing returning person_id, role_id, unit_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, data)
       select ${STAMP}, 'role.assigned', 'role', role_id, person_id, jsonb_build_object('unitId', unit_id) from t
     )
     select count(*) as created from t`,
    ),
  );
  const { removed } = await one<{ removed: number }>(
    w,
    `with t as (
       delete from role_assignment a using role_match m
        where m.gone and a.tenant_id = {tenant} and a.person_id = m.person_id and a.role_id = m.role_id and a.unit_id is not distinct from m.unit_id
          and not exists (select 1 from role_match o where not o.gone and o.person_id = m.person_id and o.role_id = m.role_id and o.unit_id is not distinct from m.unit_id)
       returning a.person_id, a.role_id, a.unit_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, data)
       select ${STAMP}, 'role.unassigned', 'role', role_id, person_id, jsonb_build_object('unitId', unit_id) from t
     )
     select count(*) as removed from t`,
  );
  const moved = await saveUnits(w);
  if (created + removed > 0) await accessChanged(w.ctx);
  await query(w, 'drop table role_match');
  return { created, changed: removed + moved };
}

/** SQL: whether a period that ends on this day is over. */
export const endedBy = (date: string): string => `((${date}) + 1)::timestamp at time zone {zone} <= {at}`;

/** People in the root unit move to their primary org; orgs of further roles are further units. */
async function saveUnits(w: Work): Promise<number> {
  const { count } = await one<{ count: number }>(
    w,
    `with t as (
       update person p set unit_id = m.org_unit_id, updated_at = {at}
         from (select distinct on (person_id) person_id, org_unit_id from role_match where not gone and main order by person_id, line) m, unit root
        where p.tenant_id = {tenant} and p.id = m.person_id and root.tenant_id = {tenant} and root.parent_id is null
          and p.unit_id = root.id and m.org_unit_id <> root.id returning p.id, old.unit_id as was, new.unit_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, data)
       select ${STAMP}, 'person.updated', 'person', id, id, jsonb_build_object('changed', jsonb_build_object('unitId', jsonb_build_array(was, unit_id))) from t
     )
     select count(*) from t`,
  );
  await query(
    w,
    `insert into person_unit (tenant_id, person_id, unit_id, created_at)
     select distinct {tenant}, m.person_id, m.org_unit_id, {at} from role_match m join person p on p.tenant_id = {tenant} and p.id = m.person_id
       join unit u on u.tenant_id = {tenant} and u.id = m.org_unit_id and u.parent_id is not null
      where not m.gone and m.org_unit_id <> p.unit_id on conflict do nothing`,
  );
  return count;
}
