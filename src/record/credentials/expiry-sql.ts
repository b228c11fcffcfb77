/** SQL of when an award made at `at` expires, by the calendar of a time zone; `certificate` is an alias with `valid_for` and `valid_unit`. */
export const expirySql = (
  at: string,
  certificate: string,
  zone: string,
): string => `case when ${certificate}.valid_for is not null then
  ((${at} at time zone ${zone}::text) + make_interval(
     years => case when ${certificate}.valid_unit = 'year' then ${certificate}.valid_for else 0 end,
     months => case when ${certificate}.valid_unit = 'month' then ${certificate}.valid_for else 0 end,
     days => case when ${certificate}.valid_unit = 'day' then ${certificate}.valid_for else 0 end)) at time zone ${zone}::text end`;
