import { Access } from '../access/index.ts';
import { type Bulk, EVENT, one, query, type Rows, STAMP } from '../kernel/bulk.ts';
import { eventSql, typeSql } from '../kernel/event-types.ts';
import { holderOf, type Saved, saveRows, shapeOf } from '../kernel/save-rows.ts';

// People by the hundred thousand, from temporary tables, in the transaction of a caller who has checked who may.

const PERSON = shapeOf('person', {
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
});

const FACTS = shapeOf('person', { columns: ['gender', 'attributes'], personId: 't.id' });

export const PEOPLE_OF_UNIT = holderOf('person', { thing: 'person', away: `t.status = 'deleted'`, personId: 't.id' });

/** Saves people; keys that somebody else has are free by then (`freeKeys`), or left out. Beside the columns of people: enabled, given_unit_id. */
export const savePeopleRows = (bulk: Bulk, matches: string): Promise<Saved> => saveRows(bulk, matches, PERSON);

/** Sets gender and attributes of people who are there; attributes as a whole. */
export const saveFactsRows = (bulk: Bulk, matches: string): Promise<Saved> => saveRows(bulk, matches, FACTS);

/** What makes a login or names a person, and how it is compared. */
export const PERSON_KEYS = [
  { column: 'email', plain: (value: string) => `lower(${value})` },
  { column: 'username', plain: (value: string) => `lower(${value})` },
  { column: 'external_id', plain: (value: string) => value },
] as const;

/** Takes keys from people who get another one, where somebody else of the rows gets theirs: no key is ever held twice. */
export async function freeKeys(bulk: Bulk, matches: string): Promise<void> {
  for (const { column, plain } of PERSON_KEYS)
    await query(
      bulk,
      `update person p set ${column} = null from ${matches} m
        where p.tenant_id = {tenant} and ${plain(`p.${column}`)} = ${plain(`m.${column}`)} and p.status <> 'deleted' and m.${column} is not null and not m.gone
          and p.id is distinct from m.id`,
    );
}

/** Suspends people and brings them back (rule 15): rows `id, enabled`. Gives for how many that was new. */
export async function saveStatusRows(bulk: Bulk, rows: Rows): Promise<number> {
  const { count } = await one<{ count: number }>(
    bulk,
    `with m as (${rows.sql}), t as (
       update person p set status = case when m.enabled then 'active' else 'suspended' end, updated_at = {at} from m
        where p.tenant_id = {tenant} and p.id = m.id and p.status = case when m.enabled then 'suspended' else 'active' end returning p.id, p.status
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id)
       select ${STAMP}, case status when 'active' then ${typeSql('person.activated')} else ${typeSql('person.suspended')} end, 'person', id, id from t
     )
     select count(*) from t`,
    rows.values,
  );
  if (count > 0) await Access.changed(bulk.ctx);
  return count;
}

/**
 * Moves people from the root unit, or from the unit a row names as the former one, to another, else to the root: rows `person_id, unit_id,
 * former_id`. Who moved goes into a temporary table `person_id, unit_id`. Gives how many.
 */
export async function saveHomeRows(bulk: Bulk, rows: Rows, into: string): Promise<number> {
  const { count } = await one<{ count: number }>(
    bulk,
    `with m as (${rows.sql}), t as (
       update person p set unit_id = coalesce(m.unit_id, root.id), updated_at = {at}
         from m join unit root on root.tenant_id = {tenant} and root.parent_id is null
        where p.tenant_id = {tenant} and p.id = m.person_id and (p.unit_id = root.id or p.unit_id = m.former_id) and p.unit_id <> coalesce(m.unit_id, root.id)
       returning p.id, old.unit_id as was, new.unit_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, data)
       select ${STAMP}, ${eventSql('person.updated')}, id, id, jsonb_build_object('changed', jsonb_build_object('unitId', jsonb_build_array(was, unit_id))) from t
     ), housed as (
       insert into ${into} (person_id, unit_id) select id, unit_id from t
     )
     select count(*) from t`,
    rows.values,
  );
  return count;
}

/** Further units that people belong to no more, and those that are new: each rows `person_id, unit_id`. A person's first unit, and the root, are no further ones. */
export async function saveFurtherUnitRows(bulk: Bulk, { come, go }: Record<'come' | 'go', Rows>): Promise<void> {
  await query(
    bulk,
    `with g as (${go.sql})
     delete from person_unit x using g where x.tenant_id = {tenant} and x.person_id = g.person_id and x.unit_id = g.unit_id`,
    go.values,
  );
  await query(
    bulk,
    `with g as (${come.sql})
     insert into person_unit (tenant_id, person_id, unit_id, created_at)
     select distinct {tenant}, g.person_id, g.unit_id, {at} from g join person p on p.tenant_id = {tenant} and p.id = g.person_id
       join unit u on u.tenant_id = {tenant} and u.id = g.unit_id and u.parent_id is not null
      where g.unit_id <> p.unit_id on conflict do nothing`,
    come.values,
  );
  await query(
    bulk,
    `with g as (${come.sql})
     delete from person_unit x using person p where p.tenant_id = {tenant} and p.id in (select person_id from g)
        and x.tenant_id = {tenant} and x.person_id = p.id and x.unit_id = p.unit_id`,
    come.values,
  );
}
