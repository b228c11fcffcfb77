import { sql } from 'kysely';
import { NIL_ID } from '../../record/kernel/ids.ts';
import type { Collected, ImportChange } from '../reports.ts';
import { type FileName, stagedTable } from './files.ts';
import { REMEMBERED } from './merge/index.ts';
import { ROLE_OF } from './merge/roles.ts';
import { one, query, type Work } from './work.ts';

/** A change with its values: what is kept of a run names the fields alone. */
export interface Change extends ImportChange {
  /** By field, before and after; null where something came or went as a whole. */
  changed: Record<string, [unknown, unknown]> | null;
}

/** SQL: the row of the source's key that a column names. */
const keyed = (alias: string, entity: string, column: string): string =>
  `join source_key ${alias} on ${alias}.tenant_id = {tenant} and ${alias}.system = {system} and ${alias}.entity = '${entity}' and ${alias}.key = s.${column}`;

/** SQL: the words of a role and the keys that roles have here. */
const ROLE_WORDS = `(values ${Object.entries(ROLE_OF)
  .map(([word, key]) => `('${word}', '${key}')`)
  .join(', ')}) as w (word, key)`;

/** SQL: what the events of a file are about, beyond the thing that a row became: a person, or a person with something else. */
const ABOUT: Readonly<Partial<Record<FileName, string>>> = {
  roles: `select p.id, n.other, s.line, s.sourced_id from staged_roles s ${keyed('p', 'person', 'user_sourced_id')}
            left join ${ROLE_WORDS} on w.word = s.role left join role r on r.tenant_id = {tenant} and r.key = w.key
           cross join lateral (values (r.id), ({nil}::uuid)) as n (other)`,
  demographics: `select p.id, {nil}::uuid, s.line, s.sourced_id from staged_demographics s ${keyed('p', 'person', 'sourced_id')}`,
  enrollments: `select p.id, o.id, s.line, s.sourced_id from staged_enrollments s ${keyed('p', 'person', 'user_sourced_id')} ${keyed('o', 'offering', 'class_sourced_id')}`,
  results: `select p.id, a.id, s.line, s.sourced_id from staged_results s ${keyed('p', 'person', 'student_sourced_id')} ${keyed('a', 'assessment', 'line_item_sourced_id')}`,
};

/** Notes what the rows of a file are before they are written, where deletions can still be told, and where the file's events begin. */
export async function beginChanges(w: Work, file: FileName): Promise<void> {
  await query(w, 'drop table if exists change_row, change_from');
  await query(w, 'create temporary table change_row (id uuid, other uuid, line integer, key text) on commit drop');
  await noteRowsOf(w, file);
  await query(
    w,
    `create temporary table change_from on commit drop as
     select coalesce(max(seq), 0) as seq from event where tenant_id = {tenant}`,
  );
}

async function noteRowsOf(w: Work, file: FileName): Promise<void> {
  const entities = REMEMBERED[file];
  const things = entities
    ? `select k.id, {nil}::uuid, s.line, s.sourced_id from ${stagedTable(file)} s join source_key k on k.tenant_id = {tenant} and k.system = {system}
         and k.entity in (${entities.map((entity) => `'${entity}'`).join(', ')}) and k.key = s.sourced_id`
    : undefined;
  const selects = [things, ABOUT[file]].filter((text) => text !== undefined);
  if (selects.length > 0) await query(w, `insert into change_row ${selects.join(' union all ')}`, { nil: NIL_ID });
}

const PAGE = 5000;

/**
 * What a file changed in a transaction that will be taken back, row by row, as its events tell it. What follows from rows without being
 * said by one has no line.
 */
export async function takeChanges(w: Work, file: FileName, changes: Collected<Change>): Promise<void> {
  await noteRowsOf(w, file);
  await query(w, 'analyze change_row');
  await query(
    w,
    `create temporary table change_told on commit drop as
     with told as (
       select e.seq, e.type, e.data->'changed' as changed,
              case when e.entity in ('entitlement', 'role', 'mark', 'submission') then e.person_id else e.entity_id end as id,
              case when e.entity in ('entitlement', 'role', 'mark', 'submission') then e.entity_id else {nil}::uuid end as other
         from event e
         where e.tenant_id = {tenant} and e.seq > (select seq from change_from) and e.dialect = {dialect} and e.at = {at}
     ), named as (select id, other, min(line) as line, min(key) as key from change_row group by 1, 2)
     select t.seq, coalesce(n.line, a.line) as line, coalesce(n.key, a.key) as key, t.type, t.changed from told t
       left join named n on n.id = t.id and n.other = t.other
       left join named a on a.id = t.id and a.other = {nil}::uuid`,
    { nil: NIL_ID },
  );
  const { count } = await one<{ count: number }>(w, 'select count(*) from change_told');
  const { db } = w.ctx;
  await sql`declare change_page cursor for
    select line, key, type, changed from change_told order by line nulls last, seq`.execute(db);
  let taken = 0;
  while (changes.wanted > 0) {
    const { rows } = await sql
      .raw<Pick<Change, 'line' | 'key' | 'type' | 'changed'>>(`fetch ${PAGE} from change_page`)
      .execute(db);
    for (const row of rows.slice(0, changes.wanted)) {
      changes.add({ file, ...row, fields: Object.keys(row.changed ?? {}) });
      taken++;
    }
    if (rows.length < PAGE) break;
  }
  await sql`close change_page`.execute(db);
  if (count > taken) changes.addUnnamed(file, count - taken);
  await query(w, 'drop table change_told');
}
