import { Entitlements, Roles } from '../../../record/access/index.ts';
import { noteKeys } from '../../../record/kernel/source-keys.ts';
import { People } from '../../../record/people/index.ts';
import { saveThings } from '../things.ts';
import {
  goneAbove,
  leftOut,
  type Merged,
  noteRows,
  one,
  present,
  query,
  refuseRows,
  rememberKeys,
  rowsOf,
  type Work,
} from '../work.ts';
import { LEFT, takeUpAgain } from './left.ts';
import { oneHuman } from './one-human.ts';
import { leaveOutTaken } from './taken-keys.ts';

const DATA = `case when m.enabled then null else '{"enabled": false}'::jsonb end`;

/**
 * Users become people: found again by sourcedId; several rows with one username or identifier are one person; somebody whom no source
 * brought is found by an external id. Keys of somebody else are left out. `enabledUser` false suspends, `tobedeleted` deletes (rules 15
 * and 16) once no row tells of the person any more; who was deleted by the source and comes back is the same person (rule 20).
 */
export async function mergeUsers(w: Work): Promise<Merged> {
  // what is taken stays so until the rows are written; a dry run, which writes none, keeps nobody waiting
  if (!w.dryRun) await People.lockAllKeys(w.ctx);
  await match(w);
  await oneHuman(w);
  await findGone(w);
  await leaveOutTaken(w);
  const { rows: told } = await one<{ rows: number }>(
    w,
    'select count(*) filter (where not main) as rows from user_match',
  );
  await noteRows(w, 'user_match', 'users');
  const deleted = await deletePeople(w);
  await restore(w);
  if (told > 0)
    await query(
      w,
      `create temporary table user_alias on commit drop as select * from user_match where not main and not gone`,
    );
  const alias = told > 0 ? await aliases(w) : 0;
  await People.freeKeys(w, 'user_match');
  const saved = await saveThings(w, 'user_match', People.saveRows, { entity: 'person', data: DATA });
  if (told > 0) await rememberKeys(w, 'user_alias', 'person', { data: DATA });
  if (!w.tellsRoles) await makeLearners(w);
  const statuses = await saveStatuses(w);
  await query(w, 'drop table user_match, user_gone');
  return { created: saved.created + alias, changed: saved.changed + statuses + deleted };
}

async function match(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table user_match on commit drop as
     select s.line, s.sourced_id as key, s.gone, case when p.purged_at is not null and not s.gone then null else p.id end as id,
            false as fresh, true as main, p.status = 'deleted' and p.purged_at is null and not s.gone as back, k.id is not null as known,
            s.identifier, s.identifier as external_id, s.username, s.email,
            name.given as given_name, s.middle_name, coalesce(s.family_name, '') as family_name, concat_ws(' ', name.given, s.middle_name, s.family_name) as full_name,
            coalesce(s.phone, s.sms) as phone, coalesce(u.id, root.id) as unit_id, u.id as given_unit_id, coalesce(s.enabled_user, true) and not s.inactive as enabled,
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
            })} || coalesce(s.metadata, '{}') as attributes,
            case when p.status = 'deleted' and not s.gone and not coalesce(k.data ? 'gone', false) then 'sourcedId: this person was deleted here' end as refused,
            case when not s.gone then array[${leftOut('org', 'org.key', 'u.id', 'org')}, ${goneAbove('org', 'org.key', `ku.data ? 'gone'`)}] end as noted
       from staged_users s
       join unit root on root.tenant_id = {tenant} and root.parent_id is null
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'person' and k.key = s.sourced_id
       left join person p on p.tenant_id = {tenant} and p.id = k.id
       -- somebody without any name is called by what there is
       cross join lateral (select coalesce(s.given_name, s.preferred_given_name, case when s.family_name is null then coalesce(s.username, s.sourced_id) else '' end) as given) name
       cross join lateral (select coalesce(s.primary_org_sourced_id, s.org_sourced_ids[1]) as key) org
       left join source_key ku on ku.tenant_id = {tenant} and ku.system = {system} and ku.entity = 'unit' and ku.key = org.key
       left join unit u on u.tenant_id = {tenant} and u.id = ku.id`,
  );
  await refuseRows(w, 'user_match', 'users');
  await query(w, 'analyze user_match');
}

/** People to be deleted: no row of this file and no key of any source tells of them any more. Those who may more than the importer stay. */
async function findGone(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table user_gone on commit drop as
     select distinct m.id from user_match m join person p on p.tenant_id = {tenant} and p.id = m.id and p.status <> 'deleted'
      where m.gone
        and not exists (select 1 from user_match o where o.id = m.id and not o.gone)
        and not exists (select 1 from source_key o where o.tenant_id = {tenant} and o.entity = 'person' and o.id = m.id and not coalesce(o.data ? 'gone', false)
                          and not (o.system = {system} and o.key in (select key from user_match where gone)))`,
  );
  const { permissions } = w.ctx.actor;
  if (permissions === 'all') return;
  await query(
    w,
    `with kept as (
       delete from user_gone g where exists (select 1 from role_assignment a join role r on r.tenant_id = {tenant} and r.id = a.role_id
                                              where a.tenant_id = {tenant} and a.person_id = g.id and not r.permissions <@ {permissions}::text::text[]) returning id
     )
     update user_match m set refused = 'status: deleting this person takes more permissions' from kept where kept.id = m.id and m.gone`,
    { permissions: `{${[...permissions].join(',')}}` },
  );
  await refuseRows(w, 'user_match', 'users');
}

