/** What JSON brought: a member is there or it is not, never `undefined`. */
export type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** A body as the record's verbs take it: an absent member keeps its value, null clears it. */
export const given = <T extends object>(body: T): Given<T> => body as Given<T>;
