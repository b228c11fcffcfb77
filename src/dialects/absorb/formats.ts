import { readInstant } from '../../http/filters/instants.ts';
import { type Instant, TICKS_PER_SECOND } from '../../record/kernel/instant.ts';
import { invalid } from '../../record/kernel/refusal.ts';

/** Ticks of 100 ns as a .NET TimeSpan, `[d.]HH:mm:ss[.fffffff]`: the fraction has seven digits or is left out. */
export function timeSpan(ticks: number): string {
  if (ticks <= 0) return '00:00:00';
  // remainders and the whole quotients below are exact up to 2^53
  const fraction = ticks % TICKS_PER_SECOND;
  const seconds = (ticks - fraction) / TICKS_PER_SECOND;
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const written = clock.map((part) => String(part).padStart(2, '0')).join(':');
  return `${days > 0 ? `${days}.` : ''}${written}${fraction > 0 ? `.${String(fraction).padStart(7, '0')}` : ''}`;
}

/** Ticks of a TimeSpan as clients write it; undefined for anything else and for what no exact number can hold. */
export function ticksOf(text: string): number | undefined {
  const found = /^(?:(\d{1,8})\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/.exec(text);
  if (!found) return undefined;
  const [days, hours, minutes, seconds] = found.slice(1, 5).map((part) => BigInt(part ?? 0)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  if (hours > 23n || minutes > 59n || seconds > 59n) return undefined;
  const whole = ((days * 24n + hours) * 60n + minutes) * 60n + seconds;
  const ticks = whole * BigInt(TICKS_PER_SECOND) + BigInt((found[5] ?? '').padEnd(7, '0'));
  return ticks <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(ticks) : undefined;
}

/** Writes an instant as it goes out. */
export type DateWriter = <I extends Instant | null>(instant: I) => I extends null ? string | null : string;

/** `2026-03-02T09:15:22.4Z`: UTC, at most three decimals, zeros trimmed; `zoneless` drops the `Z` as the vendor does. */
export function dateWriter(options: { zoneless?: boolean } = {}): DateWriter {
  const end = options.zoneless ? '' : 'Z';
  const write = (instant: Instant): string => {
    if (instant.endsWith('.000Z')) return instant.slice(0, 19) + end;
    return instant.slice(0, 23).replace(/0+$/, '') + end;
  };
  return ((instant: Instant | null) => (instant === null ? null : write(instant))) as DateWriter;
}

/** A date of a query or a body that the contract's check let pass. */
export const instantOf = (text: string): Instant => readInstant(text) ?? invalid([], 'format', 'a date');

/** The same where null clears and undefined leaves the value alone. */
export const maybeInstantOf = (text: string | null | undefined): Instant | null | undefined =>
  text === null || text === undefined ? text : instantOf(text);

/** Ids in lower case, each once. */
export const idsOf = (ids: readonly string[]): string[] => [...new Set(ids.map((id) => id.toLowerCase()))];

export const lower = (id: string | null | undefined): string | null | undefined => id?.toLowerCase() ?? id;
