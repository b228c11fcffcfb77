import { Entitlements } from '../../../record/access/index.ts';
import { forgetKeys, saveKeys } from '../../../record/kernel/source-keys.ts';
import { type Merged, query, rowsOf, type Work } from '../work.ts';

/** What teaching staff is entitled to on the class. */
const STAFF: Readonly<Record<string, string>> = {
  teacher: 'instructor',
  aide: 'marker',
  proctor: 'evaluator',
  administrator: 'manager',
};

/** SQL: a row of any source that is not in this file and gives the place of `b`. */
const ELSEWHERE = `
  exists (select 1 from source_key o where o.tenant_id = {tenant} and o.entity = 'staff' and o.id = b.person_id
            and o.data->>'role' = b.role and (o.data->>'offering')::uuid = b.offering_id
            and not (o.system = {system} and o.key in (select key from staged_key)))`;

/**
 * Entitles staff to classes. What a row gave is remembered under its sourcedId, so that it ends when the row changes or is over, unless
 * another row gives it; what was given here is not taken away.
 */
export async function saveStaff(w: Work): Promise<Merged> {
  const words = JSON.stringify(Object.entries(STAFF).map(([word, role]) => ({ word, role })));
  await query(
    w,
    `create temporary table staff_row on commit drop as
     select m.key, m.person_id, r.role, m.offering_id from enrollment_row m join jsonb_to_recordset({words}::jsonb) as r (word text, role text) on r.word = m.role
      where not m.over`,
    { words },
  );
  // of every row of the file, whatever it says now
  await query(
    w,
    `create temporary table staff_before on commit drop as
     select k.key, k.id as person_id, k.data->>'role' as role, (k.data->>'offering')::uuid as offering_id
       from enrollment_row m join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'staff' and k.key = m.key`,
  );
  await query(
    w,
    'create temporary table staff_made (person_id uuid not null, role text not null, entity text not null, entity_id uuid not null) on commit drop',
  );
  const created = await Entitlements.entitleRows(
    w,
    rowsOf(w, `select person_id, role, 'offering' as entity, offering_id as entity_id from staff_row`),
    'staff_made',
  );
  const changed = await Entitlements.unentitleRows(
    w,
    rowsOf(
      w,
      `select distinct b.person_id, b.role, 'offering' as entity, b.offering_id as entity_id from staff_before b
        where not exists (select 1 from staff_row o where (o.person_id, o.role, o.offering_id) = (b.person_id, b.role, b.offering_id)) and not ${ELSEWHERE}`,
    ),
  );
  await query(
    w,
    `create temporary table staff_ours on commit drop as
     select b.key, b.person_id, jsonb_build_object('role', b.role, 'offering', b.offering_id) as data from staff_row b
       left join (select person_id, role, entity_id as offering_id from staff_made union select person_id, role, offering_id from staff_before) given
         on (given.person_id, given.role, given.offering_id) = (b.person_id, b.role, b.offering_id)
      where given.person_id is not null or ${ELSEWHERE}`,
  );
  await forgetKeys(
    w,
    rowsOf(
      w,
      `select {system} as system, 'staff' as entity, key from staff_before where key not in (select key from staff_ours)`,
    ),
  );
  await saveKeys(w, w.system, rowsOf(w, `select 'staff' as entity, key, person_id as id, data from staff_ours`));
  return { created, changed };
}
