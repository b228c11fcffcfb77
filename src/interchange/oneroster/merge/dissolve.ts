import { accessChanged, unassignRoleRows, unentitleRows } from '../../../record/access/index.ts';
import { EVENT, STAMP } from '../../../record/kernel/bulk.ts';
import { eventSql } from '../../../record/kernel/event-types.ts';
import { one, query, rowsOf, type Work } from '../work.ts';

interface Holder {
  table: 'person' | 'course' | 'offering' | 'people_group' | 'join_key';
  /** How many, in a note. */
  what: readonly [one: string, more: string];
  /** Of the event that tells of a move: its thing, and SQL of its person and course. */
  told: { entity: 'person' | 'course' | 'offering' | 'group' | 'join_key'; person?: string; course?: string };
}

/** All that stands in a unit. Roles in it, further units and staff words are not: they end with it, for nobody may more elsewhere by it. */
const HOLDERS: readonly Holder[] = [
  { table: 'person', what: ['person', 'people'], told: { entity: 'person', person: 't.id' } },
  { table: 'course', what: ['course', 'courses'], told: { entity: 'course', course: 't.id' } },
  { table: 'offering', what: ['class', 'classes'], told: { entity: 'offering', course: 't.course_id' } },
  { table: 'people_group', what: ['group', 'groups'], told: { entity: 'group' } },
  { table: 'join_key', what: ['join key', 'join keys'], told: { entity: 'join_key' } },
];

/**
 * Deletes the units of `gone_up`; what stands in them moves up. Their keys lead to what is above from then on, so that rows which still
 * name them find it. Gives the number of units.
 */
export async function dissolveUnits(w: Work): Promise<number> {
  await query(
    w,
    `select 1 from person where tenant_id = {tenant} and unit_id in (select id from gone_up) order by id for no key update`,
  );
  const { count } = await one<{ count: number }>(
    w,
    // whoever would put something into one waits, and finds it gone
    `select count(*) from (select u.id from unit u where u.tenant_id = {tenant} and u.id in (select id from gone_up) order by u.id for update) u`,
  );
  if (count === 0) return 0;
  await query(
    w,
    'create temporary table moved_up (id uuid not null, place integer not null, words text not null) on commit drop',
  );
  for (const [place, holder] of HOLDERS.entries()) await moveUp(w, holder, place);
  await query(
    w,
    `insert into noted_row (file, line, reason)
     select 'orgs', m.line, 'status: ' || v.words || ' moved up to "' || u.name || '"'
       from (select id, string_agg(words, ', ' order by place) as words from moved_up group by id) v join org_match m on m.id = v.id and m.gone
       join gone_up g on g.id = v.id join unit u on u.tenant_id = {tenant} and u.id = g.up`,
  );
  await unassignRoleRows(
    w,
    rowsOf(
      w,
      `select a.person_id, a.role_id, a.unit_id from role_assignment a join gone_up g on g.id = a.unit_id where a.tenant_id = {tenant}`,
    ),
  );
  await unentitleRows(
    w,
    rowsOf(
      w,
      `select e.person_id, e.role, e.entity, e.entity_id from entitlement e join gone_up g on g.id = e.entity_id where e.tenant_id = {tenant} and e.entity = 'unit'`,
    ),
  );
  // a home that came by a role goes on with the role from there
  await query(
    w,
    `update source_key k set data = k.data || jsonb_build_object('home', g.up, 'units', (k.data->'units') - g.id::text || to_jsonb(g.up::text))
       from gone_up g where k.tenant_id = {tenant} and k.entity in ('role', 'roleOfUser') and k.data->>'home' = g.id::text`,
  );
  await query(
    w,
    `with forgotten as (
       delete from source_key k using gone_up g where k.tenant_id = {tenant} and k.entity = 'unit' and k.id = g.id and k.system not like 'oneroster%'
     )
     update source_key k set id = g.up, data = '{"gone": true}' from gone_up g
      where k.tenant_id = {tenant} and k.entity = 'unit' and k.id = g.id and k.system like 'oneroster%'`,
  );
  await query(
    w,
    `with t as (delete from unit u using gone_up g where u.tenant_id = {tenant} and u.id = g.id returning u.id, u.name, g.up)
     insert into event (${EVENT}, type, entity, entity_id, data)
     select ${STAMP}, ${eventSql('unit.deleted')}, id, jsonb_build_object('name', name, 'parentId', up) from t`,
  );
  await accessChanged(w.ctx);
  return count;
}

async function moveUp(w: Work, { table, what: [single, more], told }: Holder, place: number): Promise<void> {
  const away = { person: `t.status = 'deleted'`, join_key: 'false' }[table as string] ?? 't.deleted_at is not null';
  await query(
    w,
    `with t as (
       update ${table} t set unit_id = g.up, updated_at = {at} from gone_up g
        where t.tenant_id = {tenant} and t.unit_id = g.id returning new.*, old.unit_id as was, ${away} as away
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
       select ${STAMP}, ${eventSql(`${told.entity}.updated`)}, t.id, ${told.person ?? 'null::uuid'}, ${told.course ?? 'null::uuid'},
              jsonb_build_object('changed', jsonb_build_object('unitId', jsonb_build_array(t.was, t.unit_id)))
         from t where not t.away
     )
     insert into moved_up (id, place, words)
     select was, ${place}, count(*) || case when count(*) = 1 then ' ${single}' else ' ${more}' end from t where not away group by was`,
  );
}
