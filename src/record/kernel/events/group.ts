import type { Members } from '../event-data.ts';
import type { Entity } from '../refusal.ts';

/** Who sees the events of a thing beside those who see the whole account; `insight/event-sight.ts` says it in SQL. */
export type Sight =
  | 'nobody'
  | 'all'
  | 'person'
  | 'unit'
  | 'group'
  | 'course'
  | 'offering'
  | 'session'
  | 'assessment'
  | 'audience'
  | 'join_key'
  | 'file'
  | 'program';

/** What happened: the change in a sentence, what the event's data holds, and its version, 1 unless it says otherwise. */
type What = readonly [change: string, data: Members, version?: number];

export interface EventGroup {
  /** What the events' `entity` is, where it is not the group's name. */
  readonly entity?: Entity;
  readonly sight: Sight;
  /** What the list of types in the contract adds. */
  readonly about?: string;
  readonly types: Readonly<Record<string, What>>;
}

export type EventGroups = Readonly<Record<string, EventGroup>>;
