import { transaction } from '../../database/transaction.ts';
import { Roles } from '../access/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { invalid, notFound, Refusal, refuse } from '../kernel/refusal.ts';
import type { Person } from './person.ts';
import type { PersonInput } from './person-input.ts';
import { findPerson, readPerson } from './read-people.ts';
import { type Saved, updatePerson, upsertPerson } from './save-person.ts';
import { addToUnit } from './unit-members.ts';

export interface ByKeyInput {
  person: Omit<PersonInput, 'id' | 'externalId' | 'unitId' | 'unitExternalId'>;
  /** Members of `person` without which nobody is made; those in `maybeEmpty` must be named, but may be empty. */
  atFirst?: readonly (keyof PersonInput)[] | undefined;
  maybeEmpty?: readonly (keyof PersonInput)[] | undefined;
  /** A unit to belong to: the primary one of somebody new, a further one otherwise; no other is left. */
  unitId?: string | undefined;
  /** These roles, among those that the caller can name (see `setRoleWords`). */
  roles?: readonly Roles.Key[] | undefined;
  among?: readonly Roles.Key[] | undefined;
}

/**
 * Changes the person with this key (external id, else email, else handle), or makes one with it as external id; fields, roles and unit
 * stand or fall together. Many at once end as one person. Refuses what `writePeople` refuses for one row.
 */
export async function savePersonByKey(ctx: Context, key: string, input: ByKeyInput): Promise<Saved> {
  demand(ctx, 'people.write');
  const { person: fields, unitId, roles, among = [] } = input;
  return transaction(ctx, async (ctx) => {
    const saved =
      (await known(ctx, key, fields)) ?? (await made(ctx, key, { ...fields, ...(unitId ? { unitId } : {}) }, input));
    const { person } = saved;
    if (roles) await Roles.setWords(ctx, [{ personId: person.id, words: roles }], among);
    if (unitId && person.unitId !== unitId && !person.unitIds.includes(unitId)) await addToUnit(ctx, person.id, unitId);
    return roles || unitId ? { ...saved, person: await readPerson(ctx, person.id, { anywhere: true }) } : saved;
  });
}

/**
 * Gives the person with this key another external id; everything else stays, and the old one is free at once. What stands in for an
 * identifier that somebody has not set is theirs all the same (`taken`). Of several who rename one person at once the first succeeds.
 */
export async function changeIdentifier(ctx: Context, key: string, externalId: string): Promise<Person> {
  demand(ctx, 'people.write');
  const { id } = (await findPerson(ctx, key)) ?? notFound('person', key);
  return transaction(
    ctx,
    async (ctx) => {
      const [before, holder] = [await findPerson(ctx, key), await findPerson(ctx, externalId)];
      if (before?.id !== id) return notFound('person', key);
      if (before.handle === externalId) return before;
      if (holder && holder.id !== id)
        return refuse({ kind: 'taken', entity: 'person', field: 'externalId', value: externalId });
      return updatePerson(ctx, id, { externalId });
    },
    { learners: [id] },
  );
}

/** Changes whoever has the key; undefined where nobody has, or they were deleted in this very moment. */
async function known(ctx: Context, key: string, fields: PersonInput): Promise<Saved | undefined> {
  for (;;) {
    const before = await findPerson(ctx, key);
    if (!before) return undefined;
    try {
      const person = await updatePerson(ctx, before.id, fields);
      return { person, outcome: person.updatedAt === before.updatedAt ? 'unchanged' : 'changed' };
    } catch (error) {
      const gone = error instanceof Refusal && error.fact.kind === 'not_found' && error.fact.entity === 'person';
      if (!gone || (await findPerson(ctx, key))?.id === before.id) throw error;
    }
  }
}

/** Somebody who was made in this very moment is changed instead; their unit stays then. */
async function made(
  ctx: Context,
  key: string,
  fields: PersonInput,
  { atFirst = [], maybeEmpty = [] }: Pick<ByKeyInput, 'atFirst' | 'maybeEmpty'>,
): Promise<Saved> {
  for (const member of atFirst) if (String(fields[member] ?? '').trim() === '') invalid([member], 'required');
  for (const member of maybeEmpty) if (typeof fields[member] !== 'string') invalid([member], 'required');
  return upsertPerson(ctx, 'externalId', { ...fields, externalId: key });
}
