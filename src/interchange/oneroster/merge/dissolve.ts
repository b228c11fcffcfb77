import { Courses } from '../../../record/catalog/index.ts';
import { forgetKeys, noteKeys } from '../../../record/kernel/source-keys.ts';
import { Units } from '../../../record/people/index.ts';
import { query, rowsOf, type Work } from '../work.ts';

/** How many of what moved, in a note. */
const WORDS = [
  { thing: 'person', single: 'person', more: 'people' },
  { thing: 'course', single: 'course', more: 'courses' },
  { thing: 'offering', single: 'class', more: 'classes' },
  { thing: 'group', single: 'group', more: 'groups' },
  { thing: 'join_key', single: 'join key', more: 'join keys' },
];

/**
 * Deletes the units of `gone_up`; what stands in them moves up. Their keys lead to what is above from then on, so that rows which still
 * name them find it. Gives the number of units.
 */
export async function dissolveUnits(w: Work): Promise<number> {
  await query(
    w,
    'create temporary table moved_up (id uuid not null, thing text not null, count bigint not null) on commit drop',
  );
  const count = await Units.dissolveRows(w, 'gone_up', { others: Courses.CATALOG_OF_UNIT, into: 'moved_up' });
  if (count === 0) return 0;
  await query(
    w,
    `insert into noted_row (file, line, reason)
     select 'orgs', m.line, 'status: ' || v.words || ' moved up to "' || u.name || '"'
       from (select v.id, string_agg(v.count || ' ' || case when v.count = 1 then n.single else n.more end, ', ' order by n.place) as words
               from moved_up v join rows from (jsonb_to_recordset({words}::jsonb) as (thing text, single text, more text)) with ordinality as n (thing, single, more, place)
                 on n.thing = v.thing group by v.id) v
       join org_match m on m.id = v.id and m.gone
       join gone_up g on g.id = v.id join unit u on u.tenant_id = {tenant} and u.id = g.up`,
    { words: JSON.stringify(WORDS) },
  );
  // a home that came by a role goes on with the role from there
  await noteKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key, k.id, k.data || jsonb_build_object('home', g.up, 'units', (k.data->'units') - g.id::text || to_jsonb(g.up::text)) as data
         from source_key k join gone_up g on k.data->>'home' = g.id::text where k.tenant_id = {tenant} and k.entity in ('role', 'roleOfUser')`,
    ),
  );
  await forgetKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key from source_key k join gone_up g on g.id = k.id where k.tenant_id = {tenant} and k.entity = 'unit' and k.system not like 'oneroster%'`,
    ),
  );
  await noteKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key, g.up as id, '{"gone": true}'::jsonb as data from source_key k join gone_up g on g.id = k.id where k.tenant_id = {tenant} and k.entity = 'unit'`,
    ),
  );
  return count;
}
