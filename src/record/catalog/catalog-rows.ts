import { type Bulk, EVENT, one, type Rows, STAMP } from '../kernel/bulk.ts';
import { eventSql } from '../kernel/event-types.ts';
import { type Holder, holderOf, liftRows, type Saved, saveRows, setStateRows, shapeOf } from '../kernel/save-rows.ts';

// Terms, courses and offerings from temporary tables, in the transaction of a caller who has checked who may.

const TERM = shapeOf('term', {
  columns: ['external_id', 'name', 'kind', 'starts_on', 'ends_on', 'parent_id', 'school_year'],
});

const COURSE = shapeOf('course', {
  columns: ['external_id', 'code', 'name', 'unit_id'],
  merged: ['attributes'],
  first: { kind: `'online'`, state: `'draft'` },
  courseId: 't.id',
});

const OFFERING = shapeOf('offering', {
  columns: ['external_id', 'code', 'name', 'unit_id', 'starts_at', 'ends_at', 'location'],
  merged: ['attributes'],
  first: { course_id: 'm.course_id' },
  courseId: 't.course_id',
});

/** What of the catalog stands in units. */
export const CATALOG_OF_UNIT: readonly Holder[] = [
  holderOf('course', { thing: 'course', away: 't.deleted_at is not null', courseId: 't.id' }),
  holderOf('offering', { thing: 'offering', away: 't.deleted_at is not null', courseId: 't.course_id' }),
  holderOf('join_key', { thing: 'join_key', away: 'false' }),
];

export const saveTermRows = (bulk: Bulk, matches: string): Promise<Saved> => saveRows(bulk, matches, TERM);

/** See `liftRows`. */
export const liftTermRows = (bulk: Bulk, gone: string, but: string): Promise<void> => liftRows(bulk, gone, TERM, but);

/** Deletes terms: rows `id`; offerings and terms below them go on without. Gives how many there were. */
export async function deleteTermRows(bulk: Bulk, rows: Rows): Promise<number> {
  const { count } = await one<{ count: number }>(
    bulk,
    `with g as (${rows.sql}), t as (
       delete from term t using g where t.tenant_id = {tenant} and t.id = g.id returning t.id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id) select ${STAMP}, ${eventSql('term.deleted')}, id from t
     )
     select count(*) from t`,
    rows.values,
  );
  return count;
}

export const saveCourseRows = (bulk: Bulk, matches: string): Promise<Saved> => saveRows(bulk, matches, COURSE);

export const saveOfferingRows = (bulk: Bulk, matches: string): Promise<Saved> => saveRows(bulk, matches, OFFERING);

/** Retires those of the rows that are `gone`, and takes up again those that were (`was_gone`) and are not. Gives how many. */
const retire =
  (shape: typeof COURSE | typeof OFFERING, taken: string) =>
  async (bulk: Bulk, matches: string): Promise<number> =>
    (await setStateRows(bulk, matches, shape, 'retired', 'm.gone')) +
    (await setStateRows(bulk, matches, shape, taken, 'not m.gone and m.was_gone'));

export const retireCourseRows = retire(COURSE, 'published');
export const retireOfferingRows = retire(OFFERING, 'active');

/** Ties offerings to terms, in place of all others: rows `offering_id, term_id, fresh`. Gives how many that changed, and nothing else did. */
export async function saveOfferingTermRows(bulk: Bulk, rows: Rows): Promise<number> {
  const { count } = await one<{ count: number }>(
    bulk,
    `with wanted as (
       ${rows.sql}
     ), dropped as (
       delete from offering_term x where x.tenant_id = {tenant} and x.offering_id in (select offering_id from wanted)
          and not exists (select 1 from wanted n where n.offering_id = x.offering_id and n.term_id = x.term_id) returning x.offering_id
     ), added as (
       insert into offering_term (tenant_id, offering_id, term_id) select distinct {tenant}, offering_id, term_id from wanted
       on conflict do nothing returning offering_id
     ), touched as (
       select distinct o.id, o.course_id from (select offering_id from dropped union select offering_id from added) d
         join offering o on o.tenant_id = {tenant} and o.id = d.offering_id 
        where not exists (select 1 from wanted n where n.offering_id = o.id and n.fresh)
        -- those changed otherwise are counted and noted already
          and o.xmin <> pg_current_xact_id()::xid
     ), stamped as (
       update offering o set updated_at = {at} from touched t where o.tenant_id = {tenant} and o.id = t.id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, course_id)
       select ${STAMP}, ${eventSql('offering.updated')}, id, course_id from touched
     )
     select count(*) from touched`,
    rows.values,
  );
  return count;
}
