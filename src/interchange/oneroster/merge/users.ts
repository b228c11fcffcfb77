import { accessChanged } from '../../../record/access/index.ts';
import { endPeople } from '../../../record/people/index.ts';
import { saveThings } from '../things.ts';
import {
  EVENT,
  type Merged,
  one,
  present,
  query,
  refuseRows,
  rememberKeys,
  STAMP,
  unknownReference,
  type Work,
} from '../work.ts';

const PERSON = {
  table: 'person',
  entity: 'person',
  keyEntity: 'person',
  columns: [
    'external_id',
    'username',
    'email',
    'given_name',
    'middle_name',
    'family_name',
    'full_name',
    'phone',
    'unit_id',
  ],
  merged: ['attributes'],
  first: { status: `case when m.enabled then 'active' else 'suspended' end` },
  updated: {
    // the full name is kept as written while its parts are
    full_name: `case when (coalesce(m.given_name, t.given_name), coalesce(m.middle_name, t.middle_name), coalesce(m.family_name, t.family_name))
                       is distinct from (t.given_name, t.middle_name, t.family_name) then m.full_name else t.full_name end`,
    unit_id: 'coalesce(m.given_unit_id, t.unit_id)',
  },
  personId: 't.id',
  references: [['unit', 'unit_id']],
  data: `case when m.enabled then null else '{"enabled": false}'::jsonb end`,
} as const;

/**
 * Users become people: found again by sourcedId, else by an identifier that is theirs alone, which is their external id. Nobody takes a
 * key that is somebody else's. `enabledUser` false suspends, `tobedeleted` deletes (rules 15 and 16).
 */
export async function mergeUsers(w: Work): Promise<Merged> {
  await match(w);
  await refuseTaken(w);
  const saved = await saveThings(w, 'user_match', PERSON);
  if (!w.tellsRoles) await makeLearners(w);
  const statuses = await saveStatuses(w);
  const deleted = await deletePeople(w);
  await query(w, 'drop table user_match');
  return { created: saved.created, changed: saved.changed + statuses + deleted };
}

