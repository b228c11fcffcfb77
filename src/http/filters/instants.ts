import { type Instant, toInstant } from '../../record/kernel/instant.ts';

const WRITTEN =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?(?:(Z)|([+\- ])(\d{2}):(\d{2}))?)?$/i;

/**
 * A moment as clients write it: `yyyy-MM-dd`, or `yyyy-MM-ddTHH:mm[:ss[.fffffff]]` with `Z`, an offset or neither (then UTC).
 * A blank before the offset is a `+` that was lost in a query string. Gives UTC cut to milliseconds; undefined for anything
 * else, days that no calendar has included.
 */
export function readInstant(text: string): Instant | undefined {
  if (text.length > 40) return undefined;
  const found = WRITTEN.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const [, , , , , , , fraction, , sign, offsetHour, offsetMinute] = found;
  if (hour > 23 || minute > 59 || second > 59 || Number(offsetHour ?? 0) > 14 || Number(offsetMinute ?? 0) > 59)
    return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day!);
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second, Number((fraction ?? '').padEnd(3, '0').slice(0, 3)));
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000;
  const at = date.getTime() - (sign === '-' ? -offset : offset);
  // the database knows no year 0, and five-digit years would break the order of the texts
  return at >= FIRST && at <= LAST ? toInstant(at) : undefined;
}

const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
