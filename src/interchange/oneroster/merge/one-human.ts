import { one, query, unclaimed, type Work } from '../work.ts';

/** An identifier that more rows than this share is a word such as "none", and names nobody. */
const MOST_ROWS = 5;

/**
 * Gives rows of one human one person (rule 20): the one that a row is known as already, else one of the same system with the same username
 * or identifier, else one with the identifier as external id whom no source brought, else a new one. Two who are known as two stay two.
 * One row of each human stays `main`, with the keys of the others where it has none.
 */
export async function oneHuman(w: Work): Promise<void> {
  await query(
    w,
    `with many as (select identifier from user_match where identifier is not null and not gone group by 1 having count(*) > ${MOST_ROWS})
     update user_match m set external_id = null, attributes = m.attributes || jsonb_build_object('identifier', m.identifier),
            noted = noted || ('identifier: "' || m.identifier || '" stands in more than ${MOST_ROWS} rows and names nobody; left out')
       from many where many.identifier = m.identifier and not m.gone`,
  );
  for (const same of ['lower(p.username) = lower(m.username)', 'p.external_id = m.external_id'])
    await query(
      w,
      `update user_match m set id = p.id from person p
        where m.id is null and not m.gone and p.tenant_id = {tenant} and p.status <> 'deleted' and ${same}
          and (exists (select 1 from source_key k where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'person' and k.id = p.id)
               ${same.includes('external_id') ? `or ${unclaimed('person', 'p.id')}` : ''})
          -- whoever has a row in the file says in it what keys stay theirs
          and not exists (select 1 from user_match o where o.id = p.id)`,
    );
  await query(
    w,
    `create temporary table user_tie on commit drop as
     select kind, value, line from (
       select 'username' as kind, lower(username) as value, line from user_match where username is not null and not gone
       union all select 'identifier', external_id, line from user_match where external_id is not null and not gone) n
      where (kind, value) in (
       select 'username', lower(username) from user_match where username is not null and not gone group by lower(username) having count(*) > 1
       union all select 'identifier', external_id from user_match where external_id is not null and not gone group by external_id having count(*) > 1)`,
  );
  const { ties } = await one<{ ties: number }>(w, 'select count(*) as ties from user_tie');
  if (ties > 0) await joinTied(w);
  await query(w, 'drop table user_tie');
  // a person without an external id is found by the sourcedId
  await query(
    w,
    `update user_match m set external_id = m.key
      where m.main and not m.gone and m.identifier is null and not exists (select 1 from person p where p.tenant_id = {tenant} and p.id = m.id and p.external_id is not null)`,
  );
}

async function joinTied(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table user_human on commit drop as select distinct line, line as root from user_tie`,
  );
  for (;;) {
    const { moved } = await one<{ moved: number }>(
      w,
      `with near as (
         select t.line, min(h.root) as root from user_tie t join user_tie o using (kind, value) join user_human h on h.line = o.line group by t.line
       ), moved as (update user_human h set root = near.root from near where near.line = h.line and near.root < h.root returning 1)
       select count(*) as moved from moved`,
    );
    if (moved === 0) break;
  }
  await query(
    w,
    `with person as (
       select h.root, coalesce((array_agg(m.id order by m.key) filter (where m.id is not null))[1], uuidv7()) as id, bool_and(m.id is null) as fresh
         from user_human h join user_match m using (line) group by h.root
     )
     update user_match m set id = person.id, fresh = person.fresh from user_human h join person using (root) where h.line = m.line and m.id is null`,
  );
  await query(
    w,
    `with row as (
       select m.line, first_value(m.line) over human as main,
              first_value(m.username) over named as username, first_value(m.external_id) over identified as external_id, first_value(m.email) over mailed as email,
              bool_or(m.enabled) over (partition by m.id) as enabled, bool_or(m.was_enabled) over (partition by m.id) as was_enabled
         from user_match m join user_human h using (line)
       window human as (partition by m.id order by m.known desc, m.key), named as (partition by m.id order by m.username is null, m.known desc, m.key),
              identified as (partition by m.id order by m.external_id is null, m.known desc, m.key), mailed as (partition by m.id order by m.email is null, m.known desc, m.key)
     )
     update user_match m set main = row.main = m.line, fresh = m.fresh and row.main = m.line, username = coalesce(m.username, row.username),
            external_id = coalesce(m.external_id, row.external_id), email = coalesce(m.email, row.email), enabled = row.enabled, was_enabled = row.was_enabled
       from row where row.line = m.line`,
  );
  await query(w, 'drop table user_human');
}
