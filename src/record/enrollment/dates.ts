import { constant, name, type Sql, sql } from '../../database/sql.ts';

/**
 * SQL of the dates that an offering (`o`) and its course (`c`) give a learner who starts at `start`: absolute ones as they are,
 * relative ones worked out (rule 5). Three columns: `accessAt`, `dueAt`, `expiresAt`.
 */
export const datesSql = (o: string, c: string, start: Sql): Sql => sql`
  coalesce(${name(o)}.access_at, ${name(c)}.access_at) as "accessAt",
  coalesce(${name(o)}.due_at, ${start} + make_interval(days => coalesce(${name(o)}.due_after_days, ${name(c)}.due_after_days))) as "dueAt",
  coalesce(${name(o)}.expires_at, ${name(c)}.expires_at, ${relativeExpirySql(c, start)}) as "expiresAt"`;

// no time at all is no expiry; instants end with the year 9999
const relativeExpirySql = (c: string, start: Sql): Sql => sql`
  case when ${name(c)}.expire_after is not null then nullif(least(${start} + make_interval(
    years => ${part(c, 'years')}, months => ${part(c, 'months')}, days => ${part(c, 'days')}, hours => ${part(c, 'hours')}),
    '9999-12-31T23:59:59.999Z'::timestamptz), ${start}) end`;

const part = (c: string, member: string): Sql =>
  sql`coalesce((${name(c)}.expire_after->>${constant(`'${member}'`)})::int, 0)`;
