import { type Instant, toInstant } from '../../record/kernel/instant.ts';

/** Dates of an academy file: absolute, or counted from the moment of the import. */
export const MOMENT =
  '^(?:now|(?:today|yesterday|tomorrow)(?: \\d\\d?:\\d\\d)?|[+-]\\d{1,6}(?:min|h|d|w|mo|y)(?: \\d\\d?:\\d\\d)?|\\d{4}-\\d\\d-\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.]\\d{1,9})?)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?)$';
export const DAY = '^(?:today|yesterday|tomorrow|[+-]\\d{1,6}(?:d|w|mo|y)|\\d{4}-\\d\\d-\\d\\d)$';

const UNITS = { min: 'minutes', h: 'hours', d: 'days', w: 'weeks', mo: 'months', y: 'years' } as const;
const DAYS = { yesterday: -1, today: 0, tomorrow: 1 } as const;

const RELATIVE = /^([+-]\d+)(min|h|d|w|mo|y)(?: (\d\d?):(\d\d))?$/;
const NAMED = /^(today|yesterday|tomorrow)(?: (\d\d?):(\d\d))?$/;
const ABSOLUTE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * The instant that a date of the file means, by the calendar of the zone: `-3d` is this time of day three days ago, `-3d 14:30` half
 * past two on that day, `today` its first moment, or its last where something ends (`end`). Undefined for what is no date.
 */
export function momentOf(written: string, now: Instant, zone: string, end = false): Instant | undefined {
  try {
    const at = moment(written.trim(), now, zone, end);
    const instant = at === undefined ? undefined : toInstant(at.epochMilliseconds);
    return instant !== undefined && /^(?!0000)\d{4}-/.test(instant) ? instant : undefined;
  } catch {
    // a day or an hour that the calendar does not have
    return undefined;
  }
}

function moment(written: string, now: Instant, zone: string, end: boolean): Temporal.Instant | undefined {
  const here = Temporal.Instant.from(now).toZonedDateTimeISO(zone);
  if (written === 'now') return here.toInstant();
  const relative = RELATIVE.exec(written);
  if (relative) {
    const moved = here.add({ [UNITS[relative[2] as keyof typeof UNITS]]: Number(relative[1]) });
    return (relative[3] ? at(moved.toPlainDate(), zone, relative[3], relative[4]!) : moved).toInstant();
  }
  const named = NAMED.exec(written);
  if (named) {
    const date = here.toPlainDate().add({ days: DAYS[named[1] as keyof typeof DAYS] });
    return (named[2] ? at(date, zone, named[2], named[3]!) : edge(date, zone, end)).toInstant();
  }
  const absolute = ABSOLUTE.exec(written);
  if (!absolute) return undefined;
  const [, date, time, offset] = absolute;
  if (!time) return edge(Temporal.PlainDate.from(date!), zone, end).toInstant();
  const local = Temporal.PlainDateTime.from(`${date}T${time}`, { overflow: 'reject' });
  return offset ? Temporal.Instant.from(`${local}${offset}`) : local.toZonedDateTime(zone).toInstant();
}

const at = (date: Temporal.PlainDate, zone: string, hour: string, minute: string): Temporal.ZonedDateTime =>
  date.toZonedDateTime({
    timeZone: zone,
    plainTime: Temporal.PlainTime.from({ hour: Number(hour), minute: Number(minute) }, { overflow: 'reject' }),
  });

/** A day's first moment, or its last millisecond. */
const edge = (date: Temporal.PlainDate, zone: string, end: boolean): Temporal.ZonedDateTime =>
  end ? date.add({ days: 1 }).toZonedDateTime(zone).subtract({ milliseconds: 1 }) : date.toZonedDateTime(zone);

/** The calendar day that a date of the file means, as `YYYY-MM-DD`. */
export function dayOf(written: string, now: Instant, zone: string): string | undefined {
  try {
    const today = Temporal.Instant.from(now).toZonedDateTimeISO(zone).toPlainDate();
    const text = written.trim();
    const relative = RELATIVE.exec(text);
    if (relative)
      return today
        .add({ [UNITS[relative[2] as keyof typeof UNITS]]: Number(relative[1]) }, { overflow: 'constrain' })
        .toString();
    if (text in DAYS) return today.add({ days: DAYS[text as keyof typeof DAYS] }).toString();
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
  } catch {
    return undefined;
  }
}