async function match(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table user_match on commit drop as
     with own as (
       -- an identifier that two rows share names nobody
       select identifier from staged_users where identifier is not null and not gone group by identifier having count(*) = 1
     )
     select s.line, s.sourced_id as key, s.gone, coalesce(p.id, x.id) as id, false as fresh, own.identifier as external_id, s.username, s.email,
            name.given as given_name, s.middle_name, coalesce(s.family_name, '') as family_name, concat_ws(' ', name.given, s.middle_name, s.family_name) as full_name,
            coalesce(s.phone, s.sms) as phone, coalesce(u.id, root.id) as unit_id, u.id as given_unit_id, coalesce(s.enabled_user, true) as enabled,
            coalesce((k.data->>'enabled')::boolean, true) as was_enabled,
            ${present({
              grades: 's.grades',
              userIds: 's.user_ids',
              sms: 'case when s.phone is not null then s.sms end',
              userMasterIdentifier: 's.user_master_identifier',
              preferredGivenName: 's.preferred_given_name',
              preferredMiddleName: 's.preferred_middle_name',
              preferredFamilyName: 's.preferred_family_name',
              pronouns: 's.pronouns',
              identifier: 'case when own.identifier is null then s.identifier end',
            })} as attributes,
            case when s.gone then null
                 when org.key is not null and u.id is null then ${unknownReference('org', 'org.key', 'org')}
                 when k.id is not null and p.id is null and x.id is null and not coalesce(k.data ? 'gone', false)
                   then 'sourcedId: this person was deleted here' end as refused
       from staged_users s
       join unit root on root.tenant_id = {tenant} and root.parent_id is null
       left join own on own.identifier = s.identifier
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'person' and k.key = s.sourced_id
       left join person p on p.tenant_id = {tenant} and p.id = k.id and p.status <> 'deleted'
       left join person x on x.tenant_id = {tenant} and x.external_id = own.identifier and x.status <> 'deleted' and p.id is null
             and not exists (select 1 from source_key o where o.tenant_id = {tenant} and o.system = {system} and o.entity = 'person' and o.id = x.id)
       -- somebody without any name is called by what there is
       cross join lateral (select coalesce(s.given_name, s.preferred_given_name, case when s.family_name is null then coalesce(s.username, s.sourced_id) else '' end) as given) name
       cross join lateral (select coalesce(s.primary_org_sourced_id, s.org_sourced_ids[1]) as key) org
       left join source_key ku on ku.tenant_id = {tenant} and ku.system = {system} and ku.entity = 'unit' and ku.key = org.key
       left join unit u on u.tenant_id = {tenant} and u.id = ku.id`,
  );
  await refuseRows(w, 'user_match', 'users');
  await query(w, 'analyze user_match');
}

/** Emails and login names of somebody else, in the record or in an earlier row; external ids that are somebody's email, and the reverse. */
async function refuseTaken(w: Work): Promise<void> {
  for (const column of ['email', 'username'])
    await query(
      w,
      `update user_match m set refused = '${column}: that of line ' || d.first
         from (select lower(${column}) as value, min(line) as first from user_match where ${column} is not null and not gone group by 1 having count(*) > 1) d
        where lower(m.${column}) = d.value and m.line <> d.first and not m.gone and m.refused is null`,
    );
  await query(
    w,
    `update user_match m set refused = 'email: that of somebody else' from person p
      where m.email is not null and not m.gone and m.refused is null and p.tenant_id = {tenant} and lower(p.email) = lower(m.email) and p.status <> 'deleted' and p.id is distinct from m.id`,
  );
  await query(
    w,
    `update user_match m set refused = 'username: that of somebody else' from person p
      where m.username is not null and not m.gone and m.refused is null and p.tenant_id = {tenant} and lower(p.username) = lower(m.username) and p.status <> 'deleted' and p.id is distinct from m.id`,
  );
  await query(
    w,
    `update user_match m set refused = 'email: the external id of somebody else' from person p
      where m.email is not null and not m.gone and m.refused is null and p.tenant_id = {tenant} and p.external_id = m.email and p.status <> 'deleted' and p.id is distinct from m.id`,
  );
  await query(
    w,
    `update user_match m set refused = 'identifier: the email of somebody else' from person p
      where m.external_id is not null and not m.gone and m.refused is null and p.tenant_id = {tenant} and lower(p.email) = lower(m.external_id) and p.status <> 'deleted' and p.id is distinct from m.id`,
  );
  await query(
    w,
    `update user_match m set refused = 'identifier: the email of line ' || o.line from user_match o
      where m.external_id like '%@%' and not m.gone and m.refused is null and lower(o.email) = lower(m.external_id) and o.line <> m.line and not o.gone`,
  );
  // an identifier that another user of the file or the record has already is left with them
  await query(
    w,
    `update user_match m set external_id = null from person p
      where m.external_id is not null and not m.gone and p.tenant_id = {tenant} and p.external_id = m.external_id and p.status <> 'deleted' and p.id is distinct from m.id`,
  );
  await refuseRows(w, 'user_match', 'users');
}

/** New people are learners where nothing else is said. */
async function makeLearners(w: Work): Promise<void> {
  await query(
    w,
    `with t as (
       insert into role_assignment (tenant_id, person_id, role_id, unit_id, created_at)
       select {tenant}, m.id, r.id, null, {at} from user_match m join role r on r.tenant_id = {tenant} and r.key = 'learner' where m.fresh
       returning person_id, role_id
     )
     insert into event (${EVENT}, type, entity, entity_id, person_id, data)
     select ${STAMP}, 'role.assigned', 'role', role_id, person_id, '{"unitId": null}' from t`,
  );
}

/** Suspends and brings back, where the source changed its mind; what was decided here stands otherwise. */
async function saveStatuses(w: Work): Promise<number> {
  const { count } = await one<{ count: number }>(
    w,
    `with t as (
       update person p set status = case when m.enabled then 'active' else 'suspended' end, updated_at = {at} from user_match m
        where p.tenant_id = {tenant} and p.id = m.id and not m.fresh and not m.gone and m.enabled <> m.was_enabled
          and p.status = case when m.enabled then 'suspended' else 'active' end returning p.id, p.status
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id)
       select ${STAMP}, case status when 'active' then 'person.activated' else 'person.suspended' end, 'person', id, id from t
     )
     select count(*) from t`,
  );
  if (count > 0) await accessChanged(w.ctx);
  return count;
}

/** Rule 16. People who may more than the importer are not theirs to delete. */
async function deletePeople(w: Work): Promise<number> {
  const { permissions } = w.ctx.actor;
  if (permissions !== 'all')
    await query(
      w,
      `update user_match m set refused = 'status: deleting this person takes more permissions'
        where m.gone and exists (select 1 from role_assignment a join role r on r.tenant_id = {tenant} and r.id = a.role_id
                                  where a.tenant_id = {tenant} and a.person_id = m.id and not r.permissions <@ {permissions}::text::text[])`,
      { permissions: `{${[...permissions].join(',')}}` },
    );
  await refuseRows(w, 'user_match', 'users');
  const people = await query<{ id: string }>(w, 'select id from user_match where gone and id is not null');
  for (let at = 0; at < people.length; at += CHUNK)
    await endPeople(
      w.ctx,
      people.slice(at, at + CHUNK).map((person) => person.id),
    );
  await rememberKeys(w, 'user_match', 'person', { where: 'm.gone', data: `'{"gone": true}'::jsonb` });
  return people.length;
}

const CHUNK = 10_000;
