import type { Roles } from '../access/index.ts';
import type { Issue, RefusalFact } from '../kernel/refusal.ts';
import type { PersonInput } from './person-input.ts';

/** A group by key; what is absent keeps its value. */
export interface BulkGroup {
  key: string;
  name?: string | undefined;
  level?: string | undefined;
  parentKey?: string | undefined;
  unitName?: string | undefined;
}

/** A person by key; what is absent keeps its value. */
export interface BulkPerson {
  key: string;
  fields: Omit<PersonInput, 'id' | 'externalId' | 'unitId' | 'unitExternalId'>;
  roles?: readonly Roles.Key[] | undefined;
  /** A unit to belong to. */
  unitName?: string | undefined;
}

/** What became of a row. */
export type BulkOutcome =
  | { outcome: 'created' | 'changed' | 'removed' | 'unchanged' }
  | { outcome: 'refused'; fact: RefusalFact };

export const refusedRow = (path: string, fault: Issue['fault'], detail?: string): BulkOutcome => ({
  outcome: 'refused',
  fact: { kind: 'invalid', issues: [detail ? { path: [path], fault, detail } : { path: [path], fault }] },
});
