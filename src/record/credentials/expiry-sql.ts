import { name, type Sql, sql } from '../../database/sql.ts';
/** SQL of when an award made at `at` expires, by the calendar of a time zone; `certificate` is an alias with `valid_for` and `valid_unit`. */
export const expirySql = (
  at: Sql,
  certificate: string,
  zone: Sql,
): Sql => sql`case when ${name(certificate)}.valid_for is not null then
  ((${at} at time zone ${zone}::text) + make_interval(
     years => case when ${name(certificate)}.valid_unit = 'year' then ${name(certificate)}.valid_for else 0 end,
     months => case when ${name(certificate)}.valid_unit = 'month' then ${name(certificate)}.valid_for else 0 end,
     days => case when ${name(certificate)}.valid_unit = 'day' then ${name(certificate)}.valid_for else 0 end)) at time zone ${zone}::text end`;
