import { People } from '../../../record/people/index.ts';
import { one, query, type Work } from '../work.ts';

/** What the file calls the keys of people. */
const NAMES = { email: 'email', username: 'username', external_id: 'identifier' } as const;
const KEYS = People.KEYS.map((key) => ({ ...key, name: NAMES[key.column] }));

/** SQL: whether the person `p` still has this key once the file is in: not deleted by it, nor given another one. Joins, each by a hash. */
const keeps = (column: string, plain: (value: string) => string): string =>
  `not exists (select 1 from user_gone g where g.id = p.id)
   and not exists (select 1 from user_match o where o.id = p.id and o.main and not o.gone and o.${column} is not null and ${plain(`o.${column}`)} <> ${plain(`p.${column}`)})`;

/**
 * Leaves out keys that somebody else has and keeps, with a note; the rest of the row stands (rule 20). Of two rows of the file the one
 * that has the key already keeps it, else the first. Somebody who is left out keeps the key of before, so it is asked again until
 * nobody is.
 */
export async function leaveOutTaken(w: Work): Promise<void> {
  for (let left = 1; left > 0; ) {
    left = 0;
    for (const { column, name, plain } of KEYS) {
      left += await leaveOut(
        w,
        column,
        `select m.line, '${name}: that of line ' || first as reason from (
           select m.line, m.${column}, first_value(m.line) over (partition by ${plain(`m.${column}`)} order by ${plain(`p.${column}`)} = ${plain(`m.${column}`)} desc nulls last, m.line) as first
             from user_match m left join person p on p.tenant_id = {tenant} and p.id = m.id and p.status <> 'deleted'
            where m.${column} is not null and m.main and not m.gone) m where m.line <> m.first`,
      );
      left += await leaveOut(
        w,
        column,
        `select m.line, '${name}: that of somebody else' as reason from user_match m
           join person p on p.tenant_id = {tenant} and ${plain(`p.${column}`)} = ${plain(`m.${column}`)} and p.status <> 'deleted'
          where m.${column} is not null and m.main and not m.gone and p.id is distinct from m.id and ${keeps(column, plain)}`,
      );
    }
    const [mail, , identifier] = People.KEYS;
    left += await leaveOut(
      w,
      'email',
      `select m.line, 'email: the external id of somebody else' as reason from user_match m
         join person p on p.tenant_id = {tenant} and p.external_id like '%@%' and lower(p.external_id) = lower(m.email) and p.status <> 'deleted'
        where m.main and not m.gone and p.id is distinct from m.id and ${keeps('external_id', identifier.plain)}`,
    );
    left += await leaveOut(
      w,
      'external_id',
      `select m.line, 'identifier: the email of somebody else' as reason from user_match m
         join person p on p.tenant_id = {tenant} and lower(p.email) = lower(m.external_id) and p.status <> 'deleted'
        where m.external_id like '%@%' and m.main and not m.gone and p.id is distinct from m.id and ${keeps('email', mail.plain)}`,
    );
    left += await leaveOut(
      w,
      'external_id',
      `select m.line, 'identifier: the email of line ' || o.line as reason from user_match m
         join user_match o on lower(o.email) = lower(m.external_id) and o.line <> m.line and o.main and not o.gone
        where m.external_id like '%@%' and m.main and not m.gone`,
    );
  }
  // what is not the external id is an attribute
  await query(
    w,
    `update user_match m set attributes = m.attributes || jsonb_build_object('identifier', m.identifier) where m.main and not m.gone and m.identifier is not null and m.external_id is null`,
  );
}

async function leaveOut(w: Work, column: string, found: string): Promise<number> {
  const { count } = await one<{ count: number }>(
    w,
    `with found as materialized (${found}), left_out as (
       update user_match m set ${column} = null,
              -- a sourcedId that stood in for an identifier is remembered anyway
              noted = case when '${column}' = 'external_id' and m.identifier is null then noted else noted || (found.reason || '; left out') end
         from found where found.line = m.line and m.${column} is not null returning 1
     ) select count(*) from left_out`,
  );
  return count;
}
