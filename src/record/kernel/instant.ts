/** A moment: UTC, ISO 8601 with exactly three decimals and `Z` (`2026-03-01T08:00:00.000Z`), so that text order is time order. */
export type Instant = string;

export const toInstant = (moment: Date | number): Instant => new Date(moment).toISOString();

export const milliseconds = (instant: Instant): number => Date.parse(instant);

/** The instant `ms` milliseconds after the given one. */
export const later = (instant: Instant, ms: number): Instant => toInstant(Date.parse(instant) + ms);

export const TICKS_PER_SECOND = 10_000_000;