/** Rule 16, before anything is written: their keys are free for others of the same file. */
async function deletePeople(w: Work): Promise<number> {
  const people = await query<{ id: string }>(w, 'select id from user_gone');
  // an enrollment that ends with its person is taken up again when its row comes back
  await noteKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key, k.id, coalesce(k.data, '{}') || '${LEFT}' as data from enrollment e join source_key k on k.tenant_id = {tenant} and k.entity = 'enrollment' and k.id = e.id
        where e.tenant_id = {tenant} and e.person_id in (select id from user_gone) and e.ending is null`,
    ),
  );
  for (let at = 0; at < people.length; at += CHUNK)
    await People.end(
      w.ctx,
      people.slice(at, at + CHUNK).map((person) => person.id),
    );
  await rememberKeys(w, 'user_match', 'person', { where: 'm.gone', data: `'{"gone": true}'::jsonb` });
  return people.length;
}

/** Who comes back has again what the source gave and did not take: roles, staff places and enrollments. */
async function restore(w: Work): Promise<void> {
  const people = await query<{ id: string }>(
    w,
    `select distinct m.id from user_match m join person p on p.tenant_id = {tenant} and p.id = m.id and p.status = 'deleted' where not m.gone`,
  );
  for (let at = 0; at < people.length; at += CHUNK) {
    const back = people.slice(at, at + CHUNK).map((person) => person.id);
    await People.restore(w.ctx, back);
    await Roles.assignRows(
      w,
      rowsOf(
        w,
        `select k.id as person_id, r.id as role_id, u.id as unit_id from source_key k cross join lateral jsonb_array_elements(k.data->'roles') g (pair)
           join role r on r.tenant_id = {tenant} and r.id = (g.pair->>0)::uuid left join unit u on u.tenant_id = {tenant} and u.id = (g.pair->>1)::uuid
          where k.tenant_id = {tenant} and k.system = {system} and k.entity in ('role', 'roleOfUser') and k.id = any({back}) and (u.id is not null or g.pair->>1 is null)`,
        { back },
      ),
    );
    await Entitlements.entitleRows(
      w,
      rowsOf(
        w,
        `select k.id as person_id, k.data->>'role' as role, 'offering' as entity, o.id as entity_id from source_key k
           join offering o on o.tenant_id = {tenant} and o.id = (k.data->>'offering')::uuid and o.deleted_at is null
          where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'staff' and k.id = any({back})`,
        { back },
      ),
    );
    await takeUpAgain(w, 'e.person_id = any({back})', { back });
  }
}

/** Further rows of one human are no people of their own; gives the number of those that are new. */
async function aliases(w: Work): Promise<number> {
  await query(w, 'delete from user_match where not main and not gone');
  const { count } = await one<{ count: number }>(w, 'select count(*) from user_alias where not known');
  return count;
}

/** New people are learners where nothing else is said, and so are those who come back. */
async function makeLearners(w: Work): Promise<void> {
  await Roles.assignRows(
    w,
    rowsOf(
      w,
      `select m.id as person_id, r.id as role_id, null::uuid as unit_id from user_match m join role r on r.tenant_id = {tenant} and r.key = 'learner' where m.fresh or m.back`,
    ),
  );
}

/** Suspends and brings back, where the source changed its mind; what was decided here stands otherwise. */
const saveStatuses = (w: Work): Promise<number> =>
  People.saveStatusRows(
    w,
    rowsOf(w, 'select id, enabled from user_match where not fresh and not gone and enabled <> was_enabled'),
  );

const CHUNK = 10_000;
