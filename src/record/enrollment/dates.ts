/**
 * SQL of the dates that an offering (`o`) and its course (`c`) give a learner who starts at `start`: absolute ones as they are,
 * relative ones worked out (rule 5). Three columns: `accessAt`, `dueAt`, `expiresAt`.
 */
export const datesSql = (o: string, c: string, start: string): string => `
  coalesce(${o}.access_at, ${c}.access_at) as "accessAt",
  coalesce(${o}.due_at, ${start} + make_interval(days => coalesce(${o}.due_after_days, ${c}.due_after_days))) as "dueAt",
  coalesce(${o}.expires_at, ${c}.expires_at, ${relativeExpirySql(c, start)}) as "expiresAt"`;

// no time at all is no expiry; instants end with the year 9999
const relativeExpirySql = (c: string, start: string): string => `
  case when ${c}.expire_after is not null then nullif(least(${start} + make_interval(
    years => ${part(c, 'years')}, months => ${part(c, 'months')}, days => ${part(c, 'days')}, hours => ${part(c, 'hours')}),
    '9999-12-31T23:59:59.999Z'::timestamptz), ${start}) end`;

const part = (c: string, name: string): string => `coalesce((${c}.expire_after->>'${name}')::int, 0)`;
